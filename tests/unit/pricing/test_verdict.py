import json
from dataclasses import replace

import numpy as np
import pytest

from pricing.backtest import OURS, PLANNED, Backtest
from pricing.scores import Fan, Scale
from pricing.verdict import COLUMNS, Margin, best, margin, parts, rows, summary, verdict

SERIES, HORIZON = 200, 4


def made(width=1.645, peer_error=2.0, **more):
    """A backtest of normal outcomes around 100 with a deviation of 10: ours knows the mean, the peer is off."""
    rng = np.random.default_rng(0)
    actual = rng.normal(100, 10, (SERIES, HORIZON))
    normal = np.array([-1.645, -1.282, 0, 1.282, 1.645])[:, None, None]

    def fan(shift, scale):
        mean = np.full(actual.shape, 100.0 + shift)
        return Fan(mean, mean[None] + normal * scale)

    fans = {OURS: fan(0, 10 * width / 1.645), "Naive": fan(10 * peer_error, 10), **more}
    ones = np.ones(SERIES)
    return Backtest(
        dates=np.array(["2025-01-06"], "datetime64[D]"), actual=actual, scale=Scale(10 * ones, 12 * ones, ones == 0),
        pace=np.full(SERIES, 3), gap=ones, product=np.arange(SERIES), week=np.tile(np.arange(HORIZON), (SERIES, 1)),
        fans=fans, products=SERIES, censored=3, unanswered=dict.fromkeys(fans, 0),
    )  # fmt: skip


def test_a_margin_is_the_ratio_of_the_two_losses():
    test = made()
    scores = test.scores()
    found = margin(test, OURS, "Naive")
    assert found.ratio == pytest.approx(scores[OURS].pinball / scores["Naive"].pinball)
    assert margin(test, OURS, OURS) == Margin(1.0, 0.0)


def test_a_margin_of_a_part_is_the_ratio_of_the_part():
    test = made()
    half = np.arange(SERIES)[:, None] < SERIES // 2
    half = np.repeat(half, HORIZON, axis=1)
    scores = test.scores(half)
    assert margin(test, OURS, "Naive", half).ratio == pytest.approx(scores[OURS].pinball / scores["Naive"].pinball)
    assert margin(test, OURS, "Naive", half).se > margin(test, OURS, "Naive").se


def test_the_error_of_a_margin_is_that_of_drawing_products_anew():
    test, rng = made(), np.random.default_rng(1)
    apart = replace(test, week=np.arange(SERIES * HORIZON).reshape(SERIES, HORIZON))
    drawn = []
    for _ in range(200):
        rows = rng.integers(0, SERIES, SERIES)
        fans = {name: Fan(fan.mean[rows], fan.quantiles[:, rows]) for name, fan in test.fans.items()}
        again = replace(apart, actual=test.actual[rows], fans=fans, week=apart.week[rows])
        drawn.append(margin(again, OURS, "Naive").ratio)
    assert margin(apart, OURS, "Naive").se == pytest.approx(np.std(drawn), rel=0.2)


def test_the_better_method_is_named():
    assert verdict(made()).startswith("Best here: Pricedesk. Its pinball loss is ")
    assert "under that of Naive, the best of the others (90 % interval" in verdict(made())


def test_a_better_peer_is_named_as_plainly():
    test = made()
    turned = replace(test, fans={OURS: test.fans["Naive"], "Naive": test.fans[OURS]})
    assert verdict(turned).startswith("Best here: Naive. The pinball loss of Pricedesk is ")


def test_a_difference_that_may_be_chance_is_no_win():
    assert verdict(made(peer_error=0.03)).startswith("No clear winner: the pinball loss of Pricedesk is ")


@pytest.mark.parametrize(
    ("width", "word"), [(1.645, "as promised"), (1.0, "narrower than promised"), (3.0, "wider than need be")]
)
def test_coverage_is_judged(width, word):
    assert verdict(made(width)).endswith(f"{word}.")
    assert "of 800 weeks (standard error " in verdict(made(width))


def test_a_rival_told_the_prices_is_no_rival():
    test = made()
    told = replace(test, fans={**test.fans, PLANNED: Fan(test.actual, np.tile(test.actual, (5, 1, 1)))})
    assert best(told.scores()) == PLANNED
    assert verdict(told) == verdict(test)
    alone = replace(test, fans={OURS: test.fans[OURS]})
    assert verdict(alone).startswith("No other method was tried")


def test_nothing_to_judge_is_said():
    test = made()
    empty = replace(test, actual=np.full_like(test.actual, np.nan))
    assert verdict(empty).startswith("Nothing to judge")
    assert rows(empty) == []
    assert np.isnan(margin(empty, OURS, "Naive").ratio)


def test_rows_speak_of_every_part_that_has_outcomes():
    found = rows(made())
    assert {row["part"] for row in found} == {"all", "fast", "week 1", "week 2", "week 3", "week 4"}
    assert all(tuple(row) == COLUMNS for row in found)
    assert len(found) == 2 * 6
    assert set(parts(made())) > {"slow", "middling", "brisk", "intermittent"}


def test_a_summary_is_json():
    said = json.loads(json.dumps(summary(made())))
    assert said["left_out"] == {"out_of_stock": 3, "without_forecast": {OURS: 0, "Naive": 0}}
    assert said["dates"] == ["2025-01-06"]
    assert said["verdict"] == verdict(made())
