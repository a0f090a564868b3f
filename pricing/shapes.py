"""Forms that demand may take around a price, all told by the elasticity at that price."""

from typing import Literal

import numpy as np

from pricing.panel import Floats

Shape = Literal["constant", "exponential", "logit", "linear"]
SHAPES: tuple[Shape, ...] = ("constant", "exponential", "logit", "linear")  # from the straightest to the most curved
SHARE = 1 / 3  # of buyers who already buy at the price, in the logit form: curved half as much as the linear one
BEND = 0.1  # multiple near which the linear form bends to nothing while fitting, so that its logarithm exists
FARTHEST = 40.0  # exponent beyond which nothing changes


def multiple(shape: Shape, slope: Floats, ratio: Floats) -> Floats:
    """Units at `ratio` times a price as a multiple of units at it; `slope` is the elasticity at it. They broadcast."""
    step = slope * (ratio - 1)
    if shape == "constant":
        return np.asarray(ratio**slope)
    if shape == "linear":
        return np.asarray(np.maximum(0.0, 1 + step))
    if shape == "exponential":
        return np.asarray(np.exp(np.clip(step, -FARTHEST, FARTHEST)))
    return np.asarray(1 / (SHARE + (1 - SHARE) * np.exp(-np.clip(step / (1 - SHARE), -FARTHEST, FARTHEST))))


def logs(shape: Shape, slope: Floats, ratio: Floats) -> tuple[Floats, Floats]:
    """Logarithm of `multiple` and its derivative by `slope`."""
    step = slope * (ratio - 1)
    if shape == "constant":
        return slope * np.log(ratio), np.broadcast_to(np.log(ratio), step.shape)
    if shape == "exponential":
        return step, np.broadcast_to(ratio - 1, step.shape)
    if shape == "linear":
        left = np.clip((1 + step) / BEND, -FARTHEST, FARTHEST)
        kept = BEND * np.logaddexp(0, left)
        return np.log(kept), (ratio - 1) / kept / (1 + np.exp(-left))
    lost = (1 - SHARE) * np.exp(-np.clip(step / (1 - SHARE), -FARTHEST, FARTHEST))
    return -np.log(SHARE + lost), lost / (SHARE + lost) * (ratio - 1) / (1 - SHARE)
