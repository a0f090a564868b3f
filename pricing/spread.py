"""How wrong forecasts have been, and the quantiles that follow."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import nbinom

from pricing.panel import Floats

LEVELS = (0.05, 0.10, 0.50, 0.90, 0.95)
PRIOR_WEEKS = 8.0  # of the typical product's errors, in each product's dispersion
UNTRIED = 0.8  # dispersion where nothing could be tried
DISPERSIONS = (0.02, 15.0)
CLASSES = (1.0, 6.0)  # mean units a week that part slow, middling and fast sellers
LEAST_TRIALS = 200  # errors in a class below which the plain quantiles stay
TINY = 1e-4


@dataclass(frozen=True)
class Trials:
    """Forecasts against what happened: E of them for each product, weight 0 where there was nothing to compare."""

    mean: Floats  # (N, E)
    actual: Floats  # (N, E)
    weight: Floats  # (N, E)


@dataclass(frozen=True)
class Spread:
    """Negative-binomial dispersion by product, and the levels at which its quantiles told the truth, by class."""

    alpha: Floats  # (N,) variance = mean + alpha mean²
    levels: Floats  # (3, 5)

    def quantiles(self, mean: Floats, extra: Floats | None = None) -> Floats:
        """Quantiles (5, N, ...) of counts with means (N, ...); `extra` (N,) is added dispersion."""
        shape = (-1,) + (1,) * (mean.ndim - 1)
        alpha = (self.alpha if extra is None else self.alpha + extra).reshape(shape)
        rows = self.levels[speed(mean if mean.ndim == 1 else mean.mean(axis=1))]
        found = [negative_binomial_quantile(rows[:, k].reshape(shape), mean, alpha) for k in range(len(LEVELS))]
        return np.maximum.accumulate(np.array(found), axis=0)


def speed(mean: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Class (N,) of a product by its mean weekly units."""
    return np.searchsorted(np.array(CLASSES), mean).astype(np.int64)


def learn(trials: Trials) -> Spread:
    """Dispersion by moments, drawn to the typical product's of its class; then levels by the probability integral
    transform of past errors (Kuleshov, Fenner & Ermon 2018), so that 90 % intervals held 90 % of them."""
    alpha = _dispersion(trials)
    used = trials.weight > 0
    transform = _transform(trials, alpha)
    kind = speed(np.where(used, trials.mean, 0).sum(axis=1) / np.maximum(used.sum(axis=1), 1))
    levels = np.tile(np.array(LEVELS), (len(CLASSES) + 1, 1))
    for k in range(len(levels)):
        sample = transform[used & (kind == k)[:, None]]
        if len(sample) >= LEAST_TRIALS:
            levels[k] = np.clip(np.quantile(sample, LEVELS), 0.0005, 0.9995)
    return Spread(alpha, levels)


def _dispersion(trials: Trials) -> Floats:
    """Alpha (N,), weighting errors as if alpha were near a half."""
    mean, weight = trials.mean, trials.weight / (1 + 0.5 * trials.mean) ** 2
    top = (weight * ((trials.actual - mean) ** 2 - mean)).sum(axis=1)
    bottom = (weight * mean**2).sum(axis=1)
    unit = np.maximum(bottom / np.maximum(trials.weight.sum(axis=1), 1e-9), 1e-6)
    typical = float(np.maximum(top.sum(), 0) / bottom.sum()) if bottom.sum() > 0 else UNTRIED
    return np.clip((top + PRIOR_WEEKS * unit * typical) / (bottom + PRIOR_WEEKS * unit), *DISPERSIONS)


def _transform(trials: Trials, alpha: Floats) -> Floats:
    """Where in its predicted distribution each outcome fell, ties split evenly at random (fixed seed)."""
    below = negative_binomial_cdf(np.ceil(trials.actual) - 1, trials.mean, alpha[:, None])
    upto = negative_binomial_cdf(np.ceil(trials.actual), trials.mean, alpha[:, None])
    return below + np.random.default_rng(0).random(below.shape) * (upto - below)


def negative_binomial_cdf(units: Floats, mean: Floats, alpha: Floats) -> Floats:
    """P(count ≤ units), variance mean + alpha mean²."""
    return np.asarray(nbinom.cdf(units, 1 / alpha, 1 / (1 + alpha * np.maximum(mean, TINY))))


def negative_binomial_quantile(level: Floats, mean: Floats, alpha: Floats) -> Floats:
    """Smallest count whose probability is at least `level`."""
    return np.asarray(nbinom.ppf(level, 1 / alpha, 1 / (1 + alpha * np.maximum(mean, TINY))))
