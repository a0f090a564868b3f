"""Estimates of many products drawn to what their family, their category and their traits suggest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array, diags_array, hstack

from pricing.panel import Floats
from pricing.ppml import Mask

Ints = NDArray[np.int64]

USUAL = (0.4, 0.4, 0.3)  # standard deviations between categories, families and members, where nothing is known
BELIEF = 0.7  # log deviation by which each may well differ from the usual
SUGGESTED = 0.5  # standard deviation of what one deviation of a trait does
WIDE = 5.0  # standard deviation of the store's mean
OUTLYING = 4.0  # robust deviations from the typical estimate beyond which one is drawn in


@dataclass(frozen=True)
class Spreads:
    """Standard deviations of the true values between categories, between families and between their members."""

    categories: float
    families: float
    members: float


@dataclass(frozen=True)
class Posterior:
    """What all estimates together say of each of N products."""

    mean: Floats  # (N,)
    se: Floats  # (N,)
    pooling: Floats  # (N,) 0 = the own estimate alone, 1 = the peers' alone
    prior: Floats  # (N,) what traits and category say
    prior_se: Floats  # (N,)
    spreads: Spreads


@dataclass(frozen=True)
class _Nest:
    """N estimates, P common effects, F families."""

    b: Floats  # (N,)
    variance: Floats  # (N,)
    says: Mask  # (N,)
    x: csr_array  # (N, P): the store's mean, a column a category, traits
    z: csr_array  # (N, F): the family of each
    categories: int


def draw_together(estimate: Floats, se: Floats, category: Ints, family: Ints, traits: Floats) -> Posterior:
    """Empirical Bayes (best linear unbiased prediction, Robinson 1991) of nested effects.

    `estimate` and `se` (N,), an infinite `se` where a product has none; `category` (N,) numbered from 0, −1 where it
    has no say of its own; `family` (N,) any numbers; `traits` (N, Q) standardised, what they suggest is learnt. The
    spreads between categories, families and members maximise their posterior, the usual ones being the prior.
    """
    nest = _nest(estimate, se, category, family, traits)
    usual = np.log(USUAL)

    def loss(logs: Floats) -> float:
        doubt = float(np.sum(((logs - usual) / BELIEF) ** 2)) / 2
        return doubt - _evidence(nest, Spreads(*np.exp(logs)))

    best = minimize(loss, usual, method="Nelder-Mead", options={"maxfev": 70, "xatol": 0.05, "fatol": 0.05})
    return _posterior(nest, Spreads(*(float(spread) for spread in np.exp(best.x))))


def _nest(estimate: Floats, se: Floats, category: Ints, family: Ints, traits: Floats) -> _Nest:
    says = np.isfinite(se) & np.isfinite(estimate)
    rows, count = np.arange(len(se)), int(category.max(initial=-1)) + 1
    own = rows[category >= 0]
    dummies = csr_array((np.ones(len(own)), (own, category[own])), shape=(len(se), count))
    x = csr_array(hstack([csr_array(np.ones((len(se), 1))), dummies, csr_array(traits)]))
    number = np.unique(family, return_inverse=True)[1]
    z = csr_array((np.ones(len(se)), (rows, number)), shape=(len(se), int(number.max(initial=0)) + 1))
    return _Nest(_drawn_in(estimate, se, says), np.where(says, se, 1.0) ** 2, says, x, z, count)


def _drawn_in(estimate: Floats, se: Floats, says: Mask) -> Floats:
    """Estimates with the outlying ones pulled to the edge, so that one failed fit does not speak for its peers."""
    middle = float(np.median(estimate[says]))
    spread = 1.4826 * float(np.median(np.abs(estimate[says] - middle)))
    width = OUTLYING * np.sqrt(np.where(says, se, 0) ** 2 + spread**2)
    return np.where(says, np.clip(np.nan_to_num(estimate), middle - width, middle + width), 0.0)


@dataclass(frozen=True)
class _Solved:
    weight: Floats  # (N,) inverse variance of each estimate around its family
    drawn: Floats  # (F,) posterior variance of each family's effect
    within: csr_array  # (F, P) weighted sums of the common regressors
    effects: Floats  # (P,) common effects
    information: Floats  # (P, P)
    evidence: float


def _solve(nest: _Nest, spreads: Spreads) -> _Solved:
    """Generalised least squares with the covariance's inverse by Woodbury, family by family."""
    weight = nest.says / (nest.variance + spreads.members**2)
    weighted = diags_array(weight) @ nest.x
    total = nest.z.T @ weight
    drawn = spreads.families**2 / (1 + spreads.families**2 * total)
    within = csr_array(nest.z.T @ weighted)
    belief = np.full(nest.x.shape[1], 1 / SUGGESTED**2)
    belief[0], belief[1 : 1 + nest.categories] = 1 / WIDE**2, 1 / spreads.categories**2
    gram = (nest.x.T @ weighted - within.T @ diags_array(drawn) @ within).toarray()
    information = np.asarray(gram + np.diag(belief))
    sums = nest.z.T @ (weight * nest.b)
    right = weighted.T @ nest.b - within.T @ (drawn * sums)
    effects = np.linalg.solve(information, right)
    square = weight @ nest.b**2 - drawn @ sums**2 - right @ effects
    size = -np.log(weight[nest.says]).sum() + np.log1p(spreads.families**2 * total).sum()
    size += np.linalg.slogdet(information)[1] - np.log(belief).sum()
    return _Solved(weight, drawn, within, effects, information, float(-(square + size) / 2))


def _evidence(nest: _Nest, spreads: Spreads) -> float:
    return _solve(nest, spreads).evidence


def _posterior(nest: _Nest, spreads: Spreads) -> Posterior:
    s = _solve(nest, spreads)
    prior = nest.x @ s.effects
    left = s.weight * (nest.b - prior)
    family = nest.z @ (s.drawn * (nest.z.T @ left))
    own = spreads.members**2 * s.weight  # what the own estimate takes of the distance to its family
    drawn = nest.z @ s.drawn
    free = nest.x.toarray()
    moved = (1 - own)[:, None] * (free - nest.z @ (diags_array(s.drawn) @ s.within).toarray())
    cov = np.asarray(np.linalg.inv(s.information), np.float64)
    variance = spreads.members**2 * (1 - own) + (1 - own) ** 2 * drawn + _quadratic(moved, cov)
    return Posterior(
        mean=prior + family + own * (nest.b - prior - family) * nest.says,
        se=np.sqrt(variance),
        pooling=1 - own - (1 - own) * drawn * s.weight,
        prior=prior,
        prior_se=np.sqrt(spreads.members**2 + spreads.families**2 + _quadratic(free, cov)),
        spreads=spreads,
    )


def _quadratic(rows: Floats, cov: Floats) -> Floats:
    return np.asarray(np.einsum("np,np->n", rows @ cov, rows))
