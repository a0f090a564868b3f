"""Weekly demand at each price of a ladder, as chances or as worlds."""

from dataclasses import dataclass
from math import ceil
from typing import Protocol

import numpy as np
from scipy.stats import nbinom, poisson

from pricing.demand import Demand
from pricing.panel import Floats

LEAST_ALPHA = 1e-6  # dispersion under which counts are Poisson's


class Weekly(Protocol):
    """What may be asked for in each of W weeks at each of P prices."""

    @property
    def shape(self) -> tuple[int, int]: ...  # (W, P)

    @property
    def joint(self) -> Floats | None:
        """Units (S, W, P) in worlds whose weeks hang together, so that only they tell what a policy brings."""
        ...

    def chances(self, top: int, size: float) -> Floats:
        """Probability (W, P, top + 1) that k lots of `size` units are asked for; the last is k or more."""
        ...


@dataclass(frozen=True)
class Counts:
    """Independent weeks of counts with given means: Poisson, or negative binomial with variance mean + alpha mean²."""

    means: Floats  # (W, P)
    alpha: float = 0.0

    def __post_init__(self) -> None:
        _check(self.means, 2, "means are weeks by prices")
        if not (np.isfinite(self.alpha) and self.alpha >= 0):
            raise ValueError(f"alpha: {self.alpha} is no dispersion; give 0 or more")

    @property
    def shape(self) -> tuple[int, int]:
        return self.means.shape[0], self.means.shape[1]

    @property
    def joint(self) -> Floats | None:
        return None

    def chances(self, top: int, size: float) -> Floats:
        units = np.arange(ceil(top * size - 1e-9))
        mean = self.means[:, :, None]
        if self.alpha <= LEAST_ALPHA:
            single = poisson.pmf(units, mean)
        else:
            single = nbinom.pmf(units, 1 / self.alpha, 1 / (1 + self.alpha * mean))
        return _lots(np.asarray(single), units.astype(np.float64), top, size)


@dataclass(frozen=True)
class Draws:
    """Worlds of weekly units, whose weeks may hang together: a world with a poor first week stays poor."""

    units: Floats  # (S, W, P)

    def __post_init__(self) -> None:
        _check(self.units, 3, "units are worlds by weeks by prices")

    @property
    def shape(self) -> tuple[int, int]:
        return self.units.shape[1], self.units.shape[2]

    @property
    def joint(self) -> Floats | None:
        return self.units

    def chances(self, top: int, size: float) -> Floats:
        worlds, weeks, prices = self.units.shape
        share = np.full(worlds, 1 / worlds)
        found = np.empty((weeks, prices, top + 1))
        for w in range(weeks):
            for p in range(prices):
                found[w, p] = _split(share, self.units[:, w, p] / size, top)
        return found


def draws_of(demand: Demand, shares: Floats, prices: Floats) -> Draws:
    """A demand over a horizon, dealt out over its weeks by `shares` (W,) (of the forecast's means, say) at `prices`.

    Weeks of one world are all strong or all weak: the draws hold what is not known of level and elasticity, and no
    noise from week to week. Raises ValueError where the shares do not fit the weeks or the demand lacks a price.
    """
    shares = np.asarray(shares, np.float64)
    if shares.shape != (demand.weeks,) or not np.isfinite(shares).all() or shares.min() < 0 or shares.sum() <= 0:
        raise ValueError(f"shares {shares.shape} must be {demand.weeks} numbers of 0 or more, one a week")
    near = np.isclose(demand.prices[None, :], np.asarray(prices)[:, None], rtol=1e-9, atol=1e-9)
    if not near.any(axis=1).all():
        raise ValueError("the demand holds no draws at some of the prices; build it over a ladder with them")
    units = demand.units[:, near.argmax(axis=1)]
    return Draws(units[:, None, :] * (shares / shares.sum())[None, :, None])


def sampled(chances: Floats, count: int, seed: int) -> Floats:
    """Lots (S, W, P) drawn from chances (W, P, K), weeks apart; in one world and week the same luck at every price."""
    weeks, prices = chances.shape[:2]
    luck = np.random.default_rng(seed).random((count, weeks))
    found = np.empty((count, weeks, prices))
    for w, p in np.ndindex(weeks, prices):
        found[:, w, p] = np.searchsorted(np.cumsum(chances[w, p])[:-1], luck[:, w], side="right")
    return found


def _check(numbers: Floats, axes: int, words: str) -> None:
    if numbers.ndim != axes or not numbers.size or not np.isfinite(numbers).all() or numbers.min() < 0:
        raise ValueError(f"{words}, finite and 0 or more; not {numbers.shape}")


def _lots(single: Floats, units: Floats, top: int, size: float) -> Floats:
    """Chances (W, P, U) of single units as chances of lots; what is missing to 1 is `top` or more."""
    found = np.zeros((*single.shape[:2], top + 1))
    for w, p in np.ndindex(single.shape[:2]):
        found[w, p] = _split(single[w, p], units / size, top)
        found[w, p, top] += max(0.0, 1.0 - float(single[w, p].sum()))
    return found


def _split(weight: Floats, lots: Floats, top: int) -> Floats:
    """Weights of broken lots, each shared between the whole ones beside it so that the mean is kept."""
    lots = np.minimum(lots, top)
    below = np.floor(lots).astype(np.int64)
    part = lots - below
    found = np.bincount(below, weight * (1 - part), top + 2)
    found += np.bincount(below + 1, weight * part, top + 2)
    return np.asarray(found[: top + 1])
