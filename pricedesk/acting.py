"""Who is at the command line."""

import os
from typing import Annotated

import typer

from db import users
from db.proposals import Actor
from pricedesk.wiring import Pricedesk
from pricing.errors import PricingError

As = Annotated[str, typer.Option("--as", help="The user who acts (PRICEDESK_USER, else the first admin).")]


def acting(desk: Pricedesk, name: str) -> Actor:
    """The user named, else the first admin, or an admin of no account where none is there to be named.

    Whoever can open the database file is trusted to say who they are.

    Raises PricingError for an unknown or closed account.
    """
    wanted = name or os.environ.get("PRICEDESK_USER", "")
    with desk.database.reading() as session:
        active = [user for user in users.everyone(session) if user.active]
    if not wanted and not any(user.role == "admin" for user in active):
        return Actor("admin", "admin")
    chosen = next((u for u in active if u.name == wanted or (not wanted and u.role == "admin")), None)
    if chosen is None:
        known = ", ".join(user.name for user in active) or "none yet"
        raise PricingError(f"There is no active user {wanted!r}. Known: {known}. `pricedesk user add` makes one.")
    return Actor(chosen.name, chosen.role)
