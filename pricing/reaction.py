"""Each product's own reaction to price, before it borrows from its peers."""

from dataclasses import dataclass

import numpy as np

from pricing.groups import Groups
from pricing.panel import Floats, Panel
from pricing.ppml import Data, Fit, Prior, fit, robust_se
from pricing.regressors import PRICE, PROMO, RIVAL, SEASON, SIBLING, WAVES, design, season

ROUNDS = 8
LEVEL_PRECISION, PRICE_PRECISION = 1e-4, 1 / 10**2  # all but flat: the data speak
PRIOR_WEIGHT = 5.0  # products' worth of belief in the starting variances


@dataclass(frozen=True)
class Reactions:
    """Own-data slopes of N products."""

    slope: Floats  # (N,)
    se: Floats  # (N,)


def reactions(panel: Panel) -> Reactions:
    """Slope of log units on log price of every product, by PPML with week effects, promotion, rivals and drift.

    Nuisance coefficients are random effects: their means and variances over the store are learnt along the way
    (expectation–maximisation), so that a product with two promotions borrows the lift of all the others.
    """
    groups = Groups.of(panel.categories)
    data, exposure = design(panel, groups)
    prior = _first_prior(data.x.shape[2])
    weeks_effect = np.zeros_like(exposure)
    fitted = fit(data, exposure, prior)
    for _ in range(ROUNDS):
        data.x[:, :, SEASON] = _centred(weeks_effect, data)
        fitted = fit(data, exposure + weeks_effect, prior, fitted)
        prior = _learn(prior, fitted, data)
        weeks_effect = season(data, fitted, weeks_effect + data.x[:, :, SEASON] * fitted.coef[:, SEASON, None], groups)
    return Reactions(fitted.coef[:, PRICE], robust_se(data, fitted, PRICE))


def _centred(effect: Floats, data: Data) -> Floats:
    mean: Floats = (effect * data.keep).sum(axis=1) / np.maximum(data.keep.sum(axis=1), 1)
    return effect - mean[:, None]


def _first_prior(columns: int) -> Prior:
    mean, deviation = np.zeros(columns), np.ones(columns)
    mean[[PROMO, RIVAL, SIBLING]] = 0.2
    deviation[[PROMO, RIVAL, SIBLING, SEASON]] = 0.3, 0.3, 0.2, 0.5
    deviation[WAVES:] = 0.5 / np.arange(1, columns - WAVES + 1)
    precision = 1 / deviation**2
    precision[0], precision[PRICE] = LEVEL_PRECISION, PRICE_PRECISION
    return Prior(mean, precision)


def _learn(prior: Prior, fitted: Fit, data: Data) -> Prior:
    """One expectation–maximisation step for the nuisance priors, over the products that have a say."""
    first = _first_prior(len(prior.mean))
    mean, precision = prior.mean.copy(), prior.precision.copy()
    variance = np.diagonal(fitted.cov, axis1=1, axis2=2)
    says = (np.abs(data.x) * data.keep[:, :, None]).max(axis=1) > 1e-6
    for k in range(PROMO, len(mean)):
        coef, own = fitted.coef[says[:, k], k], variance[says[:, k], k]
        if k in (PROMO, RIVAL, SIBLING):
            mean[k] = _common(coef, own, prior.mean[k], prior.precision[k], first.mean[k])
        spread = ((coef - mean[k]) ** 2 + own).sum() + PRIOR_WEIGHT / first.precision[k]
        precision[k] = (PRIOR_WEIGHT + len(coef)) / spread
    return Prior(mean, precision)


def _common(coef: Floats, variance: Floats, mean: float, precision: float, first: float) -> float:
    """Random-effects mean of one coefficient, from what the data alone say of each product.

    Taking the prior back out of each posterior converges in a few rounds where plain expectation–maximisation crawls.
    """
    informs = np.maximum(1 / variance - precision, 0)
    alone = (coef / variance - mean * precision) / np.maximum(informs, 1e-9)
    weight = 1 / (1 / precision + 1 / np.maximum(informs, 1e-9))
    belief = PRIOR_WEIGHT * precision
    return float((belief * first + weight @ alone) / (belief + weight.sum()))
