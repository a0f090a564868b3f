"""What is known of one product on one day, on the small shop whose elasticities are known."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from db.tables import Product, Sale
from pricing.errors import NotEnoughDataError, PricingError
from pricing.guardrails import Rules
from tests.small_store import LAST, TODAY, WARES
from tools.context import Context
from tools.day import STALE, today
from tools.fitted import demand_of, fitted, forecast_of, tightened

USUAL = [ware for ware in WARES if ware.weekly and len(ware.steps) > 1]


def test_true_elasticities_lie_in_intervals_that_are_meant_to_miss_one_in_ten(small_context: Context) -> None:
    fits = {ware.sku: fitted(small_context, ware.sku).elasticity for ware in USUAL}
    assert all(fit.usable for fit in fits.values())
    held = [fits[ware.sku].ci_low <= ware.elasticity <= fits[ware.sku].ci_high for ware in USUAL]
    assert held.count(False) <= 1
    assert min(fits.values(), key=lambda fit: fit.elasticity).sku == "CND-001"


def test_what_the_last_refresh_learned_is_used_until_the_data_moves_on(small_context: Context) -> None:
    assert fitted(small_context, "TEA-001").fitted_at is not None
    with small_context.database.session() as session:
        session.add(Sale(sku="TEA-001", sold_on=LAST, units=3, price=Decimal("4.95"), order_id="late"))
    fresh = fitted(small_context, "TEA-001")
    assert fresh.fitted_at is None
    assert fresh.elasticity.usable


def test_an_offer_has_today_s_price_stock_and_competitors(small_context: Context) -> None:
    offer = fitted(small_context, "TEA-001").offer
    assert (offer.price, offer.cost, offer.stock, offer.currency) == (4.95, 2.1, 400, "GBP")
    assert sorted(offer.competitors) == [4.75, 5.25]


def test_a_product_without_a_price_is_refused_with_the_remedy(small_context: Context) -> None:
    with pytest.raises(NotEnoughDataError, match=r"SPN-001 .*no price.* Give it a price"):
        fitted(small_context, "SPN-001")


def test_an_unknown_product_is_refused(small_context: Context) -> None:
    with pytest.raises(PricingError, match="NO-SUCH"):
        fitted(small_context, "NO-SUCH")


def test_a_forecast_is_about_what_sold_at_today_s_price(small_context: Context) -> None:
    forecast = forecast_of(small_context, fitted(small_context, "TEA-001"), 4)
    assert 120 <= forecast.total_mean <= 240  # 45 a week are true
    assert forecast.total[0] < forecast.total_mean < forecast.total[4]
    assert str(forecast.weeks[0]) == str(TODAY)


def test_a_dearer_product_sells_less(small_context: Context) -> None:
    known = fitted(small_context, "TEA-001")
    now, dearer = forecast_of(small_context, known, 4), forecast_of(small_context, known, 4, 5.49)
    assert dearer.total_mean < now.total_mean


def test_what_never_sold_has_no_forecast_and_the_refusal_says_why(small_context: Context) -> None:
    with pytest.raises(NotEnoughDataError, match=r"KET-001 \(Copper kettle\) has no sales"):
        forecast_of(small_context, fitted(small_context, "KET-001"), 4)


def test_what_sold_at_one_price_has_a_forecast_at_that_price_alone(small_context: Context) -> None:
    known = fitted(small_context, "TWL-001")
    assert forecast_of(small_context, known, 4).total_mean > 0
    with pytest.raises(NotEnoughDataError, match="no usable elasticity") as refusal:
        forecast_of(small_context, known, 4, 6.99)
    assert "no sales" not in str(refusal.value)


def test_demand_speaks_for_the_lawful_ladder_and_for_what_was_asked(small_context: Context) -> None:
    known = fitted(small_context, "TEA-001")
    drawn = demand_of(small_context, known, forecast_of(small_context, known, 4), Rules(), (5.01,))
    assert {4.95, 5.01, 5.49} <= set(np.round(drawn.prices, 2).tolist())
    assert (np.diff(drawn.prices) > 0).all()


def test_demand_at_other_prices_needs_an_elasticity(small_context: Context) -> None:
    known = fitted(small_context, "TWL-001")
    with pytest.raises(NotEnoughDataError, match="never changed"):
        demand_of(small_context, known, forecast_of(small_context, known, 4), Rules())


@pytest.mark.parametrize(
    ("asked", "max_change", "min_margin"),
    [((None, None), 30, 10), ((5.0, 40.0), 5, 40), ((90.0, 0.0), 30, 10), ((0.0, 10.0), 0, 10)],
)
def test_a_request_makes_rules_stricter_and_never_looser(
    asked: tuple[float | None, float | None], max_change: float, min_margin: float
) -> None:
    rules = tightened(Rules(max_change_pct=30, min_margin_pct=10), *asked)
    assert (rules.max_change_pct, rules.min_margin_pct) == (max_change, min_margin)
    assert replace(rules, max_change_pct=30, min_margin_pct=10) == Rules(max_change_pct=30, min_margin_pct=10)


def test_a_store_of_history_has_its_own_day(small_context: Context) -> None:
    assert today(small_context.database, LAST + timedelta(days=400)) == TODAY
    assert today(small_context.database, LAST + STALE) == LAST + STALE


def test_a_product_s_row_says_which_one_it_is(small_context: Context) -> None:
    with small_context.database.reading() as session:
        assert fitted(small_context, "MUG-001").product.name == session.get_one(Product, "MUG-001").name
    assert fitted(small_context, "MUG-001").offer.cost is None
