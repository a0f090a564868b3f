from dataclasses import fields, replace

import numpy as np
import polars as pl
import pytest
from field import losses
from panels import changed, grown, only

from pricing.folds import folds
from pricing.scores import Fan, Scale, clustered, pinball, scale, score
from pricing.spread import LEVELS

NAMES = ("p05", "p10", "p50", "p90", "p95")


@pytest.fixture(scope="module")
def panel():
    return grown(32, products=10, weeks=40, stock_outs=0.0).panel


def row_of(values):
    """One product that sold `values`, always on hand."""
    panel = only(grown(1, products=1, weeks=len(values), stock_outs=0.0).panel, [0])
    return replace(panel, units=np.array([values], float), in_stock=np.ones((1, len(values))))


def one_series(actual, mean, quantiles, unit=2.0):
    """The score of one series whose scale is `unit`."""
    actual, fan = np.array([actual], float), Fan(np.array([mean], float), np.array(quantiles, float)[:, None, :])
    size = Scale(np.array([unit]), np.array([2 * unit]), np.array([False]))
    return score(actual, fan, size, np.array([0]), np.arange(actual.size)[None])


def test_the_scale_is_the_mean_change_from_week_to_week():
    size = scale(row_of([1, 4, 2, 2]))
    assert size.absolute == pytest.approx([(3 + 2 + 0) / 3])
    assert size.squared == pytest.approx([np.sqrt((9 + 4 + 0) / 3)])
    assert not size.fallback.any()


def test_weeks_before_the_first_sale_and_off_the_shelf_do_not_count():
    panel = row_of([np.nan, np.nan, 1, 4, 0, 2, 8])
    gone = changed(panel, in_stock=lambda a: a.__setitem__((0, 4), 0.3))
    assert scale(gone).absolute == pytest.approx([(3 + 6) / 2])


def test_a_product_that_never_moved_is_measured_by_its_mean():
    size = scale(row_of([np.nan, 3, 3, 3]))
    assert (size.absolute[0], size.squared[0], size.fallback[0]) == (3, 3, True)
    assert scale(row_of([np.nan, np.nan, np.nan, 5])).absolute == [5]


def test_pinball_by_hand():
    quantiles = np.array([1.0, 2.0, 4.0, 6.0, 7.0])[:, None, None]
    by_level = [0.05 * 4, 0.10 * 3, 0.5 * 1, 0.1 * 1, 0.05 * 2]
    assert pinball(np.array([[5.0]]), quantiles) == pytest.approx(np.mean(by_level))


def test_a_score_by_hand():
    found = one_series([5, 0, np.nan], [4, 2, 9], [[1, 1, 0], [2, 1, 0], [4, 2, 0], [6, 3, 9], [7, 4, 9]])
    assert found.weeks == 2
    assert found.wape == pytest.approx((1 + 2) / 5)
    assert found.bias == pytest.approx((-1 + 2) / 5)
    assert found.rmsse == pytest.approx(np.sqrt((1 + 4) / 2) / 4)
    first = np.mean([0.05 * 4, 0.10 * 3, 0.5 * 1, 0.1 * 1, 0.05 * 2])
    second = np.mean([0.95 * 1, 0.9 * 1, 0.5 * 2, 0.1 * 3, 0.05 * 4])
    assert found.pinball == pytest.approx((first + second) / 2 / 2)
    assert found.loss == pytest.approx(2 * (first + second) / 5)
    assert (found.coverage, found.below, found.above) == (0.5, 0.5, 0)
    assert found.width == pytest.approx((6 + 3) / 2 / 2)


def test_bounds_are_inside():
    assert one_series([1, 7], [4, 4], [[1, 1], [2, 2], [4, 4], [6, 6], [7, 7]]).coverage == 1


def test_nothing_to_compare_is_no_score():
    found = one_series([np.nan], [4], [[1], [2], [4], [6], [7]])
    assert found.weeks == 0
    assert all(np.isnan(getattr(found, f.name)) for f in fields(found)[1:])


def test_stores_without_a_sale_have_no_error_per_unit_sold():
    found = one_series([0, 0], [1, 1], [[0, 0], [0, 0], [1, 1], [2, 2], [3, 3]])
    assert np.isnan(found.wape)
    assert found.pinball > 0


@pytest.fixture(scope="module")
def both(panel):
    """Our score, and frames for the losses of utilsforecast, of random fans over two folds."""
    cut = folds(panel, 4, 2)
    rng = np.random.default_rng(0)
    shape = (2 * len(panel.skus), 4)
    actual = np.concatenate([fold.actual for fold in cut])
    mean = np.maximum(actual + rng.normal(0, 4, shape), 0)
    quantiles = np.sort(np.maximum(mean + rng.normal(0, 6, (len(LEVELS), *shape)), 0), axis=0)
    sizes = [scale(fold.past) for fold in cut]
    size = Scale(*(np.concatenate([getattr(s, f.name) for s in sizes]) for f in fields(Scale)))
    product = np.tile(np.arange(len(panel.skus)), 2)
    week = np.concatenate([np.tile(fold.origin + np.arange(4), (len(panel.skus), 1)) for fold in cut])
    ours = score(actual, Fan(mean, quantiles), size, product, week)
    series = np.repeat([f"{k}" for k in range(shape[0])], 4)
    columns = {"unique_id": series, "ds": week.ravel(), "y": actual.ravel(), "mean": mean.ravel()}
    frame = pl.DataFrame(columns | dict(zip(NAMES, quantiles.reshape(5, -1), strict=True)))
    train = pl.concat(
        pl.DataFrame({"unique_id": f"{k * len(panel.skus) + i}", "ds": np.arange(fold.origin), "y": fold.past.units[i]})
        for k, fold in enumerate(cut)
        for i in range(len(panel.skus))
    )
    return ours, frame, train


def test_rmsse_is_that_of_utilsforecast(both):
    ours, frame, train = both
    theirs = losses.rmsse(frame, ["mean"], seasonality=1, train_df=train)
    assert ours.rmsse == pytest.approx(theirs["mean"].mean())


def test_scaled_pinball_is_that_of_utilsforecast(both):
    ours, frame, train = both
    theirs = [
        losses.scaled_quantile_loss(frame, {"q": name}, seasonality=1, train_df=train, q=level)["q"].mean()
        for name, level in zip(NAMES, LEVELS, strict=True)
    ]
    assert ours.pinball == pytest.approx(np.mean(theirs))


def test_wape_coverage_and_loss_are_those_of_utilsforecast(both):
    ours, frame, _ = both
    whole = frame.with_columns(unique_id=pl.lit("all"))
    assert ours.wape == pytest.approx(losses.nd(whole, ["mean"])["mean"].item())
    inside = losses.coverage(whole.rename({"p05": "m-lo-90", "p95": "m-hi-90"}), ["m"], level=90)
    assert ours.coverage == pytest.approx(inside["m"].item())
    total = [losses.quantile_loss(whole, {"q": n}, q=q)["q"].item() for n, q in zip(NAMES, LEVELS, strict=True)]
    assert ours.loss == pytest.approx(2 * np.mean(total) / whole["y"].mean())


def test_the_standard_error_of_independent_outcomes_is_the_usual_one():
    hit = np.random.default_rng(0).random((400, 4)) < 0.9
    off = (hit - hit.mean()) / hit.size
    week = np.arange(hit.size).reshape(hit.shape)  # no two outcomes of one week
    assert clustered(off, np.arange(400), week) == pytest.approx(np.sqrt(0.09 / hit.size), rel=0.15)


def test_outcomes_that_hang_together_count_as_one():
    hit = np.repeat(np.random.default_rng(1).random((400, 1)) < 0.9, 4, axis=1)
    off = (hit - hit.mean()) / hit.size
    alone = clustered(off, np.arange(400), np.arange(hit.size).reshape(hit.shape))
    assert alone == pytest.approx(np.sqrt(hit.mean() * (1 - hit.mean()) / 400), rel=0.01)
    bad_week = np.tile([[0.01, 0.01, 0.01, -0.03]], (400, 1))
    assert clustered(bad_week, np.arange(400), np.tile(np.arange(4), (400, 1))) > 10 * clustered(
        bad_week, np.arange(400), np.arange(1600).reshape(400, 4)
    )


def test_one_product_has_no_standard_error():
    assert np.isnan(clustered(np.array([[0.1, -0.1]]), np.array([0]), np.array([[0, 1]])))


def test_intervals_that_always_held_have_no_error_to_show():
    found = clustered(np.array([[0.0, np.nan], [0.0, 0.0]]), np.array([0, 1]), np.array([[0, 1], [0, 1]]))
    assert found == 0
