"""The price that buyers met on average in a week, where the recorded one is stale or mixed."""

import numpy as np
from numpy.typing import NDArray

from pricing.panel import Floats, Panel
from pricing.ppml import Mask

Ints = NDArray[np.int64]

CHANCE = 0.02  # share of price changes in weeks without a sale from which prices are recorded apart from sales
MOSTLY = 0.5  # share of a week on promotion from which its usual price is the promotion's


def paid(panel: Panel) -> Floats:
    """Log price (N, T), NaN where none can be told.

    Where prices are known from sales alone, a week without one carries an old price: between two different prices it
    gets its place on the line between them. A week partly on promotion gets its share of the discount, one without a
    sale the usual discount. All are the expected log price given what is known: an error around an expectation does
    not weaken a slope (Berkson 1950), where a stale price would.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.where(panel.price > 0, np.log(panel.price), np.nan)
    sold = np.isfinite(logs) & (np.nan_to_num(panel.units - panel.bulk) > 0)
    seen = sold if _carried(logs, sold) else np.isfinite(logs)
    promo = np.nan_to_num(panel.promo)
    listed = _between(logs, seen & (promo == 0))
    deep = np.where(seen & (promo >= MOSTLY), np.minimum(logs, listed), np.nan)
    near = np.fmin(np.fmin(deep, _shifted(deep, 1)), _shifted(deep, -1))
    offered = np.where(np.isnan(near), listed + _usual_discount(deep - listed)[:, None], near)
    return np.where(seen & (promo == 1), logs, listed + promo * (offered - listed))


def _usual_discount(discount: Floats) -> Floats:
    """Mean log discount (N,) of each product's promotions, drawn to the store's; 0 where there is none."""
    known = np.isfinite(discount)
    total, count = np.where(known, discount, 0).sum(axis=1), known.sum(axis=1)
    store = float(total.sum() / max(count.sum(), 1))
    return np.asarray((total + store) / (count + 1))


def _carried(logs: Floats, seen: Mask) -> bool:
    """Whether prices move in weeks with a sale only, so that they are known from sales."""
    changed = np.abs(np.diff(logs, axis=1)) > 0
    return bool((changed & ~seen[:, 1:]).sum() <= CHANCE * changed.sum())


def _between(logs: Floats, seen: Mask) -> Floats:
    """Unseen entries on the line between the seen ones around them; past the ends the entry itself."""
    t = logs.shape[1]
    week = np.arange(t)
    before = np.maximum.accumulate(np.where(seen, week, -1), axis=1)
    after = np.minimum.accumulate(np.where(seen, week, t)[:, ::-1], axis=1)[:, ::-1]
    inside = (before >= 0) & (after < t)
    left, right = _at(logs, before), _at(logs, after)
    share = (week - before) / np.maximum(after - before, 1)
    return np.where(
        inside, left + share * (right - left), np.where(before >= 0, left, np.where(after < t, right, logs))
    )


def _at(logs: Floats, week: Ints) -> Floats:
    return np.take_along_axis(logs, np.clip(week, 0, logs.shape[1] - 1), axis=1)


def _shifted(values: Floats, by: int) -> Floats:
    moved = np.roll(values, by, axis=1)
    moved[:, 0 if by > 0 else -1] = np.nan
    return moved
