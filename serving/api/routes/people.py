"""People who have an account, and what each may set for themselves."""

import secrets
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from db import users
from db.tables import User
from serving.api.backing import Back
from serving.api.paging import Page, Paging
from serving.api.problems import RefusedError
from serving.api.routing import router as routes
from serving.api.security import Caller, needs

router = routes("people")
Role = Literal["merchant", "approver", "admin"]
Language = Literal["", "en", "zh"]
Admin = Annotated[Caller, Depends(needs("people"))]
Known = Annotated[Caller, Depends(needs(None))]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["mei"])]
NamePath = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["mei"])]
Password = Annotated[str, Field(min_length=users.SHORTEST, max_length=users.LONGEST)]


class WrongPasswordError(RefusedError):
    """The present password, which a new one asks for, is another one."""

    status = 403


class Person(BaseModel):
    """An account."""

    name: str
    role: Role
    active: bool
    language: Language = Field(description='of the page; "" is the browser\'s')
    by_oidc: bool = Field(description="signs in at the OIDC provider")
    created_at: datetime


class NewPerson(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "mei", "role": "merchant"}]})
    name: Name
    role: Role
    password: Password | None = Field(default=None, description="made where none is given, and shown this once")


class MadePerson(Person):
    password: str | None = Field(description="the one that was made; null where one was given")


class PersonChange(BaseModel):
    """What shall be otherwise; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"role": "approver"}]})
    role: Role | None = None
    active: bool | None = None
    password: Password | None = None


class Me(BaseModel):
    """Who calls, and what they may do."""

    name: str
    role: Role
    language: Language
    scopes: list[str]
    key: str | None = Field(description="the id of the key; null in a session")


class MyChange(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"language": "zh"}]})
    language: Language | None = None
    password: Password | None = None
    present_password: str | None = Field(default=None, max_length=users.LONGEST, description="for a new password")


@router.get("/people")
def list_people(back: Back, window: Paging, _: Admin) -> Page[Person]:
    """Everybody who has an account, by name."""
    with back.database.reading() as session:
        rows = users.some(session, window.text(), window.limit + 1)
    return window.page(rows, lambda user: user.name, person_of)


@router.post("/people", status_code=201)
def create_person(new: NewPerson, back: Back, caller: Admin) -> MadePerson:
    """Make an account."""
    made = None if new.password is not None else secrets.token_urlsafe(12)
    with back.database.session() as session:
        user = users.create(session, new.name, new.password or made or "", new.role, caller.actor)
    return MadePerson(**person_of(user).model_dump(), password=made)


@router.get("/people/{name}")
def get_person(name: NamePath, back: Back, _: Admin) -> Person:
    """One account."""
    with back.database.reading() as session:
        return person_of(users.get(session, name))


@router.patch("/people/{name}")
def change_person(name: NamePath, change: PersonChange, back: Back, caller: Admin) -> Person:
    """Change a role, open or close an account, set a new password. The last admin stays one."""
    with back.database.session() as session:
        user = users.change(session, name, caller.actor, role=change.role, active=change.active)
        if change.password is not None:
            users.set_password(session, name, change.password, caller.actor)
        return person_of(user)


@router.get("/me")
def get_me(back: Back, caller: Known) -> Me:
    """Who this key or session belongs to, and what it may do."""
    with back.database.reading() as session:
        return me_of(users.get(session, caller.actor.name), caller)


@router.patch("/me")
def change_me(change: MyChange, back: Back, caller: Known) -> Me:
    """Set one's own language, and (in a session) one's own password, which ends all sessions."""
    name = caller.actor.name
    if change.password is not None:
        _hold_password(change, back, caller)
    with back.database.session() as session:
        user = users.change(session, name, caller.actor, language=change.language)
        if change.password is not None:
            users.set_password(session, name, change.password, caller.actor)
        return me_of(user, caller)


def _hold_password(change: MyChange, back: Back, caller: Caller) -> None:
    if caller.key is not None:
        raise WrongPasswordError("A key sets no password. Sign in to set it.")
    back.limits.attempt(caller.actor.name, "present password")
    with back.database.reading() as session:
        if users.authenticate(session, caller.actor.name, change.present_password or "") is None:
            raise WrongPasswordError("The present password is another one. Nothing was changed.")
    back.limits.admitted(caller.actor.name, "present password")


def person_of(user: User) -> Person:
    return Person.model_validate({**user.model_dump(), "by_oidc": bool(user.subject)})


def me_of(user: User, caller: Caller) -> Me:
    told = {"name": user.name, "role": user.role, "language": user.language}
    return Me.model_validate({**told, "scopes": sorted(caller.scopes), "key": caller.key})
