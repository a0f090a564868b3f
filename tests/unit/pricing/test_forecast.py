from dataclasses import replace

import numpy as np
import pytest
from panels import at, changed, grown, only, stacked, until

from pricing import simulate
from pricing.elasticity import elasticities
from pricing.forecast import LEVELS, forecasts
from pricing.history import history
from pricing.spread import Trials, learn

HORIZON = 8


@pytest.fixture(scope="module")
def known():
    return grown(11, stock_outs=0.03)


@pytest.fixture(scope="module")
def past(known):
    return until(known.panel, 96)


@pytest.fixture(scope="module")
def found(past):
    return forecasts(past, HORIZON)


@pytest.fixture(scope="module")
def slopes(past):
    return elasticities(past)


def usable_row(slopes):
    return next(i for i, e in enumerate(slopes) if e.usable)


def refused_row(slopes):
    return next(i for i, e in enumerate(slopes) if not e.usable)


def coverage(panel, origin, horizon, found):
    """Share of fully stocked held-out weeks inside the 90 % interval."""
    actual = panel.units[:, origin : origin + horizon]
    fair = np.isfinite(actual) & (panel.in_stock[:, origin : origin + horizon] == 1)
    quantiles = stacked(found, "quantiles")
    inside = (actual >= quantiles[:, 0]) & (actual <= quantiles[:, 4])
    return inside[fair & np.isfinite(quantiles[:, 0])].mean()


def trials(mean, actual):
    """Errors of one date, of products without traits."""
    errors = mean.shape[1]
    return Trials(
        mean, actual, np.ones_like(mean), np.zeros(errors), np.zeros(errors, int), np.empty((1, len(mean), 0))
    )


def test_weeks_follow_the_panel(past, found):
    for f in found:
        assert f.weeks[0] == past.weeks[-1] + 7
        assert len(f.weeks) == HORIZON
        assert (np.diff(f.weeks).astype(int) == 7).all()


def test_quantiles_ascend_and_are_never_negative(found):
    quantiles, total = stacked(found, "quantiles"), stacked(found, "total")
    assert quantiles.shape == (len(found), len(LEVELS), HORIZON)
    assert (quantiles >= 0).all()
    assert (np.diff(quantiles, axis=1) >= 0).all()
    assert (np.diff(total, axis=1) >= 0).all()
    assert (stacked(found, "mean") >= 0).all()


def test_the_total_is_narrower_than_weeks_that_move_as_one(found):
    width = stacked(found, "total")[:, 4] - stacked(found, "total")[:, 0]
    quantiles = stacked(found, "quantiles")
    assert np.median(width / (quantiles[:, 4] - quantiles[:, 0]).sum(axis=1)) < 0.9
    assert np.allclose(stacked(found, "total_mean"), stacked(found, "mean").sum(axis=1))


@pytest.mark.slow
@pytest.mark.parametrize("horizon", [4, 13])
def test_intervals_hold_about_ninety_percent_of_held_out_weeks(horizon):
    held = []
    for seed in (21, 22):
        panel = grown(seed).panel
        for origin in (104 - horizon, 85):
            found = forecasts(until(panel, origin), horizon)
            held.append(coverage(panel, origin, horizon, found))
    assert 0.87 <= np.mean(held) <= 0.95


@pytest.mark.slow
def test_totals_hold_about_ninety_percent():
    inside = []
    for seed in (21, 22, 23):
        panel = grown(seed, stock_outs=0.0).panel
        for origin in (96, 84):
            total = stacked(forecasts(until(panel, origin), HORIZON), "total")
            actual = panel.units[:, origin : origin + HORIZON].sum(axis=1)
            inside += list((actual >= total[:, 0]) & (actual <= total[:, 4]))
    assert 0.84 <= np.mean(inside) <= 0.96


@pytest.mark.slow
def test_the_simulated_shop_is_forecast_better_than_by_its_last_weeks():
    panel = simulate.panel(simulate.store(3))
    ours, eight, last = [], [], []
    for origin in (91, 95, 100):
        before, actual = until(panel, origin), panel.units[:, origin : origin + 4]
        found = forecasts(before, 4)
        mean = stacked(found, "mean")
        fair = np.isfinite(mean) & np.isfinite(actual) & np.isfinite(before.units[:, -8:]).all(axis=1, keepdims=True)
        ours.append(np.abs(mean - actual)[fair].sum())
        eight.append(np.abs(before.units[:, -8:].mean(axis=1, keepdims=True) - actual)[fair].sum())
        last.append(np.abs(before.units[:, -1:] - actual)[fair].sum())
        assert 0.87 <= coverage(panel, origin, 4, found) <= 0.97
    assert np.sum(ours) < np.sum(eight) < np.sum(last)


def test_a_season_seen_twice_is_expected_again():
    week = np.arange(104)
    panel = grown(7, flat=1.0).panel
    season = np.exp(1.2 * np.cos(2 * np.pi * week / 52.18))
    units = np.random.default_rng(0).poisson(40 * season, panel.units.shape).astype(float)
    quiet = replace(panel, units=units, in_stock=np.ones_like(units))
    mean = stacked(forecasts(until(quiet, 80), 24), "mean").mean(axis=0)
    assert mean[-1] > 2.5 * mean[0]
    assert np.corrcoef(mean, season[80:])[0, 1] > 0.97


def test_a_stock_out_is_not_taken_for_weak_demand(past, found):
    empty = changed(past, units=at((0, slice(-6, None)), 0.0), in_stock=at((0, slice(-6, None)), 0.0))
    f = forecasts(empty, HORIZON)[0]
    assert f.total_mean > 0.5 * found[0].total_mean
    assert f.censored_weeks >= 6


def test_half_a_week_in_stock_counts_for_a_whole_one(past):
    half = changed(past, units=at((0, -1), 10.0), in_stock=at((0, -1), 0.5))
    assert history(half, None).units[0, -1] == 20


def test_a_lower_price_sells_more_and_is_less_certain(past, slopes):
    row = usable_row(slopes)
    prices = np.full(len(past.skus), np.nan)
    prices[row] = 0.8 * past.price[row, -1]
    here, there = forecasts(past, HORIZON, None, slopes)[row], forecasts(past, HORIZON, prices, slopes)[row]
    e = slopes[row]
    wanted = 0.8**e.elasticity * np.exp((e.se * np.log(0.8)) ** 2 / 2)
    assert there.total_mean / here.total_mean == pytest.approx(wanted)
    assert there.price == prices[row]
    spread = [(f.total[4] - f.total[0]) / f.total_mean for f in (here, there)]
    assert spread[1] > spread[0]


def test_another_price_without_a_usable_elasticity_is_refused(past, slopes):
    row = refused_row(slopes)
    f = forecasts(past, HORIZON, 0.9 * past.price[:, -1], slopes)[row]
    assert np.isnan(f.mean).all()
    assert np.isnan(f.total_mean)
    assert "no usable elasticity" in f.caution


def test_the_last_price_needs_no_elasticity(past, found):
    same = forecasts(past, HORIZON, past.price[:, -1].copy())
    assert np.array_equal(stacked(same, "mean"), stacked(found, "mean"))
    assert stacked(found, "price") == pytest.approx(past.price[:, -1])


def test_a_price_change_in_the_past_is_not_forgotten():
    """Sales at an old, lower price say less about the price of today."""
    panel = grown(8, flat=0.0).panel
    slopes = elasticities(panel)
    dear = changed(panel, price=at((slice(None), -1), panel.price[:, -2] * 1.3), promo=at((slice(None), -1), 0.0))
    with_slopes, without = forecasts(dear, 4, None, slopes), forecasts(dear, 4)
    assert stacked(with_slopes, "total_mean").sum() < 0.85 * stacked(without, "total_mean").sum()


def test_a_product_with_no_sale_has_no_forecast(past):
    f = forecasts(changed(past, units=at(0, np.nan)), HORIZON)[0]
    assert np.isnan(f.mean).all()
    assert np.isnan(f.quantiles).all()
    assert "no sale" in f.caution


def test_a_young_product_is_forecast_widely_and_with_a_caution(past, found):
    f = forecasts(changed(past, units=at((0, slice(0, -3)), np.nan)), HORIZON)[0]
    assert f.caution.startswith("only 3 weeks of sales")
    assert f.history_weeks == 3
    width = (f.total[4] - f.total[0]) / f.total_mean
    assert width > (found[0].total[4] - found[0].total[0]) / found[0].total_mean


def test_a_product_asleep_is_said_to_be(past):
    f = forecasts(changed(past, units=at((0, slice(-20, None)), 0.0)), HORIZON)[0]
    assert "no sale in the last 20 weeks" in f.caution


def test_intervals_widen_with_the_horizon():
    rng = np.random.default_rng(0)
    panel = grown(9, stock_outs=0.0).panel
    walk = np.exp(3.5 + np.cumsum(rng.normal(0, 0.15, panel.units.shape), axis=1))
    found = forecasts(replace(panel, units=rng.poisson(walk).astype(float)), 13)
    quantiles = stacked(found, "quantiles")
    width = (quantiles[:, 4] - quantiles[:, 0]) / stacked(found, "mean")
    assert np.median(width[:, -1]) > 1.3 * np.median(width[:, 0])


def test_one_product_alone_is_forecast(past):
    f = forecasts(only(past, [0]), HORIZON)[0]
    assert 0 < f.total[0] <= f.total[2] <= f.total[4]


@pytest.mark.parametrize("weeks", [1, 2, 5, 9, 53, 54])
def test_short_panels_are_forecast_without_a_fault(known, weeks):
    for f in forecasts(until(known.panel, weeks), 26):
        assert np.isfinite(f.quantiles).all() or "no sale" in f.caution
        assert f.caution or weeks >= 12


def test_an_empty_panel_has_no_forecasts(past):
    assert forecasts(only(past, []), HORIZON) == ()


def test_the_same_panel_gives_the_same_forecast(past, found):
    again = forecasts(past, HORIZON)
    assert np.array_equal(stacked(again, "quantiles"), stacked(found, "quantiles"))


@pytest.mark.parametrize("horizon", [0, -1, 27])
def test_the_horizon_has_bounds(past, horizon):
    with pytest.raises(ValueError, match="1 to 26 weeks"):
        forecasts(past, horizon)


def test_prices_must_fit_the_panel(past, slopes):
    with pytest.raises(ValueError, match="products"):
        forecasts(past, 4, np.array([1.0]))
    with pytest.raises(ValueError, match="above 0"):
        forecasts(past, 4, np.zeros(len(past.skus)))
    with pytest.raises(ValueError, match="in its order"):
        forecasts(past, 4, None, slopes[::-1])


def test_dispersion_is_learnt_product_by_product():
    rng = np.random.default_rng(0)
    truth = np.repeat([0.05, 0.8], 60)[:, None]
    mean = np.full((120, 48), 20.0)
    actual = rng.poisson(mean * rng.gamma(1 / truth, truth, mean.shape)).astype(float)
    alpha = learn(trials(mean, actual)).alpha
    assert np.median(alpha[:60]) == pytest.approx(0.05, rel=0.4)
    assert np.median(alpha[60:]) == pytest.approx(0.8, rel=0.3)


def test_quantiles_are_mended_where_forecasts_were_biased():
    rng = np.random.default_rng(1)
    mean = np.full((100, 40), 20.0)
    actual = rng.poisson(1.5 * mean * rng.gamma(5, 0.2, mean.shape)).astype(float)
    spread = learn(trials(mean, actual), narrow=False)
    low, *_, high = spread.quantiles(mean[:, :1], np.zeros((100, 1)), np.empty((100, 0)))[:, :, 0]
    assert np.mean((actual >= low[:, None]) & (actual <= high[:, None])) == pytest.approx(0.9, abs=0.02)
