"""A real desk and a real browser, for what can only be seen or measured there."""

import shutil
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from agents.batching import Wish, every_sku, propose_once
from agents.proposing import Asked
from db import rules, users
from db.actors import Actor
from pricedesk.demo import load_demo
from pricedesk.progress import OpeningBoard
from pricedesk.server import application
from pricedesk.settings import Settings
from pricedesk.texts import index_texts
from pricedesk.wiring import Pricedesk, wire
from tools.refresh import refresh

NAME, PASSWORD = "admin", "only for these pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-background-networking")
OPENS_IN = 900.0  # seconds at most
PATIENCE = 180_000  # ms
PRODUCTS, PROPOSALS = 30, 16


@dataclass(frozen=True)
class Running:
    """A desk with a small demo store, which is simulated, and no language model."""

    url: str


@contextmanager
def running() -> Iterator[Running]:
    """Served on a free port until the block ends."""
    with TemporaryDirectory() as folder, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        desk = wire(Settings(home=Path(folder), model_enabled=False))
        _filled(desk)
        server = uvicorn.Server(uvicorn.Config(application(desk, OpeningBoard()), log_level="warning"))
        serving = Thread(target=server.run, args=([listening],), daemon=True)
        serving.start()
        try:
            _wait(url)
            yield Running(url)
        finally:
            server.should_exit = True
            serving.join(60)


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium or Chrome. Raises SystemExit where none is installed."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        raise SystemExit("No browser: install Chromium, for example by `apt install chromium`.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        started.close()


def sign_in(page: Page, url: str) -> None:
    """To the chat, without the tour."""
    page.set_default_timeout(PATIENCE)
    page.context.add_init_script("localStorage.setItem('pd-tour', 'off')")
    page.goto(url)
    page.locator("input").first.fill(NAME)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=password]").press("Enter")
    page.locator(".pd-who").wait_for()
    page.locator("#question textarea").wait_for()


def _filled(desk: Pricedesk) -> None:
    """A store, its fits, proposals that wait, and a rule that somebody set."""
    admin = Actor(NAME, "admin")
    with desk.database.session() as session:
        users.create(session, NAME, PASSWORD, "admin")
    load_demo(desk, products=PRODUCTS)
    with desk.database.session() as session:
        rules.edit(session, rules.STORE, {"days_between_changes": 5}, admin, "Competitors move weekly.", 0)
    index_texts(desk.shop)
    refresh(desk.context())
    context = desk.context()
    for sku in every_sku(context)[:PROPOSALS]:
        propose_once(context, sku, Wish(), Asked("merchant", batch="pictures", lasting=desk.settings.lasting))


def _wait(url: str) -> None:
    deadline = time.monotonic() + OPENS_IN
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}readyz", timeout=5) as answer:
                if b'"store":"ready"' in answer.read().replace(b" ", b""):
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(1)
    raise SystemExit("The desk did not get ready.")
