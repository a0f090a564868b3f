"""Each product's own reaction to price, before it borrows from its peers."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pricing.groups import Groups
from pricing.instrument import Appearance, appearance
from pricing.paid import paid
from pricing.panel import Floats, Panel
from pricing.ppml import Data, Fit, Prior, fit, likelihood, robust_se
from pricing.regressors import PRICE, PROMO, RIVAL, SEASON, SIBLING, WAVES, calm_weeks, design, season
from pricing.shapes import SHAPES, Shape, logs
from pricing.siblings import families

ROUNDS = 8
SETTLING = 2  # rounds of fit and season once something else is known
TURNS = 3  # times that a curved form is made straight around its last slope
LEVEL_PRECISION, PRICE_PRECISION = 1e-4, 1 / 10**2  # all but flat: the data speak
PRIOR_WEIGHT = 5.0  # products' worth of belief in the starting variances
HASTE = 2.0  # times the step that expectation–maximisation would take towards a variance: it crawls
LONGEST = 10.0  # multiple by which one such step may change it
SLOPES = (-9.0, 1.5)  # where a form is made straight
STEPS = (0.3, 3.0)  # of past prices against today's, beyond which a form is not asked


@dataclass(frozen=True)
class Reactions:
    """Own-data slopes of N products."""

    slope: Floats  # (N,) mean slope over past prices
    se: Floats  # (N,)
    today: Floats  # (K, N) elasticity at today's price, were demand of each form of SHAPES
    today_se: Floats  # (K, N)
    worth: Floats  # (K, N) log likelihood of each form, less that of the first
    family: NDArray[np.int64]  # (N,) a number that products repriced together share
    appearance: Appearance  # what is already taken off all slopes


@dataclass(frozen=True)
class Own:
    """The demand model of every product on its own price, which other questions may start from too."""

    groups: Groups  # categories
    data: Data
    offset: Floats  # (N, T) log exposure and week effects
    season: Floats  # (N, T) the week effects alone
    prior: Prior
    fitted: Fit


def own_fit(panel: Panel) -> Own:
    """Every product's units by PPML with week effects, promotion, rivals and drift.

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
    return Own(groups, data, exposure + weeks_effect, weeks_effect, prior, fitted)


def settled(own: Own, known: Floats) -> Own:
    """The same model with what is `known` (N, T) of log demand from elsewhere taken into account."""
    exposure, weeks_effect, fitted = own.offset - own.season, own.season, own.fitted
    loading = own.data.x[:, :, SEASON]
    for _ in range(SETTLING):
        fitted = fit(own.data, exposure + weeks_effect + known, own.prior, fitted)
        weeks_effect = season(own.data, fitted, weeks_effect + loading * fitted.coef[:, SEASON, None], own.groups)
    return replace(own, offset=exposure + weeks_effect, season=weeks_effect, fitted=fitted)


def reactions(panel: Panel, reference: Floats, own: Own | None = None) -> Reactions:
    """Slopes of every product from `own`, fitted here where it is not given; `reference` (N,): today's price."""
    own = own or own_fit(panel)
    data, fitted, groups = own.data, own.fitted, own.groups
    found = _formed(panel, reference, data, own.offset, own.prior, fitted)
    family = families(data.x[:, :, PRICE], calm_weeks(panel, data.keep), groups)
    off = appearance(panel, data, fitted, PRICE)
    return Reactions(
        found.slope - off.bias, found.slope_se, found.today - off.bias, found.today_se, found.worth, family, off
    )


@dataclass(frozen=True)
class _Slopes:
    slope: Floats
    slope_se: Floats
    today: Floats
    today_se: Floats
    worth: Floats


def _formed(panel: Panel, reference: Floats, data: Data, offset: Floats, prior: Prior, fitted: Fit) -> _Slopes:
    """The same fit with each form of demand in place of the straight line in logs."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.exp(paid(panel) - np.log(reference)[:, None])
    ratio = np.clip(np.where(data.keep & np.isfinite(ratio), ratio, 1.0), *STEPS)
    slope, se = fitted.coef[:, PRICE], robust_se(data, fitted, PRICE)
    found = [_turned(shape, ratio, data, offset, prior, fitted) for shape in SHAPES]
    today, today_se, worth = (np.array(parts) for parts in zip(*found, strict=True))
    together = np.maximum(fitted.cov[:, PRICE, PRICE], 1e-12) / np.maximum(se, 1e-6) ** 2  # weeks go together
    return _Slopes(slope, se, today, today_se, (worth - worth[0]) * np.minimum(together, 1.0))


def _turned(
    shape: Shape, ratio: Floats, data: Data, offset: Floats, prior: Prior, fitted: Fit
) -> tuple[Floats, Floats, Floats]:
    """Gauss–Newton: slope at today's price, its standard error and the log likelihood, each (N,)."""
    x, slope = data.x.copy(), np.clip(fitted.coef[:, PRICE], *SLOPES)
    formed, last = replace(data, x=x), fitted
    for _ in range(1 if shape == "constant" else TURNS):
        value, x[:, :, PRICE] = logs(shape, slope[:, None], ratio)
        moved = offset + data.keep * (value - slope[:, None] * x[:, :, PRICE])
        last = fit(formed, moved, prior, _levelled(last, formed, moved))
        slope = np.clip(last.coef[:, PRICE], *SLOPES)
    return last.coef[:, PRICE], robust_se(formed, last, PRICE), likelihood(formed, last, fitted)


def _levelled(last: Fit, data: Data, offset: Floats) -> Fit:
    """The last fit with the level that its sales ask for under other regressors."""
    coef = last.coef.copy()
    eta = np.clip(np.einsum("ntk,nk->nt", data.x, coef) + offset, -15, 15)
    expected = (data.keep * np.exp(eta)).sum(axis=1)
    coef[:, 0] += np.log(((data.keep * data.y).sum(axis=1) + 0.1) / (expected + 0.1))
    return replace(last, coef=coef)


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
        step = (PRIOR_WEIGHT + len(coef)) / spread / prior.precision[k]
        precision[k] *= np.clip(step, 1 / LONGEST, LONGEST) ** HASTE
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
