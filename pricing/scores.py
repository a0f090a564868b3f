"""How good forecasts were, on a scale that compares slow and fast sellers."""

from dataclasses import dataclass

import numpy as np

from pricing.folds import Mask, Rows
from pricing.history import FULL_STOCK
from pricing.panel import Floats, Panel
from pricing.spread import LEVELS

LOW, HIGH = LEVELS.index(0.05), LEVELS.index(0.95)


@dataclass(frozen=True)
class Fan:
    """Forecasts of S series for H weeks."""

    mean: Floats  # (S, H) units
    quantiles: Floats  # (5, S, H) at LEVELS


@dataclass(frozen=True)
class Scale:
    """What one unit of error means to each of S series: how much it moves from week to week before the date."""

    absolute: Floats  # (S,) mean absolute change from a week to the next, in units
    squared: Floats  # (S,) root of the mean squared change
    fallback: Mask  # (S,) never moved, or too short to tell: the mean weekly units stand for both


@dataclass(frozen=True)
class Score:
    """One method over all that is scored. Losses: lower is better."""

    weeks: int  # outcomes compared
    wape: float  # sum of absolute errors of the mean / sum of units
    bias: float  # sum of (mean − units) / sum of units
    rmsse: float  # mean over series of root mean squared error of the mean / Scale.squared
    pinball: float  # mean over series of pinball loss over the five levels / Scale.absolute
    loss: float  # sum of pinball losses, meaned over the levels and doubled / sum of units (weighted quantile loss)
    coverage: float  # share of outcomes from p05 to p95, both included
    coverage_se: float  # its standard error; outcomes of one product, and of one week, hang together
    below: float  # share of outcomes under p05
    above: float  # share of outcomes over p95
    width: float  # mean over series of (p95 − p05) / Scale.absolute


def scale(past: Panel) -> Scale:
    """Of each product since its first sale, over pairs of neighbouring weeks that were both on hand (M5:
    Makridakis, Spiliotis & Assimakopoulos 2022, with the naive method of one week)."""
    full = np.isfinite(past.units) & (past.in_stock >= FULL_STOCK)
    pairs = full[:, 1:] & full[:, :-1]
    moved = np.where(pairs, np.diff(np.nan_to_num(past.units), axis=1), 0)
    many = np.maximum(pairs.sum(axis=1), 1)
    absolute, squared = np.abs(moved).sum(axis=1) / many, np.sqrt((moved**2).sum(axis=1) / many)
    fallback = absolute <= 0
    usual = np.nansum(past.units, axis=1) / np.maximum(np.isfinite(past.units).sum(axis=1), 1)
    return Scale(np.where(fallback, usual, absolute), np.where(fallback, usual, squared), fallback)


def pinball(actual: Floats, quantiles: Floats) -> Floats:
    """Loss (S, H) in units, the mean over LEVELS of max(q e, (q − 1) e) with e = actual − quantile."""
    error, level = actual[None] - quantiles, np.array(LEVELS)[:, None, None]
    return np.asarray(np.maximum(level * error, (level - 1) * error).mean(axis=0))


def score(actual: Floats, fan: Fan, scale: Scale, product: Rows, week: Rows) -> Score:
    """The score over the finite entries of `actual` (S, H).

    `product` (S,) and `week` (S, H) number what outcomes have in common. NaN throughout where nothing is compared.
    """
    told = np.isfinite(actual)
    if not told.any():
        return Score(0, *[np.nan] * 10)
    units, error = actual[told].sum(), np.where(told, fan.mean - actual, 0)
    loss = pinball(actual, fan.quantiles)
    under, over = actual < fan.quantiles[LOW], actual > fan.quantiles[HIGH]
    inside = np.where(told & ~under & ~over, 1.0, 0.0)
    coverage = float(inside[told].mean())
    off = np.where(told, inside - coverage, np.nan) / told.sum()
    return Score(
        weeks=int(told.sum()),
        wape=_ratio(np.abs(error).sum(), units),
        bias=_ratio(error.sum(), units),
        rmsse=float(np.mean(np.sqrt(by_series(error**2, told)) / scale.squared[told.any(axis=1)])),
        pinball=float(np.mean(by_series(loss, told) / scale.absolute[told.any(axis=1)])),
        loss=_ratio(2 * loss[told].sum(), units),
        coverage=coverage,
        coverage_se=clustered(off, product, week),
        below=float(under[told].mean()),
        above=float(over[told].mean()),
        width=float(np.mean(_width(fan, told) / scale.absolute[told.any(axis=1)])),
    )


def by_series(values: Floats, told: Mask) -> Floats:
    """Mean of each series over the weeks told, of those that have any."""
    some = told.any(axis=1)
    return np.asarray(np.where(told, values, 0)[some].sum(axis=1) / told[some].sum(axis=1))


def clustered(parts: Floats, product: Rows, week: Rows) -> float:
    """Standard error of the sum of `parts` (S, H), each of mean 0 or NaN where there is none, if those of one product
    hang together, and those of one week (Cameron, Gelbach & Miller 2011). NaN for fewer than two products."""
    many = len(np.unique(product[np.isfinite(parts).any(axis=1)]))
    if many < 2:
        return float("nan")
    parts = np.nan_to_num(parts)
    products = np.repeat(product, parts.shape[1])
    both = np.unique(np.stack([products, week.ravel()]), axis=1, return_inverse=True)[1]
    sums = [(np.bincount(label, parts.ravel()) ** 2).sum() for label in (products, week.ravel(), both.ravel())]
    return float(np.sqrt(max(sums[0] + sums[1] - sums[2], sums[0]) * many / (many - 1)))


def _width(fan: Fan, told: Mask) -> Floats:
    return by_series(fan.quantiles[HIGH] - fan.quantiles[LOW], told)


def _ratio(top: float, bottom: float) -> float:
    return float(top / bottom) if bottom > 0 else np.nan
