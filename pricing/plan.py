"""Prices and promotions of the weeks to come, and what they do to units."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pricing.elasticity import Elasticity
from pricing.history import History
from pricing.panel import Floats, Panel
from pricing.promotion import Lift

SAME, NEARLY_SAME = 1e-6, 0.005  # log distance from the last price that counts as none; the second without elasticity


@dataclass(frozen=True)
class Move:
    """What prices other than the last do to N products in H weeks."""

    factor: Floats  # (N, H) on mean units; NaN where a wanted price has no elasticity behind it
    doubt: Floats  # (N, H) dispersion that the elasticity's uncertainty adds
    price: Floats  # (N,) the price assumed, the mean over the weeks where it changes


def checked(
    panel: Panel,
    horizon: int,
    prices: Floats | None,
    promos: Floats | None,
    elasticities: Sequence[Elasticity] | None,
) -> None:
    """Raises ValueError for a plan, or elasticities, that do not fit the panel."""
    n = len(panel.skus)
    if prices is not None and prices.shape not in ((n,), (n, horizon)):
        raise ValueError(f"prices have shape {prices.shape}; the panel has {n} products, the horizon {horizon} weeks")
    if prices is not None and (np.isinf(prices) | (prices <= 0)).any():
        raise ValueError("a price must be a finite number above 0")
    if promos is not None and promos.shape != (n, horizon):
        raise ValueError(f"promos have shape {promos.shape}; they must be {n} products by {horizon} weeks")
    if promos is not None and ((promos < 0) | (promos > 1)).any():
        raise ValueError("promos are shares of a week, from 0 to 1")
    if elasticities is not None and tuple(e.sku for e in elasticities) != panel.skus:
        raise ValueError("the elasticities must be those of the panel's products, in its order")


def moved(last: Floats, horizon: int, prices: Floats | None, elasticities: Sequence[Elasticity] | None) -> Move:
    """Mean and variance of a lognormal change: (price / last)^elasticity with a normal elasticity."""
    wanted = np.full((len(last), horizon), np.nan) if prices is None else prices.reshape(len(last), -1)
    wanted = np.broadcast_to(wanted, (len(last), horizon))
    price = np.where(np.isnan(wanted), last[:, None], wanted)
    usable = np.zeros(len(last), bool) if elasticities is None else np.array([e.usable for e in elasticities])
    slope, se = np.full((len(last), 1), np.nan), np.full((len(last), 1), np.nan)
    for i, e in enumerate(elasticities or ()):
        slope[i], se[i] = e.elasticity, e.se
    step = np.log(price / last[:, None])
    kept = ~(np.abs(step) > np.where(usable, SAME, NEARLY_SAME)[:, None])
    variance = np.where(kept | ~usable[:, None], 0, (np.nan_to_num(se) * np.nan_to_num(step)) ** 2)
    factor = np.where(kept, 1.0, np.where(usable[:, None], np.exp(slope * step + variance / 2), np.nan))
    return Move(factor, np.expm1(variance), price.mean(axis=1))


def promoted(past: History, lift: Lift, horizon: int, promos: Floats | None) -> tuple[Floats, Floats]:
    """Factor and added dispersion (N, H) of the promotions planned; on promotion as often as of late where NaN or
    where nothing is planned."""
    usual = np.repeat(past.usual_promotion()[:, None], horizon, axis=1)
    if promos is None:
        return usual, np.zeros_like(usual)
    told = np.isfinite(promos)
    doubt = np.expm1((lift.se[:, None] * np.nan_to_num(promos)) ** 2)
    return np.where(told, lift.factor(promos), usual), doubt


def of_the_sum(mean: Floats, doubt: Floats) -> Floats:
    """Dispersion (N,) of the sum of weeks with means (N, H) that one and the same error moves."""
    together = (mean * np.sqrt(np.log1p(doubt))).sum(axis=1) / np.maximum(mean.sum(axis=1), 1e-9)
    return np.asarray(np.expm1(together**2))
