"""The ordinary weeks around a week: each product as its own measure."""

import numpy as np

from pricing.history import History
from pricing.panel import Floats

NEAR = 6  # weeks either side
LEAST = 2.0  # ordinary weeks among them


def around(past: History, marked: Floats) -> Floats:
    """Units (N, T) that an ordinary week would have sold at the week's price, from the weeks near it that are not
    `marked` (N, T, shares from 0 to 1); NaN where too few are."""
    plain = 1 - marked
    sold, exposure = _moving(plain * past.known * past.units), _moving(plain * past.known * past.effect)
    enough = _moving(plain * past.known) >= LEAST
    return np.where(enough & (exposure > 0), sold / np.maximum(exposure, 1e-9) * past.effect, np.nan)


def _moving(values: Floats) -> Floats:
    """Sums (N, T) over the weeks up to NEAR away."""
    t = values.shape[1]
    run = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    at = np.arange(t)
    return np.asarray(run[:, np.minimum(at + NEAR + 1, t)] - run[:, np.maximum(at - NEAR, 0)])
