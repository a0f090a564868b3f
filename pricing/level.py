"""What a product sells in an ordinary week, by several methods."""

import numpy as np

from pricing.groups import Groups
from pricing.history import History
from pricing.panel import Floats

MEMORIES = (0.02, 0.08, 0.2, 0.45)  # weight of the newest week: from the mean of all to the last two weeks
DAMPING = 0.9  # a trend loses a tenth a week
MOST_GROWTH = np.log(2)
YOUNG = 8  # weeks under which a product leans on its peers


def candidates(past: History, season: Floats, groups: Groups) -> Floats:
    """Mean units (M, N, H) of the weeks after `past` at the last price.

    Exponential smoothing with several memories, with and without `season` (N, T + H, log), and one with a damped
    trend. Levels are ratios of smoothed sales to smoothed exposure, so that zeros and missing weeks are at home
    (for intermittent items: Teunter, Syntetos & Babai 2011 in effect).
    """
    t = past.units.shape[1]
    flat = np.zeros_like(season)
    calm = [_steady(past, flat, memory, groups) for memory in MEMORIES]
    if not season.any():
        return np.array(
            [*(level[:, None] * np.ones(season.shape[1] - t) for level in calm), _trending(calm, flat[:, t:])]
        )
    seasonal = [_steady(past, season, memory, groups) for memory in MEMORIES]
    ahead = season[:, t:]
    return np.array(
        [
            *(level[:, None] * np.ones(ahead.shape[1]) for level in calm),
            *(level[:, None] * np.exp(ahead) for level in seasonal),
            _trending(seasonal, ahead),
        ]
    )


def _steady(past: History, season: Floats, memory: float, groups: Groups) -> Floats:
    """Level (N,) of the ordinary week; a young product's is drawn to the typical one of its category."""
    t = past.units.shape[1]
    weight = (1 - memory) ** np.arange(t - 1, -1, -1)
    base = past.known * past.effect * np.exp(season[:, :t])
    sold, exposure = past.units @ weight, base @ weight
    level = sold / np.maximum(exposure, 1e-9)
    doubt = np.clip(1 - past.weeks / YOUNG, 0, 1)
    return np.asarray((sold + doubt * _typical(level, past.weeks, groups)) / np.maximum(exposure + doubt, 1e-9))


def _typical(level: Floats, weeks: Floats, groups: Groups) -> Floats:
    """Geometric mean level of the products of each group that are old enough, by product."""
    says = (weeks >= YOUNG) & (level > 0)
    logs = np.where(says, np.log(np.maximum(level, 1e-9)), 0)
    store = logs.sum() / max(says.sum(), 1) if says.any() else 0.0
    mean = (groups.members @ logs + 3 * store) / (groups.members @ says + 3)
    return np.asarray(np.exp(mean[groups.label]))


def _trending(levels: list[Floats], ahead: Floats) -> Floats:
    """The medium memory's level carried on along its difference from a long memory's."""
    slow, medium = levels[1], levels[2]
    gap = 1 / MEMORIES[1] - 1 / MEMORIES[2]
    growth = np.log((medium + 0.05) / (slow + 0.05)) / gap
    steps = np.cumsum(DAMPING ** np.arange(1, ahead.shape[1] + 1))
    return np.asarray(medium[:, None] * np.exp(np.clip(growth[:, None] * steps, -MOST_GROWTH, MOST_GROWTH) + ahead))
