"""Time passes in the simulated store: weeks are sold at the prices now charged."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import Session, col, select

from db import events, weekly
from db.dealings import Event
from db.imports.loading import load
from db.imports.report import Report
from db.moves import SYSTEM
from db.tables import Product, StoreInfo
from pricedesk.wiring import Pricedesk
from pricing.errors import PricingError
from pricing.simulate import SimulatedStore, continued, store
from tools.refresh import Progress

MADE, ADVANCED = "demo", "demo.advanced"
LONGEST = 52  # weeks at once


def remember(session: Session, seed: int, products: int) -> None:
    """Keep what the demo store was made from, so that it can be gone on with."""
    session.merge(StoreInfo(key=MADE, value=json.dumps({"seed": seed, "products": products})))


def advance(desk: Pricedesk, weeks: int, progress: Progress | None = None) -> Report:
    """Sell `weeks` more weeks by the true demand of the demo store, at today's prices, and import what sold.

    The store is made again from its seed and taken through the weeks it has already advanced, for its hidden state is
    kept nowhere. Raises PricingError where the database holds no demo store, or other sales than the demo's.
    """
    if not 1 <= weeks <= LONGEST:
        raise PricingError(f"{weeks} weeks cannot be. Advance by 1 to {LONGEST}.")
    tell = progress or (lambda stage, done, total: None)
    tell("simulating", 0, 1)
    with desk.database.reading() as session:
        seed, before = _as_it_was(session)
        _check(session, before)
        prices = _charged(session, before)
    later = continued(before, prices, weeks, seed)
    tell("simulating", 1, 1)
    with TemporaryDirectory() as folder:
        later.since(before.end).write(Path(folder) / "demo store")
        report = load(desk.database, Path(folder) / "demo store", "store", progress, desk.settings.home / "rejects")
    with desk.database.session() as session:
        body = {"weeks": weeks, "until": later.end.isoformat(), "prices": _moved(before, prices)}
        events.record(session, ADVANCED, "store", SYSTEM, body)
    return report


def _as_it_was(session: Session) -> tuple[int, SimulatedStore]:
    """The seed and the simulated store, as far as it has been sold."""
    made = session.get(StoreInfo, MADE)
    if made is None:
        raise PricingError(
            "This is not the demo store, so no weeks can be made up for it. Import its sales as they come, or set "
            "PRICEDESK_HOME to another folder and run `pricedesk demo`."
        )
    said = json.loads(made.value)
    simulated = store(said["seed"], said["products"])
    for event in session.exec(select(Event).where(Event.kind == ADVANCED).order_by(col(Event.id))):
        simulated = continued(simulated, event.body["prices"], event.body["weeks"], said["seed"])
    return said["seed"], simulated


def _check(session: Session, simulated: SimulatedStore) -> None:
    last = weekly.last_day(session)
    if last is None or not timedelta(0) <= simulated.end - last < timedelta(7):
        raise PricingError(
            f"The sales here end on {last}, those of the demo store on {simulated.end}: something else was imported. "
            "Set PRICEDESK_HOME to another folder and run `pricedesk demo` there."
        )


def _charged(session: Session, simulated: SimulatedStore) -> dict[str, float]:
    ours = set(simulated.products["sku"])
    rows = session.exec(select(Product).where(col(Product.price).is_not(None)))
    return {row.sku: float(row.price) for row in rows if row.sku in ours and row.price}


def _moved(simulated: SimulatedStore, prices: Mapping[str, float]) -> dict[str, Any]:
    """Only what differs from the price that the simulation charged itself."""
    own = dict(simulated.products.select("sku", "price").iter_rows())
    return {sku: price for sku, price in prices.items() if abs(price - own[sku]) > 1e-9}
