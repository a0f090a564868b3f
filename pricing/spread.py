"""How wrong forecasts have been, and the quantiles that follow."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammaln, nbdtrik, ndtri

from pricing.calibration import LEAST, Calibration, Outcomes, calibrate, normal_score, probability
from pricing.panel import Floats
from pricing.ppml import Mask

Kinds = NDArray[np.int64]

LEVELS = (0.05, 0.10, 0.50, 0.90, 0.95)
GRID = np.geomspace(0.02, 12, 16)  # dispersions weighed
GROWTHS = (0.0, 0.02, 0.05, 0.1, 0.2)  # of the dispersion, a week further ahead
TEMPER = 0.5  # errors of one product are related: two of them count as one
UNTRIED = 0.8  # dispersion where nothing could be tried
CLASSES = (1.0, 6.0, 40.0)  # mean units a week that part slow, middling, brisk and fast sellers
HELD, NARROWEST = 0.915, 0.5  # share that the 90 % interval may hold, and normal scores it may give up for that
INWARD = (1.0, 0.0, 0.0, 0.0, -0.5)  # which levels draw in: the upper one less, for what is to come may be new
MOST_OUTCOMES = 40_000  # from which calibration learns
STEP_WEEKS, HALF_LIFE = 4, 26  # weeks between dates; an error that much older counts half
TINY = 1e-4
FINE = np.arange(-3.5, 4.0, 0.1)  # normal scores at which a distribution is summed
FINE_SHARE = np.exp(-(FINE**2) / 2) / np.exp(-(FINE**2) / 2).sum()


@dataclass(frozen=True)
class Trials:
    """Forecasts against what happened: E of them for each product, weight 0 where there was nothing to compare."""

    mean: Floats  # (N, E)
    actual: Floats  # (N, E)
    weight: Floats  # (N, E)
    ahead: Floats  # (E,) weeks ahead beyond the first
    date: Kinds  # (E,) at which of D dates each was made
    traits: Floats  # (D, N, K) of the products then

    @property
    def pace(self) -> Kinds:
        """Class (N,) of each product by its forecasts."""
        used = self.weight > 0
        return speed(np.where(used, self.mean, 0).sum(axis=1) / np.maximum(used.sum(axis=1), 1))


@dataclass(frozen=True)
class Spread:
    """Negative-binomial dispersion by product, and the levels at which its quantiles told the truth."""

    alpha: Floats  # (N,) variance = mean + alpha mean²
    growth: float  # of alpha, a week further ahead
    calibration: Calibration
    narrowing: Floats  # (4,) normal scores by which each class's outer levels draw in

    def quantiles(self, mean: Floats, extra: Floats, traits: Floats) -> Floats:
        """Quantiles (5, N, H) of counts with means (N, H); `extra` (N, H) is added dispersion, `traits` are (N, K)."""
        alpha = self.alpha[:, None] * (1 + self.growth * np.arange(mean.shape[1])) + extra
        levels = probability(self._scores(mean, traits))[:, :, None]
        return np.maximum.accumulate([negative_binomial_quantile(level, mean, alpha) for level in levels], axis=0)

    def implied(self, mean: Floats, extra: Floats, traits: Floats) -> Floats:
        """The mean (N,) of the distribution that these quantiles are of, for N products of mean (N,) units: normal
        scores between the levels run straight, and on at the slope of one beyond them."""
        alpha, knots = self.alpha + extra, ndtri(LEVELS)
        scores = self._scores(mean[:, None], traits)
        total = np.zeros(len(mean))
        for at, share in zip(FINE, FINE_SHARE, strict=True):
            k = int(np.clip(np.searchsorted(knots, at) - 1, 0, len(knots) - 2))
            slope = (scores[k + 1] - scores[k]) / (knots[k + 1] - knots[k])
            inside = scores[k] + slope * (at - knots[k])
            level = probability(np.where(at < knots[0], scores[0] + at - knots[0], inside))
            level = probability(scores[-1] + at - knots[-1]) if at > knots[-1] else level
            total += share * negative_binomial_quantile(level, mean, alpha)
        return total

    def _scores(self, mean: Floats, traits: Floats) -> Floats:
        """Normal scores (5, N) of the levels to ask for."""
        scores = self.calibration.scores(traits)
        narrowing = self.narrowing[speed(mean.mean(axis=1))]
        return np.maximum.accumulate(scores + np.outer(INWARD, narrowing), axis=0)


def speed(mean: Floats) -> Kinds:
    """Class (N,) of a product by its mean weekly units."""
    return np.searchsorted(np.array(CLASSES), mean).astype(np.int64)


def learn(trials: Trials, narrow: bool = True) -> Spread:
    """Dispersion by product; then levels that told the truth at the past dates, the outer ones drawn in where the 90 %
    interval held more (`narrow`)."""
    alpha, growth = _dispersion(trials, trials.pace)
    rows, columns = _drawn(trials.weight > 0)
    mean, actual = trials.mean[rows, columns], np.ceil(trials.actual[rows, columns])
    wide = alpha[rows] * (1 + growth * trials.ahead[columns])
    latest = trials.date[columns] * STEP_WEEKS
    outcomes = Outcomes(
        below=negative_binomial_cdf(actual - 1, mean, wide),
        upto=negative_binomial_cdf(actual, mean, wide),
        traits=trials.traits[trials.date[columns], rows],
        weight=0.5 ** (latest / HALF_LIFE),
        dates=len(trials.traits),
    )
    calibration = calibrate(outcomes, LEVELS)
    narrowing = _narrowing(outcomes, calibration, trials.pace[rows]) if narrow else np.zeros(len(CLASSES) + 1)
    return Spread(alpha, growth, calibration, narrowing)


def untried(products: int, traits: int) -> Spread:
    """Where nothing could be tried."""
    nothing = np.empty(0)
    calibration = calibrate(Outcomes(nothing, nothing, np.empty((0, traits)), nothing, 0), LEVELS)
    return Spread(np.full(products, UNTRIED), 0.05, calibration, np.zeros(len(CLASSES) + 1))


def _drawn(used: Mask) -> tuple[Kinds, Kinds]:
    """At most MOST_OUTCOMES of the places where `used` (N, E), the same in every run."""
    rows, columns = np.nonzero(used)
    if len(rows) > MOST_OUTCOMES:
        kept = np.random.default_rng(0).choice(len(rows), MOST_OUTCOMES, replace=False)
        rows, columns = rows[kept], columns[kept]
    return rows, columns


def _narrowing(outcomes: Outcomes, calibration: Calibration, pace: Kinds) -> Floats:
    """How far (4,) the outer levels of each class draw in, at most NARROWEST, until its interval held no more than HELD
    of the outcomes: counts fall on its ends, and none falls below 0, so levels that are right hold too many."""
    low, *_, high = calibration.scores(outcomes.traits)
    above, under = normal_score(outcomes.upto) - low, high - normal_score(outcomes.below)
    out = np.zeros(len(CLASSES) + 1)
    for k in range(len(out)):
        at = pace == k
        if at.sum() < LEAST:
            continue
        room = np.minimum(
            above[at] / INWARD[0], -under[at] / INWARD[-1]
        )  # an outcome is held while they draw in by less
        order = np.argsort(room)
        share = np.cumsum(outcomes.weight[at][order]) / outcomes.weight[at].sum()
        out[k] = np.clip(room[order][np.searchsorted(share, 1 - HELD)], 0, NARROWEST)
    return out


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
