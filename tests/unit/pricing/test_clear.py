from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offers import TODAY, breaks, demand_at, offers, rules

from pricing.choice import clearing
from pricing.clear import clearance
from pricing.guardrails import Offer, ladder, lawful_limits
from pricing.outcome import outcome

OFFER = Offer("A", "GBP", 10.0, cost=4.0, stock=130)
RUNGS = np.round(np.arange(5.0, 12.1, 0.1), 2)
ALL = np.ones(RUNGS.size, bool)


def cleared(offer=OFFER, *, certainty=0.8, salvage=0.0, **shape):
    return clearance(demand_at(RUNGS, price=10.0, **shape), offer, ALL, certainty=certainty, salvage=salvage)


def test_the_more_certain_the_clearing_the_lower_the_price_and_the_larger_the_sacrifice():
    found = [cleared(certainty=c) for c in (0.5, 0.8, 0.95)]
    assert found[0].price > found[1].price > found[2].price
    assert found[0].sacrifice < found[1].sacrifice < found[2].sacrifice
    assert all(f.reached and f.p_clear >= c for f, c in zip(found, (0.5, 0.8, 0.95), strict=True))


def test_the_next_dearer_price_would_not_be_certain_enough():
    found = cleared()
    rung = int(np.flatnonzero(found.prices == found.price)[0])
    assert found.chances[rung] >= 0.8 > found.chances[rung + 1]


def test_a_mean_that_reaches_the_stock_clears_it_only_half_of_the_time():
    worlds = demand_at(RUNGS, price=10.0, noise=0.3)
    by_mean = clearing(
        worlds.units, outcome(worlds, OFFER).money, OFFER.stock, ALL, int(np.flatnonzero(RUNGS == 10.0)[0])
    )
    at_mean = (worlds.units[:, by_mean.rung] >= OFFER.stock).mean()
    assert 0.35 < at_mean < 0.6
    assert clearance(worlds, OFFER, ALL).p_clear >= 0.8


def test_of_the_prices_that_clear_the_one_that_earns_most_is_taken():
    found = cleared(replace(OFFER, stock=20), elasticity=-0.5)
    assert found.p_clear >= 0.8
    assert found.sacrifice == 0.0
    assert found.price == 12.0


def test_what_cannot_be_cleared_so_surely_goes_as_far_as_it_can_and_says_so():
    found = cleared(replace(OFFER, stock=260), noise=0.3)
    assert not found.reached
    assert found.p_clear < 0.8
    assert found.p_clear >= found.chances.max() - 0.005
    hopeless = cleared(replace(OFFER, stock=100_000))
    assert not hopeless.reached
    assert hopeless.price == 12.0  # no price helps, so none is cut


def test_salvage_lessens_the_sacrifice_of_not_clearing():
    dear, plain = cleared(certainty=0.01, salvage=3.0), cleared(certainty=0.01)
    assert dear.money == pytest.approx(plain.money + 3.0 * _left())


def _left():
    worlds = outcome(demand_at(RUNGS, price=10.0), OFFER)
    return (OFFER.stock - worlds.sold).mean(axis=0)


def test_a_handful_of_draws_is_judged_by_its_mean():
    found = cleared(worlds=10)
    assert found.by == "mean"
    assert found.reached


@given(offers(), rules(), st.floats(0.05, 0.95), st.floats(-5, 0), st.floats(0, 1))
@settings(max_examples=100, deadline=None)
def test_no_clearing_price_breaks_a_rule(offer, limits, certainty, elasticity, noise):
    offer = replace(offer, stock=80)
    left, rungs = lawful_limits(offer, limits, TODAY), ladder(offer, limits, TODAY, 20)
    if left is None:
        return
    worlds = demand_at(rungs, price=offer.price, elasticity=elasticity, noise=noise)
    found = clearance(worlds, offer, np.array([left.holds(float(p)) for p in worlds.prices]), certainty=certainty)
    assert breaks(found.price, offer, limits) == []
    assert found.reached == (found.p_clear >= certainty)
    assert found.reached or (found.chances < certainty).all()
    assert found.sacrifice >= 0


def test_what_makes_no_clearing_is_told():
    with pytest.raises(ValueError, match="nothing to clear"):
        cleared(replace(OFFER, stock=None))
    with pytest.raises(ValueError, match="between 0 and 1"):
        cleared(certainty=1.0)
    with pytest.raises(ValueError, match="mark one or more"):
        clearance(demand_at(RUNGS, price=10.0), OFFER, ~ALL)
