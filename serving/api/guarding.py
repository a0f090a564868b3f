"""What every request passes on its way in: a number, a bound on its size, a limit by address. Faults get an answer."""

import re
from collections.abc import Sequence
from contextvars import ContextVar
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api import logs
from serving.api.limiting import Limits
from serving.api.problems import RefusedError, fault, refused

MB = 1 << 20
BODIES = (  # the most bytes of a body, by the beginning of the path; the first that fits counts
    ("/api/v1/imports", 200 * MB),
    ("/api/", MB),
    ("/mcp", MB),
    ("/login", 16 << 10),
    ("/", 60 * MB),  # the page, which bounds its own uploads
)
COUNTED = ("/api/", "/mcp")  # by address
HEADERS = {  # of the API's own answers; a page has its own
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
ADDRESS: ContextVar[str] = ContextVar("address", default="")  # of whoever sent the request that is being answered


class TooLargeError(RefusedError):
    """A body that nobody here would read."""

    status = 413


class Guarded:
    """The outermost layer of the app."""

    def __init__(self, app: ASGIApp, limits: Limits, bodies: Sequence[tuple[str, int]] = BODIES) -> None:
        self.app, self.limits, self.bodies = app, limits, bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request, begun = Request(scope), False
        request.state.request_id = _number(request.headers)
        ADDRESS.set(address_of(scope))
        logs.bind(request.state.request_id)

        async def sent(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _head(message, scope["path"], request.state.request_id)
            await send(message)

        try:
            bounded = self._admit(request, receive)
            await self.app(scope, bounded, sent)
        except RefusedError as refusal:
            await refused(request, refusal)(scope, receive, sent)
        except Exception:
            answer = fault(request)
            if begun:  # too late to say anything: the client sees the answer break off
                raise
            await answer(scope, receive, sent)

    def _admit(self, request: Request, receive: Receive) -> Receive:
        """The body, which ends in a 413 where it is longer than its path allows. Raises RefusedError."""
        path = request.url.path
        if path.startswith(COUNTED):
            self.limits.arrival(address_of(request.scope))
        most = next(most for beginning, most in self.bodies if path.startswith(beginning))
        told = request.headers.get("content-length", "0")
        if not told.isascii() or not told.isdigit() or int(told) > most:
            raise TooLargeError(_too_large(most))
        seen = 0

        async def bounded() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise HTTPException(413, _too_large(most))
            return message

        return bounded


def address_of(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _number(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if re.fullmatch(r"[\w-]{8,64}", given, re.ASCII) else uuid4().hex[:16]


def _head(message: Message, path: str, number: str) -> None:
    headers = MutableHeaders(scope=message)
    headers["x-request-id"] = number
    if path.startswith("/api/v1"):
        for name, value in HEADERS.items():
            headers.setdefault(name, value)


def _too_large(most: int) -> str:
    size = f"{most // MB} MB" if most >= MB else f"{most >> 10} kB"
    return f"The body is larger than the {size} that are read here. Send less at once."
