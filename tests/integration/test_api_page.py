"""Page and API behind one real server: both doors hold guessers back, and one sign-in at a provider opens both."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from httpx import Client

from db.engine import Database
from serving.api.oidc import PATH
from tests.integration.api import PASSWORD, add_people
from tests.integration.api_served import served
from tests.integration.provider import CLIENT, SECRET, OpenIdProvider

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def vouching() -> Iterator[OpenIdProvider]:
    provider = OpenIdProvider()
    with served(provider.app()) as address:
        provider.issuer = address
        provider.person["roles"] = ["approver"]
        yield provider


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, vouching: OpenIdProvider) -> Iterator[str]:
    """`pricedesk serve` on a store of one product, its people of every role, joined to the provider."""
    home = tmp_path_factory.mktemp("served")
    (home / "store").mkdir()
    (home / "store" / "products.csv").write_text("sku,name,price,currency\nTEA-001,Green tea,2.00,GBP\n")
    database = Database(f"sqlite:///{home / 'pricedesk.db'}")
    database.migrate()
    add_people(database)
    database.dispose()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "HOME": home, "MODEL_ENABLED": "false", "LOGIN_RATE": "3/hour", "OIDC_ISSUER": vouching.issuer,
        "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET,
    }  # fmt: skip
    environment = os.environ | {f"PRICEDESK_{name}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "pricedesk.cli", "serve", "--port", str(port), "--data", str(home / "store")]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(f"http://127.0.0.1:{port}", server, home / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(60)


def _wait(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{address}/healthz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    pytest.fail(f"the server did not get ready:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture
def visitor(address: str) -> Iterator[Client]:
    """A browser that has been nowhere yet; its requests say that they come from the page."""
    with Client(base_url=address, headers={"Origin": address}, timeout=30) as client:
        yield client


def test_page_and_api_stand_side_by_side(visitor: Client) -> None:
    assert visitor.get("/healthz").json() == {"status": "ok"}
    assert visitor.get("/readyz").json()["model"] == "stopped"
    assert visitor.get("/api/openapi.json").json()["openapi"].startswith("3.1")
    assert visitor.get("/api/docs").status_code == 200
    assert visitor.get("/api/v1/nothing").headers["content-type"] == "application/problem+json"
    assert visitor.get("/config").status_code == 401
    front = visitor.get("/")
    assert f'href=\\"{PATH}\\"' in front.text
    assert "mei" not in front.text
    login = {"username": "mei", "password": PASSWORD}
    assert visitor.post("/login", data=login).json() == {"success": True}
    assert visitor.get("/config").json()["username"] == "mei"
    assert visitor.get("/api/v1/me").status_code == 401
    assert visitor.post("/api/v1/sessions", json={"name": "mei", "password": PASSWORD}).status_code == 201
    assert visitor.get("/api/v1/me").json()["name"] == "mei"


def test_the_login_form_holds_guessers_back_as_the_api_does(visitor: Client) -> None:
    def enter(name: str, password: str, **how: object) -> int:
        form = {"username": name, "password": password}
        return visitor.post("/login", **({"data": form} | how)).status_code  # type: ignore[arg-type]

    as_multipart = {"data": None, "files": {"username": (None, "mei"), "password": (None, "guess")}}
    assert [enter("mei", "guess"), enter("mei", "", **as_multipart), enter(" mei ", "guess")] == [400] * 3
    told = visitor.post("/login", data={"username": "mei", "password": PASSWORD})
    assert told.status_code == 429
    assert int(told.headers["retry-after"]) > 0
    assert visitor.post("/api/v1/sessions", json={"name": "mei", "password": PASSWORD}).status_code == 429
    assert enter("ann", PASSWORD) == 200


def test_one_sign_in_at_the_provider_opens_page_and_api(visitor: Client) -> None:
    away = visitor.get(PATH)
    with httpx.Client() as other:
        back = other.get(away.headers["location"]).headers["location"]
    home = visitor.get(back)
    assert (home.status_code, home.headers["location"]) == (303, "/")
    assert visitor.get("/config").json()["username"] == "zoe"
    assert visitor.get("/api/v1/me").json()["name"] == "zoe"


def test_a_body_that_is_too_large_is_refused_while_most_of_it_is_still_unsent(visitor: Client) -> None:
    address = visitor.base_url
    for path, length in (("/login", 1 << 20), ("/api/v1/people", 1 << 30), ("/gradio_api/upload", 1 << 40)):
        with socket.create_connection((address.host, address.port), timeout=20) as line:
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
            line.sendall(head.encode() + b"x" * 1000)
            assert line.recv(100).startswith(b"HTTP/1.1 413 "), path


def test_a_closed_account_opens_neither_door(visitor: Client) -> None:
    assert visitor.post("/login", data={"username": "bob", "password": PASSWORD}).status_code == 200
    admin = {"name": "ada", "password": PASSWORD}
    assert visitor.post("/api/v1/sessions", json=admin).status_code == 201
    assert visitor.patch("/api/v1/people/bob", json={"active": False}).status_code == 200
    assert visitor.post("/login", data={"username": "bob", "password": PASSWORD}).status_code == 400
