"""Poisson pseudo-likelihood for many products at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pricing.panel import Floats

Mask = NDArray[np.bool_]

STEPS = 4  # Newton steps a call: callers iterate anyway
LAGS = 4  # weeks over which residuals may stay related
LARGEST_STEP = 2.0  # on the log scale, so that a bad start cannot overflow
SPREADS = (0.0, 5.0)
SCALES = (0.7, 20.0)
BLOCK = 32


@dataclass(frozen=True)
class Data:
    """N products by T weeks; weeks outside `keep` have no say."""

    y: Floats  # (N, T) units, finite
    x: Floats  # (N, T, K) regressors, finite
    keep: Mask  # (N, T)


@dataclass(frozen=True)
class Prior:
    """Independent normal priors of the coefficients."""

    mean: Floats  # (K,)
    precision: Floats  # (K,)


@dataclass(frozen=True)
class Fit:
    """N separate log-linear models; `cov` is the posterior covariance given the prior."""

    coef: Floats  # (N, K)
    cov: Floats  # (N, K, K)
    mu: Floats  # (N, T) expected units
    spread: Floats  # (N,) alpha in variance = scale (mu + alpha mu²)
    scale: Floats  # (N,)


def fit(data: Data, offset: Floats, prior: Prior, start: Fit | None = None) -> Fit:
    """Penalised PPML of each product on its own regressors.

    The score is Poisson's, weighted by 1 / (1 + alpha mu) so that large weeks do not rule alone; it stays unbiased
    for any distribution with the right mean (Gourieroux, Monfort & Trognon 1984; Santos Silva & Tenreyro 2006).
    `offset` (N, T) is added to the linear predictor. Products without data keep the prior.
    """
    n = len(data.y)
    coef: Floats = _start(data, offset, prior) if start is None else start.coef.copy()
    spread = np.full(n, 0.1) if start is None else start.spread
    scale = np.ones(n) if start is None else start.scale
    penalty = np.diag(prior.precision)
    for _ in range(STEPS):
        mu = _expected(data, coef, offset)
        weight = weights(data, mu, spread, scale)
        score = np.einsum("nt,ntk->nk", weight * (data.y - mu), data.x, optimize=True)
        score -= (coef - prior.mean) * prior.precision
        step = np.linalg.solve(_gram(data.x, weight * mu) + penalty, score[:, :, None])[:, :, 0]
        coef += step * np.minimum(1.0, LARGEST_STEP / np.maximum(np.abs(step).max(axis=1, keepdims=True), 1e-12))
    mu = _expected(data, coef, offset)
    information = _gram(data.x, weights(data, mu, spread, scale) * mu)
    cov = np.asarray(np.linalg.inv(information + penalty), np.float64)
    spread, scale = _dispersion(data, mu, cov, spread, scale)
    return Fit(coef, cov, mu, spread, scale)


def robust_se(data: Data, fitted: Fit, column: int) -> Floats:
    """Standard errors (N,) of one coefficient: the larger of the posterior's and the Newey–West (1987) sandwich's."""
    weight = weights(data, fitted.mu, fitted.spread, fitted.scale)
    influence = np.einsum("nk,ntk->nt", fitted.cov[:, column, :], data.x) * (data.y - fitted.mu) * weight
    total = np.einsum("nt,nt->n", influence, influence)
    for lag in range(1, LAGS + 1):
        bartlett = 1 - lag / (LAGS + 1)
        total += 2 * bartlett * np.einsum("nt,nt->n", influence[:, lag:], influence[:, :-lag])
    weeks = data.keep.sum(axis=1)
    total *= weeks / np.maximum(weeks - freedom(data, fitted), 1)
    se: Floats = np.sqrt(np.maximum(total, fitted.cov[:, column, column]))
    return se


def likelihood(data: Data, fitted: Fit, base: Fit) -> Floats:
    """Negative binomial log likelihood (N,) of the weeks, with the dispersion of `base`, up to a constant."""
    alpha, mu = np.maximum(base.spread, 1e-3)[:, None], fitted.mu
    week = data.y * np.log(np.maximum(mu, 1e-9) / (1 + alpha * mu)) - np.log1p(alpha * mu) / alpha
    return np.asarray((data.keep * week).sum(axis=1) / base.scale)


def freedom(data: Data, fitted: Fit) -> Floats:
    """Effective number of coefficients (N,): trace of the hat matrix."""
    weight = weights(data, fitted.mu, fitted.spread, fitted.scale) * fitted.mu
    freedom: Floats = np.einsum("njk,nkj->n", fitted.cov, _gram(data.x, weight))
    return freedom


def _start(data: Data, offset: Floats, prior: Prior) -> Floats:
    coef = np.tile(prior.mean, (len(data.y), 1))
    sold = np.where(data.keep, data.y, 0).sum(axis=1)
    exposure = np.where(data.keep, np.exp(offset), 0).sum(axis=1)
    coef[:, 0] = np.log((sold + 0.1) / np.maximum(exposure, 1))
    return coef


def _expected(data: Data, coef: Floats, offset: Floats) -> Floats:
    eta = np.einsum("ntk,nk->nt", data.x, coef) + offset
    expected: Floats = np.exp(np.clip(eta, -15, 15))
    return expected


def weights(data: Data, mu: Floats, spread: Floats, scale: Floats) -> Floats:
    """What each week (N, T) counts in the score."""
    return data.keep / (scale[:, None] * (1 + spread[:, None] * mu))


def _gram(x: Floats, weight: Floats) -> Floats:
    """Weighted cross products (N, K, K) of regressors, BLOCK products at a time, so that they stay in the cache."""
    gram = np.empty((len(x), x.shape[2], x.shape[2]))
    for i in range(0, len(x), BLOCK):
        some = x[i : i + BLOCK]
        np.matmul((some * weight[i : i + BLOCK, :, None]).transpose(0, 2, 1), some, out=gram[i : i + BLOCK])
    return gram


def _dispersion(data: Data, mu: Floats, cov: Floats, spread: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """Alpha by moments, pulled to the typical product's; then Pearson's scale."""
    weeks = data.keep.sum(axis=1)
    used = np.einsum("njk,nkj->n", cov, _gram(data.x, weights(data, mu, spread, scale) * mu))
    correction = weeks / np.maximum(weeks - used, 1)
    square = data.keep * (data.y - mu) ** 2 * correction[:, None]
    weight = data.keep / (1 + 0.3 * mu) ** 2
    information = np.einsum("nt,nt->n", weight, mu**2)
    own = np.einsum("nt,nt->n", weight, square - data.keep * mu) / np.maximum(information, 1e-9)
    typical = float(np.average(own, weights=information + 1e-9))
    alpha = np.clip((information * own + 20 * typical) / (information + 20), *SPREADS)
    pearson = (square / (mu + alpha[:, None] * mu**2)).sum(axis=1)
    return alpha, np.clip((pearson + 10) / (weeks + 10), *SCALES)
