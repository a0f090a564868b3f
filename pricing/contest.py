"""The forecasting methods that ours must beat, of the library statsforecast, one product at a time."""

import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from pricing.errors import PricingError
from pricing.folds import Plan, Rows
from pricing.history import history
from pricing.panel import Floats, Panel
from pricing.scores import Fan

YEAR = 52
SEASONAL_FROM = YEAR + 13  # weeks from which errors of the seasonal method itself can be seen
ETS_FROM = 8  # weeks from which AutoETS can be fitted
KEPT = 8  # weeks that stay for the fit when conformal windows are cut off
WINDOWS = 13  # conformal windows at most
MEAN_WEEKS = 8
BANDS = ("lo-90", "lo-80", "mean", "hi-80", "hi-90")

Choice = Callable[[Any, int, int], Any]  # models module, weeks of history, horizon -> a model


def _naive(models: Any, weeks: int, horizon: int) -> Any:
    return models.Naive()


def _seasonal(models: Any, weeks: int, horizon: int) -> Any:
    """The mean where a year is not behind, as GluonTS does."""
    return models.SeasonalNaive(YEAR) if weeks >= SEASONAL_FROM else models.HistoricAverage()


def _ets(models: Any, weeks: int, horizon: int) -> Any:
    """Season of one week: the library, like R's ets, fits no season longer than 24 steps anyhow."""
    return models.AutoETS(season_length=1) if weeks >= ETS_FROM else models.HistoricAverage()


def _croston(models: Any, weeks: int, horizon: int) -> Any:
    return models.CrostonSBA(prediction_intervals=_conformal(weeks, horizon, KEPT))


def _mean(models: Any, weeks: int, horizon: int) -> Any:
    size = min(MEAN_WEEKS, weeks)
    return models.WindowAverage(size, prediction_intervals=_conformal(weeks, horizon, size))


def _average(models: Any, weeks: int, horizon: int) -> Any:
    return models.HistoricAverage()


CHOICES: dict[str, Choice] = {
    "Naive": _naive,
    "SeasonalNaive": _seasonal,
    "AutoETS": _ets,
    "CrostonSBA": _croston,
    "HistoricAverage": _average,
    "8-week mean": _mean,
}
NAMED = ("Naive", "SeasonalNaive", "AutoETS", "CrostonSBA")  # those of the target


def contest(name: str, past: Panel, rows: Rows, plan: Plan) -> Fan:
    """Forecasts of some products by a method of CHOICES, none of which looks at the planned price.

    Every method gets the weekly units since the product's first sale, put right for stock-outs as ours are. Intervals
    are the library's own, for CrostonSBA and the 8-week mean by its conformal method; where a series is too short for
    that, the spread of past units around their mean. Nothing is below 0, the median is the mean.
    A product that had not sold gets NaN. Raises PricingError where statsforecast is not installed.
    """
    models, choose, horizon = _models(), CHOICES[name], len(plan.weeks)
    quantiles = np.full((len(BANDS), len(rows), horizon), np.nan)
    for k, units in enumerate(_series(past, rows)):
        if len(units):
            quantiles[:, k] = _forecast(choose(models, len(units), horizon), units, horizon)
    return Fan(quantiles[BANDS.index("mean")], quantiles)


def _models() -> Any:
    require()
    with warnings.catch_warnings(action="ignore", category=SyntaxWarning):  # of its own, when it is first compiled
        return import_module("statsforecast.models")


def require() -> None:
    """Raises PricingError where statsforecast is not installed."""
    if find_spec("statsforecast") is None:
        raise PricingError(
            "The peers of the backtest need statsforecast, which is not installed. "
            "Install the extra: pip install 'pricedesk[backtest]'."
        )


def _conformal(weeks: int, horizon: int, kept: int) -> Any:
    """None where fewer than two windows fit."""
    windows = min((weeks - kept - 1) // horizon, WINDOWS)
    return import_module("statsforecast.utils").ConformalIntervals(windows, horizon) if windows >= 2 else None


def _series(past: Panel, rows: Rows) -> Iterator[Floats]:
    """Units of each product from its first sale on (none before it); a week not on hand repeats the one before it."""
    clean = history(past, None)
    for i in rows:
        units, known = clean.units[i], clean.known[i]
        sold = known & (units > 0)
        first = int(np.argmax(sold))
        last = np.maximum.accumulate(np.where(known, np.arange(len(units)), first))
        yield units[last][first:] if sold.any() else np.empty(0)


def _forecast(model: Any, units: Floats, horizon: int) -> Floats:
    """Quantiles (5, H), the mean for the median."""
    if model.prediction_intervals is None and type(model).__name__ in ("CrostonSBA", "WindowAverage"):
        mean = model.forecast(units, horizon)["mean"]
        around = np.quantile(units - units.mean(), (0.05, 0.1, 0.5, 0.9, 0.95))
        around[2] = 0
        return np.asarray(np.maximum(mean[None] + around[:, None], 0))
    said = model.forecast(units, horizon, level=[80, 90])
    return np.asarray(np.maximum([said[band] for band in BANDS], 0))
