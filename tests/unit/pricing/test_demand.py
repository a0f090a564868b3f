from dataclasses import replace

import numpy as np
import pytest
from panels import grown
from scipy import stats

from pricing.demand import FREEDOM, WIDER, demand
from pricing.elasticity import Elasticity, elasticities
from pricing.errors import NotEnoughDataError
from pricing.forecast import LEVELS, Forecast, forecasts

WEEKS = np.datetime64("2026-01-05") + 7 * np.arange(4).astype("timedelta64[D]")
PRICES = np.array([8.0, 9.0, 10.0, 11.0, 12.0])
FLAT = np.ones((5, 4))
FORECAST = Forecast("A", WEEKS, FLAT[0] * 25, FLAT * 25, np.array([40.0, 55, 95, 150, 175]), 100.0, 10.0, 90, 0, "", "")
ELASTICITY = Elasticity("A", -2.0, -2.5, -1.5, "product", True, "", 90, 8, 7.0, 13.0, 0.2, "")


def test_units_never_rise_with_price():
    vague = replace(ELASTICITY, elasticity=-0.3, ci_low=-2.0, ci_high=1.4)
    for e in (ELASTICITY, vague):
        units = demand(FORECAST, e, PRICES, 10.0).units
        assert (np.diff(units, axis=1) <= 1e-12).all()
        assert (units >= 0).all()


def test_at_the_current_price_the_draws_are_the_forecast():
    units = demand(FORECAST, ELASTICITY, PRICES, 10.0).units[:, 2]
    assert np.quantile(units, LEVELS) == pytest.approx(FORECAST.total, rel=0.01)
    assert units.mean() == pytest.approx(FORECAST.total_mean, rel=0.01)


def test_the_reaction_at_the_current_price_is_the_elasticity_with_more_doubt_and_heavier_tails_than_its_interval():
    near = np.array([9.99, 10.0, 10.01])
    units = demand(FORECAST, ELASTICITY, near, 10.0).units
    slopes = np.log(units[:, 2] / units[:, 0]) / np.log(near[2] / near[0])
    assert np.median(slopes) == pytest.approx(-2.0, abs=0.02)
    half = WIDER * 0.5
    assert np.quantile(slopes, (0.05, 0.95)) == pytest.approx([-2 - half, -2 + half], abs=0.03)
    score = stats.t.ppf(0.005, FREEDOM) / stats.t.ppf(0.05, FREEDOM)
    assert np.quantile(slopes, 0.005) == pytest.approx(-2 - half * score, abs=0.1)


def test_three_shapes_share_the_worlds():
    sure = replace(ELASTICITY, ci_low=-2.0, ci_high=-2.0)
    units = demand(FORECAST, sure, PRICES, 10.0).units
    shares = np.round(units[:, -1] / units[:, 2], 4)
    found, count = np.unique(shares, return_counts=True)
    assert found == pytest.approx([1 - 2 * 0.2, np.exp(-2 * 0.2), 1.2**-2], abs=1e-3)
    assert (np.abs(count / len(units) - 1 / 3) < 0.01).all()


def test_learnt_forms_take_their_share_of_the_worlds_with_their_own_slopes():
    forms = (("constant", 0.25, -1.0, 1e-9), ("linear", 0.75, -3.0, 1e-9))
    units = demand(FORECAST, replace(ELASTICITY, forms=forms, reference=10.0), PRICES, 10.0).units
    shares = np.round(units[:, -1] / units[:, 2], 4)
    found, count = np.unique(shares, return_counts=True)
    assert found == pytest.approx([1 - 3 * 0.2, 1 / 1.2], abs=1e-3)
    assert count / len(units) == pytest.approx([0.75, 0.25], abs=0.01)


def test_a_price_that_moved_since_the_fit_stays_on_the_same_curve():
    forms = (("exponential", 1.0, -2.0, 1e-9),)
    units = demand(FORECAST, replace(ELASTICITY, forms=forms, reference=8.0), PRICES, 10.0).units
    assert units[:, -1] / units[:, 2] == pytest.approx(np.exp(-2.0 * (12 - 10) / 8), rel=1e-5)


def test_linear_demand_stops_at_nothing():
    units = demand(FORECAST, ELASTICITY, np.array([10.0, 20.0]), 10.0).units
    assert (units[:, 1] == 0).any()
    assert (units >= 0).all()


def test_level_slope_and_shape_are_independent():
    far = np.array([9.0, 10.0])
    units = demand(FORECAST, ELASTICITY, far, 10.0).units
    assert abs(np.corrcoef(units[:, 1], units[:, 0] / units[:, 1])[0, 1]) < 0.06


def test_a_seed_decides_everything():
    first, again, other = (demand(FORECAST, ELASTICITY, PRICES, 10.0, seed=s).units for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_worlds_do_not_depend_on_the_ladder():
    few = demand(FORECAST, ELASTICITY, PRICES[[0, 2]], 10.0).units
    many = demand(FORECAST, ELASTICITY, PRICES, 10.0).units
    assert np.allclose(few, many[:, [0, 2]])


def test_draws_are_as_many_as_asked():
    assert demand(FORECAST, ELASTICITY, PRICES, 10.0, draws=7).units.shape == (7, 5)


def test_a_forecast_at_another_price_is_carried_over():
    dearer = replace(FORECAST, price=11.0)
    units = demand(dearer, ELASTICITY, PRICES, 10.0).units
    assert units[:, 2].mean() == pytest.approx(100 * 1.1**2, rel=0.03)


def test_an_unusable_elasticity_answers_for_the_current_price_only():
    unknown = replace(ELASTICITY, usable=False, reason="the price never changed in 60 weeks", elasticity=np.nan)
    with pytest.raises(NotEnoughDataError, match="never changed"):
        demand(FORECAST, unknown, PRICES, 10.0)
    alone = demand(FORECAST, unknown, np.array([10.0]), 10.0)
    assert alone.units.mean() == pytest.approx(100, rel=0.01)


def test_without_a_forecast_there_is_no_demand():
    nothing = replace(FORECAST, total=np.full(5, np.nan), caution="no sale in the data")
    with pytest.raises(NotEnoughDataError, match="no sale"):
        demand(nothing, ELASTICITY, PRICES, 10.0)


@pytest.mark.parametrize(
    ("prices", "current", "what"),
    [
        ([8.0, 9.0], 10.0, "among"),
        ([10.0, 9.0], 10.0, "ascend"),
        ([10.0, 10.0], 10.0, "ascend"),
        ([0.0, 10.0], 10.0, "above 0"),
        ([-1.0, 10.0], 10.0, "above 0"),
        ([10.0, np.inf], 10.0, "finite"),
        ([np.nan], 10.0, "finite"),
        ([], 10.0, "row"),
        ([10.0], 0.0, "among"),
        ([10.0], np.nan, "among"),
    ],
)
def test_prices_that_make_no_ladder_are_refused(prices, current, what):
    with pytest.raises(ValueError, match=what):
        demand(FORECAST, ELASTICITY, np.array(prices), current)


def test_two_products_do_not_mix():
    with pytest.raises(ValueError, match="forecast is of A"):
        demand(FORECAST, replace(ELASTICITY, sku="B"), PRICES, 10.0)


def test_at_least_one_world_is_drawn():
    with pytest.raises(ValueError, match="1 draw"):
        demand(FORECAST, ELASTICITY, PRICES, 10.0, draws=0)


def test_products_that_hardly_sell_have_whole_worlds_without_a_sale():
    rare = replace(FORECAST, total=np.array([0.0, 0, 0, 2, 3]), total_mean=0.6)
    units = demand(rare, ELASTICITY, PRICES, 10.0).units
    assert (units[:, 2] == 0).mean() > 0.3
    assert units[:, 2].mean() == pytest.approx(0.6, abs=0.25)


def test_a_fitted_product_has_demand_near_the_truth():
    """From panel to demand: at a tenth less the true extra units lie inside the 90 % interval for most products."""
    known = grown(12, flat=0.0)
    slopes, ahead = elasticities(known.panel), forecasts(known.panel, 4)
    inside = []
    for i, (e, f) in enumerate(zip(slopes, ahead, strict=True)):
        if e.usable:
            units = demand(f, e, f.price * np.array([0.9, 1.0]), f.price).units
            low, high = np.quantile(units[:, 0] / np.maximum(units[:, 1], 1e-9), (0.05, 0.95))
            inside.append(low <= 0.9 ** known.elasticity[i] <= high)
    assert len(inside) > 50
    assert np.mean(inside) > 0.8


def test_units_drawn_are_those_that_the_forecast_expects_however_wide_its_quantiles() -> None:
    wide = replace(FORECAST, total=np.array([1211.0, 1559, 3233, 6297, 8084]), total_mean=3136.0)
    units = demand(wide, replace(ELASTICITY, usable=False), np.array([10.0]), 10.0).units
    assert units.mean() == pytest.approx(3136, rel=0.01)
    assert np.quantile(units, 0.95) > 1.5 * np.quantile(units, 0.5)
