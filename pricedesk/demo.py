"""The demo store, by way of the ordinary import."""

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session

from db.imports.loading import load
from db.imports.report import Report
from db.tables import StoreInfo
from pricedesk.wiring import Pricedesk
from pricing.simulate import store
from tools.refresh import Progress

SEED = 7
PRODUCTS = 200


def load_demo(desk: Pricedesk, seed: int = SEED, products: int = PRODUCTS, progress: Progress | None = None) -> Report:
    """Make the demo store and import it. Its true demand is kept under the state folder, apart from the store."""
    tell = progress or (lambda stage, done, total: None)
    tell("simulating", 0, 1)
    made = store(seed, products)
    with TemporaryDirectory() as folder:
        made.write(Path(folder) / "demo store", desk.settings.home / "demo-truth.parquet")
        tell("simulating", 1, 1)
        report = load(desk.database, Path(folder) / "demo store", "store", progress, desk.settings.home / "rejects")
    with desk.database.session() as session:
        mark_simulated(session)
    return report


def mark_simulated(session: Session) -> None:
    session.merge(StoreInfo(key="simulated", value="yes"))
