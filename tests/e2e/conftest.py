"""The real server over a small shop, with the real model beside it, and a real browser in front."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from served import PASSWORD, WITH_MODEL, Arrive, Served
from shop import write
from visitor import PATIENCE, Visitor

from db import users
from db.engine import Database

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = ("/usr/bin", "/usr/local/bin", "/snap/bin", "/Applications/Google Chrome.app/Contents/MacOS")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
USUAL = 5000  # ms that an expectation waits, as Playwright has it
PEOPLE = {"ann": "approver", "bob": "approver", "mei": "merchant"}
OPENS_IN, LOADS_IN = 420.0, 420.0  # seconds at most


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[Served]:
    """One server for all stories, its store open and its model ready; stopped by its process id."""
    home = tmp_path_factory.mktemp("desk")
    data = write(tmp_path_factory.mktemp("data") / "shop")
    _people(home)
    port = _free_port()
    # A home relative to where the desk is started, as the default one is: no child of its may trip over that.
    environment = os.environ | {"PRICEDESK_HOME": home.name, "PRICEDESK_MODEL_ENABLED": str(WITH_MODEL).lower()}
    command = [sys.executable, "-m", "pricedesk.cli", "serve", "--port", str(port), "--data", str(data)]
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=home.parent, env=environment, stdout=log, stderr=subprocess.STDOUT)
    desk = Served(f"http://127.0.0.1:{port}/", home)
    try:
        _wait(desk, server, lambda now: now["store"] == "ready", OPENS_IN)
        if WITH_MODEL:
            _wait(desk, server, lambda now: now["model"] == "ready", LOADS_IN)
        yield desk
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(10)


def _people(home: Path) -> None:
    database = Database(f"sqlite:///{home / 'pricedesk.db'}")
    database.migrate()
    with database.session() as session:
        for name, role in PEOPLE.items():
            users.create(session, name, PASSWORD, role)
    database.dispose()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(
    desk: Served, server: "subprocess.Popen[bytes]", enough: Callable[[dict[str, str]], bool], seconds: float
) -> None:
    deadline, now = time.monotonic() + seconds, {"store": "", "model": ""}
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        now = desk.ready()
        if enough(now):
            return
        time.sleep(1)
    log = (desk.home / "server.log").read_text(errors="replace")[-3000:]
    pytest.fail(f"the server did not get ready ({now}, exit {server.poll()}):\n{log}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium or Chrome on this machine."""
    for name in BROWSERS:
        found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(PLACES))
        if found:
            return found
    pytest.skip("no browser: install Chromium (for example `apt install chromium`) to run the stories in it")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A browser for one module: Playwright keeps an event loop in this thread until it stops, which no test that
    starts one of its own would survive."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def patient() -> Iterator[None]:
    """Every expectation of the test waits as long as a small machine needs."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=USUAL)


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Arrive]:
    """Opens the page for one more person: `visit("zh", width=390)`. Afterwards nothing may have left this machine,
    and no foreign text may have acted."""
    opened: list[Visitor] = []

    def open_page(
        language: str = "en", width: int = 1380, height: int = 950, dark: bool = False, tour: bool = False
    ) -> Visitor:
        context = browser.new_context(
            locale="zh-CN" if language == "zh" else "en-GB",
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        )
        if not tour:
            context.add_init_script("localStorage.setItem('pd-tour', 'off')")
        opened.append(Visitor(context.new_page(), served.url, language))
        return opened[-1]

    yield open_page
    for visitor in opened:
        visitor.page.context.close()
    assert [v.outside for v in opened if v.outside] == []
    assert [v.alerts for v in opened if v.alerts] == []
    assert [v.faults for v in opened if v.faults] == []


@pytest.fixture
def arrive(visit: Arrive) -> Arrive:
    """The same, signed in: `arrive("ann", "zh")`."""

    def signed_in(name: str, language: str = "en", **shape: int | bool) -> Visitor:
        visitor = visit(language, **shape)
        visitor.arrive(name, PASSWORD)
        return visitor

    return signed_in
