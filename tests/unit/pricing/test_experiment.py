"""A price test is small, lawful, and says how long it takes to learn from it."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from pricing.elasticity import Elasticity
from pricing.errors import NotEnoughDataError
from pricing.experiment import STEP_PCT, experiment
from pricing.forecast import Forecast
from pricing.guardrails import Offer, Rules

TODAY = date(2026, 1, 5)
ONE_PRICE = Elasticity(
    "TEA", -1.2, -2.4, 0.1, "store", False, "the price never changed in 60 weeks", 60, 1, 2.95, 2.95, 1.0, "PPML"
)


def forecast(spread: float, weeks: int = 4) -> Forecast:
    """40 units a week, give or take `spread` at 90 %."""
    level = np.array([[40 - spread], [40 - 0.8 * spread], [40.0], [40 + 0.8 * spread], [40 + spread]])
    quantiles = np.repeat(level, weeks, axis=1)
    days = np.datetime64("2026-01-05") + 7 * np.arange(weeks)
    total = quantiles.sum(axis=1)
    return Forecast("TEA", days, np.full(weeks, 40.0), quantiles, total, 40.0 * weeks, 2.95, 60, 0, "test", "")


def offer(cost: float | None) -> Offer:
    return Offer("TEA", "GBP", 2.95, cost=cost, price_low=2.95, price_high=2.95)


@pytest.mark.parametrize("cost", [None, 0.5, 2.0])
def test_the_step_is_small_and_above_cost(cost: float | None) -> None:
    price = experiment(forecast(15), ONE_PRICE, offer(cost), Rules(), TODAY).quote.price
    assert price != 2.95
    assert abs(price / 2.95 - 1) <= STEP_PCT / 100 + 1e-9
    assert price > (cost or 0)


def test_without_a_cost_the_price_is_only_tried_upwards() -> None:
    assert experiment(forecast(15), ONE_PRICE, offer(None), Rules(), TODAY).quote.price > 2.95


def test_a_noisier_product_needs_a_longer_test() -> None:
    calm = experiment(forecast(5), ONE_PRICE, offer(1.0), Rules(), TODAY)
    noisy = experiment(forecast(30), ONE_PRICE, offer(1.0), Rules(), TODAY)
    assert calm.weeks_needed < noisy.weeks_needed
    assert calm.power > noisy.power


def test_a_price_never_tried_is_never_a_low_risk() -> None:
    assert experiment(forecast(15), ONE_PRICE, offer(1.0), Rules(), TODAY).quote.risk.level != "low"


def test_nothing_known_of_peers_is_refused() -> None:
    nothing = replace(ONE_PRICE, elasticity=float("nan"), ci_low=float("nan"), ci_high=float("nan"))
    with pytest.raises(NotEnoughDataError, match="never changed"):
        experiment(forecast(15), nothing, offer(1.0), Rules(), TODAY)


def test_the_rules_bind_a_test_too() -> None:
    frozen = replace(offer(1.0), last_changed=date(2026, 1, 3))
    with pytest.raises(NotEnoughDataError, match="no other price to test"):
        experiment(forecast(15), ONE_PRICE, frozen, Rules(), TODAY)
