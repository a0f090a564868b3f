"""Simulated panels with known demand for the tests of this folder, written apart from pricing/simulate.py."""

from dataclasses import dataclass, replace

import numpy as np

from pricing.panel import Floats, Panel

MONDAY = np.datetime64("2023-01-02", "D")


@dataclass(frozen=True)
class Known:
    """A simulated panel and what drives it."""

    panel: Panel
    elasticity: Floats  # (N,) constant
    flat: Floats  # (N,) bool: the price never changed
    mean: Floats  # (N, T) expected units


def grown(seed, products=80, weeks=104, categories=5, volume=2.5, flat=0.1, stock_outs=0.03):
    """Constant-elasticity demand with season, drift, shocks, promotions (20 % off, a lift of 25 %) and rivals.

    Counts are negative binomial; a stock-out loses the share of the week it lasts.
    """
    rng = np.random.default_rng(seed)
    shape, week = (products, weeks), np.arange(weeks)
    category = rng.integers(0, categories, products)
    slope = np.minimum(rng.normal(-2, 0.5, categories)[category] + rng.normal(0, 0.4, products), -0.3)
    fixed = rng.random(products) < flat
    shock = np.cumsum(rng.normal(0, 0.02, shape), axis=1)
    season = 0.3 * np.cos(2 * np.pi * (week / 52.18 - rng.random(categories)[:, None]))[category]
    changes = np.maximum.accumulate(np.where(rng.random(shape) < 0.1, week, 0), axis=1)
    promo = ((rng.random(shape) < 0.06) & ~fixed[:, None]).astype(float)
    logs = np.take_along_axis(rng.normal(0, 0.12, shape), changes, axis=1) * ~fixed[:, None] - 0.2 * promo
    rival = np.cumsum(rng.normal(0, 0.02, shape), axis=1)
    level = rng.normal(volume, 0.8, products)[:, None]
    mean = np.exp(level + season + shock + 0.25 * promo + 0.5 * rival + slope[:, None] * logs)
    in_stock = np.where(rng.random(shape) < stock_outs, rng.random(shape), 1.0)
    units = rng.poisson(mean * in_stock * rng.gamma(10, 0.1, shape)).astype(float)
    base = np.exp(rng.normal(1.5, 0.7, products))[:, None]
    return Known(
        Panel(
            skus=tuple(f"S{i}" for i in range(products)),
            categories=tuple(f"category {c}" for c in category),
            currencies=("GBP",) * products,
            weeks=MONDAY + 7 * week.astype("timedelta64[D]"),
            units=units,
            bulk=np.zeros(shape),
            price=base * np.exp(logs),
            promo=promo,
            in_stock=in_stock,
            competitor=base * np.exp(rival),
            cost=np.full(shape, np.nan),
        ),
        slope,
        fixed,
        mean,
    )


FIELDS = ("units", "bulk", "price", "promo", "in_stock", "competitor", "cost")


def until(panel, week):
    """The panel as it stood before column `week`."""
    return replace(panel, weeks=panel.weeks[:week], **{f: getattr(panel, f)[:, :week] for f in FIELDS})


def only(panel, rows):
    """Some products of a panel."""
    names = {f: tuple(getattr(panel, f)[i] for i in rows) for f in ("skus", "categories", "currencies")}
    return replace(panel, **names, **{f: getattr(panel, f)[list(rows)] for f in FIELDS})


def changed(panel, **fields):
    """The panel with new fields; each value is a function that alters a copy of the old array in place."""
    fresh = {}
    for name, alter in fields.items():
        fresh[name] = getattr(panel, name).copy()
        alter(fresh[name])
    return replace(panel, **fresh)


def stacked(found, field):
    """One field of many forecasts as an array."""
    return np.array([getattr(f, field) for f in found])


def at(row, values):
    """Writes `values` into one row of an array."""

    def alter(array):
        array[row] = values

    return alter
