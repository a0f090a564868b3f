from dataclasses import replace

import numpy as np
import pytest
from panels import grown, only

from pricing.evidence import todays_price
from pricing.instrument import DOUBT, STRONG, USUAL
from pricing.reaction import reactions

WEEKS = 104


def chased(seed, answer, *, cost=True, products=150):
    """A simulated panel whose prices follow cost, at a change now and then, and a hidden demand shock by `answer`."""
    rng = np.random.default_rng(seed)
    known = grown(seed, products=products, flat=0.0, stock_outs=0.0)
    shape, week = (products, WEEKS), np.arange(WEEKS)
    changes = np.maximum.accumulate(np.where(rng.random(shape) < 0.2, week, 0), axis=1)
    shock = rng.normal(0, 0.25, shape)[np.arange(products)[:, None], changes]
    costs = rng.normal(0, 0.12, shape)[np.arange(products)[:, None], changes]
    logs = costs + answer * shock + 0.02 * rng.normal(0, 1, shape)[np.arange(products)[:, None], changes]
    mean = np.exp(rng.normal(3.0, 0.5, products)[:, None] + shock + known.elasticity[:, None] * logs)
    units = rng.poisson(mean * rng.gamma(20, 0.05, shape)).astype(float)
    panel = replace(
        known.panel,
        units=units,
        price=10 * np.exp(logs),
        promo=np.zeros(shape),
        cost=6 * np.exp(costs) if cost else np.full(shape, 6.0),
    )
    return panel, known.elasticity


def found(panel):
    return reactions(panel, todays_price(panel))


def test_a_strong_instrument_finds_the_bias_of_prices_that_chase_demand():
    panel, true = chased(1, answer=0.3)
    reacted = found(panel)
    plain = np.median(reacted.slope + reacted.appearance.bias - true)
    assert plain > 0.2
    assert reacted.appearance.strength > STRONG
    assert reacted.appearance.se < DOUBT
    assert reacted.appearance.bias > USUAL
    assert abs(np.median(reacted.slope - true)) < plain - 0.05


def test_blind_prices_with_an_instrument_are_left_nearly_as_they_are():
    panel, true = chased(2, answer=0.0)
    reacted = found(panel)
    assert reacted.appearance.bias == pytest.approx(0, abs=0.08)
    assert abs(np.median(reacted.slope - true)) < 0.12


def test_without_cost_history_the_usual_bias_is_taken_off_with_its_doubt():
    panel, _ = chased(3, answer=0.1, cost=False)
    off = found(panel).appearance
    assert (off.bias, off.se, off.strength) == (USUAL, DOUBT, 0.0)
    assert "no cost history" in off.source


def test_costs_that_prices_ignore_are_a_weak_instrument_and_not_asked():
    panel, _ = chased(4, answer=0.1)
    noise = np.random.default_rng(0).normal(0, 0.1, panel.cost.shape)
    off = found(replace(panel, cost=6 * np.exp(noise))).appearance
    assert 0 < off.strength < STRONG
    assert (off.bias, off.se) == (USUAL, DOUBT)
    assert "weak instrument" in off.source


def test_a_few_products_with_costs_do_not_speak_for_the_store():
    panel, _ = chased(5, answer=0.3)
    assert found(only(panel, range(8))).appearance.strength == 0
