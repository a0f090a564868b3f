"""What a promotion does to units beyond its price, learnt by a store and its categories together."""

from dataclasses import dataclass

import numpy as np

from pricing.groups import Groups
from pricing.history import History
from pricing.near import around
from pricing.panel import Floats

STORE_SD, CATEGORY_SD = 0.5, 0.2  # of the log effect around none, and around the store's
SPREAD = 0.3  # variance of a week's units beyond Poisson's, for weights only
STEPS = 8
LARGEST = 2.0  # of the log effect either way


@dataclass(frozen=True)
class Lift:
    """Log effect of a whole week on promotion, by product."""

    effect: Floats  # (N,)
    se: Floats  # (N,)

    def factor(self, share: Floats) -> Floats:
        """Factor (N, T) of being on promotion for a share (N, T) of each week."""
        return np.asarray(np.exp(self.effect[:, None] * np.nan_to_num(share)))


def lifts(past: History, share: Floats, groups: Groups) -> Lift:
    """Weeks on promotion for `share` (N, T) of their days against the ordinary weeks around them.

    Each product is its own measure, so neither level, trend nor season can pass for the effect; a category's effect is
    drawn to the store's, and the store's to none, by how sure they are (sandwich variance, products apart). A category
    without promotions gets the store's effect.
    """
    share = np.nan_to_num(share)
    usual = around(past, share)
    says = past.known & (share > 0) & np.isfinite(usual)
    if not says.any():
        return Lift(np.zeros(len(share)), np.full(len(share), STORE_SD))
    parts = _Weeks(np.where(says, past.units, 0), np.where(says, usual, 0), np.where(says, share, 0))
    store, doubt = _fit(parts, np.ones((1, len(share))), np.zeros(1), STORE_SD)
    effect, se = _fit(parts, groups.members, np.full(len(groups.members), store[0]), CATEGORY_SD)
    return Lift(effect[groups.label], np.hypot(se, doubt[0] * se / CATEGORY_SD)[groups.label])


@dataclass(frozen=True)
class _Weeks:
    """Weeks (N, T) on promotion, 0 elsewhere."""

    units: Floats
    usual: Floats  # what an ordinary week would have sold
    share: Floats


def _fit(weeks: _Weeks, members: Floats, centre: Floats, sd: float) -> tuple[Floats, Floats]:
    """Posterior mean and standard deviation (G,) of the groups' effects, by penalised Poisson pseudo-likelihood."""
    effect, label = centre.copy(), members.argmax(axis=0)
    weight = weeks.share / (1 + SPREAD * weeks.usual)
    noise = information = np.ones(len(members))
    for _ in range(STEPS):
        mu = weeks.usual * np.exp(effect[label][:, None] * weeks.share)
        score = (weight * (weeks.units - mu)).sum(axis=1)
        information = np.maximum(members @ (weight * weeks.share * mu).sum(axis=1), 1e-9)
        noise = np.maximum(members @ score**2, information)
        precise = information**2 / noise  # of the sandwich
        step = (precise * (members @ score) / information - (effect - centre) / sd**2) / (precise + 1 / sd**2)
        effect = np.clip(effect + np.clip(step, -1, 1), -LARGEST, LARGEST)
    return effect, np.asarray(1 / np.sqrt(information**2 / noise + 1 / sd**2))
