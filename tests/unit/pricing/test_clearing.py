from dataclasses import replace

import numpy as np
import pytest
from offers import TODAY

from pricing.clear import CERTAINTY
from pricing.clearing import clearing, ways
from pricing.demand import Demand
from pricing.errors import NoFeasiblePriceError, NotEnoughDataError
from pricing.forecast import Forecast
from pricing.guardrails import Offer, Rules, judge
from pricing.risk import assess

OFFER = Offer("A", "GBP", 10.0, cost=2.0, stock=300.0, price_low=5.0, price_high=12.0)
WEEKS = 8


def ahead(weeks=WEEKS):
    mondays = np.datetime64("2026-03-02") + 7 * np.arange(weeks)
    blank = np.full((5, weeks), 40.0)
    return Forecast("A", mondays, np.full(weeks, 40.0), blank, np.full(5, 320.0), 320.0, 10.0, 104, 0, "steady", "")


def demand(open_, offer, *, level=320.0, doubt=0.25, elasticity=-1.5):
    rng = np.random.default_rng(1)
    prices = np.unique([*open_.prices, offer.price])
    worlds = level * np.exp(rng.normal(0, doubt, (1500, 1)))
    return Demand("A", WEEKS, prices, worlds * (prices / offer.price) ** rng.normal(elasticity, 0.2, (1500, 1)))


def planned(offer=OFFER, rules=Rules(), **wanted):  # noqa: B008
    open_ = ways(offer, rules, TODAY)
    drawn = demand(open_, offer, **wanted)
    return drawn, clearing(drawn, ahead(), offer, rules, TODAY, open_)


def test_the_path_clears_with_the_certainty_and_earns_more_than_one_price_that_does():
    _, made = planned()
    assert made.reached
    assert made.relaxed == ()
    assert made.path.plan.p_clear >= CERTAINTY
    assert made.single.p_clear >= CERTAINTY
    at = int(np.argmin(np.abs(made.single.prices - made.single.price)))
    earned = made.path.plan.revenue - OFFER.cost * made.path.plan.sell_through * OFFER.stock
    assert earned >= made.single.money[at]


def test_every_step_of_the_path_is_lawful_from_the_one_before():
    _, made = planned(replace(OFFER, stock=500.0))
    last = OFFER.price
    for price in made.path.path:
        assert price <= last
        assert judge(price, replace(OFFER, price=last), Rules(), TODAY).price == price
        last = price


def test_the_first_step_waits_until_the_price_may_change_again():
    offer = replace(OFFER, last_changed=TODAY, stock=600.0)
    _, made = planned(offer, Rules(days_between_changes=10))
    assert made.quote.price == OFFER.price
    assert made.path.path[:2] == (10.0, 10.0)
    assert made.path.path[-1] < 10.0


def test_a_stock_that_no_path_clears_says_what_each_rule_costs():
    _, made = planned(replace(OFFER, stock=700.0))
    assert not made.reached
    assert {one.rule for one in made.relaxed} >= {"history_range"}
    assert all(one.p_clear > made.path.plan.p_clear for one in made.relaxed)
    assert min(one.lowest for one in made.relaxed) < 5.0
    assert "What giving up a rule would buy" in made.quote.note
    assert "without the range of prices seen so far" in made.quote.note


def test_the_risk_is_that_of_the_whole_path():
    drawn, made = planned(replace(OFFER, stock=500.0))
    assert made.quote.risk.units.mean == pytest.approx(made.path.runs.sold.mean())
    kept = assess(drawn, replace(OFFER, stock=500.0), OFFER.price).money.mean
    assert made.quote.risk.change.mean == pytest.approx(made.quote.risk.money.mean - kept)
    assert made.quote.risk.p_stock_out is None


def test_nothing_on_hand_is_nothing_to_clear():
    with pytest.raises(NotEnoughDataError, match="nothing to clear"):
        ways(replace(OFFER, stock=0.0), Rules(), TODAY)
    with pytest.raises(NoFeasiblePriceError, match="the rules leave no price"):
        ways(replace(OFFER, cost=30.0), Rules(), TODAY)
