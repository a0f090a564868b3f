"""A real desk and a real browser, for what can only be seen or measured there."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from db import users
from db.engine import Database

NAME, PASSWORD = "admin", "only for these pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-background-networking")
OPENS_IN = 900.0  # seconds at most
PATIENCE = 180_000  # ms


@dataclass(frozen=True)
class Running:
    """A desk with the demo store, which is simulated, and no language model."""

    url: str
    home: Path
    environment: dict[str, str]

    def run(self, *words: str) -> None:
        """A command of the desk on the same state."""
        subprocess.run([sys.executable, "-m", "pricedesk.cli", *words], env=self.environment, check=True, stdout=2)


@contextmanager
def running() -> Iterator[Running]:
    """Served on a free port until the block ends; stopped by its process id."""
    with TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port, home = int(probe.getsockname()[1]), Path(folder)
        probe.close()
        environment = os.environ | {"PRICEDESK_HOME": folder, "PRICEDESK_MODEL_ENABLED": "false"}
        _account(home)
        with (home / "server.log").open("w") as log:
            command = [sys.executable, "-m", "pricedesk.cli", "serve", "--port", str(port)]
            server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            desk = Running(f"http://127.0.0.1:{port}/", home, environment)
            _wait(desk, server)
            yield desk
        finally:
            server.terminate()
            server.wait(60)


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


def _account(home: Path) -> None:
    database = Database(f"sqlite:///{home / 'pricedesk.db'}")
    database.migrate()
    with database.session() as session:
        users.create(session, NAME, PASSWORD, "admin")
    database.dispose()


def _wait(desk: Running, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + OPENS_IN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{desk.url}readyz", timeout=5) as answer:
                if b'"store":"ready"' in answer.read().replace(b" ", b""):
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(1)
    raise SystemExit(f"The desk did not get ready:\n{(desk.home / 'server.log').read_text()[-2000:]}")
