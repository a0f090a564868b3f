"""How a product has been selling: what tells how far off, and to which side, its forecast will be."""

from dataclasses import dataclass

import numpy as np

from pricing.history import History
from pricing.panel import Floats

RECENT = 26  # weeks whose median is taken
LAST, LATELY = 4, 13  # weeks of a recent rate


@dataclass(frozen=True)
class Habits:
    """Of N products at one date."""

    shape: Floats  # (N, 5)
    rates: Floats  # (N, 3) units a week to come, were they sold as in the last weeks, lately, and ever

    def traits(self, level: Floats) -> Floats:
        """Ten numbers (N, 10) for products whose forecasts are `level` (N,) units a week."""
        level = np.maximum(level, 0.05)
        speed = np.log(level)
        against = np.log(self.rates / level[:, None] + np.array([0.2, 0.2, 0.1]))
        return np.concatenate([speed[:, None], speed[:, None] ** 2 / 4, self.shape, against], axis=1)


def habits(past: History, season: Floats, outlook: Floats) -> Habits:
    """How long a product has not sold, in sales missed (it may have died); how often and how unevenly it sells; its
    largest and its typical week; and its rates, put right for holidays and `season` (N, T, log), whose factor in the
    weeks to come is `outlook` (N,). Prices and promotions stay in: how they go on is what the rates shall tell."""
    t, weeks = past.units.shape[1], np.maximum(past.weeks, 1)
    sold, base = past.units > 0, past.known * past.holidays[:t] * np.exp(season)
    idle = np.where(sold.any(axis=1), np.argmax(sold[:, ::-1], axis=1), t)
    often = (sold.sum(axis=1) + 0.5) / (weeks + 1)
    mean = np.maximum(past.units.sum(axis=1) / weeks, 0.02)
    uneven = np.sqrt((past.known * (past.units - mean[:, None]) ** 2).sum(axis=1) / weeks) / mean
    shape = (
        np.log1p(idle * often),
        often,
        np.log1p(uneven),
        np.log1p(past.units.max(axis=1) / mean),
        np.median(past.units[:, -RECENT:], axis=1) / mean,
    )
    rates = [past.units[:, -k:].sum(axis=1) / np.maximum(base[:, -k:].sum(axis=1), 1e-9) for k in (LAST, LATELY, t)]
    return Habits(np.stack(shape, axis=1), np.minimum(np.stack(rates, axis=1) * outlook[:, None], 1e6))
