"""Every refusal and every fault as a problem document (RFC 9457)."""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from agents.proposing import NotLawfulError
from db.charging import ApplyFailedError, NothingTakenError, PriceMovedError, TimeOverError
from db.engine import DatabaseUnavailableError
from db.jobs import JobEndedError
from db.moves import NotAllowedError, OnItsWayError, StaleProposalError, UnlawfulMoveError
from db.proposals import RejectedBeforeError
from db.rules import StaleRulesError
from db.users import LastAdminError, TakenNameError
from pricing.errors import PricingError

MEDIA = "application/problem+json"
STATUS: dict[type[PricingError], int] = {  # what is in no row is 404 where its name says Unknown, and 422 otherwise
    NotAllowedError: 403,
    UnlawfulMoveError: 409,
    StaleProposalError: 409,
    RejectedBeforeError: 409,
    PriceMovedError: 409,
    ApplyFailedError: 409,
    NotLawfulError: 409,
    LastAdminError: 409,
    TakenNameError: 409,
    OnItsWayError: 409,
    NothingTakenError: 409,
    JobEndedError: 409,
    TimeOverError: 409,
    StaleRulesError: 412,
    DatabaseUnavailableError: 503,
}
log = logging.getLogger(__name__)


class Wrong(BaseModel):
    """One field that cannot be taken as it is."""

    field: str = Field(description="Where it stands: body.price, query.limit", examples=["body.price"])
    message: str


class Problem(BaseModel):
    """What went wrong, for a program (`type`, `status`) and for a person (`detail`)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "/problems/unknown-proposal",
                    "title": "Unknown proposal",
                    "status": 404,
                    "detail": "There is no proposal 7. The list of proposals shows their numbers.",
                    "instance": "/api/v1/proposals/7",
                    "request_id": "5f0e4a1c9d3b4e21",
                }
            ]
        }
    )
    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[Wrong] = []


class RefusedError(PricingError):
    """A refusal of the API's own, which knows its status and what a client must be told in headers."""

    status: ClassVar[int] = 422

    def __init__(self, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.headers = dict(headers or {})


class UnknownThingError(RefusedError):
    """Nothing has this name or number."""

    status = 404


class ConflictError(RefusedError):
    """It cannot be done as things stand."""

    status = 409


def answer_faults(app: FastAPI) -> None:
    """Problem documents for all that a route may raise; what nobody foresaw is `guarding.Guarded`'s."""
    app.add_exception_handler(PricingError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)


def status_of(refusal: PricingError) -> int:
    """The HTTP status of a refusal, by its class."""
    if isinstance(refusal, RefusedError):
        return refusal.status
    known = next((STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS), None)
    return known or (404 if type(refusal).__name__.startswith("Unknown") else 422)


def document(
    request: Request, status: int, name: str, detail: str, *, headers: Mapping[str, str] | None = None,
    errors: list[Wrong] | None = None,
) -> Response:  # fmt: skip
    """The answer; `name` is a kebab-case word for the kind of problem."""
    problem = Problem(
        type=f"/problems/{name}", title=name.replace("-", " ").capitalize(), status=status, detail=detail,
        instance=request.url.path, request_id=request_id(request), errors=errors or [],
    )  # fmt: skip
    body = problem.model_dump(mode="json", exclude=None if errors else {"errors"})
    return JSONResponse(body, status, headers=dict(headers or {}), media_type=MEDIA)


def refused(request: Request, refusal: PricingError) -> Response:
    """The problem document of a refusal."""
    headers = refusal.headers if isinstance(refusal, RefusedError) else {}
    return document(request, status_of(refusal), kind_of(refusal), str(refusal), headers=headers)


def kind_of(refusal: PricingError) -> str:
    """UnknownProposalError is unknown-proposal."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(refusal).__name__.removesuffix("Error")).lower()


def fault(request: Request) -> Response:
    """The answer to what nobody foresaw, logged with its traceback (the caller handles the exception)."""
    number = uuid4().hex[:8]
    log.exception("fault %s in request %s", number, request_id(request))
    return document(request, 500, "fault", f"Something went wrong here. The log knows it as fault {number}.")


def request_id(request: Request) -> str:
    """The number of this request, in every answer's X-Request-ID."""
    state: dict[str, Any] = request.scope.setdefault("state", {})
    return str(state.setdefault("request_id", uuid4().hex[:16]))


async def _refused(request: Request, refusal: Exception) -> Response:
    return refused(request, refusal) if isinstance(refusal, PricingError) else fault(request)


async def _invalid(request: Request, invalid: Exception) -> Response:
    found = invalid.errors() if isinstance(invalid, RequestValidationError) else []
    errors = [Wrong(field=".".join(map(str, one["loc"])), message=str(one["msg"])) for one in found]
    detail = "; ".join(f"{one.field}: {one.message}" for one in errors[:5])
    return document(request, 422, "invalid-request", f"{detail}. Nothing was done.", errors=errors)


async def _plain(request: Request, plain: Exception) -> Response:
    status = plain.status_code if isinstance(plain, HTTPException) else 500
    headers = plain.headers if isinstance(plain, HTTPException) else None
    phrase = HTTPStatus(status).phrase
    said = plain.detail if isinstance(plain, HTTPException) and isinstance(plain.detail, str) else phrase
    name = re.sub(r"[^a-z]+", "-", phrase.lower()).strip("-")
    return document(request, status, name, said, headers=headers)
