"""A product that has hardly sold is forecast by products like it, on the small shop."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from agents.translating.chinese import in_chinese
from db.tables import Product, Sale
from pricing.analogy import METHOD
from pricing.calendar import UnknownCountryError
from pricing.errors import NotEnoughDataError
from tests.small_store import LAST
from tests.unit.tools.calls import call, fact, value
from tools.analogy import foreseen, foreseen_all
from tools.context import Context
from tools.demand import demand_forecast
from tools.fitted import fitted, forecast_of
from tools.refresh import refresh


def test_a_product_that_never_sold_is_forecast_by_analogy_and_says_so(small_context: Context) -> None:
    said = call(demand_forecast, small_context, sku="KET-001", weeks=4)
    caution = str(fact(small_context, "caution", "KET-001").value)
    assert caution.startswith("no sale yet: forecast by analogy with")
    assert caution in said
    assert 0 < value(small_context, "units_expected", "KET-001") < 400
    units = fact(small_context, "units_expected", "KET-001")
    assert units.low is not None
    assert units.high is not None
    assert units.high > 4 * max(units.low, 1)
    assert METHOD in units.source.detail


def test_the_caution_reaches_a_chinese_reader_in_chinese(small_context: Context) -> None:
    for weeks in (4, 13):
        chinese = in_chinese(foreseen(small_context, fitted(small_context, "KET-001"), weeks).caution)
        assert chinese is not None
        assert chinese.startswith("尚无销售")


def test_a_product_with_a_history_speaks_for_itself(small_context: Context) -> None:
    known = fitted(small_context, "TEA-001")
    assert foreseen(small_context, known, 4).method == forecast_of(small_context, known, 4).method != METHOD


def test_a_few_weeks_of_sales_count_beside_the_analogy(small_context: Context) -> None:
    before = foreseen(small_context, fitted(small_context, "KET-001"), 4)
    with small_context.database.session() as session:
        for week in range(5):
            for order in range(30):
                session.add(
                    Sale(
                        sku="KET-001", sold_on=LAST - timedelta(days=7 * week + 1), units=10, price=Decimal("39.95"),
                        order_id=f"K{week}-{order}",
                    )
                )  # fmt: skip
    after = foreseen(small_context, fitted(small_context, "KET-001"), 4)
    assert after.method == METHOD
    assert after.caution.startswith("only 5 weeks of sales: forecast by analogy")
    assert 3 * before.total_mean < after.total_mean < 4 * 300
    assert in_chinese(after.caution) is not None


def test_the_whole_store_is_told_at_once_as_product_by_product(small_context: Context) -> None:
    every = {one.sku: one for one in foreseen_all(small_context, 3)}
    alone = foreseen(small_context, fitted(small_context, "KET-001"), 3)
    assert len(every) == 9
    assert every["KET-001"].method == METHOD == alone.method
    assert 0.5 < every["KET-001"].total_mean / alone.total_mean < 2  # the peers are those of the whole store
    assert every["TEA-001"].method != METHOD
    assert np.isnan(every["SPN-001"].total_mean)  # without a price nothing is like it


def test_the_holidays_are_those_of_the_country_that_was_set(small_context: Context) -> None:
    abroad = replace(small_context, shop=replace(small_context.shop, country="XX"))
    with pytest.raises(UnknownCountryError, match="XX"):
        forecast_of(abroad, fitted(abroad, "TEA-001"), 5)
    with pytest.raises(UnknownCountryError, match="XX"):
        foreseen(abroad, fitted(abroad, "KET-001"), 5)
    with pytest.raises(UnknownCountryError, match="XX"):
        foreseen_all(abroad, 5)
    with pytest.raises(UnknownCountryError, match="XX"):
        refresh(abroad)
    nowhere = replace(small_context, shop=replace(small_context.shop, country=""))
    assert forecast_of(nowhere, fitted(nowhere, "TEA-001"), 5).total_mean > 0


def test_a_store_where_nothing_like_it_sold_still_refuses(small_context: Context) -> None:
    with small_context.database.session() as session:
        session.add(Product(sku="ODD-1", name="Zq", category="", currency="GBP", price=Decimal("5.00")))
    with pytest.raises(NotEnoughDataError, match="ODD-1"):
        foreseen(small_context, fitted(small_context, "ODD-1"), 4)
