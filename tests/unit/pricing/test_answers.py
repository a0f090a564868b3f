from dataclasses import replace

import numpy as np
import pytest

from pricing.answers import Answers, answers, rival
from pricing.demand import Demand
from pricing.elasticity import elasticities
from pricing.errors import NotEnoughDataError
from pricing.guardrails import Offer
from pricing.panel import Panel
from pricing.risk import assess
from pricing.rivalry import rivalry, weighed

WEEKS = 104


def panel(follow, seed=0, noise=0.01, moves=True):
    rng = np.random.default_rng(seed)
    steps = np.repeat(rng.choice((-0.1, -0.05, 0.0, 0.05, 0.1), WEEKS // 4), 4) if moves else np.zeros(WEEKS)
    before = np.array([steps[max(0, t - 6) : t].mean() if t else 0.0 for t in range(WEEKS)])
    theirs = follow * before + rng.normal(0, noise, WEEKS)
    units = rng.poisson(60 * np.exp(-1.8 * steps + 0.5 * theirs)).astype(float)
    one = np.ones((1, WEEKS))
    return Panel(
        ("A",), ("x",), ("GBP",), np.datetime64("2024-01-01") + 7 * np.arange(WEEKS), units[None, :], 0 * one,
        10 * np.exp(steps)[None, :], 0 * one, one, 11 * np.exp(theirs)[None, :], 4 * one,
    )  # fmt: skip


@pytest.mark.parametrize("follow", [0.0, 0.4, 0.9])
def test_how_far_competitors_followed_is_found_again(follow):
    found = answers(panel(follow))
    low, high = found.interval
    assert low - 0.05 <= follow <= high + 0.05
    assert found.weeks > 90
    assert found.changes >= 10


def test_a_thin_past_is_refused_with_what_is_missing():
    usual = panel(0.4)
    with pytest.raises(NotEnoughDataError, match="0 weeks; 26 are needed"):
        answers(replace(usual, competitor=np.nan * usual.competitor))
    with pytest.raises(NotEnoughDataError, match="changed 0 times"):
        answers(panel(0.4, moves=False))
    with pytest.raises(NotEnoughDataError, match="never moved"):
        answers(replace(usual, competitor=0 * usual.competitor + 11.0))


def world(price=10.0, slope=-1.6):
    rng = np.random.default_rng(2)
    prices = np.round(price * np.linspace(0.8, 1.2, 9), 2)
    return Demand("A", 4, prices, 240 * (prices / price) ** rng.normal(slope, 0.15, (800, 1)))


def test_the_rival_stays_where_we_stay_and_goes_our_way_where_we_move():
    fit, offer = elasticities(panel(0.4))[0], Offer("A", "GBP", 10.0, cost=4.0, competitors=(11.0,))
    seller = rival(Answers(0.4, 0.05, 0.6, 0.1, 100, 20), fit, offer, 800)
    stay = rivalry(world(), offer, seller, 10.0).answers
    assert all(answer.rival_price.mean == pytest.approx(11.0, rel=0.01) for answer in stay)
    cut = {a.stance: a for a in rivalry(world(), offer, seller, 8.0).answers}
    assert cut["responds"].rival_price.mean < 11.0
    assert cut["follows"].change.mean < cut["keeps"].change.mean


def test_an_answer_that_makes_a_loss_likely_raises_the_level():
    fit, offer = elasticities(panel(0.4))[0], Offer("A", "GBP", 10.0, cost=4.0, competitors=(11.0,))
    drawn = world(slope=-2.2)
    risk = replace(assess(drawn, offer, 9.0), level="low", reasons=("No measure reaches its limit.",))
    tame = rivalry(drawn, offer, rival(Answers(0.0, 1e-6, 1e-3, 1e-6, 100, 20), fit, offer, 800), 9.0)
    fierce = rivalry(drawn, offer, rival(Answers(1.2, 0.01, 2.5, 0.01, 100, 20), fit, offer, 800), 9.0)
    worse = weighed(risk, fierce)
    assert worse.level == "high"
    assert any("the competition" in reason for reason in worse.reasons)
    assert "No measure reaches its limit." not in worse.reasons
    likely = max(a.p_loss for a in tame.answers if a.stance in ("responds", "follows"))
    assert weighed(risk, tame).level == ("low" if likely < 0.15 else "medium" if likely < 0.35 else "high")


def test_three_competitors_whose_mean_ends_in_no_coin_are_one_seller():
    offer = Offer("TEA-001", "GBP", 23.0, cost=9.0, competitors=(21.99, 23.0, 24.5))
    seller = rival(Answers(0.4, 0.05, 0.6, 0.1, 100, 20), elasticities(panel(0.4))[0], offer, 50)
    assert seller.price == pytest.approx(23.1633)
