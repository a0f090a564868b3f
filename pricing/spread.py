"""How wrong forecasts have been, and the quantiles that follow."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammaln, nbdtrik

from pricing.panel import Floats

Kinds = NDArray[np.int64]

LEVELS = (0.05, 0.10, 0.50, 0.90, 0.95)
GRID = np.geomspace(0.02, 12, 16)  # dispersions weighed
GROWTHS = (0.0, 0.02, 0.05, 0.1, 0.2)  # of the dispersion, a week further ahead
TEMPER = 0.5  # errors of one product are related: two of them count as one
UNTRIED = 0.8  # dispersion where nothing could be tried
CLASSES = (1.0, 6.0, 40.0)  # mean units a week that part slow, middling, brisk and fast sellers
LEAST_TRIALS = 200  # errors in a class below which the plain quantiles stay
TINY = 1e-4


@dataclass(frozen=True)
class Trials:
    """Forecasts against what happened: E of them for each product, weight 0 where there was nothing to compare."""

    mean: Floats  # (N, E)
    actual: Floats  # (N, E)
    weight: Floats  # (N, E)
    ahead: Floats  # (E,) weeks ahead beyond the first


@dataclass(frozen=True)
class Spread:
    """Negative-binomial dispersion by product, and the levels at which its quantiles told the truth, by class."""

    alpha: Floats  # (N,) variance = mean + alpha mean²
    growth: float  # of alpha, a week further ahead
    levels: Floats  # (4, 5)

    def quantiles(self, mean: Floats, extra: Floats) -> Floats:
        """Quantiles (5, N, H) of counts with means (N, H); `extra` (N,) is added dispersion."""
        alpha = self.alpha[:, None] * (1 + self.growth * np.arange(mean.shape[1])) + extra[:, None]
        rows = self.levels[speed(mean.mean(axis=1))]
        found = [negative_binomial_quantile(rows[:, k, None], mean, alpha) for k in range(len(LEVELS))]
        return np.maximum.accumulate(np.array(found), axis=0)


def speed(mean: Floats) -> Kinds:
    """Class (N,) of a product by its mean weekly units."""
    return np.searchsorted(np.array(CLASSES), mean).astype(np.int64)


def learn(trials: Trials) -> Spread:
    """Dispersion by product; then levels by the probability integral
    transform of past errors (Kuleshov, Fenner & Ermon 2018), so that 90 % intervals held 90 % of them."""
    used = trials.weight > 0
    kind = speed(np.where(used, trials.mean, 0).sum(axis=1) / np.maximum(used.sum(axis=1), 1))
    alpha, growth = _dispersion(trials, kind)
    transform = _transform(trials, alpha[:, None] * (1 + growth * trials.ahead))
    levels = np.tile(np.array(LEVELS), (len(CLASSES) + 1, 1))
    for k in range(len(levels)):
        sample = transform[used & (kind == k)[:, None]]
        if len(sample) >= LEAST_TRIALS:
            levels[k] = np.clip(np.quantile(sample, LEVELS), 0.0005, 0.9995)
    return Spread(alpha, growth, levels)


def _dispersion(trials: Trials, kind: Kinds) -> tuple[Floats, float]:
    """Alpha (N,) and its growth a week ahead, by likelihood over a grid.

    A mixture learnt from each class is the prior (non-parametric empirical Bayes, Laird 1978), so that one product's
    wild weeks do not widen all the others'.
    """
    fits = [_likelihood(trials, growth) for growth in GROWTHS]
    best = int(np.argmax([f.max(axis=1).sum() for f in fits]))
    alpha = np.full(len(kind), UNTRIED)
    for k in np.unique(kind):
        alpha[kind == k] = _mixed(fits[best][kind == k])
    return alpha, GROWTHS[best]


def _likelihood(trials: Trials, growth: float) -> Floats:
    """Log likelihood (N, A) of each product's outcomes at each dispersion of the grid."""
    mean, actual = np.maximum(trials.mean, TINY), np.ceil(trials.actual)
    found = []
    for alpha in GRID:
        size = 1 / (alpha * (1 + growth * trials.ahead))
        log = gammaln(actual + size) - gammaln(size) - gammaln(actual + 1)
        log += size * np.log(size / (size + mean)) + actual * np.log(mean / (size + mean))
        found.append((log * trials.weight).sum(axis=1))
    return np.stack(found, axis=1) * TEMPER


def _mixed(log: Floats, steps: int = 30) -> Floats:
    """Posterior geometric mean of alpha (N,) under a mixing distribution found by expectation–maximisation."""
    like = np.exp(log - log.max(axis=1, keepdims=True))
    prior = np.full(len(GRID), 1 / len(GRID))
    for _ in range(steps):
        post = like * prior
        post /= post.sum(axis=1, keepdims=True)
        prior = (post.sum(axis=0) + 1 / len(GRID)) / (len(like) + 1)
    return np.asarray(np.exp(post @ np.log(GRID)))


def _transform(trials: Trials, alpha: Floats) -> Floats:
    """Where in its predicted distribution each outcome fell, ties split evenly at random (fixed seed)."""
    below = negative_binomial_cdf(np.ceil(trials.actual) - 1, trials.mean, alpha)
    upto = negative_binomial_cdf(np.ceil(trials.actual), trials.mean, alpha)
    return below + np.random.default_rng(0).random(below.shape) * (upto - below)


def negative_binomial_cdf(units: Floats, mean: Floats, alpha: Floats) -> Floats:
    """P(count ≤ units), variance mean + alpha mean²."""
    size, share = 1 / alpha, 1 / (1 + alpha * np.maximum(mean, TINY))
    return np.asarray(np.where(units < 0, 0.0, betainc(size, np.floor(np.maximum(units, 0)) + 1, share)))


def negative_binomial_quantile(level: Floats, mean: Floats, alpha: Floats) -> Floats:
    """Smallest count whose probability is at least `level`."""
    size, share = 1 / alpha, 1 / (1 + alpha * np.maximum(mean, TINY))
    found = np.ceil(nbdtrik(level, size, share))
    one_less = np.maximum(found - 1, 0)
    return np.asarray(np.where(betainc(size, one_less + 1, share) >= level, one_less, found))
