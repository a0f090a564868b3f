import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offers import demand_at

from pricing import choice, risk
from pricing.demand import Demand
from pricing.errors import NotEnoughDataError
from pricing.guardrails import Offer
from pricing.risk import assess

OFFER = Offer("A", "GBP", 10.0, cost=6.0, price_low=5.0, price_high=15.0)


def two_worlds(now: tuple[float, float], then: tuple[float, float], price=11.0) -> Demand:
    return Demand("A", 4, np.array([10.0, price]), np.array([[now[0], then[0]], [now[1], then[1]]]))


def test_money_is_units_times_the_margin_in_each_world():
    found = assess(two_worlds((100, 50), (90, 30)), OFFER, 11.0)
    assert found.basis == "profit"
    assert found.money.mean == pytest.approx((90 * 5 + 30 * 5) / 2)
    assert found.change.mean == pytest.approx((450 - 400 + 150 - 200) / 2)
    assert found.p_loss == 0.5
    assert found.worst_case == pytest.approx(-50)


def test_the_same_worlds_are_compared_so_their_level_is_no_risk():
    wild = demand_at([10.5], price=10.0, elasticity=-1.0, noise=1.5)
    assert assess(wild, OFFER, 10.5).p_loss == 0.0


def test_keeping_the_price_loses_nothing_and_is_low():
    kept = assess(demand_at([9.0, 11.0], price=10.0, spread=2.0), OFFER, 10.0)
    assert (kept.p_loss, kept.worst_case, kept.level) == (0.0, 0.0, "low")
    assert (kept.change.low, kept.change.mean, kept.change.high) == (0.0, 0.0, 0.0)


def test_without_a_cost_revenue_is_spoken_of_and_a_cut_is_high():
    demand = demand_at([9.8, 10.2], price=10.0, elasticity=-0.8)
    blind = replace(OFFER, cost=None)
    assert assess(demand, blind, 10.2).basis == "revenue"
    assert assess(demand, blind, 10.2).level == "medium"
    assert assess(demand, blind, 9.8).level == "high"
    assert any("cost is not known" in r for r in assess(demand, blind, 9.8).reasons)


def test_sales_stop_at_the_stock_and_the_stock_out_is_counted_before_it():
    found = assess(two_worlds((100, 50), (90, 30)), replace(OFFER, stock=40), 11.0)
    assert found.p_stock_out == 0.5
    assert found.units.mean == pytest.approx((40 + 30) / 2)
    assert assess(two_worlds((100, 50), (90, 30)), OFFER, 11.0).p_stock_out is None


@given(st.integers(0, 10_000), st.floats(-4, 0.5), st.floats(0, 2), st.floats(0.7, 1.3))
@settings(max_examples=60, deadline=None)
def test_risk_keeps_its_own_order(seed, elasticity, spread, step):
    price = round(10.0 * step, 2)
    found = assess(demand_at([price], price=10.0, elasticity=elasticity, spread=spread, seed=seed), OFFER, price)
    for band in (found.units, found.money, found.change):
        assert band.low <= band.high
    assert found.worst_case <= found.change.low + 1e-9
    assert 0.0 <= found.p_loss <= 1.0
    assert found.level in risk.LEVELS
    assert found.reasons


@pytest.mark.parametrize(
    ("offer", "price", "level", "words"),
    [
        (OFFER, 10.5, "low", "No measure"),
        (OFFER, 11.0, "medium", "changes the price by 10%"),
        (OFFER, 12.5, "high", "changes the price by 25%"),
        (replace(OFFER, price_high=10.2), 10.5, "high", "outside the prices seen"),
        (replace(OFFER, price_low=None), 10.5, "medium", "No range of past prices"),
        (replace(OFFER, cost=10.8), 10.5, "high", "below the cost"),
        (replace(OFFER, stock=10.0), 10.5, "medium", "stock does not last"),
    ],
)
def test_each_line_of_the_table_lifts_the_level(offer, price, level, words):
    demand = demand_at([price], price=10.0, elasticity=-0.5, noise=0.05)
    found = assess(demand, offer, price)
    assert found.level == level
    assert any(words in reason for reason in found.reasons)


@pytest.mark.parametrize(("losing", "level"), [(10, "low"), (20, "medium"), (40, "high")])
def test_a_likely_loss_lifts_the_level(losing, level):
    then = np.full(100, 100.0)
    then[:losing] = 79.9  # below 80 a margin of 5 earns less than 100 at a margin of 4: a loss too small to matter
    demand = Demand("A", 4, np.array([10.0, 10.9999]), np.stack([np.full(100, 100.0), then], axis=1))
    found = assess(demand, OFFER, 10.9999)
    assert found.p_loss == losing / 100
    assert found.level == level


@pytest.mark.parametrize(("units", "level"), [(79, "low"), (74, "medium"), (60, "high")])
def test_a_deep_worst_case_lifts_the_level(units, level):
    then = np.full(100, 100.0)
    then[:5] = units
    demand = Demand("A", 4, np.array([10.0, 10.9999]), np.stack([np.full(100, 100.0), then], axis=1))
    assert assess(demand, OFFER, 10.9999).level == level


def test_a_price_outside_the_demand_is_refused():
    with pytest.raises(ValueError, match=r"no draws at 12\.0"):
        assess(demand_at([11.0], price=10.0), OFFER, 12.0)


def test_another_products_demand_is_refused():
    with pytest.raises(ValueError, match="the offer of B"):
        assess(demand_at([11.0], price=10.0), replace(OFFER, sku="B"), 11.0)


def test_a_demand_that_could_not_be_told_is_refused_with_the_remedy():
    with pytest.raises(NotEnoughDataError, match="set its price by hand"):
        assess(two_worlds((np.nan, 1.0), (1.0, 1.0)), OFFER, 11.0)


def test_the_documented_table_has_the_numbers_of_the_code():
    page = (Path(__file__).parents[3] / "docs" / "risk-levels.md").read_text(encoding="utf-8")
    for line, (medium, high) in {
        "probability that the change": risk.P_LOSS, "worst case": risk.WORST, "size of the change": risk.STEP,
    }.items():  # fmt: skip
        assert re.search(rf"\| {line}.*\| {medium * 100:g} % \| {high * 100:g} % \|", page)
    assert f"{risk.STOCK_OUT[0] * 100:g} % | never by itself" in page
    assert f"at most {choice.MAX_P_LOSS * 100:g} % of the worlds lose" in page
    assert f"at least {choice.MIN_GAIN * 100:g} % of what" in page
    assert choice.LOSS_AVERSION == 2.0
