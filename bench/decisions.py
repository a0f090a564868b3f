"""Decisions a second under 32 clients at once, through a real server, on SQLite and on PostgreSQL in the same run."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import numpy as np

from bench.options import Options
from bench.queue import _server as postgresql
from bench.table import Cell, Table
from db import keys, proposals, users
from db.actors import SYSTEM, Actor
from db.engine import Database
from db.moves import remember_rules
from db.tables import Product
from db.versions import data_version
from pricing.guardrails import Rules

CLIENTS, EACH = 32, 10
OPENS_IN = 600.0  # seconds at most
BUSY = "1000000/minute"  # limits that hold nobody back here
COLUMNS = ("what", "answers", "per second", "ms, p50", "ms, p95", "refused")
NOTE = (
    f"{CLIENTS} clients at once, each with a connection of its own, against one server process on the same machine.\n"
    "One by one: look, then sign. Products and proposals are made up. 100 at once is counted by signature."
)
ASKER = Actor("mei", "merchant")
Call = Callable[[httpx.Client, int], httpx.Response]


def run(options: Options) -> Iterator[Table]:
    """Signing one by one, in hundreds, and reading, on each engine."""
    with TemporaryDirectory() as home:
        yield _table("SQLite", Path(home), f"sqlite:///{Path(home) / 'pricedesk.db'}")
    with TemporaryDirectory(prefix="pricedesk-decisions-") as home, postgresql(Path(home)) as url:
        if url:
            yield _table("PostgreSQL", Path(home), url)


def _table(engine: str, home: Path, url: str) -> Table:
    database = Database(url)
    database.migrate()
    singly, many = _filled(database, CLIENTS * EACH), _filled(database, 1000, "MANY")
    key = _key(database)
    database.dispose()
    with _serving(home, url) as address:
        rows = [
            _row("look and approve", address, key, singly, _approve),
            _batches(address, key, many),
            _row("one proposal", address, key, singly, lambda client, n: client.get(f"/proposals/{n}")),
            _row("the queue, 50 rows", address, key, singly, lambda client, _: client.get("/proposals?limit=50")),
            _row("one product", address, key, singly, lambda client, n: client.get(f"/products/ONE-{n % 10:04d}")),
        ]
    return Table(f"Decisions through the API on {engine}", COLUMNS, rows, NOTE)


def _filled(database: Database, n: int, name: str = "ONE") -> list[tuple[int, str]]:
    """Made-up products, each with a proposal that waits: its number and what is seen of it."""
    with database.session() as session:
        remember_rules(session, Rules())
        skus = [f"{name}-{i:04d}" for i in range(n)]
        session.add_all(Product(sku=s, name=f"made up {s}", currency="GBP", price=Decimal(10)) for s in skus)
        session.flush()
        made = [proposals.create(session, _draft(s, data_version(session, s)), ASKER) for s in skus]
        return [(row.id or 0, row.content_hash) for row in made]


def _draft(sku: str, version: str) -> proposals.Draft:
    change = Decimal("12.50")
    return proposals.Draft(
        sku, "profit", "GBP", 4, Decimal(10), Decimal("10.50"), "profit", 80.0, 60.0, 95.0, change, -change, 2 * change,
        -change, 0.2, "low", "Made up.", version,
    )  # fmt: skip


def _key(database: Database) -> str:
    with database.session() as session:
        users.create(session, "ann", "only for this bench", "approver")
        return keys.create(session, "bench", "ann", ("read", "decide"), SYSTEM)[1]


@contextmanager
def _serving(home: Path, url: str) -> Iterator[str]:
    """`pricedesk serve` as a process of its own, without a language model."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    said = {
        "HOME": home, "DATABASE_URL": url, "MODEL_ENABLED": "false", "API_RATE": BUSY, "ADDRESS_RATE": BUSY,
        "PRICE_LIST": "false",
    }  # fmt: skip
    environment = os.environ | {f"PRICEDESK_{name}": str(value) for name, value in said.items()}
    command = [sys.executable, "-m", "pricedesk.cli", "serve", "--port", str(port)]
    with (home / "serve.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(f"http://127.0.0.1:{port}", server, home / "serve.log")
        yield f"http://127.0.0.1:{port}/api/v1"
    finally:
        server.terminate()
        server.wait(60)


def _wait(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + OPENS_IN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{address}/readyz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise SystemExit(f"The server did not get ready:\n{log.read_text(errors='replace')[-2000:]}")


def _row(name: str, address: str, key: str, items: list[tuple[int, str]], call: Call) -> tuple[Cell, ...]:
    """Each client with its share of the proposals."""

    def client_of(mine: list[int]) -> list[tuple[float, bool]]:
        with _client(address, key) as client:
            return [_timed(partial(call, client, n)) for n in mine]

    return _shared(name, items, client_of)


def _approve(client: httpx.Client, number: int) -> httpx.Response:
    tag = client.get(f"/proposals/{number}").headers["etag"]
    return client.post(f"/proposals/{number}/approve", headers={"If-Match": tag})


def _timed(work: Callable[[], httpx.Response]) -> tuple[float, bool]:
    begun = time.perf_counter()
    answer = work()
    return 1000 * (time.perf_counter() - begun), answer.is_success


def _client(address: str, key: str) -> httpx.Client:
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=120)


def _shared(
    name: str, items: list[tuple[int, str]], client_of: Callable[[list[int]], list[tuple[float, bool]]]
) -> tuple[Cell, ...]:
    shares = [[number for number, _ in items[k::CLIENTS]] for k in range(CLIENTS)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        took = [one for mine in pool.map(client_of, shares) for one in mine]
    whole = time.perf_counter() - begun
    return _told(name, len(took), whole, [ms for ms, _ in took], sum(not done for _, done in took))


def _batches(address: str, key: str, items: list[tuple[int, str]]) -> tuple[Cell, ...]:
    """Hundreds, one after the other, by one client."""
    took, refused, begun = [], 0, time.perf_counter()
    with _client(address, key) as client:
        for start in range(0, len(items), 100):
            part = [{"proposal": n, "decision": "approve", "seen": hash_} for n, hash_ in items[start : start + 100]]
            one = time.perf_counter()
            refused += int(client.post("/decisions", json={"decisions": part}).raise_for_status().json()["refused"])
            took.append(1000 * (time.perf_counter() - one))
    return _told("approve, 100 at once, by 1 client", len(items), time.perf_counter() - begun, took, refused)


def _told(name: str, n: int, seconds: float, took: list[float], refused: int) -> tuple[Cell, ...]:
    return name, n, n / seconds, float(np.median(took)), float(np.quantile(took, 0.95)), refused
