from dataclasses import fields, replace

import numpy as np
import pytest
from field import models
from panels import changed, grown, until

from pricing import simulate
from pricing.backtest import OURS, PACES, Method, backtest, methods, ours, ours_with_plan, together, with_plan
from pricing.elasticity import elasticities
from pricing.folds import ARRAYS, folds, sample
from pricing.forecast import forecasts
from pricing.scores import Fan
from pricing.spread import LEVELS

EVERY = (*methods(), with_plan())
assert models


@pytest.fixture(scope="module")
def panel():
    return grown(34, products=30, weeks=80, volume=1.5, stock_outs=0.05).panel


@pytest.fixture(scope="module")
def rows(panel):
    return sample(panel.skus, 20)


@pytest.fixture(scope="module")
def tried(panel, rows):
    return backtest(folds(panel, 4, 2), EVERY, rows)


def flat(value):
    """A method that says one number for everything."""

    def forecast(past, rows, plan):
        shape = (len(rows), len(plan.weeks))
        return Fan(np.full(shape, value), np.full((len(LEVELS), *shape), value))

    return forecast


def upset(panel, week, *, plan):
    """The panel with other numbers from column `week` on; prices and promotions stay where `plan` is false."""
    rng = np.random.default_rng(9)

    def other(array):
        array[:, week:] = rng.uniform(0.5, 90, array[:, week:].shape)

    def share(array):
        array[:, week:] = rng.uniform(0.96, 1, array[:, week:].shape)

    alter = dict.fromkeys(ARRAYS, other) | {"in_stock": share, "promo": share}
    return changed(panel, **{name: how for name, how in alter.items() if plan or name not in ("price", "promo")})


@pytest.mark.parametrize("method", methods(), ids=lambda m: m.name)
def test_what_comes_after_a_date_changes_no_forecast(panel, rows, method):
    last = backtest(folds(panel, 4, 2)[:1], [method], rows)
    other = backtest(folds(upset(panel, 72, plan=True), 4, 2)[:1], [method], rows)
    assert np.array_equal(last.fans[method.name].quantiles, other.fans[method.name].quantiles)
    assert np.array_equal(last.fans[method.name].mean, other.fans[method.name].mean)
    assert np.array_equal(last.scale.absolute, other.scale.absolute)
    assert np.array_equal(last.pace, other.pace)
    assert not np.array_equal(last.actual, other.actual, equal_nan=True)


def test_a_known_plan_tells_prices_and_promotions_and_nothing_else(panel, rows):
    cut = folds(panel, 4, 1)
    alike = folds(upset(panel, 76, plan=False), 4, 1)
    other = folds(upset(panel, 76, plan=True), 4, 1)
    plain, same, dear = (ours_with_plan(c[0].past, rows, c[0].plan).mean for c in (cut, alike, other))
    assert np.array_equal(plain, same)
    assert not np.array_equal(plain, dear)


def test_ours_is_the_forecast_that_the_product_gives(panel, rows, tried):
    past = until(panel, 76)
    found = forecasts(past, 4, None, elasticities(past))
    last = tried.fans[OURS]
    assert np.array_equal(last.mean[len(rows) :], [found[i].mean for i in rows])
    assert np.array_equal(last.quantiles[2, len(rows) :], [found[i].quantiles[2] for i in rows])
    assert np.array_equal(ours(past, rows, folds(panel, 4, 1)[0].plan).mean, last.mean[len(rows) :])


def test_every_method_is_judged_on_the_same_weeks(panel, rows, tried):
    scores = tried.scores()
    assert list(scores) == [m.name for m in EVERY]
    stocked = sum(np.isfinite(fold.actual[rows]).sum() for fold in folds(panel, 4, 2))
    assert {s.weeks for s in scores.values()} == {stocked}
    assert tried.censored == 2 * len(rows) * 4 - stocked > 0
    assert tried.products == 20
    assert set(tried.unanswered.values()) == {0}


def test_parts_add_up_to_the_whole(tried):
    whole = tried.scores()["AutoETS"]
    for parts in ([tried.at_pace(name) for name in PACES], [tried.ahead(week) for week in (1, 2, 3, 4)]):
        scores = [tried.scores(part)["AutoETS"] for part in parts]
        assert sum(s.weeks for s in scores) == whole.weeks
        inside = sum(s.coverage * s.weeks for s in scores if s.weeks)
        assert inside / whole.weeks == pytest.approx(whole.coverage)


def test_intermittent_items_are_told_by_their_weeks_without_a_sale(panel, rows):
    def sparse(array):
        array[rows[0]] = np.tile([5.0, 0, 0, 0], 20)

    found = backtest(folds(changed(panel, units=sparse), 4, 1), [Method("one", flat(1.0))], rows)
    assert found.gap[0] == 4
    assert found.intermittent()[0].all()
    assert found.intermittent().mean() < 1


def test_a_week_that_one_method_cannot_forecast_counts_for_none(panel, rows):
    def half(past, rows, plan):
        fan = flat(1.0)(past, rows, plan)
        fan.quantiles[4, 0, 1] = np.nan
        return fan

    whole = backtest(folds(panel, 4, 1), [Method("one", flat(1.0))], rows).scores()["one"].weeks
    found = backtest(folds(panel, 4, 1), [Method("one", flat(1.0)), Method("half", half)], rows)
    assert found.unanswered == {"one": 0, "half": 1}
    assert {s.weeks for s in found.scores().values()} == {whole - 1}


def test_portions_give_what_the_whole_gives(panel):
    every = np.repeat(np.arange(30), 4)
    assert len(every) > 100
    peer = methods(["AutoETS"])[1]
    apart = backtest(folds(panel, 4, 1), [peer], every).fans["AutoETS"]
    whole = backtest(folds(panel, 4, 1), [replace(peer, apart=False)], every).fans["AutoETS"]
    assert np.array_equal(apart.quantiles, whole.quantiles)


def test_progress_is_told_to_its_end(panel, rows):
    told = []
    backtest(folds(panel, 4, 2), [Method("one", flat(1.0))], rows, lambda *step: told.append(step))
    assert told == [("one", 0, 40), ("one", 20, 40), ("one", 40, 40)]


def test_two_stores_are_judged_as_one(tried):
    both = together([tried, tried])
    assert both.products == 2 * tried.products
    assert len(np.unique(both.product)) == 2 * len(np.unique(tried.product))
    assert len(np.unique(both.week)) == 2 * len(np.unique(tried.week))
    for one, two in zip(tried.scores().values(), both.scores().values(), strict=True):
        assert two.weeks == 2 * one.weeks
        for name in ("wape", "rmsse", "pinball", "coverage", "width"):
            assert getattr(two, name) == pytest.approx(getattr(one, name))
        assert two.coverage_se == pytest.approx(one.coverage_se / np.sqrt(2), rel=0.05)


def test_three_stores_share_no_product_and_no_week(tried):
    three = together([tried] * 3)
    assert len(np.unique(three.week)) == 3 * len(np.unique(tried.week))
    assert {f.name for f in fields(three)} == {f.name for f in fields(tried)}


def test_a_backtest_needs_a_fold(rows):
    with pytest.raises(ValueError, match="needs a fold"):
        backtest([], EVERY, rows)


@pytest.mark.slow
def test_the_demo_store_is_forecast_better_than_by_the_field():
    panel = simulate.panel(simulate.store(7), cost_history=False)
    found = backtest(folds(panel, 4, 2), methods(), sample(panel.skus, 100)).scores()
    assert found[OURS].pinball < 0.95 * min(s.pinball for name, s in found.items() if name != OURS)
    assert found[OURS].coverage > 0.85
