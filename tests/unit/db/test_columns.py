"""Money and moments read back as they were written."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url, select

from db.columns import PLACES, Moment, Money, cents
from db.engine import Database
from db.tables import ImportRun, Product

DIALECTS = [make_url(url).get_dialect()() for url in ("sqlite:///x.db", "postgresql+psycopg://x/x")]
AMOUNTS = st.decimals(min_value="-9999999999", max_value="9999999999", places=4)


@given(AMOUNTS)
def test_every_amount_survives_both_engines(amount: Decimal) -> None:
    money = Money()
    for dialect in DIALECTS:
        assert money.process_result_value(money.process_bind_param(amount, dialect), dialect) == amount


@given(st.floats(min_value=0, max_value=1e9, allow_nan=False))
@settings(max_examples=200)
def test_cents_are_within_half_a_cent(amount: float) -> None:
    assert abs(cents(amount) - Decimal(str(amount))) <= Decimal("0.005")


def test_half_a_cent_goes_up() -> None:
    assert cents("2.675") == Decimal("2.68")
    assert cents(0.125) == Decimal("0.13")
    assert cents("1.00005", "0.0001") == Decimal("1.0001")


def test_what_is_no_number_has_no_cents() -> None:
    with pytest.raises(InvalidOperation):
        cents("two pounds")


def test_money_is_kept_to_four_places(sqlite_database: Database) -> None:
    with sqlite_database.session() as session:
        session.add(Product(sku="A", name="A", currency="GBP", price=Decimal("2.95"), cost=Decimal("0.1234")))
    with sqlite_database.reading() as session:
        row = session.get_one(Product, "A")
        assert (row.price, row.cost, row.map_price) == (Decimal("2.95"), Decimal("0.1234"), None)
        assert row.price is not None
        assert row.price.as_tuple().exponent == PLACES.as_tuple().exponent


def test_a_moment_keeps_its_instant_and_gains_utc(sqlite_database: Database) -> None:
    noon_in_shanghai = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=8)))
    with sqlite_database.session() as session:
        session.add(ImportRun(source="x", digest="d", format="f", report={}, imported_at=noon_in_shanghai))
    with sqlite_database.reading() as session:
        read = session.execute(select(ImportRun)).scalar_one().imported_at
    assert read == noon_in_shanghai
    assert read.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2026, 3, 1), DIALECTS[0])
