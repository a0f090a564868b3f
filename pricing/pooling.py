"""How much a product borrows from its peers, and which form its demand takes."""

from dataclasses import dataclass

import numpy as np

from pricing.hierarchy import Ints, Posterior, draw_together
from pricing.panel import Floats
from pricing.ppml import Mask
from pricing.reaction import Reactions

LEAST_PEERS = 5  # products a category needs to speak for itself
MISFIT = 0.25  # standard deviation of today's slope around what the best of the curved forms says: none is true
PEERS_OF_FORM = 5.0  # products' worth of belief that a category's forms are the store's
ROUNDS = 40


@dataclass(frozen=True)
class Pooled:
    """What own data and peers say together of N products."""

    past: Floats  # (N,) mean slope over past prices
    past_se: Floats
    today: Floats  # (K, N) elasticity at today's price, were demand of each form
    today_se: Floats  # (K, N)
    weight: Floats  # (K, N) probability of each form
    pooling: Floats  # (N,)
    categories: Mask  # (N,) whose category speaks for itself

    @property
    def mean(self) -> Floats:
        """Elasticity (N,) at today's price over all forms."""
        return np.asarray((self.weight * self.today).sum(axis=0))

    @property
    def se(self) -> Floats:
        """Its standard deviation, (N,)."""
        return np.asarray(np.sqrt((self.weight * (self.today_se**2 + (self.today - self.mean) ** 2)).sum(axis=0)))


def pooled(categories: tuple[str, ...], own: Reactions, traits: Floats, speaks: Mask) -> Pooled:
    """Every product drawn to its family and its category, or to the store where the category is unknown or thin.

    `traits` (N, Q) as in `draw_together`; only products that `speaks` (N,) names have a say.
    """
    category = _numbered(categories, speaks)
    if speaks.sum() < 2:
        return _alone(own, speaks)
    past = _drawn(own.slope, own.se, speaks, category, own, traits)
    curved = zip(own.today[1:], np.hypot(own.today_se[1:], MISFIT), strict=True)
    today = [past, *(_drawn(b, se, speaks, category, own, traits) for b, se in curved)]
    weight = _forms(own, today, speaks, category)
    return Pooled(
        past.mean,
        past.se,
        np.array([p.mean for p in today]),
        np.array([p.se for p in today]),
        weight,
        np.where(speaks, (weight * np.array([p.pooling for p in today])).sum(axis=0), 1.0),
        category >= 0,
    )


def _numbered(categories: tuple[str, ...], speaks: Mask) -> Ints:
    """Categories numbered from 0, −1 where a category is unknown or thin."""
    names, label = np.unique(np.array(categories, dtype=str), return_inverse=True)
    large = (np.bincount(label, weights=speaks, minlength=len(names)) >= LEAST_PEERS) & (names != "")
    number = np.cumsum(large) - 1
    return np.where(large[label], number[label], -1)


def _drawn(slope: Floats, se: Floats, speaks: Mask, category: Ints, own: Reactions, traits: Floats) -> Posterior:
    return draw_together(slope, np.where(speaks, se, np.inf), category, own.family, traits)


def _alone(own: Reactions, speaks: Mask) -> Pooled:
    past_se, today_se = np.where(speaks, own.se, np.inf), np.where(speaks, own.today_se, np.inf)
    weight = np.exp(own.worth - own.worth.max(axis=0))
    share = np.where(speaks, 0.0, 1.0)
    return Pooled(
        own.slope, past_se, own.today, today_se, weight / weight.sum(axis=0), share, np.zeros(len(speaks), bool)
    )


def _forms(own: Reactions, today: list[Posterior], speaks: Mask, category: Ints) -> Floats:
    """Probability (K, N) of each form: shares of the store and of each category by expectation–maximisation, times the
    product's own likelihood, its slope integrated out by Laplace."""
    worth = np.array(
        [_worth(w, b, se, p) for w, b, se, p in zip(own.worth, own.today, own.today_se, today, strict=True)]
    )
    worth = np.where(speaks, worth, 0.0)
    count = int(category.max(initial=-1)) + 2  # the last one: all without a category of their own
    member = (category % count if count > 1 else category * 0)[None, :] == np.arange(count)[:, None]
    share = np.full((len(worth), count), 1 / len(worth))
    store = share[:, 0]
    weight = np.zeros_like(worth)
    for _ in range(ROUNDS):
        odds = np.log(share @ member) + worth
        weight = np.exp(odds - odds.max(axis=0))
        weight /= weight.sum(axis=0)
        said = weight * speaks
        store = (said.sum(axis=1) + 1) / (said.sum() + len(worth))
        share = (said @ member.T + PEERS_OF_FORM * store[:, None]) / (member @ speaks + PEERS_OF_FORM)
    return weight


def _worth(likelihood: Floats, slope: Floats, se: Floats, group: Posterior) -> Floats:
    """Log evidence (N,) of one form, up to a constant common to all forms."""
    variance = se**2 + group.prior_se**2
    return np.asarray(likelihood + np.log(se) - np.log(variance) / 2 - (slope - group.prior) ** 2 / variance / 2)
