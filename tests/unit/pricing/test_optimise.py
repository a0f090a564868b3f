from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offers import TODAY, breaks, demand_at, offers, rules

from pricing.demand import demand
from pricing.elasticity import Elasticity
from pricing.errors import NoFeasiblePriceError, NotEnoughDataError
from pricing.forecast import Forecast
from pricing.guardrails import Offer, Rules, judge, ladder
from pricing.optimise import best_gain, best_price
from pricing.outcome import bands, outcome

OFFER = Offer("A", "GBP", 10.0, cost=6.0, price_low=5.0, price_high=15.0)
RULES = Rules(endings={})
GOALS = ("profit", "revenue", "units", "clear_stock")


def quote(offer=OFFER, rules=RULES, goal="profit", **shape):
    worlds = demand_at(ladder(offer, rules, TODAY), price=offer.price, **shape)
    return best_price(worlds, offer, rules, goal, TODAY)


SHAPES = st.fixed_dictionaries(
    {"elasticity": st.floats(-5, 1), "spread": st.floats(0, 2), "seed": st.integers(0, 10_000), "worlds": st.just(50)}
)


@given(offers(), rules(), st.sampled_from(GOALS), SHAPES, st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_quote_is_below_cost_or_beyond_the_largest_change_or_off_the_ladder(offer, some_rules, goal, shape, wide):
    rungs = ladder(offer, some_rules, TODAY, 25)
    beyond = [offer.price * share for share in (0.3, 0.8, 1.2, 2.0)] if wide else []
    worlds = demand_at([*rungs, *beyond], price=offer.price, **shape)
    if not rungs:
        with pytest.raises(NoFeasiblePriceError, match="elaxing"):
            best_price(worlds, offer, some_rules, goal, TODAY)
        return
    if offer.cost is None and max(rungs) < offer.price and offer.price_low is None:
        with pytest.raises(NotEnoughDataError, match="no cost is known"):
            best_price(worlds, offer, some_rules, goal, TODAY)
        return
    found = best_price(worlds, offer, some_rules, goal, TODAY)
    assert found.price in rungs or (wide and found.price in beyond)
    assert judge(found.price, offer, some_rules, TODAY).price == found.price == found.verdict.price
    assert breaks(found.price, offer, some_rules) == []
    assert offer.cost is not None or found.price >= (offer.price if offer.price_low is None else offer.price_low)
    assert found.money.shape == found.units.shape == (3, found.prices.size)
    assert (found.money[0] <= found.money[2] + 1e-9).all()
    assert (found.risk.price, found.risk.current) == (found.price, offer.price)


@given(st.floats(-6, 1), st.floats(0, 3), st.floats(0.3, 0.95), st.integers(0, 10_000))
@settings(max_examples=80, deadline=None)
def test_a_step_from_a_lawful_price_seldom_loses_and_gains_more_than_twice_what_it_may_lose(
    elasticity, spread, share, seed
):
    offer = replace(OFFER, cost=10.0 * share)
    free = replace(RULES, min_margin_pct=0)
    worlds = demand_at(ladder(offer, free, TODAY), price=10.0, elasticity=elasticity, spread=spread, seed=seed)
    found = best_price(worlds, offer, free, "profit", TODAY)
    if found.price != found.current:
        at, now = (np.searchsorted(worlds.prices, p) for p in (found.price, 10.0))
        margin = worlds.prices - offer.cost
        change = worlds.units[:, at] * margin[at] - worlds.units[:, now] * margin[now]
        assert found.risk.p_loss <= 0.05
        assert change.mean() > 2 * np.maximum(-change, 0).mean()


def test_certain_demand_is_priced_where_profit_peaks():
    found = quote(spread=0.0, elasticity=-2.0)
    assert found.price == pytest.approx(11.0, abs=0.11)  # exponential demand peaks at cost + price/elasticity: 6 + 5
    assert found.price == pytest.approx(found.prices[np.argmax(found.money[1])])


def test_revenue_peaks_elsewhere_than_profit():
    assert quote(goal="revenue", elasticity=-1.4).price == pytest.approx(10 / 1.4, abs=0.11)


def test_a_step_is_shorter_the_less_is_known():
    steps = [abs(quote(elasticity=-1.0, spread=spread).price - 10.0) for spread in (0.0, 1.0, 3.0)]
    assert steps[0] > steps[1] >= steps[2]


def test_where_nothing_pays_for_its_risk_the_price_is_kept_and_a_test_proposed():
    found = quote(elasticity=-2.0, spread=2.0)
    assert found.price == found.current == 10.0
    assert "no change pays for its risk" in found.note
    assert "price test" in found.note


def test_the_best_price_already_charged_is_kept_without_a_gamble_being_named():
    found = quote(elasticity=-2.5, spread=0.0)
    assert found.price == 10.0
    assert "risk" not in found.note


def test_profit_without_a_cost_serves_revenue_and_says_so():
    found = quote(replace(OFFER, cost=None))
    assert found.goal == found.risk.basis == "revenue"
    assert "cost is not known" in found.note


def test_without_a_cost_no_cut_goes_below_what_history_has_seen():
    blind = replace(OFFER, cost=None, price_low=9.2)
    assert quote(blind, elasticity=-4.0).price == 9.2
    assert quote(replace(blind, price_low=None), elasticity=-4.0).price == 10.0


def test_units_go_down_to_the_margin_floor_and_say_what_it_gives_up():
    found = quote(replace(OFFER, cost=7.2), goal="units")
    assert found.price == 8.0  # 10 % margin over 7.20
    assert "smallest margin" in found.note
    assert "gives up" in found.note


def test_units_need_no_cut_where_the_stock_sells_anyhow():
    found = quote(replace(OFFER, stock=50), goal="units")
    assert found.price == 10.0
    assert "none of the other lawful prices" in found.note


def test_clearing_takes_the_dearest_price_that_clears():
    found = quote(replace(OFFER, stock=130), goal="clear_stock", noise=0.0)
    assert found.price == pytest.approx(10 * (1 - np.log(1.3) / 2), abs=0.11)
    dearer = found.prices > found.price
    assert found.units[1][found.prices == found.price][0] == pytest.approx(130)
    assert (found.units[1][dearer] < 130).all()


def test_what_cannot_be_cleared_sells_the_most():
    found = quote(replace(OFFER, stock=500), goal="clear_stock")
    assert found.units[1].max() * 0.995 <= found.risk.units.mean


def test_clearing_does_not_cut_a_price_that_clears():
    assert quote(replace(OFFER, stock=50), goal="clear_stock").price >= 10.0


def test_clearing_without_a_stock_count_seeks_units_and_says_so():
    found = quote(goal="clear_stock")
    assert found.goal == "units"
    assert "stock is not known" in found.note


def test_a_short_stock_is_worth_a_dearer_price():
    assert quote(replace(OFFER, stock=60), elasticity=-2.5).price > quote(elasticity=-2.5).price


def test_revenue_won_at_the_expense_of_profit_is_said():
    found = quote(goal="revenue", elasticity=-1.25)
    assert found.risk.basis == "profit"
    assert f"gives up {-found.risk.change.mean:.2f} GBP of profit" in found.note


def test_the_demand_of_the_desk_itself_is_priced():
    weeks = np.array(["2026-03-02", "2026-03-09"], dtype="datetime64[D]")
    totals = np.array([30.0, 33.0, 40.0, 48.0, 52.0])
    forecast = Forecast("A", weeks, np.full(2, 20.0), np.stack([totals / 2] * 2, 1), totals, 40.0, 10.0, 60, 0, "", "")
    steep = Elasticity("A", -3.5, -3.8, -3.2, "product", True, "", 60, 5, 8.0, 12.0, 0.2, "PPML")
    offer = replace(OFFER, price_low=8.0, price_high=12.0)
    found = best_price(
        demand(forecast, steep, np.array(ladder(offer, RULES, TODAY)), 10.0), offer, RULES, "profit", TODAY
    )
    assert 8.0 <= found.price < 10.0
    assert found.risk.weeks == 2
    assert found.risk.change.mean > 0


def test_a_price_that_breaks_the_rules_moves_even_at_a_risk():
    found = quote(replace(OFFER, cost=9.5), elasticity=-6.0, spread=4.0)
    assert found.price >= 9.5 / 0.9
    assert "breaks the rules" in found.note


def test_the_rule_that_stops_the_price_is_named():
    assert "the largest change" in quote(rules=replace(RULES, max_change_pct=5), elasticity=-1.0).note
    seen = quote(replace(OFFER, price_high=10.5), elasticity=-1.0).note
    assert "the range of prices seen so far" in seen
    assert "price test" in seen


def test_a_demand_wider_than_the_rules_shows_what_they_took():
    tight = replace(RULES, max_change_pct=5)
    wide = demand_at([*ladder(OFFER, RULES, TODAY), *ladder(OFFER, tight, TODAY)], price=10.0, elasticity=-1.0)
    found = best_price(wide, OFFER, tight, "profit", TODAY)
    assert found.price == 10.5
    assert found.verdict.binding_rule == "max_change"
    assert found.verdict.trail[0].before > 10.5


def test_no_lawful_price_is_refused_with_what_relaxing_would_buy():
    offer = replace(OFFER, cost=12.0)
    with pytest.raises(NoFeasiblePriceError) as refusal:
        quote(offer, replace(RULES, max_change_pct=10, min_margin_pct=0))
    assert "without the largest change, 12.00 GBP" in str(refusal.value)
    with pytest.raises(NoFeasiblePriceError, match=r"the largest change and the days between changes, 12\.00 GBP"):
        quote(replace(offer, last_changed=TODAY - timedelta(1)), replace(RULES, max_change_pct=10, min_margin_pct=0))


def test_an_unlawful_price_of_today_with_no_other_known_is_refused_with_the_nearest():
    worlds = demand_at([], price=10.0)
    with pytest.raises(NotEnoughDataError, match=r"the nearest is 10\.56 GBP"):
        best_price(worlds, replace(OFFER, cost=9.5), RULES, "profit", TODAY)


def test_todays_price_alone_is_kept():
    found = best_price(demand_at([], price=10.0), OFFER, RULES, "profit", TODAY)
    assert found.price == 10.0
    assert "no other lawful price" in found.note


@given(offers(), rules(), st.sampled_from(GOALS), SHAPES)
@settings(max_examples=200, deadline=None)
def test_the_gain_told_for_a_whole_catalogue_is_that_of_the_quote(offer, some_rules, goal, shape):
    rungs = ladder(offer, some_rules, TODAY, 25)
    worlds = demand_at(rungs, price=offer.price, **shape)
    try:
        found = best_price(worlds, offer, some_rules, goal, TODAY)
    except (NoFeasiblePriceError, NotEnoughDataError):
        with pytest.raises(NotEnoughDataError, match="no draws at a lawful price"):
            best_gain(worlds, offer, rungs, goal)
        return
    gain = best_gain(worlds, offer, rungs, goal)
    assert (gain.price, gain.p_loss) == (found.price, found.risk.p_loss)
    assert gain.mean == pytest.approx(found.risk.change.mean)


@given(offers(), SHAPES, st.integers(1, 7))
@settings(max_examples=100, deadline=None)
def test_bands_are_the_quantiles_of_the_worlds_at_each_rung(offer, shape, worlds):
    found = outcome(demand_at([offer.price * 0.7], price=offer.price, **(shape | {"worlds": worlds})), offer)
    for band, draws in zip(bands(found), (found.sold, found.money), strict=True):
        low, high = np.quantile(draws, (0.05, 0.95), axis=0)
        np.testing.assert_allclose(band, [low, draws.mean(axis=0), high], rtol=1e-9, atol=1e-9)
