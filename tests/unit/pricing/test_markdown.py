from dataclasses import replace
from itertools import product
from math import exp, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offers import TODAY, breaks, demand_at, offers, rules

from pricing.descent import descent, weeks_between
from pricing.errors import NoFeasiblePriceError
from pricing.guardrails import Offer, Rules, ladder
from pricing.markdown import markdown
from pricing.weekly import Counts, Draws, draws_of

OFFER = Offer("A", "GBP", 10.0, cost=4.0, stock=40)


def falling(weeks: int, prices, *, mean=5.0, elasticity=-2.5):
    """Mean weekly units, lower at a higher price, a tenth fewer each week."""
    prices = np.asarray(prices, dtype=float)
    return mean * np.outer(0.9 ** np.arange(weeks), np.exp(elasticity * (prices / prices[0] - 1)))


def poisson(k, mean):
    return exp(-mean) * mean**k / factorial(k)


def brought(policy, prices, means, stock, salvage, week=0, last=0):
    """Expected money of a policy {(week, last, left): rung}, by recursion over what may be sold."""
    if week == len(means):
        return salvage * stock
    rung = policy[week, last, stock]
    chances = [poisson(k, means[week][rung]) for k in range(stock)]
    chances.append(1 - sum(chances))
    return sum(
        chance * (prices[rung] * sold + brought(policy, prices, means, stock - sold, salvage, week + 1, rung))
        for sold, chance in enumerate(chances)
    )


@pytest.mark.parametrize("salvage", [0.0, 3.0])
@pytest.mark.parametrize("mean", [0.5, 1.5])
def test_the_policy_is_the_best_of_all_policies_of_a_tiny_case(salvage, mean):
    prices, stock = (10.0, 6.0), 2
    means = falling(2, prices, mean=mean)
    states = [(0, 0, 2), (1, 0, 1), (1, 0, 2)]  # where there is a choice: the second price ends the descent
    values = []
    for rungs in product((0, 1), repeat=len(states)):
        policy = {(w, last, left): last for w in (0, 1) for last in (0, 1) for left in (0, 1, 2)}
        policy |= dict(zip(states, rungs, strict=True))
        values.append(brought(policy, prices, means, stock, salvage))
    found = markdown(Counts(means), np.array(prices), stock, salvage=salvage)
    assert found.plan.value == pytest.approx(max(values))
    assert found.keep.value == pytest.approx(
        brought({(w, 0, left): 0 for w in (0, 1) for left in (0, 1, 2)}, prices, means, stock, salvage)
    )


@st.composite
def plans(draw):
    weeks, rungs = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    prices = np.sort(np.array(sorted(draw(st.sets(st.integers(2, 40), min_size=rungs, max_size=rungs)))) / 2.0)[::-1]
    means = falling(weeks, prices, mean=draw(st.floats(0.2, 60)), elasticity=draw(st.floats(-6, 0)))
    if draw(st.booleans()):
        weekly = Counts(means, draw(st.sampled_from([0.0, 0.4])))
    else:
        rng = np.random.default_rng(draw(st.integers(0, 1000)))
        weekly = Draws(means * rng.gamma(2.0, 0.5, (40, draw(st.sampled_from([1, weeks])), 1)))
    limits = {
        "salvage": draw(st.sampled_from([0.0, 0.5, 5.0])),
        "every": draw(st.integers(1, 3)),
        "most_step_pct": draw(st.sampled_from([10.0, 40.0, 100.0])),
    }
    return weekly, prices, draw(st.integers(1, 400)), limits


@given(plans())
@settings(max_examples=120, deadline=None)
def test_a_plan_is_never_worse_than_keeping_or_any_single_price_and_never_rises_or_leaves_its_ladder(plan):
    weekly, prices, stock, limits = plan
    found = markdown(weekly, prices, stock, **limits)
    slack = 1e-9 * (1 + found.plan.value)
    assert found.plan.value >= found.keep.value - slack
    assert found.plan.value >= found.single.value - slack >= found.keep.value - 2 * slack
    assert found.plan.value == pytest.approx(found.plan.revenue + found.plan.salvaged)
    assert -1e-9 <= found.plan.sell_through <= 1 + 1e-9
    assert found.policy.shape == (weekly.shape[0], prices.size, found.levels.size)
    last = np.arange(prices.size)[None, :, None]
    assert (found.policy >= last).all()
    still = [w for w in range(weekly.shape[0]) if w % limits["every"]]
    if found.plan != found.single:
        assert (found.policy[still] == last).all()
    assert set(found.path) <= set(prices.tolist())
    steps = np.array([prices[0], *found.path])
    assert (np.diff(steps) <= 0).all()
    assert (steps[1:] >= steps[:-1] * (1 - limits["most_step_pct"] / 100) - 1e-9).all()
    assert 0 < found.path_share <= 1


@given(offers(), rules(), st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_no_markdown_goes_below_cost_or_beyond_the_rules(offer, limits, stock):
    if not any(p <= offer.price for p in ladder(offer, limits, TODAY, 48)):
        with pytest.raises(NoFeasiblePriceError):
            descent(offer, limits, TODAY)
        return
    prices = descent(offer, limits, TODAY, 6)
    found = markdown(Counts(falling(4, prices)), prices, stock)
    for price in (*found.path, *(found.price(2, stock / 2, p) for p in prices)):
        assert breaks(price, offer, limits) == []
        assert price <= offer.price


def test_with_more_stock_left_the_price_is_lower():
    prices = np.arange(10.0, 4.0, -1.0)
    found = markdown(Counts(falling(6, prices)), prices, 40)
    assert (np.diff(found.policy, axis=2) >= 0).all()
    assert found.price(3, 40, 10.0) < found.price(3, 2, 10.0)
    assert found.plan.value > found.single.value > found.keep.value


def test_a_short_stock_keeps_its_price_to_the_end():
    prices = np.arange(10.0, 4.0, -1.0)
    found = markdown(Counts(falling(6, prices, mean=50.0)), prices, 10)
    assert found.path == (10.0,) * 6
    assert found.plan.p_clear == pytest.approx(1.0)


def test_what_is_worth_more_unsold_is_not_marked_down():
    prices = np.array([10.0, 6.0])
    assert markdown(Counts(falling(3, prices)), prices, 40, salvage=8.0).path == (10.0,) * 3


def test_levels_of_stock_cost_little_against_single_units():
    prices = np.arange(10.0, 4.0, -1.0)
    fine = markdown(Counts(falling(4, prices, mean=20.0)), prices, 150)
    coarse = markdown(Counts(falling(4, prices, mean=200.0), 0.04), prices, 1500)  # ten times as large, as uncertain
    assert coarse.plan.value / fine.plan.value == pytest.approx(10.0, rel=0.02)


def test_counts_of_a_negative_binomial_sum_to_one_and_keep_their_mean_in_lots():
    chances = Counts(np.array([[4.0, 9.0]]), 0.5).chances(100, 2.5)
    assert chances.sum(axis=-1) == pytest.approx(1.0)
    assert 2.5 * chances @ np.arange(101.0) == pytest.approx(np.array([[4.0, 9.0]]), rel=1e-6)


def test_weeks_that_hang_together_are_valued_on_their_worlds():
    poor_or_rich = np.array([[[1.0]] * 4, [[9.0]] * 4])  # the mean would clear 20, the poor world does not
    found = markdown(Draws(poor_or_rich), np.array([10.0]), 20)
    assert found.plan.revenue == pytest.approx(10.0 * (4 + 20) / 2)
    assert found.plan.p_clear == 0.5


def test_a_demand_is_dealt_out_over_its_weeks():
    worlds = demand_at([8.0, 9.0], price=10.0)
    weekly = draws_of(worlds, np.array([3.0, 1.0, 0.0, 0.0]), np.array([10.0, 8.0]))
    assert weekly.units.sum(axis=1) == pytest.approx(worlds.units[:, [2, 0]])
    assert weekly.units[:, 0] == pytest.approx(3 * weekly.units[:, 1])
    with pytest.raises(ValueError, match="no draws at some"):
        draws_of(worlds, np.ones(4), np.array([7.0]))
    with pytest.raises(ValueError, match="4 numbers"):
        draws_of(worlds, np.ones(3), np.array([10.0]))


def test_the_descent_starts_at_today_and_is_lawful():
    prices = descent(OFFER, Rules(max_change_pct=50), TODAY)
    assert prices[0] == 10.0
    assert (np.diff(prices) < 0).all()
    assert set(prices) <= set(ladder(OFFER, Rules(max_change_pct=50), TODAY, 1000))


def test_what_can_only_be_raised_is_not_marked_down():
    with pytest.raises(NoFeasiblePriceError, match="cannot be marked down"):
        descent(replace(OFFER, cost=11.0), Rules(), TODAY)
    with pytest.raises(NoFeasiblePriceError, match="relaxing would buy"):
        descent(replace(OFFER, cost=20.0), Rules(), TODAY)


def test_prices_change_no_oftener_than_the_rules_allow():
    assert [weeks_between(Rules(days_between_changes=days)) for days in (0, 7, 8, 30)] == [1, 1, 2, 5]


def test_the_policy_answers_only_what_it_knows():
    found = markdown(Counts(falling(2, [10.0, 9.0])), np.array([10.0, 9.0]), 5)
    for week, left, last in ((2, 1, 10.0), (0, 6, 10.0), (0, 1, 8.0)):
        with pytest.raises(ValueError, match="knows no week"):
            found.price(week, left, last)


@pytest.mark.parametrize(
    ("prices", "stock", "words"),
    [([9.0, 10.0], 5, "descend"), ([10.0, -1.0], 5, "above 0"), ([10.0, 9.0], 0, "whole"), ([10.0], 5, "does not fit")],
)
def test_what_makes_no_plan_is_told(prices, stock, words):
    with pytest.raises(ValueError, match=words):
        markdown(Counts(np.ones((2, 2))), np.array(prices), stock)
