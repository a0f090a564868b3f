"""Who calls, and what they may do: a person by session, a machine by key, both by the role that the database holds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.requests import HTTPConnection, Request

from db import keys, sessions
from db.moves import Actor
from db.tables import User
from serving.api.backing import Back, Backing
from serving.api.cookies import NAME, stamp
from serving.api.problems import RefusedError
from serving.api.scopes import BY_ROLE, SCOPES, Scope

__all__ = ["BY_ROLE", "SAFE", "SCOPES", "Caller", "Scope", "caller_of", "hold_origin", "identify", "needs"]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# How a client may show who it is, for the description of the API; the work is done by `identify`.
WAYS = (
    HTTPBearer(auto_error=False, scheme_name="key", description="An API key: `Authorization: Bearer pd_…`"),
    APIKeyCookie(name=NAME, auto_error=False, scheme_name="session", description="A person's session"),
)


class NotSignedInError(RefusedError):
    """Nobody, or nobody that is known."""

    status = 401

    def __init__(self, text: str) -> None:
        super().__init__(text, {"WWW-Authenticate": 'Bearer realm="pricedesk"'})


class NoScopeError(RefusedError):
    """Somebody, who may not do this."""

    status = 403


class ForeignPageError(RefusedError):
    """A change that some other site's page asked a person's browser for."""

    status = 403


@dataclass(frozen=True)
class Caller:
    """Who calls. `scopes` is what they may do here: never more than their role permits."""

    actor: Actor
    scopes: frozenset[str]
    key: str | None  # the id of the API key; None for a person's session

    def hold(self, scope: str) -> None:
        """Raises NoScopeError where this is beyond the caller."""
        if scope in self.scopes:
            return
        if self.key is not None and scope in BY_ROLE[self.actor.role]:
            raise NoScopeError(f"This key lacks the scope {scope}. Use or make a key that has it.")
        may = ", ".join(role for role, scopes in BY_ROLE.items() if scope in scopes)
        raise NoScopeError(f"{self.actor.name} ({self.actor.role}) may not do this; it takes one of: {may}.")


def needs(scope: Scope | None) -> Callable[..., Caller]:
    """A dependency: the caller, who has this scope (None: anybody who is known), within the limits of the rate.

    Raises NotSignedInError, NoScopeError, ForeignPageError, TooManyError.
    """

    def known(request: Request, back: Back, _ways: Annotated[object, Depends(_shown)]) -> Caller:
        caller = identify(request, back)
        if caller.key is None and request.method not in SAFE:
            hold_origin(request, back)
        if scope is not None:
            caller.hold(scope)
        return caller

    return known


def identify(connection: HTTPConnection, back: Backing) -> Caller:
    """Who sent this, read once for each request and counted against their rate.

    Raises NotSignedInError where no key or session is shown or it is not good, TooManyError.
    """
    state = connection.scope.setdefault("state", {})
    if "caller" not in state:
        caller = _by_key(connection, back) or _by_cookie(connection, back)
        back.limits.request(f"key {caller.key}" if caller.key else f"user {caller.actor.name}")
        state["caller"] = caller
    known = state["caller"]
    assert isinstance(known, Caller)
    return known


def hold_origin(connection: HTTPConnection, back: Backing, *, needed: bool = True) -> None:
    """Raises ForeignPageError where another site's page, or (where `needed`) no page that tells its own, asks."""
    origin = connection.headers.get("origin")
    if origin is None and not needed:
        return
    here = (f"http://{connection.headers.get('host', '')}", f"https://{connection.headers.get('host', '')}")
    if origin is None or origin.lower() not in {one.lower() for one in (*here, *back.origins)}:
        raise ForeignPageError(
            f"A change by a signed-in person must come from a page of this server; this came from {_told(origin)}. "
            "A program uses an API key."
        )


def caller_of(user: User, scopes: frozenset[str] | None = None, key: str | None = None) -> Caller:
    """What this user may do; with a key, only what both the key and its owner's role permit."""
    permitted = BY_ROLE.get(user.role, frozenset())
    return Caller(Actor(user.name, user.role), permitted if scopes is None else permitted & scopes, key)


def _by_key(connection: HTTPConnection, back: Backing) -> Caller | None:
    header = connection.headers.get("authorization")
    if header is None:
        return None
    way, _, whole = header.partition(" ")
    with back.database.reading() as session:
        found = keys.find(session, whole.strip()) if way.lower() == "bearer" else None
    if found is None:
        raise NotSignedInError("This key is not valid (unknown, expired or revoked). Send Authorization: Bearer pd_….")
    key, owner = found
    if keys.stale(key):
        with back.database.session() as session:
            keys.note_use(session, key.id)
    return caller_of(owner, frozenset(key.scopes), key.id)


def _by_cookie(connection: HTTPConnection, back: Backing) -> Caller:
    value = connection.cookies.get(NAME)
    if value is None:
        raise NotSignedInError("Nobody is signed in. Send an API key (Authorization: Bearer pd_…) or sign in.")
    ticket = back.cookies.read(value)
    if ticket is not None:
        with back.database.reading() as session:
            user = session.get(User, ticket.name)
            ended = sessions.ended(session, ticket.id)
        if user is not None and user.active and not ended and stamp(user) == ticket.stamp:
            return caller_of(user)
    raise NotSignedInError("This session has ended. Sign in again.")


def _told(origin: str | None) -> str:
    return "no page that says where it is from" if origin is None else urlsplit(origin).netloc or "elsewhere"


def _shown(_key: Annotated[object, Depends(WAYS[0])], _cookie: Annotated[object, Depends(WAYS[1])]) -> None:
    """Puts both ways into the description of the API."""
