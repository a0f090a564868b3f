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
STORE_VARIANCE, GROUP_VARIANCE = 0.3, 0.1  # of a week's common shock, as prior


def informative_weeks(panel: Panel) -> Mask:
    """Weeks (N, T) that speak of demand: sales and price known, mostly in stock."""
    with np.errstate(invalid="ignore"):
        return np.isfinite(panel.units) & (panel.price > 0) & (panel.in_stock >= LEAST_IN_STOCK)


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
    x[:, :, SIBLING] = sibling_prices(x[:, :, PRICE], keep, groups)
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

    Leaving the product out keeps its own price changes from hiding in the season. Weeks with little behind them are
    drawn to no effect (gamma prior).
    """
    bare = fitted.mu * np.exp(-before)
    whole = _others(data, fitted, bare, np.ones((1, len(bare))), 1 / STORE_VARIANCE)
    return whole + _others(data, fitted, bare * np.exp(whole), groups.members, 1 / GROUP_VARIANCE)


def _others(data: Data, fitted: Fit, mu: Floats, members: Floats, prior: float) -> Floats:
    weight = data.keep / (1 + fitted.spread[:, None] * mu) / fitted.scale[:, None]
    sold, expected = weight * data.y, weight * mu
    up = members.T @ (members @ sold) - sold + prior
    down = members.T @ (members @ expected) - expected + prior
    effect: Floats = np.log(np.maximum(up, 1e-3) / np.maximum(down, 1e-3))
    return effect
