"""How a module of routes is made: who calls is known before a body is read, and a repeated POST is answered once."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from serving.api.backing import backing
from serving.api.idempotency import Replays
from serving.api.security import SAFE, hold_origin, identify

F = TypeVar("F", bound=Callable[..., Any])
_SHOWN_ONCE = "_shown_once"


def shown_once(endpoint: F) -> F:
    """Marks a route whose answer holds a secret, so that it is not kept for whoever asks again."""
    setattr(endpoint, _SHOWN_ONCE, True)
    return endpoint


class KnownRoute(APIRoute):
    """A route for callers that are known."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        secret = getattr(self.endpoint, _SHOWN_ONCE, False)

        async def answer(request: Request) -> Response:
            back = backing(request)
            caller = await run_in_threadpool(identify, request, back)
            if caller.key is None and request.method not in SAFE:
                hold_origin(request, back)
            key = request.headers.get("idempotency-key")
            if key is None or request.method != "POST" or _uploads(request):
                return await handle(request)
            name = f"key {caller.key}" if caller.key else f"user {caller.actor.name}"
            replays: Replays = request.app.state.replays
            return await replays.once(request, name, key, handle, secret=secret)

        return answer


def router(tag: str, **options: Any) -> APIRouter:
    """The routes of one subject, described under `tag`."""
    return APIRouter(route_class=KnownRoute, tags=[tag], **options)


def _uploads(request: Request) -> bool:
    """An import, which knows by itself what it has read before."""
    return request.headers.get("content-type", "").lower().startswith("multipart/")
