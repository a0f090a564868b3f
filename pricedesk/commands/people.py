"""Commands about people: user add, user list."""

import secrets
from typing import Annotated

import typer

from db import users
from pricedesk.opening import opened
from pricedesk.output import Json, say, show

app = typer.Typer(help="People who may log in.", no_args_is_help=True)


def add_to(parent: typer.Typer) -> None:
    parent.add_typer(app, name="user")


@app.command()
def add(
    name: str, role: Annotated[str, typer.Option(help="merchant, approver or admin")], as_json: Json = False
) -> None:
    """Make an account; its password is made too, and shown this once."""
    password = secrets.token_urlsafe(12)
    with opened().database.session() as session:
        made = users.create(session, name, password, role)
    say({"name": made.name, "role": made.role, "password": password}, as_json, f"{made.name} ({made.role}): {password}")


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Everybody who has an account."""
    with opened().database.reading() as session:
        rows = [{"name": u.name, "role": u.role, "active": u.active} for u in users.everyone(session)]
    show(rows, as_json)
