"""Plans of prices and promotions, holidays, and a mean that agrees with its quantiles."""

from dataclasses import replace

import numpy as np
import pytest
from panels import MONDAY, at, changed, grown, only, stacked, until

from pricing.calendar import UnknownCountryError, calendar, holiday_factors, home
from pricing.elasticity import elasticities
from pricing.forecast import LEVELS, forecasts
from pricing.groups import Groups
from pricing.history import history
from pricing.promotion import lifts

HORIZON = 6


@pytest.fixture(scope="module")
def known():
    return grown(31, stock_outs=0.0)


@pytest.fixture(scope="module")
def past(known):
    return until(known.panel, 96)


@pytest.fixture(scope="module")
def slopes(past):
    return elasticities(past)


@pytest.fixture(scope="module")
def plain(past, slopes):
    return forecasts(past, HORIZON, None, slopes)


def promoted(seed, lift, every=0.12):
    """A store whose promotions multiply units by exp(lift), with the same dice for any lift."""
    panel = grown(seed, flat=1.0, stock_outs=0.0).panel
    rng = np.random.default_rng(seed)
    promo = (rng.random(panel.units.shape) < every).astype(float)
    units = rng.poisson(30 * np.exp(lift * promo) * rng.gamma(8, 1 / 8, promo.shape)).astype(float)
    return replace(panel, units=units, promo=promo, in_stock=np.ones_like(units))


@pytest.mark.parametrize("lift", [0.0, 0.3, 0.8])
def test_the_lift_of_promotions_is_found(lift):
    panel = promoted(5, lift)
    found = lifts(history(panel, None), panel.promo, Groups.of(panel.categories))
    assert found.effect == pytest.approx(lift, abs=0.06)
    assert (np.abs(found.effect - lift) < 4 * found.se).all()


def test_a_store_without_promotions_claims_no_effect_of_them(past):
    quiet = changed(past, promo=at(slice(None), 0.0))
    found = lifts(history(quiet, None), quiet.promo, Groups.of(quiet.categories))
    assert (found.effect == 0).all()
    assert (found.se > 0.3).all()


def test_a_planned_promotion_sells_more_in_its_week_alone():
    panel = promoted(6, 0.6)
    plan = np.zeros((len(panel.skus), HORIZON))
    plan[:, 2] = 1
    with_it, without = (stacked(forecasts(panel, HORIZON, promos=p), "mean") for p in (plan, 0 * plan))
    ratio = with_it / without
    assert ratio[:, 2] == pytest.approx(np.exp(0.6), rel=0.12)
    assert np.delete(ratio, 2, axis=1) == pytest.approx(1, abs=0.05)


def test_a_planned_promotion_is_foretold_better_than_an_unplanned_one():
    panel = promoted(9, 0.8, every=0.25)
    before, actual, plan = until(panel, 98), panel.units[:, 98:], panel.promo[:, 98:]
    blind, seeing = (stacked(forecasts(before, HORIZON, promos=p), "mean") for p in (None, plan))
    assert np.abs(seeing - actual).sum() < 0.85 * np.abs(blind - actual).sum()


def test_a_week_without_a_plan_is_promoted_as_often_as_of_late():
    panel = promoted(7, 0.6, every=0.5)
    never = np.zeros((len(panel.skus), HORIZON))
    usual, none = (stacked(forecasts(panel, HORIZON, promos=p), "mean").sum() for p in (never * np.nan, never))
    assert usual == pytest.approx(none * (1 + 0.5 * np.expm1(0.6)), rel=0.1)


def test_prices_may_differ_by_week(past, slopes, plain):
    row = next(i for i, e in enumerate(slopes) if e.usable)
    last = past.price[row, -1]
    prices = np.full((len(past.skus), HORIZON), np.nan)
    prices[row, 3:] = 0.8 * last
    found = forecasts(past, HORIZON, prices, slopes)
    e = slopes[row]
    wanted = 0.8**e.elasticity * np.exp((e.se * np.log(0.8)) ** 2 / 2)
    assert found[row].mean[:3] == pytest.approx(plain[row].mean[:3])
    assert found[row].mean[3:] == pytest.approx(wanted * plain[row].mean[3:])
    assert found[row].price == pytest.approx(last * 0.9)
    other = row + 1
    assert np.array_equal(found[other].quantiles, plain[other].quantiles)


def test_one_price_for_all_weeks_is_that_price_each_week(past, slopes):
    prices = 0.9 * past.price[:, -1]
    flat, weekly = (forecasts(past, HORIZON, p, slopes) for p in (prices, np.tile(prices[:, None], HORIZON)))
    assert np.array_equal(stacked(flat, "total"), stacked(weekly, "total"), equal_nan=True)


def test_plans_must_fit_the_panel(past):
    n = len(past.skus)
    with pytest.raises(ValueError, match="promos have shape"):
        forecasts(past, HORIZON, promos=np.zeros((n, 2)))
    with pytest.raises(ValueError, match="from 0 to 1"):
        forecasts(past, HORIZON, promos=np.full((n, HORIZON), 1.5))
    with pytest.raises(ValueError, match="prices have shape"):
        forecasts(past, HORIZON, np.ones((n, HORIZON + 1)))


def test_the_mean_agrees_with_the_quantiles(plain):
    """The area under straight lines between them, which for skewed counts lies a little above."""
    told, knots = stacked(plain, "total"), np.array((0.0, *LEVELS, 1.0))
    ends = np.concatenate([told[:, :1] * 0.7, told, told[:, -1:] * 1.3], axis=1)
    area = (np.diff(knots) * (ends[:, 1:] + ends[:, :-1]) / 2).sum()
    assert area == pytest.approx(stacked(plain, "total_mean").sum(), rel=0.1)


def test_holidays_fall_into_their_weeks():
    weeks = MONDAY + 7 * np.arange(104)
    found = calendar(weeks, "GB")
    christmas = found.falls[:, found.names.index("Christmas Day")]
    assert [str(week) for week in weeks[christmas == 1]] == ["2023-12-25", "2024-12-23"]


def test_an_unknown_country_is_refused(past):
    with pytest.raises(UnknownCountryError, match="ISO code"):
        forecasts(past, HORIZON, country="Atlantis")


def test_a_currency_tells_the_country_unless_several_share_it():
    assert home(("GBP", "GBP", "EUR")) == "GB"
    assert home(("EUR",)) is None
    assert home(()) is None


def test_a_holiday_seen_is_expected_again_and_an_ordinary_week_is_not():
    panel = grown(12, flat=1.0, stock_outs=0.0).panel
    weeks = np.arange("2022-12-05", "2024-12-02", 7, dtype="datetime64[D]")[:104]
    falls = calendar(weeks, "GB")
    shut = falls.falls[:, falls.names.index("Christmas Day")] > 0
    units = np.random.default_rng(0).poisson(np.where(shut, 4.0, 20.0), panel.units.shape).astype(float)
    closed = replace(panel, units=units, weeks=weeks, promo=0 * units)
    factors = holiday_factors(history(closed, None), weeks, 6, "GB")
    next_one = (weeks[-1] + 7 * np.arange(1, 7)) == np.datetime64("2024-12-23")
    assert factors[104:][next_one] < 0.4
    assert factors[104:][:3] == pytest.approx(1, abs=0.1)
    mean = stacked(forecasts(closed, 6, country="GB"), "mean").mean(axis=0)
    assert mean[next_one][0] < 0.6 * mean[0]


def test_a_store_that_holidays_do_not_touch_has_no_effect_of_them():
    panel = grown(13, flat=1.0, stock_outs=0.0).panel
    units = np.random.default_rng(1).poisson(20.0, panel.units.shape).astype(float)
    factors = holiday_factors(history(replace(panel, units=units), None), panel.weeks, 13, "US")
    assert factors == pytest.approx(1, abs=0.03)


def test_no_country_means_no_holidays(past):
    assert (holiday_factors(history(past, None), past.weeks, 13, None) == 1).all()


def test_a_product_that_has_died_is_forecast_lower_than_its_past(past, plain):
    """Twenty weeks without a sale, after twenty units a week."""
    dead = changed(past, units=at((0, slice(None)), 20.0))
    dead = changed(dead, units=at((0, slice(-20, None)), 0.0))
    f = forecasts(dead, HORIZON)[0]
    assert f.total[0] == 0
    assert f.total_mean < 0.2 * 20 * HORIZON


def test_one_product_can_be_planned_by_itself(past, slopes):
    one = only(past, [0])
    found = forecasts(one, HORIZON, None, [slopes[0]], promos=np.ones((1, HORIZON)), country="US")
    assert np.isfinite(found[0].quantiles).all()
