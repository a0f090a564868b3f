"""People sign in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from db import sessions, users
from serving.api.backing import Back, Backing
from serving.api.cookies import NAME
from serving.api.guarding import address_of
from serving.api.routes.people import Me, me_of
from serving.api.security import Caller, NotSignedInError, caller_of, hold_origin, needs

router = APIRouter(tags=["sessions"])


class Login(BaseModel):
    """A person's name and password."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "mei", "password": "correct horse battery"}]})
    name: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=users.LONGEST)


@router.post("/sessions", status_code=201)
def sign_in(login: Login, request: Request, response: Response, back: Back) -> Me:
    """Sign in: the answer's cookie is the session. Ten wrong guesses make everybody wait."""
    hold_origin(request, back, needed=False)
    address = address_of(request.scope)
    back.limits.attempt(login.name, address)
    with back.database.reading() as session:
        user = users.authenticate(session, login.name, login.password)
    if user is None:
        raise NotSignedInError("This name and password do not belong together.")
    back.limits.admitted(login.name, address)
    value, _ = back.cookies.write(user)
    set_cookie(response, request, back, value)
    return me_of(user, caller_of(user))


@router.delete("/sessions/current", status_code=204)
def sign_out(request: Request, response: Response, back: Back, caller: Annotated[Caller, Depends(needs(None))]) -> None:
    """Sign out: this session opens nothing any more, here or elsewhere. Under a key there is none to end."""
    ticket = back.cookies.read(request.cookies.get(NAME, ""))
    if caller.key is None and ticket is not None:
        with back.database.session() as session:
            sessions.end(session, ticket.id, ticket.ends_at)
    response.delete_cookie(NAME, path="/")


def set_cookie(response: Response, request: Request, back: Backing, value: str) -> None:
    """For this server alone, out of reach of scripts; over TLS only where the page came over TLS."""
    response.set_cookie(
        NAME, value, max_age=int(back.cookies.lasting.total_seconds()), path="/", httponly=True, samesite="lax",
        secure=request.url.scheme == "https" or any(one.startswith("https:") for one in back.origins),
    )  # fmt: skip
