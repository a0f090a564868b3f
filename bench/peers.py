"""Other ways to an elasticity, one product at a time, each with a 90 % interval."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import gammaln

from bench.stores import Known
from pricing.elasticity import NORMAL_95
from pricing.market import SHOCK_SD
from pricing.panel import Floats
from pricing.trade import expected_by_day
from pricing.truth import demand_shape

WEEKS_A_YEAR = 52.18
Rows = NDArray[np.signedinteger[Any]]
GRID = np.arange(-8.0, 0.01, 0.1)


@dataclass(frozen=True)
class Guess:
    """Elasticities of N products, NaN where a method has none."""

    slope: Floats  # (N,)
    low: Floats  # (N,) 90 % interval
    high: Floats


def naive(known: Known) -> Guess:
    """Per-product OLS of log(units + 1) on log price."""
    return _each(known, lambda i: _columns(known, i, controls=False))


def controlled(known: Known) -> Guess:
    """The same with promotion, stock, competitor price, trend and two waves of season."""
    return _each(known, lambda i: _columns(known, i, controls=True))


def knowing(known: Known) -> Guess:
    """The posterior of one number a product under a flat prior, all else known: level, season, trend, promotion,
    competitors, substitutes, hidden shocks, dispersion, daily prices and the form of demand. Nothing is borrowed."""
    truth, market, panel = known.store.truth, known.store.market, known.panel
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.nan_to_num(expected_by_day(truth, market) / demand_shape(truth, market.paid))
    hidden = np.exp(market.shock - SHOCK_SD**2 / 2) * panel.in_stock
    line, alpha = (truth[name].to_numpy()[:, None] for name in ("line_units", "dispersion"))
    says = np.isfinite(panel.units) & (panel.in_stock >= 0.5)
    sold = np.where(says, np.maximum(np.nan_to_num(panel.units - panel.bulk), 0), 0)
    worth = np.zeros((len(GRID), len(sold)))
    for k, at in enumerate(GRID):
        daily = rest * demand_shape(truth.with_columns(elasticity=pl.lit(at)), market.paid)
        mu = np.maximum(daily.reshape(*sold.shape, 7).sum(axis=2) * hidden, 1e-6)
        size = mu / (2 * line - 2 + mu / alpha)  # negative binomial with the variance of geometric lines
        density = gammaln(sold + size) - gammaln(size) + size * np.log(size / (size + mu))
        worth[k] = (says * (density + sold * np.log(mu / (size + mu)))).sum(axis=1)
    weight = np.exp(worth - worth.max(axis=0))
    weight /= weight.sum(axis=0)
    mean = GRID @ weight
    se = np.sqrt(GRID**2 @ weight - mean**2)
    moved = np.ptp(market.paid, axis=1) > 1e-6
    slope = np.where(moved, mean, np.nan)
    return Guess(slope, slope - NORMAL_95 * se, slope + NORMAL_95 * se)


def dml(known: Known) -> Guess | None:
    """EconML's LinearDML, one a category, with the product as effect modifier; None where EconML is not installed."""
    if find_spec("econml") is None:
        return None
    n = len(known.panel.skus)
    slope, low, high = np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan)
    names = np.array(known.panel.categories)
    for name in sorted(set(names)):
        _dml(known, np.flatnonzero(names == name), slope, low, high)
    return Guess(slope, low, high)


def _weeks(known: Known, i: int) -> Rows:
    """Row numbers of the weeks that a careful analyst would keep."""
    panel = known.panel
    return np.flatnonzero(np.isfinite(panel.units[i]) & (panel.price[i] > 0) & (panel.in_stock[i] >= 0.5))


def _columns(known: Known, i: int, *, controls: bool) -> tuple[Floats, Floats]:
    """Log units (T,) and regressors (T, K), log price first."""
    panel, weeks = known.panel, _weeks(known, i)
    x = [np.log(panel.price[i, weeks]), np.ones(len(weeks))]
    if controls:
        angle = 2 * np.pi * weeks / WEEKS_A_YEAR
        rival = np.log(panel.competitor[i, weeks])
        rival = np.where(np.isfinite(rival), rival - np.nanmean(rival) if np.isfinite(rival).any() else 0, 0)
        x += [panel.promo[i, weeks], panel.in_stock[i, weeks], rival, weeks / len(panel.weeks)]
        x += [f(k * angle) for f in (np.sin, np.cos) for k in (1, 2)]
    return np.log(panel.units[i, weeks] + 1), np.stack(x, axis=1)


def _each(known: Known, columns: Callable[[int], tuple[Floats, Floats]]) -> Guess:
    fits = [_ols(*columns(i)) for i in range(len(known.panel.skus))]
    slope, se = np.array([f[0] for f in fits]), np.array([f[1] for f in fits])
    return Guess(slope, slope - NORMAL_95 * se, slope + NORMAL_95 * se)


def _ols(y: Floats, x: Floats) -> tuple[float, float]:
    """First coefficient and its standard error; NaN where they are not determined."""
    if len(y) < x.shape[1] + 2 or x[:, 0].std() < 1e-6:
        return np.nan, np.nan
    inverse = np.linalg.pinv(x.T @ x)
    coef = inverse @ x.T @ y
    residual = y - x @ coef
    return float(coef[0]), float(np.sqrt(residual @ residual / (len(y) - x.shape[1]) * inverse[0, 0]))


def _dml(known: Known, rows: Rows, slope: Floats, low: Floats, high: Floats) -> None:
    parts = [(k, *_columns(known, i, controls=True)) for k, i in enumerate(rows)]
    parts = [part for part in parts if len(part[1]) >= 12 and part[2][:, 0].std() > 0.01]
    if len(parts) < 2:
        return
    y = np.concatenate([p[1] - p[1].mean() for p in parts])
    t = np.concatenate([p[2][:, 0] - p[2][:, 0].mean() for p in parts])
    w = np.concatenate([p[2][:, 2:] - p[2][:, 2:].mean(axis=0) for p in parts])
    kept = rows[[p[0] for p in parts]]
    product = np.eye(len(kept))[np.concatenate([np.full(len(p[1]), k) for k, p in enumerate(parts)])]
    linear_dml, lasso = import_module("econml.dml").LinearDML, import_module("sklearn.linear_model").LassoCV
    model = linear_dml(model_y=lasso(), model_t=lasso(), fit_cate_intercept=False, cv=3, random_state=0)
    model.fit(y, t, X=product, W=w)
    ask = np.eye(len(kept))
    slope[kept] = model.effect(ask).ravel()
    bounds = model.effect_interval(ask, alpha=0.1)
    low[kept], high[kept] = np.ravel(bounds[0]), np.ravel(bounds[1])
