"""How fast: import, refresh, and a price question answered from the fits."""

import csv
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sqlmodel import Session

from agents.reply import Answer
from bench.options import Options
from bench.table import Table
from db import sales
from db.imports.loading import load
from db.moves import Actor
from pricedesk.settings import Settings
from pricedesk.texts import index_texts
from pricedesk.wiring import Pricedesk, wire
from pricing import simulate
from tools.refresh import refresh

QUESTIONS = 10
COLUMNS = ("what", "ours", "plain", "what plain is")
PLAIN = "csv and sqlite3, sales alone, nothing checked"


def run(options: Options) -> Iterator[Table]:
    """One simulated store of `options.products` products: imported, fitted, and asked about without a model."""
    with TemporaryDirectory() as home:
        store = simulate.store(options.seeds[0], options.products, options.weeks)
        store.write(Path(home) / "store")
        desk = wire(Settings(home=Path(home) / "state", model_enabled=False))
        lines = len(store.sales)
        ours = _seconds(lambda: load(desk.database, Path(home) / "store", "store", None, Path(home) / "rejects"))
        plain = _seconds(lambda: _row_by_row(Path(home) / "store" / "sales.csv", Path(home) / "plain.db"))
        index_texts(desk.shop)
        fitted = _seconds(lambda: refresh(desk.context()))
        asked = _questions(desk)
        yield Table(
            f"Speed: {options.products} products, {options.weeks} weeks, {lines:,} order lines (simulated)",
            COLUMNS,
            (
                ("import of the whole store, order lines/s", f"{lines / ours:,.0f}", f"{lines / plain:,.0f}", PLAIN),
                ("refresh of the catalogue, s", f"{fitted:.1f}", "", ""),
                ("a price question, s: median", f"{np.median(asked):.2f}", "", ""),
                ("a price question, s: 95 %", f"{np.quantile(asked, 0.95):.2f}", "", ""),
            ),
        )


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _row_by_row(file: Path, target: Path) -> None:
    with sqlite3.connect(target) as connection, file.open(newline="", encoding="utf-8") as source:
        rows = csv.reader(source)
        names = next(rows)
        connection.execute(f"CREATE TABLE sale ({', '.join(names)})")
        connection.executemany(f"INSERT INTO sale VALUES ({', '.join('?' * len(names))})", rows)


def _questions(desk: Pricedesk) -> list[float]:
    """Seconds of whole answers, a best seller each, the first (which loads code) left out."""
    with desk.database.reading() as session:
        skus = _best_sellers(session)
    return [_seconds(lambda s=sku: _answer(desk, s)) for sku in skus][1:]  # type: ignore[misc]


def _best_sellers(session: Session) -> list[str]:
    return [line.sku for line in sales.report(session, weeks=13, n=QUESTIONS + 1).top]


def _answer(desk: Pricedesk, sku: str) -> None:
    *_, last = desk.desk.ask(f"What should I charge for {sku}?", f"bench-{sku}", Actor("bench", "merchant"))
    if not isinstance(last, Answer):
        raise TypeError("the desk gave no answer")
