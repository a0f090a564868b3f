"""How pleased writers are on the whole, and how well so few voices tell it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

PRIOR = 0.5  # Jeffreys' prior: half a voice for, half against


@dataclass(frozen=True)
class Mood:
    """Mean score from 0 (displeased) to 1 (pleased) with its 90 % interval."""

    mean: float
    low: float
    high: float
    voices: float  # copies counted once
    count: int  # reviews


def mood(scores: Sequence[float], weights: Sequence[float]) -> Mood | None:
    """The weighted mean of `scores` (N,), each counting `weights` (N,), one over its copies; None for no score.

    The interval is that of a share seen in as many voices (Jeffreys' beta posterior): no scores between 0 and 1 with
    this mean are further apart than praise and blame, so it is wide rather than narrow, above all for few voices. It
    knows nothing of errors in the scores themselves. Raises ValueError for a score outside 0 to 1 or a weight that is
    not above 0.
    """
    score, weight = np.asarray(scores, np.float64), np.asarray(weights, np.float64)
    if score.shape != weight.shape or not ((score >= 0) & (score <= 1) & (weight > 0)).all():
        raise ValueError("scores are from 0 to 1, and each has a weight above 0")
    if not score.size:
        return None
    voices = float(weight.sum())
    mean = min(1.0, max(0.0, float(weight @ score) / voices))
    low, high = beta.ppf((0.05, 0.95), voices * mean + PRIOR, voices * (1 - mean) + PRIOR)
    return Mood(mean, min(float(low), mean), max(float(high), mean), voices, int(score.size))
