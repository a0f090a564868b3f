"""The web application: health for operators; pages and routes are mounted on it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI, Response
from sqlalchemy import text

from db.engine import Database

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(database: Database, model: Callable[[], Any], opening: Callable[[], Any], lifespan: Lifespan) -> FastAPI:
    """`model` tells the state of the model server (phase, reason), `opening` how far the store is (stage, trouble)."""
    app = FastAPI(title="Pricedesk", lifespan=lifespan, docs_url="/api/docs", openapi_url="/api/openapi.json")

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        """The process is alive."""
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz(response: Response) -> dict[str, str]:
        """The database answers and the store is open. The model may still load: the planner answers meanwhile."""
        with database.reading() as session:
            session.connection().execute(text("SELECT 1"))
        store = opening()
        if store.stage or store.trouble:
            response.status_code = 503
        return {"store": store.trouble or store.stage or "ready", "model": model().phase}

    return app
