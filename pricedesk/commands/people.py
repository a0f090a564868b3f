"""Commands about who may come in: user add, set, password, list; key add, list, revoke, rotate."""

import secrets
from datetime import timedelta
from typing import Annotated

import typer

from db import keys, users
from db.dealings import ApiKey
from db.tables import now
from pricedesk.acting import As, acting
from pricedesk.opening import opened
from pricedesk.output import Json, say, show
from pricing.errors import PricingError
from serving.api.scopes import BY_ROLE, SCOPES

people = typer.Typer(help="People who may log in.", no_args_is_help=True)
machines = typer.Typer(help="Keys with which programs use the API.", no_args_is_help=True)
RoleOption = Annotated[str | None, typer.Option(help="merchant, approver or admin")]


def add_to(parent: typer.Typer) -> None:
    parent.add_typer(people, name="user")
    parent.add_typer(machines, name="key")


@people.command()
def add(
    name: str,
    role: Annotated[str, typer.Option(help="merchant, approver or admin")],
    as_: As = "",
    as_json: Json = False,
) -> None:
    """Make an account; its password is made too, and shown this once."""
    password, desk = secrets.token_urlsafe(12), opened()
    actor = acting(desk, as_)
    with desk.database.session() as session:
        made = users.create(session, name, password, role, actor)
    say({"name": made.name, "role": made.role, "password": password}, as_json, f"{made.name} ({made.role}): {password}")


@people.command("set")
def set_(
    name: str,
    role: RoleOption = None,
    active: Annotated[bool | None, typer.Option("--open/--closed", help="A closed account lets nobody in.")] = None,
    language: Annotated[str | None, typer.Option(help='Of the page: en, zh, or "" for the browser\'s.')] = None,
    as_: As = "",
    as_json: Json = False,
) -> None:
    """Change a role or a language, close an account or open it again. The last admin stays one."""
    desk = opened()
    actor = acting(desk, as_)
    with desk.database.session() as session:
        user = users.change(session, name, actor, role=role, active=active, language=language)
    told = {"name": user.name, "role": user.role, "active": user.active, "language": user.language}
    say(told, as_json, f"{user.name} ({user.role}): {'open' if user.active else 'closed'}")


@people.command()
def password(name: str, as_: As = "", as_json: Json = False) -> None:
    """A new password, shown this once; all sessions under the old one end."""
    made, desk = secrets.token_urlsafe(12), opened()
    actor = acting(desk, as_)
    with desk.database.session() as session:
        users.set_password(session, name, made, actor)
    say({"name": name, "password": made}, as_json, f"{name}: {made}")


@people.command("list")
def list_people(as_json: Json = False) -> None:
    """Everybody who has an account."""
    with opened().database.reading() as session:
        rows = [{"name": u.name, "role": u.role, "active": u.active} for u in users.everyone(session)]
    show(rows, as_json)


@machines.command("add")
def add_key(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    owner: Annotated[str, typer.Option(help="The user whose role bounds it.")],
    scopes: Annotated[str, typer.Option(help=f"With commas between: {', '.join(SCOPES)}.")],
    days: Annotated[int, typer.Option(min=0, max=3650, help="Until it expires; 0 is never.")] = 90,
    as_: As = "",
    as_json: Json = False,
) -> None:
    """Make a key, shown this once."""
    desk, wanted = opened(), [one.strip() for one in scopes.split(",") if one.strip()]
    actor = acting(desk, as_)
    expires = now() + timedelta(days=days) if days else None
    with desk.database.session() as session:
        _hold(wanted, users.get(session, owner).role)
        made, whole = keys.create(session, name, owner, wanted, actor, expires_at=expires)
    say(_row(made) | {"key": whole}, as_json, whole)


@machines.command("list")
def list_keys(
    owner: Annotated[str | None, typer.Option(help="Only this user's.")] = None, as_json: Json = False
) -> None:
    """All keys, none of their secrets."""
    with opened().database.reading() as session:
        rows = [_row(key) for key in keys.listed(session, owner, limit=10_000)]
    show(rows, as_json)


@machines.command()
def revoke(key_id: str, as_: As = "", as_json: Json = False) -> None:
    """From now on the key opens nothing."""
    desk = opened()
    actor = acting(desk, as_)
    with desk.database.session() as session:
        key = keys.revoke(session, key_id, actor)
    say(_row(key), as_json, f"{key.id} ({key.name}) is revoked.")


@machines.command()
def rotate(key_id: str, as_: As = "", as_json: Json = False) -> None:
    """A new key in the place of this one, shown this once."""
    desk = opened()
    actor = acting(desk, as_)
    with desk.database.session() as session:
        made, whole = keys.rotate(session, key_id, actor)
    say(_row(made) | {"key": whole}, as_json, whole)


def _hold(scopes: list[str], role: str) -> None:
    """Raises PricingError for a scope that does not exist, or that this role may not use."""
    unknown, beyond = sorted(set(scopes) - set(SCOPES)), sorted(set(scopes) - BY_ROLE[role])
    if unknown:
        raise PricingError(f"There is no scope {', '.join(unknown)}. The scopes are: {', '.join(SCOPES)}.")
    if beyond:
        raise PricingError(
            f"A key of a {role} may not have {', '.join(beyond)}. Choose another owner, or fewer scopes."
        )


def _row(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "owner": key.owner,
        "scopes": " ".join(key.scopes),
        "expires_at": key.expires_at,
        "used_at": key.used_at,
        "revoked_at": key.revoked_at,
    }
