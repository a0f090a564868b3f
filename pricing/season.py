"""The time of year, learnt by a store, its categories and its products together."""

import numpy as np

from pricing.groups import Groups
from pricing.history import History
from pricing.panel import Floats
from pricing.ppml import Data, Prior, fit

YEAR = 365.25 / 7  # weeks
LEAST_WEEKS = 54  # a shorter panel cannot tell a season from a trend
SPREAD = 0.3  # variance of a week's units beyond Poisson's, for weights only
AMPLITUDES, LENGTHS, DRIFTS, NOISES = (0.0, 0.15, 0.4, 0.9), (0.25, 0.6), (1e-4, 1.5e-3), (2e-3, 1.5e-2)
ROUNDS = 5
LARGEST = 2.5  # of the log season either way


def seasons(past: History, groups: Groups, ahead: int) -> Floats:
    """Log seasonal factor (N, T + ahead) of every product; zeros where the history is too short.

    The store's and then each category's weekly index is split by Gaussian processes into a season that returns every
    year, a drift and noise, the sizes by marginal likelihood; then each product leans its own way from its category's
    season (a loading and two harmonics, penalised by what the store's products show).
    """
    n, t = past.units.shape
    if t < LEAST_WEEKS:
        return np.zeros((n, t + ahead))
    weeks = np.arange(t + ahead)
    store = _periodic(past, np.ones((1, n)), np.zeros((n, t)), weeks)
    shared = np.tile(store, (n, 1))
    if len(groups.members) > 1:
        shared += _periodic(past, groups.members, shared[:, :t], weeks)[groups.label]
    return np.clip(shared + _leaning(past, shared, weeks), -LARGEST, LARGEST)


def _periodic(past: History, members: Floats, offset: Floats, weeks: Floats) -> Floats:
    """The part (G, T + ahead) of each group's index, beyond `offset`, that comes back every year."""
    index, weight = _index(past, members, offset)
    return np.array([_season_of(i, w, weeks) for i, w in zip(index, weight, strict=True)])


def _index(past: History, members: Floats, offset: Floats) -> tuple[Floats, Floats]:
    """Log index (G, T) of groups against their products' usual level, and its precision from counts alone."""
    base = past.known * past.effect * np.exp(offset)
    label = members.argmax(axis=0)
    index = np.zeros((len(members), base.shape[1]))
    weight = index
    for _ in range(ROUNDS):
        level = past.units.sum(axis=1) / np.maximum((base * np.exp(index[label])).sum(axis=1), 1e-9)
        say = 1 / (1 + SPREAD * level)
        weight = members @ (say[:, None] * level[:, None] * base)
        index = np.log((members @ (say[:, None] * past.units) + 0.5) / (weight + 0.5))
    return index, weight


def _season_of(index: Floats, weight: Floats, weeks: Floats) -> Floats:
    t = len(index)
    angle = np.pi * (weeks[:, None] - weeks[None, :t]) / YEAR
    time = np.minimum(weeks[:t, None], weeks[None, :t]) + 1.0
    best, season = -np.inf, np.zeros(len(weeks))
    for length in LENGTHS:
        shape = np.exp(-2 * np.sin(angle) ** 2 / length**2)
        shape -= shape.mean()
        for amplitude in AMPLITUDES:
            for drift in DRIFTS:
                for noise in NOISES:
                    cov = amplitude**2 * shape[:t] + drift * time + 1.0
                    cov[np.diag_indices(t)] += noise + 1 / (weight + 0.5)
                    evidence, solved = _evidence(cov, index)
                    if evidence > best:
                        best, season = evidence, amplitude**2 * shape @ solved
    return season


def _evidence(cov: Floats, index: Floats) -> tuple[float, Floats]:
    solved = np.asarray(np.linalg.solve(cov, index), np.float64)
    return float(-index @ solved - np.linalg.slogdet(cov)[1]), solved


def _leaning(past: History, shared: Floats, weeks: Floats) -> Floats:
    """Each product's own deviation (N, T + ahead) from the shared season, by penalised PPML with learnt penalties."""
    n, t = past.units.shape
    x = np.zeros((n, len(weeks), 7))
    x[:, :, 0] = 1
    x[:, :, 1] = weeks / t - 0.5
    x[:, :, 2] = shared
    turn = 2 * np.pi * weeks / YEAR
    x[:, :, 3:] = np.stack([np.cos(turn), np.sin(turn), np.cos(2 * turn), np.sin(2 * turn)], axis=1)
    data = Data(past.units, x[:, :t], past.known)
    offset = shared[:, :t] + np.log(past.effect)
    prior = Prior(np.zeros(7), 1 / np.array([30, 0.5, 0.3, 0.2, 0.2, 0.1, 0.1]) ** 2)
    fitted = fit(data, offset, prior)
    for _ in range(3):
        second = fitted.coef**2 + np.diagonal(fitted.cov, axis1=1, axis2=2)
        precision = 6 / (second.sum(axis=0) / n * 5 + 1 / prior.precision)
        prior = Prior(prior.mean, np.r_[prior.precision[0], precision[1:]])
        fitted = fit(data, offset, prior, fitted)
    return np.asarray(np.einsum("ntk,nk->nt", x[:, :, 2:], fitted.coef[:, 2:]))
