import numpy as np
import pytest

from bench.cross import _ols, _pairs, _row, pairs_of
from bench.crossed import Crossing, crossing
from bench.together import choices, profit
from pricing import simulate
from pricing.cross import CrossEffects, cross_effects


@pytest.fixture(scope="module")
def logit() -> Crossing:
    return crossing(simulate.store(21, 80), "logit", 21)


@pytest.fixture(scope="module")
def effects(logit: Crossing) -> tuple[CrossEffects, ...]:
    return cross_effects(logit.panel, pairs_of(logit))


@pytest.mark.slow
def test_the_true_effects_are_the_slopes_of_the_true_demand(logit: Crossing) -> None:
    price, j = logit.store.truth["reference_price"].to_numpy(), 3
    dearer = price.copy()
    dearer[j] *= 1.001
    days = np.full((len(price), 1), logit.panel.weeks[-1])[0]
    units = [logit.daily(p[:, None], days, np.zeros((len(price), 1)), None)[:, 0] for p in (price, dearer)]
    sold = units[0] > 0
    slope = np.log(units[1][sold] / units[0][sold]) / np.log(1.001)
    truth = logit.truth[sold, j]
    others = np.flatnonzero(sold) != j
    assert np.allclose(slope[others], truth[others], atol=0.01)
    assert (truth[others] > 0.1).any()


@pytest.mark.slow
def test_few_claims_are_made_and_they_are_truer_than_those_of_each_pair_alone(
    logit: Crossing, effects: tuple[CrossEffects, ...]
) -> None:
    ours, alone = _pairs(logit, effects), _ols(logit, pairs_of(logit))
    error = [float(np.mean((said.guess - said.truth) ** 2)) for said in (ours, alone)]
    assert error[0] < np.mean(ours.truth**2) < error[1]
    wrong = ours.claimed & (np.sign(ours.guess) != np.sign(ours.truth))
    assert wrong.sum() <= 0.1 * ours.claimed.sum()
    assert _row("ours", ours)[0] == "ours"


@pytest.mark.slow
def test_prices_set_together_truly_earn_more_than_each_by_itself(
    logit: Crossing, effects: tuple[CrossEffects, ...]
) -> None:
    found = choices(logit, effects)
    gain = {name: one[2] for name, one in found.items()}
    assert gain["believed"] > max(gain["alone"], 0.0)
    assert gain["truth"] > gain["alone"]
    today = logit.store.products["price"].to_numpy().astype(np.float64)
    assert profit(logit, today) > 0
