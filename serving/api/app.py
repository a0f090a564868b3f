"""The web application: health for operators, the API for tools; pages are mounted on it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from types import ModuleType

from fastapi import APIRouter, FastAPI, Response
from fastapi.routing import APIRoute
from sqlalchemy import text
from starlette.requests import Request
from starlette.routing import Match

from serving.api.backing import Backing
from serving.api.doors import Doorkeeper
from serving.api.gauges import gauges
from serving.api.guarding import Guarded
from serving.api.idempotency import Replays
from serving.api.mcp import add_mcp
from serving.api.metrics import Counted, Meters, add_metrics
from serving.api.openapi import ERRORS, describe
from serving.api.pages import add_page
from serving.api.problems import UnknownThingError, answer_faults, document
from serving.api.routes import (
    analysis,
    asking,
    audit,
    decisions,
    exports,
    jobs,
    keys,
    oidc,
    people,
    prices,
    products,
    proposals,
    proposing,
    rules,
    sales,
    sessions,
    webhooks,
)  # fmt: skip
from serving.api.tracing import Traced

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
V1 = "/api/v1"
ROUTES: tuple[ModuleType, ...] = (
    sessions, oidc, people, keys, asking, sales, analysis, prices, products, proposing, proposals, decisions, rules,
    audit, exports, jobs, webhooks,
)  # fmt: skip
ABOUT = (
    "Ask, list, decide and export, as the page does. Machines send a key (`Authorization: Bearer pd_…`), people "
    "sign in at `/api/v1/sessions`. Every refusal is a problem document (RFC 9457) whose `detail` says what to do."
)


def create_app(backing: Backing, lifespan: Lifespan) -> FastAPI:
    """The app on its backing: /healthz, /readyz, /api/v1 (its docs at /api/docs, its description beside), /mcp."""
    app = FastAPI(
        title="Pricedesk", description=ABOUT, lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json", generate_unique_id_function=_named,
    )  # fmt: skip
    app.state.backing, app.state.replays = backing, Replays(backing.database)
    answer_faults(app)
    describe(app)
    _health(app, backing)
    for module in ROUTES:
        app.include_router(module.router, prefix=V1, responses=ERRORS)
    add_page(app)
    meters = backing.meters or Meters()
    add_metrics(app, meters, backing.metrics, gauges)
    app.include_router(_nothing_else(app))
    add_mcp(app)
    app.add_middleware(Doorkeeper, limits=backing.limits)
    app.add_middleware(Counted, meters=meters)
    if backing.tracing is not None:
        app.add_middleware(Traced, tracing=backing.tracing)
    app.add_middleware(Guarded, limits=backing.limits)
    return app


def _health(app: FastAPI, backing: Backing) -> None:
    @app.get("/healthz", tags=["health"])
    def healthz() -> dict[str, str]:
        """The process is alive."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["health"], responses={503: {"description": "Not yet"}})
    def readyz(response: Response) -> dict[str, str]:
        """The database answers and the store is open. The model may still load: the planner answers meanwhile."""
        with backing.database.reading() as session:
            session.connection().execute(text("SELECT 1"))
        store = backing.opening()
        if store.stage or store.trouble:
            response.status_code = 503
        return {"store": store.trouble or store.stage or "ready", "model": backing.model().phase}


def _nothing_else(app: FastAPI) -> APIRouter:
    """What no route under /api/v1 answers is no page either."""
    rest = APIRouter()

    def unknown(request: Request) -> Response:
        allowed = sorted(set(_methods(app, request)))
        if not allowed:
            raise UnknownThingError(f"There is nothing at {request.url.path}. /api/docs lists what there is.")
        told = f"{request.method} is nothing that {request.url.path} knows; it takes {', '.join(allowed)}."
        return document(request, 405, "method-not-allowed", told, headers={"Allow": ", ".join(allowed)})

    every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"]
    rest.add_api_route(V1 + "/{rest:path}", unknown, methods=every, include_in_schema=False)
    return rest


def _methods(app: FastAPI, request: Request) -> Iterator[str]:
    for route in app.routes:
        if isinstance(route, APIRoute) and route.matches(request.scope)[0] is Match.PARTIAL:
            yield from route.methods


def _named(route: APIRoute) -> str:
    """A function's name is the operation's, so that a generated client reads well."""
    return route.name
