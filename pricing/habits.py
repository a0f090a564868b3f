"""How a product has been selling: what tells how far off, and to which side, its forecast will be."""

import numpy as np

from pricing.history import History
from pricing.panel import Floats

RECENT = 26  # weeks whose median is taken


def habits(past: History, level: Floats) -> Floats:
    """Ten traits (N, 10) of products whose forecasts are `level` (N,) units a week.

    Its level; how long it has not sold, in sales missed (a product that has died); how often and how unevenly it
    sells; its largest week; its typical week; and whether it has of late sold more or less than forecast.
    """
    t, weeks = past.units.shape[1], np.maximum(past.weeks, 1)
    sold = past.units > 0
    idle = np.where(sold.any(axis=1), np.argmax(sold[:, ::-1], axis=1), t)
    often = (sold.sum(axis=1) + 0.5) / (weeks + 1)
    mean = np.maximum(past.units.sum(axis=1) / weeks, 0.02)
    uneven = np.sqrt((past.known * (past.units - mean[:, None]) ** 2).sum(axis=1) / weeks) / mean
    level = np.maximum(level, 0.05)
    speed = np.log(level)
    median = np.median(past.units[:, -RECENT:], axis=1)
    traits = (
        speed,
        speed**2 / 4,
        np.log1p(idle * often),
        often,
        np.log1p(uneven),
        np.log1p(past.units.max(axis=1) / mean),
        median / mean,
        np.log(_since(past, 4) / level + 0.2),
        np.log(_since(past, 13) / level + 0.2),
        np.log(mean / level + 0.1),
    )
    return np.stack(traits, axis=1)


def _since(past: History, weeks: int) -> Floats:
    """Mean units (N,) of the last weeks."""
    return np.asarray(past.units[:, -weeks:].sum(axis=1) / np.maximum(past.known[:, -weeks:].sum(axis=1), 1))
