"""The running desk: web app in front, data and model made ready behind it."""

import logging
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlmodel import func, select

from db import users
from db.imports.loading import load
from db.tables import Product
from pricedesk.background import reach_of, uploads_of
from pricedesk.demo import load_demo, refuse_mixing
from pricedesk.door import join
from pricedesk.models import adapter_of
from pricedesk.progress import OpeningBoard
from pricedesk.settings import Settings
from pricedesk.texts import index_texts
from pricedesk.wiring import Pricedesk, wire
from pricing.errors import PricingError
from serving.api.app import create_app
from serving.api.backing import Backing
from serving.api.cookies import Cookies, secret_in
from serving.api.limiting import Limits, Rates
from serving.api.logs import set_up
from serving.api.oidc import PATH, Provider
from serving.api.scopes import BY_ROLE
from serving.jobs.deliveries import ping
from tools.refresh import refresh
from ui.behind import Behind
from ui.page import mount

log = logging.getLogger(__name__)
JOBS_AFTER = 3.0  # seconds that the page is given before background work begins


def run(settings: Settings, data: Path | None) -> None:
    """Serve until stopped. The page is up at once; store, texts, fits and model get ready behind it.

    Raises PricingError where the port is taken, or where `data` would mix with the simulated store.
    """
    set_up(settings.log, settings.log_level)
    _need_free(settings.host, settings.port)
    desk, board = wire(settings), OpeningBoard()
    if data is not None:
        refuse_mixing(desk)
    app = application(desk, board, data)
    _greet(desk)
    uvicorn.run(
        app, host=settings.host, port=settings.port, log_config=None, access_log=False, timeout_graceful_shutdown=5,
        proxy_headers=bool(settings.trusted_proxies), forwarded_allow_ips=settings.trusted_proxies or None,
    )  # fmt: skip


def application(desk: Pricedesk, board: OpeningBoard, data: Path | None = None) -> FastAPI:
    """The web app with its page; entering its lifespan opens the store and starts the model."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        for work in (lambda: _open_store(desk, board, data), lambda: _start_model(desk)):
            threading.Thread(target=work, daemon=True).start()
        desk.jobs.start(after=JOBS_AFTER)
        yield
        desk.jobs.stop()
        desk.models.stop()
        if desk.tracing is not None:
            desk.tracing.stop()

    app = create_app(_backing(desk, board), lifespan)
    mounted = mount(
        app, desk.desk, lambda: desk.models.state, lambda: board.now, desk.settings.language, desk.jobs, _behind(desk)
    )
    if desk.settings.oidc_issuer:
        join(mounted, PATH, desk.settings.language)
    return mounted


def _backing(desk: Pricedesk, board: OpeningBoard) -> Backing:
    settings = desk.settings
    rates = Rates(caller=settings.api_rate, address=settings.address_rate, login=settings.login_rate)
    return Backing(
        desk.desk,
        lambda: desk.models.state,
        lambda: board.now,
        Cookies(secret_in(settings.home), timedelta(hours=settings.session_hours)),
        Limits(rates, settings.limits_url),
        settings.origins,
        desk.jobs,
        uploads_of(settings),
        reach_of(settings),
        _provider(settings),
        desk.meters,
        settings.metrics,
        desk.tracing,
    )


def _behind(desk: Pricedesk) -> Behind:
    settings, reach = desk.settings, reach_of(desk.settings)
    return Behind(
        settings.home / "rejects", BY_ROLE, reach, lambda webhook: ping(webhook, reach),
        settings.model if settings.model_enabled else "", adapter_of(settings), settings.country or "",
    )  # fmt: skip


def _provider(settings: Settings) -> Provider | None:
    if not settings.oidc_issuer:
        return None
    return Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        settings.oidc_role_claim,
        settings.roles,
        settings.oidc_name_claim,
        settings.public_url,
    )


def _open_store(desk: Pricedesk, board: OpeningBoard, data: Path | None) -> None:
    """Load what was asked for, or the demo store where the database is empty; then index and fit."""
    try:
        if data is not None:
            print(load(desk.database, data, "auto", board.tell, desk.settings.home / "rejects"), flush=True)
        elif _empty(desk):
            print(load_demo(desk, progress=board.tell), flush=True)
        index_texts(desk.shop, board.tell)
        refresh(desk.context(), board.tell)
        desk.shop.knowledge.warm()
        board.finish()
        print("The store is ready.", flush=True)
    except PricingError as refusal:
        board.finish(str(refusal))
        print(refusal, flush=True)
    except Exception:
        log.exception("the store could not be opened")
        board.finish("The store could not be opened; the log says why.")


def _start_model(desk: Pricedesk) -> None:
    try:
        desk.models.serve()
    except Exception:
        log.exception("the model could not be started; the planner answers in its place")


def _empty(desk: Pricedesk) -> bool:
    with desk.database.reading() as session:
        return session.exec(select(func.count()).select_from(Product)).one() == 0


def _greet(desk: Pricedesk) -> None:
    """The address, and on the very first start the logins, which are never shown again."""
    settings = desk.settings
    print(f"\n  Pricedesk is at http://{settings.host}:{settings.port}", flush=True)
    with desk.database.session() as session:
        fresh = users.first_logins(session)
    if fresh:
        print("\n  Logins (shown this once; keep them):")
        for name, password, role in fresh:
            print(f"    {name:<10} {password}   ({role})")
    print("\n  Ctrl-C stops it.\n", flush=True)


def _need_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PricingError(f"Port {port} is taken. Choose another one: --port {port + 1}.") from None
