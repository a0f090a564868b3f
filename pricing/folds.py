"""The past cut at several dates, each with what came after it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from pricing.errors import NotEnoughDataError
from pricing.history import FULL_STOCK
from pricing.panel import Days, Floats, Panel

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
ARRAYS = ("units", "bulk", "price", "promo", "in_stock", "competitor", "cost")
LEAST_PAST = 13  # weeks before the first date


@dataclass(frozen=True)
class Plan:
    """What a merchant may know of the H weeks to come."""

    weeks: Days  # (H,) Mondays
    price: Floats  # (N, H) that were charged; a method that is not told the plan must not look
    promo: Floats  # (N, H) share of each week on promotion, likewise


@dataclass(frozen=True)
class Fold:
    """N products as they stood at one date, and their H weeks after it."""

    origin: int  # first column of the panel that was not known
    past: Panel  # (N, origin)
    plan: Plan
    actual: Floats  # (N, H) units; NaN where there is nothing fair to compare
    censored: Mask  # (N, H) left out because the product was not on hand all week


def folds(panel: Panel, horizon: int, count: int, step: int | None = None) -> tuple[Fold, ...]:
    """The last `count` dates of a panel, `step` weeks apart (`horizon` where None), oldest first.

    A week after the date counts where the product had sold before the date, and was on hand all week: demand that met
    an empty shelf is not known. Raises ValueError for a horizon, count or step below 1, NotEnoughDataError where the
    first date would have fewer than 13 weeks before it.
    """
    step = horizon if step is None else step
    if min(horizon, count, step) < 1:
        raise ValueError(f"horizon {horizon}, count {count} and step {step} must be 1 or more")
    weeks = len(panel.weeks)
    first = weeks - horizon - (count - 1) * step
    if first < LEAST_PAST:
        needed = LEAST_PAST + horizon + (count - 1) * step
        raise NotEnoughDataError(
            f"{weeks} weeks of sales are too few to try {count} forecasts of {horizon} weeks on: that takes {needed}. "
            "Ask for fewer folds or a shorter horizon."
        )
    return tuple(_fold(panel, origin, horizon) for origin in range(first, weeks - horizon + 1, step))


def _fold(panel: Panel, origin: int, horizon: int) -> Fold:
    ahead = slice(origin, origin + horizon)
    sold = np.nansum(panel.units[:, :origin], axis=1) > 0
    told = np.isfinite(panel.units[:, ahead]) & sold[:, None]
    stocked = panel.in_stock[:, ahead] >= FULL_STOCK
    actual = np.where(told & stocked, panel.units[:, ahead], np.nan)
    plan = Plan(panel.weeks[ahead], panel.price[:, ahead].copy(), panel.promo[:, ahead].copy())
    return Fold(origin, until(panel, origin), plan, actual, told & ~stocked)


def until(panel: Panel, week: int) -> Panel:
    """The panel as it stood before column `week`. Nothing is shared with what came after."""
    return replace(panel, weeks=panel.weeks[:week], **{name: getattr(panel, name)[:, :week].copy() for name in ARRAYS})


def only(panel: Panel, rows: Rows) -> Panel:
    """Some products of a panel."""
    return replace(
        panel,
        skus=tuple(panel.skus[i] for i in rows),
        categories=tuple(panel.categories[i] for i in rows),
        currencies=tuple(panel.currencies[i] for i in rows),
        **{name: getattr(panel, name)[rows] for name in ARRAYS},
    )


def sample(skus: Sequence[str], most: int) -> Rows:
    """Rows of at most `most` products, drawn by a hash of their codes: the same ones in every run and any order."""
    drawn = sorted(range(len(skus)), key=lambda i: blake2b(skus[i].encode(), digest_size=8).digest())
    return np.array(sorted(drawn[:most]), dtype=np.int64)
