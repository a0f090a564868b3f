"""What goes out comes back: exports on SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest
from sqlalchemy import select
from sqlmodel import Session, SQLModel

from db.engine import Database
from db.exports import ExportRefusedError, What, export, export_store
from db.imports.loading import load
from db.imports.reading import read
from db.tables import (
    CompetitorPrice,
    Move,
    Price,
    Product,
    Promotion,
    Proposal,
    Review,
    Sale,
    Stock,
    StoreInfo,
)

DAY = date(2024, 3, 1)
AT = datetime(2024, 3, 1, 12, 30, tzinfo=UTC)
STORE: tuple[type[SQLModel], ...] = (Product, Sale, CompetitorPrice, Review, Stock, Promotion, StoreInfo)


def rows() -> list[SQLModel]:
    tea = Product(sku="=A1", name='+Tea, "green"', name_zh="绿茶", description="two\nlines", currency="GBP")
    tea.price, tea.cost, tea.map_price = Decimal("4.9900"), Decimal("2.1050"), Decimal("3.5000")
    return [
        tea,
        Product(sku="b2", name="'=tricky", currency="EUR", status="retired", stock=-2, launched_on=DAY),
        Sale(sku="=A1", sold_on=DAY, units=-3, price=Decimal("4.9875"), order_id="-o1", customer_id="007", promo=True),
        Sale(sku="b2", sold_on=DAY, units=0, price=Decimal("0.1000"), channel="shop"),
        CompetitorPrice(
            sku="b2", seen_on=DAY, competitor="@Rival", price=Decimal("5"), in_stock=False, condition="used"
        ),
        Review(review_id="r1", sku="b2", written_on=DAY, rating=4.5, text="好,\n=bad", language="zh"),
        Review(review_id="r2", sku="b2", written_on=DAY, text="no stars", language="en"),
        Stock(sku="b2", counted_on=DAY, on_hand=7),
        Promotion(sku="b2", starts_on=DAY, ends_on=DAY, kind="coupon", discount_pct=12.5, coupon="-10"),
        StoreInfo(key="simulated", value="yes"),
    ]


def proposal() -> Proposal:
    half = Decimal("1.5")
    return Proposal(
        sku="b2", goal="profit", currency="EUR", weeks=4, basis="profit", expected_units=3.5, units_low=1,
        units_high=6, p_loss=0.25, risk="low", reason="=HYPERLINK(1)", trail=[], facts=[], curve={}, data_version="d",
        content_hash="c", created_by="agent", created_at=AT, expires_at=AT, current_price=half, proposed_price=half,
        expected_change=half, change_low=half, change_high=half, worst_case=half,
    )  # fmt: skip


def move(owner: Proposal) -> Move:
    return Move(
        proposal_id=owner.id or 0, version=1, from_status="draft", to_status="proposed", actor="=agent", role="agent",
        content_hash="c", moved_at=AT, previous_hash="", hash="h",
    )  # fmt: skip


def add(session: Session, *several: SQLModel) -> None:
    for row in several:
        session.add(row)
        session.flush()


@pytest.fixture
def filled(database: Database) -> Database:
    with database.session() as session:
        add(session, *rows(), Price(sku="b2", price=Decimal("2.5"), currency="EUR", starts_at=AT))
        owner = proposal()
        add(session, owner)
        add(session, move(owner))
    return database


@contextmanager
def another(folder: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{folder / 'other.db'}")
    database.migrate()
    try:
        yield database
    finally:
        database.dispose()


def contents(database: Database) -> dict[str, list[Any]]:
    with database.reading() as session:
        return {
            table.__name__: sorted(repr(row.model_dump(exclude={"id"})) for row in session.scalars(select(table)))
            for table in STORE
        }


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_an_exported_store_imports_as_the_same_store(filled: Database, tmp_path: Path, ending: str) -> None:
    with filled.reading() as session:
        counts = export_store(session, tmp_path / "out", ending)
    assert counts == {
        "products": 2, "sales": 2, "competitor_prices": 1, "reviews": 2, "stock": 1, "promotions": 1, "store": 1,
    }  # fmt: skip
    before = contents(filled)
    with another(tmp_path) as copy:
        report = load(copy, tmp_path / "out")
        assert (report.rejected, report.notes) == ({}, ())
        after = contents(copy)
    assert after == before


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
@pytest.mark.parametrize(("what", "number"), [("prices", 2), ("proposals", 1), ("audit", 1)])
def test_each_list_is_written_in_each_format(
    filled: Database, tmp_path: Path, what: What, number: int, ending: str
) -> None:
    out = tmp_path / f"{what}{ending}"
    with filled.reading() as session:
        assert export(session, what, out) == number
    (frame,) = (table.frame for table in read(out))
    assert frame.height == number
    assert "sku" in frame.columns
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_no_exported_cell_runs_as_a_formula(filled: Database, tmp_path: Path) -> None:
    with filled.reading() as session:
        for what in get_args(What):
            export(session, what, tmp_path / f"{what}.csv")
    prices = pl.read_csv(tmp_path / "prices.csv")
    assert prices["sku"].to_list() == ["'=A1", "b2"]
    assert prices["since"].to_list() == [None, "2024-03-01T12:30:00Z"]
    assert pl.read_csv(tmp_path / "proposals.csv")["reason"].to_list() == ["'=HYPERLINK(1)"]
    assert pl.read_csv(tmp_path / "audit.csv")["actor"].to_list() == ["'=agent"]


def test_an_export_that_is_refused_leaves_the_old_file(filled: Database, tmp_path: Path) -> None:
    out = tmp_path / "prices.csv"
    out.write_text("old")
    with filled.reading() as session:
        with pytest.raises(ExportRefusedError, match=r"none of \.csv, \.xlsx, \.parquet"):
            export(session, "prices", tmp_path / "prices.pdf")
        with pytest.raises(ExportRefusedError, match="'sales' cannot be exported"):
            export(session, "sales", out)  # type: ignore[arg-type]
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".pdf"] == []


def test_an_empty_store_exports_headers_alone(database: Database, tmp_path: Path) -> None:
    with database.reading() as session:
        assert set(export_store(session, tmp_path / "out").values()) == {0}
    assert (tmp_path / "out/sales.csv").read_text() == "date,sku,units,price,order_id,customer_id,channel,promo\n"
