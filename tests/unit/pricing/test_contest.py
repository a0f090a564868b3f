import sys

import numpy as np
import polars as pl
import pytest
from field import StatsForecast, models
from panels import changed, grown, until
from statsforecast.utils import ConformalIntervals

from pricing.contest import CHOICES, contest, require
from pricing.errors import PricingError
from pricing.folds import Plan

HORIZON = 4
BANDS = ("lo-90", "lo-80", None, "hi-80", "hi-90")
LIBRARY = {
    "Naive": models.Naive(),
    "SeasonalNaive": models.SeasonalNaive(52),
    "AutoETS": models.AutoETS(season_length=1),
    "CrostonSBA": models.CrostonSBA(prediction_intervals=ConformalIntervals(n_windows=13, h=HORIZON)),
    "HistoricAverage": models.HistoricAverage(),
    "8-week mean": models.WindowAverage(8, prediction_intervals=ConformalIntervals(n_windows=13, h=HORIZON)),
}


@pytest.fixture(scope="module")
def panel():
    return grown(33, products=6, weeks=90, stock_outs=0.0).panel


def asked(panel, name, rows=None, horizon=HORIZON):
    nothing = np.ones((len(panel.skus), horizon))
    plan = Plan(panel.weeks[-1] + 7 * np.arange(1, horizon + 1), nothing, nothing)
    return contest(name, panel, np.arange(len(panel.skus)) if rows is None else np.array(rows), plan)


@pytest.mark.parametrize("name", CHOICES)
def test_a_peer_says_what_its_library_says(panel, name):
    n, t = panel.units.shape
    frame = pl.DataFrame(
        {"unique_id": np.repeat(panel.skus, t), "ds": np.tile(np.arange(t), n), "y": panel.units.ravel()}
    )
    said = StatsForecast(models=[LIBRARY[name]], freq=1).forecast(df=frame, h=HORIZON, level=[80, 90])
    column = next(c for c in said.columns[2:] if "-" not in c)
    fan = asked(panel, name)
    for k, band in enumerate(BANDS):
        theirs = said[column if band is None else f"{column}-{band}"].to_numpy().reshape(n, HORIZON)
        assert fan.quantiles[k] == pytest.approx(np.maximum(theirs, 0))
    assert np.array_equal(fan.mean, fan.quantiles[2])


@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("weeks", [*range(1, 22), 52, 53, 64, 65])
def test_a_short_history_gets_a_whole_fan(panel, name, weeks):
    fan = asked(until(panel, weeks), name)
    sold = until(panel, weeks).units.sum(axis=1) > 0
    assert np.isfinite(fan.quantiles[:, sold]).all()
    assert (np.diff(fan.quantiles[:, sold], axis=0) >= 0).all()
    assert (fan.quantiles[:, sold] >= 0).all()


@pytest.mark.parametrize("name", CHOICES)
def test_hard_series_get_a_whole_fan(name):
    rng = np.random.default_rng(2)
    hard = np.stack(
        [
            np.r_[50.0, np.zeros(39)],
            np.full(40, 3.0),
            np.r_[np.zeros(39), 7.0],
            rng.poisson(0.05, 40) * 1.0,
            rng.poisson(4000, 40) * 1.0,
            np.tile([0.0, 12.0], 20),
        ]
    )
    fan = asked(changed(until(grown(1, products=6).panel, 40), units=lambda a: a.__setitem__(slice(None), hard)), name)
    assert np.isfinite(fan.quantiles[:, hard.sum(axis=1) > 0]).all()


def test_a_seasonal_forecast_is_the_week_of_a_year_ago(panel):
    assert np.array_equal(asked(panel, "SeasonalNaive").mean, panel.units[:, -52 : -52 + HORIZON])
    young = until(panel, 60)
    assert asked(young, "SeasonalNaive").mean == pytest.approx(asked(young, "HistoricAverage").mean)


def test_a_product_that_had_not_sold_gets_no_forecast(panel):
    unsold = changed(panel, units=lambda a: a.__setitem__((2, slice(None, -1)), np.nan))
    unsold = changed(unsold, units=lambda a: a.__setitem__((2, -1), 0.0))
    fan = asked(unsold, "Naive")
    assert np.isnan(fan.mean[2]).all()
    assert np.isfinite(np.delete(fan.mean, 2, axis=0)).all()


def test_a_peer_starts_at_the_first_sale(panel):
    late = changed(panel, units=lambda a: a.__setitem__((0, slice(None, 50)), np.nan))
    assert asked(late, "HistoricAverage").mean[0] == pytest.approx(panel.units[0, 50:].mean())


def test_a_peer_does_not_take_an_empty_shelf_for_no_demand(panel):
    empty = changed(panel, units=lambda a: a.__setitem__((0, -1), 0.0), in_stock=lambda a: a.__setitem__((0, -1), 0.0))
    assert asked(empty, "Naive").mean[0, 0] == panel.units[0, -2]


def test_rows_come_in_the_order_asked(panel):
    whole, some = asked(panel, "AutoETS"), asked(panel, "AutoETS", [4, 1])
    assert np.array_equal(some.quantiles, whole.quantiles[:, [4, 1]])
    assert asked(panel, "Naive", []).mean.shape == (0, HORIZON)


def test_without_the_library_the_extra_is_named(monkeypatch, panel):
    monkeypatch.setitem(sys.modules, "statsforecast", None)
    with pytest.raises(PricingError, match=r"pricedesk\[backtest\]"):
        require()
    with pytest.raises(PricingError, match="statsforecast"):
        asked(panel, "Naive")
