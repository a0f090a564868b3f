"""Lines that travel as joined text are the lines of the table, on both engines."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlmodel import Session

from db import sales, weekly
from db.engine import Database
from db.offers import offers
from db.reading import frame
from db.tables import CompetitorPrice, Price, Sale, Stock, now
from tests.small_store import LAST, TODAY, WARES, fill

SKUS = [ware.sku for ware in WARES]


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """The small shop, with odd lines: a return, a free one, a price of four places."""
    fill(database)
    with database.session() as session:
        day = LAST - timedelta(days=3)
        for number, (units, price) in enumerate(((-2, "4.95"), (1, "0"), (3, "1.2345"), (2_000_000, "99999.99"))):
            session.add(Sale(sku="TEA-001", sold_on=day, units=units, price=Decimal(price), order_id=f"odd{number}"))
        session.add(Sale(sku="CND-001", sold_on=day, units=7, price=Decimal("6.5"), promo=True))
        session.flush()
        yield session


def test_joined_lines_are_those_of_the_table(session: Session) -> None:
    since, until = LAST - timedelta(weeks=30), LAST
    packed = weekly.order_lines(session, SKUS, since, until)
    plain = frame(session, weekly.LINES, weekly.LINE_SCHEMA, since=since, until=until)
    assert len(packed) > 1000
    names = ["sku", "sold_on", "units", "price", "promo", "ordered"]
    assert_frame_equal(packed.select(names).sort(names), plain.select(names).sort(names))


def test_what_a_panel_says_of_a_product_does_not_depend_on_the_others(session: Session) -> None:
    whole, over = weekly.panel(session), weekly.window(session)
    parts = [weekly.part(session, [sku], over) for sku in whole.skus]
    apart = weekly.joined(parts)
    for name, value in vars(whole).items():
        np.testing.assert_array_equal(getattr(apart, name), value)
    assert weekly.panel(session, []).skus == ()


def test_many_offers_are_those_of_each_product(session: Session) -> None:
    for days, sku, price in ((60, "TEA-001", 5), (20, "TEA-001", 4), (2, "CND-001", 6)):
        at = now().replace(year=TODAY.year, month=TODAY.month, day=TODAY.day) - timedelta(days=days)
        session.add(Price(sku=sku, price=Decimal(price), currency="GBP", starts_at=at))
    rows = (("CND-001", "Old & Sons", 31, True), ("CND-001", "Flame, Ltd", 4, True), ("CND-002", "Gone", 2, False))
    for sku, name, days, on_sale in rows:
        seen = TODAY - timedelta(days=days)
        session.add(CompetitorPrice(sku=sku, seen_on=seen, competitor=name, price=Decimal("6.2"), in_stock=on_sale))
    session.add_all(Stock(sku="CND-002", counted_on=LAST - timedelta(days=n), on_hand=n - 1) for n in range(3))
    session.flush()
    many = offers(session, SKUS, {}, TODAY)
    assert "SPN-001" not in many  # it has neither a price nor a sale
    assert set(many) == set(SKUS) - {"SPN-001"}
    for sku, offer in many.items():
        assert offer == sales.offer(session, sku, None, TODAY)
    assert many["CND-001"].competitors == (6.2,)
    assert many["CND-002"].competitors == ()
    assert many["CND-002"].stock == 0
    assert many["TEA-001"].last_changed == TODAY - timedelta(days=20)
    assert many["TEA-001"].lowest_30_days == 4
    assert many["KET-001"].lowest_30_days is None


def test_an_unknown_product_is_refused_in_any_part(session: Session) -> None:
    with pytest.raises(sales.UnknownProductError, match="NONE"):
        weekly.part(session, ["TEA-001", "NONE"], weekly.window(session))


def test_the_newest_orders_are_found_however_few_are_looked_at_first(session: Session) -> None:
    newest = frame(
        session,
        "SELECT order_id, MAX(id) AS last FROM sale WHERE order_id <> '' AND units > 0 GROUP BY order_id",
        {"order_id": pl.String, "last": pl.Int64},
    ).sort("last", descending=True)
    for limit in (1, 7, 200, 100_000):
        assert len(sales.orders(session, limit).orders) == min(limit, len(newest))
    kettle = Sale(sku="KET-001", sold_on=date(2024, 1, 1), units=1, price=Decimal(40), order_id="newest")
    session.add(kettle)
    session.flush()
    assert sales.orders(session, 1).orders == (("KET-001",),)
