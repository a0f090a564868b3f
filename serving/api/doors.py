"""The page's own login form, held to the same patience with guessers as the API's."""

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.guarding import address_of
from serving.api.limiting import Limits
from serving.api.problems import RefusedError, refused

LOGIN = ("/login", "/login/")


class Doorkeeper:
    """Counts the tries at POST /login before the page sees them; a try that succeeds is forgotten."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app, self.limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] not in LOGIN:
            await self.app(scope, receive, send)
            return
        request, address = Request(scope, receive), address_of(scope)
        body = await request.body()
        name = str((await _form(request)).get("username", ""))
        try:
            self.limits.attempt(name, address)
        except RefusedError as refusal:
            await refused(request, refusal)(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                self.limits.admitted(name, address)
            await send(message)

        await self.app(scope, _again(body, receive), told)


async def _form(request: Request) -> FormData:
    """What was typed; nothing where it is no form."""
    try:
        return await request.form(max_files=0, max_fields=20)
    except (HTTPException, MultiPartException):
        return FormData()


def _again(body: bytes, receive: Receive) -> Receive:
    """The body that was read here, for whoever is to read it next."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
