"""The demo store, by way of the ordinary import."""

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session

from db.imports.loading import load
from db.imports.report import Report
from db.tables import StoreInfo
from pricedesk.advancing import remember
from pricedesk.wiring import Pricedesk
from pricing.errors import PricingError
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
        remember(session, seed, products)
    return report


def refuse_mixing(desk: Pricedesk) -> None:
    """Real data does not go into a database that holds the simulated store.

    Raises PricingError with the ways out.
    """
    with desk.database.reading() as session:
        simulated = session.get(StoreInfo, "simulated")
    if simulated is not None and simulated.value == "yes":
        raise PricingError(
            f"{desk.settings.home} holds the simulated demo store, which must not mix with real data. Set "
            "PRICEDESK_HOME to another folder (or PRICEDESK_DATABASE_URL to another database), or delete that folder, "
            "and start again."
        )


def mark_simulated(session: Session) -> None:
    session.merge(StoreInfo(key="simulated", value="yes"))
