"""What besides its own price moves a product's weekly units."""

import numpy as np

from pricing.groups import Groups
from pricing.paid import paid
from pricing.panel import Floats, Panel
from pricing.ppml import Data, Fit, Mask
from pricing.siblings import sibling_prices

PRICE, PROMO, RIVAL, SIBLING, SEASON, WAVES = 1, 2, 3, 4, 5, 6  # columns; 0 is the product's own level
LEAST_IN_STOCK = 0.5  # share of a week on hand below which it says nothing of demand
WEEKS_A_WAVE, MOST_WAVES = 10, 16  # a slow wave for so many weeks of history
YEAR = 52.18  # weeks
MEMORY = 6.0  # weeks after which a season has changed
STORE, GROUP = (0.15, 0.05, 0.02), (0.1, 0.03, 0.005)  # variances of week effects: yearly, drifting, single
LEAST_SAY = 0.5  # units that stand in where nobody else sells


def informative_weeks(panel: Panel) -> Mask:
    """Weeks (N, T) that speak of demand: sales and price known, mostly in stock."""
    with np.errstate(invalid="ignore"):
        return np.isfinite(panel.units) & (panel.price > 0) & (panel.in_stock >= LEAST_IN_STOCK)


def calm_weeks(panel: Panel, keep: Mask) -> Mask:
    """The weeks of `keep` without a promotion, (N, T)."""
    return np.asarray(keep & (np.nan_to_num(panel.promo) == 0))


def design(panel: Panel, groups: Groups) -> tuple[Data, Floats]:
    """Regressors of every product, and the log exposure (N, T) of partly stocked weeks.

    Columns: level, log price, promotion, log competitor price, log price of siblings, season loading
    (filled in while fitting), and slow cosines for what else drifts. Log prices are centred on the product's mean.
    """
    price = paid(panel)
    keep = informative_weeks(panel) & np.isfinite(price)
    n, t = panel.units.shape
    count = int(np.clip(t // WEEKS_A_WAVE, 1, MOST_WAVES))
    x = np.zeros((n, t, WAVES + count))
    x[:, :, 0] = 1
    x[:, :, PRICE] = centred(price, keep)
    x[:, :, PROMO] = np.where(keep, np.nan_to_num(panel.promo), 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        x[:, :, RIVAL] = centred(np.log(panel.competitor), keep)
    x[:, :, SIBLING] = sibling_prices(x[:, :, PRICE], keep, calm_weeks(panel, keep), groups)
    x[:, :, WAVES:] = np.cos(np.pi * (np.arange(t)[:, None] + 0.5) / t * np.arange(1, count + 1))
    retail = np.where(keep, np.maximum(np.nan_to_num(panel.units - panel.bulk), 0), 0)
    exposure = np.where(keep, np.log(np.clip(panel.in_stock, LEAST_IN_STOCK, 1)), 0)
    return Data(retail, x, keep), exposure


def centred(logs: Floats, keep: Mask) -> Floats:
    """Log prices (N, T) less their mean over the kept weeks, 0 where unknown."""
    known = keep & np.isfinite(logs)
    logs = np.where(known, logs, 0)
    mean = logs.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.where(known, logs - mean[:, None], 0)


def season(data: Data, fitted: Fit, before: Floats, groups: Groups) -> Floats:
    """Log week effects (N, T) of the store and the product's group, from the *other* products.

    Leaving the product out keeps its own price changes from hiding in the season. What the weeks say is smoothed by a
    Gaussian process of a season that returns each year, a drift and single weeks: a noisy control controls less.
    """
    bare = fitted.mu * np.exp(-before)
    store = Groups(np.zeros_like(groups.label), np.ones((1, len(bare))))
    whole = _others(data, fitted, bare, store, STORE)
    return whole + _others(data, fitted, bare * np.exp(whole), groups, GROUP)


def _others(data: Data, fitted: Fit, mu: Floats, groups: Groups, sizes: tuple[float, float, float]) -> Floats:
    weight = data.keep / (1 + fitted.spread[:, None] * mu) / fitted.scale[:, None]
    sold, expected = weight * data.y, weight * mu
    up, down = groups.members @ sold, groups.members @ expected
    effect = np.log((up[groups.label] - sold + LEAST_SAY) / (down[groups.label] - expected + LEAST_SAY))
    belief = _belief(mu.shape[1], sizes)
    for g, say in enumerate(down):
        rows = groups.label == g
        effect[rows] = effect[rows] @ np.linalg.solve(belief + np.diag(1 / (say + LEAST_SAY)), belief)
    return np.asarray(effect)


def _belief(weeks: int, sizes: tuple[float, float, float]) -> Floats:
    """Covariance (T, T) of log week effects: what returns each year, what drifts, what is a week's own."""
    apart = np.abs(np.arange(weeks)[:, None] - np.arange(weeks))
    of_year = np.abs((apart + YEAR / 2) % YEAR - YEAR / 2)
    yearly, drifting, single = sizes
    return np.asarray(
        yearly * np.exp(-of_year / MEMORY) + drifting * np.exp(-apart / (2 * MEMORY)) + single * (apart == 0)
    )
