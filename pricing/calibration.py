"""Quantiles that told the truth: where past outcomes fell in their predicted distributions, by the kind of product."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from pricing.panel import Floats

EDGE = 1e-4  # probabilities nearer to 0 or 1 than this are not told apart
FARTHEST = 2.5  # standard deviations of a trait beyond which a product counts as at that distance
STEPS, SMOOTH = 25, 1e-2  # of the quantile regression
LEAST = 200  # outcomes below which quantiles stay as predicted
RIDGE = 0.05  # penalty on the traits a outcome; more where few dates were tried


@dataclass(frozen=True)
class Outcomes:
    """S outcomes, each between two probabilities of its predicted distribution (they differ, for units are counts)."""

    below: Floats  # (S,) predicted probability of fewer units
    upto: Floats  # (S,) of so many or fewer
    traits: Floats  # (S, K)
    weight: Floats  # (S,)
    dates: int  # at which forecasts were made


@dataclass(frozen=True)
class Calibration:
    """The levels to ask of a predicted distribution, as normal scores linear in a product's traits."""

    coef: Floats  # (L, K + 1)
    centre: Floats  # (K,)
    scale: Floats  # (K,)

    def scores(self, traits: Floats) -> Floats:
        """Normal scores (L, S) for traits (S, K), ascending in L."""
        return np.maximum.accumulate(self.coef @ _columns(self, traits).T, axis=0)


def calibrate(outcomes: Outcomes, levels: tuple[float, ...]) -> Calibration:
    """Quantile regression (Koenker & Bassett 1978) of the probability integral transforms of past errors (Kuleshov,
    Fenner & Ermon 2018) on traits, by majorisation (Hunter & Lange 2000). A count's transform is drawn evenly between
    its two probabilities, by a fixed seed. With few outcomes the levels stay as they are."""
    k = outcomes.traits.shape[1]
    plain = Calibration(np.c_[ndtri(levels), np.zeros((len(levels), k))], np.zeros(k), np.ones(k))
    if len(outcomes.below) < LEAST:
        return plain
    centre, scale = outcomes.traits.mean(axis=0), outcomes.traits.std(axis=0) + 1e-6
    plain = Calibration(plain.coef, centre, scale)
    drawn = np.random.default_rng(0).random(len(outcomes.below))
    score = normal_score(outcomes.below + drawn * (outcomes.upto - outcomes.below))
    x, penalty = _columns(plain, outcomes.traits), RIDGE + 1 / max(outcomes.dates, 1)
    coef = np.array([_regress(x, score, outcomes.weight, level, penalty) for level in levels])
    return Calibration(coef, centre, scale)


def normal_score(probability: Floats) -> Floats:
    return np.asarray(ndtri(np.clip(probability, EDGE, 1 - EDGE)))


def probability(score: Floats) -> Floats:
    return np.asarray(np.clip(ndtr(score), EDGE, 1 - EDGE))


def _columns(calibration: Calibration, traits: Floats) -> Floats:
    """An intercept and the traits, standardised and held within reason, (S, K + 1)."""
    inside = np.clip((traits - calibration.centre) / calibration.scale, -FARTHEST, FARTHEST)
    return np.concatenate([np.ones((len(traits), 1)), inside], axis=1)


def _regress(x: Floats, y: Floats, weight: Floats, level: float, penalty: float) -> Floats:
    """Coefficients (K + 1,) that minimise the pinball loss; all but the intercept are penalised."""
    coef: Floats = np.zeros(x.shape[1])
    coef[0] = np.quantile(y, level)
    ridge = np.full(len(coef), penalty * weight.sum())
    ridge[0] = 0
    for _ in range(STEPS):
        curve = weight / (SMOOTH + np.abs(y - x @ coef))
        gram = (x * curve[:, None]).T @ x
        gram[np.diag_indices(len(coef))] += ridge
        coef = np.asarray(np.linalg.solve(gram, x.T @ (curve * y + (2 * level - 1) * weight)), np.float64)
    return coef
