"""API keys: a person's own, and for who may manage people, everybody's."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from db import keys
from db.dealings import ApiKey
from db.tables import now
from db.users import get as get_user
from serving.api.backing import Back
from serving.api.paging import Page, Paging
from serving.api.routes.people import Name
from serving.api.routing import router as routes
from serving.api.routing import shown_once
from serving.api.security import BY_ROLE, Caller, NoScopeError, Scope, needs

router = routes("keys")
Known = Annotated[Caller, Depends(needs(None))]
KeyId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", examples=["8f3b6a1c2d4e5f60"])]


class Key(BaseModel):
    """A key as it is known here: never its secret."""

    id: str
    name: str
    owner: str
    scopes: list[str]
    made_at: datetime
    expires_at: datetime | None
    used_at: datetime | None = Field(description="to the minute")
    revoked_at: datetime | None


class MadeKey(Key):
    key: str = Field(description="the whole key, shown this once", examples=["pd_8f3b6a1c2d4e5f60_…"])


class NewKey(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "nightly export", "scopes": ["read", "export"], "days": 90}]},
    )
    name: Name
    scopes: list[Scope] = Field(min_length=1, max_length=20)
    days: int | None = Field(default=90, ge=1, le=3650, description="until it expires; null is never")
    owner: Name | None = Field(default=None, description="the caller where left out; others need the scope people")


@router.get("/keys")
def list_keys(
    back: Back, window: Paging, caller: Known, owner: Annotated[str | None, Query(max_length=100)] = None
) -> Page[Key]:
    """One's own keys; with the scope people, everybody's or one `owner`'s."""
    own = _owner(caller, owner) if owner is not None else _reach(caller)
    with back.database.reading() as session:
        rows = keys.listed(session, own, window.text(), window.limit + 1)
    return window.page(rows, lambda key: key.id, key_of)


@router.post("/keys", status_code=201)
@shown_once
def create_key(new: NewKey, back: Back, caller: Known) -> MadeKey:
    """Make a key. It may do what its scopes name, as far as its owner may and its maker may."""
    owner = _owner(caller, new.owner or caller.actor.name)
    expires = None if new.days is None else now() + timedelta(days=new.days)
    with back.database.session() as session:
        _hold(new.scopes, caller, get_user(session, owner).role)
        made, whole = keys.create(session, new.name, owner, new.scopes, caller.actor, expires_at=expires)
    return MadeKey(**key_of(made).model_dump(), key=whole)


@router.delete("/keys/{key_id}")
def revoke_key(key_id: KeyId, back: Back, caller: Known) -> Key:
    """From now on the key opens nothing."""
    with back.database.session() as session:
        return key_of(keys.revoke(session, key_id, caller.actor, _reach(caller)))


@router.post("/keys/{key_id}/rotate", status_code=201)
@shown_once
def rotate_key(key_id: KeyId, back: Back, caller: Known) -> MadeKey:
    """A new key like this one, which is revoked."""
    with back.database.session() as session:
        former = keys.get(session, key_id, _reach(caller))
        _hold(former.scopes, caller, get_user(session, former.owner).role)
        made, whole = keys.rotate(session, key_id, caller.actor)
    return MadeKey(**key_of(made).model_dump(), key=whole)


def key_of(key: ApiKey) -> Key:
    return Key.model_validate(key.model_dump())


def _reach(caller: Caller) -> str | None:
    """Whose keys the caller may touch: None is everybody's. Raises NoScopeError: a key makes keys only with people."""
    if "people" in caller.scopes:
        return None
    if caller.key is not None:
        raise NoScopeError("A key manages keys only with the scope people. Sign in to manage your own.")
    return caller.actor.name


def _owner(caller: Caller, owner: str) -> str:
    if _reach(caller) not in (None, owner):
        raise NoScopeError(f"The keys of {owner!r} are not yours; it takes the scope people.")
    return owner


def _hold(scopes: list[Scope] | list[str], caller: Caller, role: str) -> None:
    beyond = sorted(set(scopes) - (BY_ROLE[role] & caller.scopes))
    if beyond:
        raise NoScopeError(f"The key may not have {', '.join(beyond)}: its owner ({role}) or its maker may not either.")
