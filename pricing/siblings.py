"""Products whose prices move together, such as the sizes of one design."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pricing.groups import Groups
from pricing.panel import Floats
from pricing.ppml import Mask

Rows = NDArray[np.signedinteger[Any]]

TOGETHER = 0.5  # correlation of weekly price changes from which two products are siblings
LEAST_CHANGES = 4  # weeks in which both changed
BLOCK = 1000  # products compared at a time, so that memory stays flat


def sibling_prices(logs: Floats, keep: Mask, groups: Groups) -> Floats:
    """Mean centred log price (N, T) of each product's siblings in its group, 0 where it has none.

    Substitutes that are repriced together confound a product's own price: what looks like a weak reaction is a strong
    one, dampened because the alternatives became dearer too.
    """
    change = np.diff(logs, axis=1) * (keep[:, 1:] & keep[:, :-1])
    moved = (change != 0).astype(np.float64)
    found = np.zeros_like(logs)
    for members in groups.members:
        rows = np.flatnonzero((members > 0) & (moved.sum(axis=1) >= LEAST_CHANGES))
        for block in np.array_split(rows, max(1, -(-len(rows) // BLOCK))):
            found[block] = _mean(_kinship(change, moved, block, rows), logs[rows], keep[rows])
    return np.where(keep, found, 0)


def _kinship(change: Floats, moved: Floats, block: Rows, rows: Rows) -> Floats:
    """1 where a product of `block` and another of `rows` change together, else 0."""
    length = np.sqrt((change**2).sum(axis=1))
    product = change[block] @ change[rows].T / np.maximum(np.outer(length[block], length[rows]), 1e-12)
    both = moved[block] @ moved[rows].T
    return np.asarray((product > TOGETHER) & (both >= LEAST_CHANGES) & (block[:, None] != rows), np.float64)


def _mean(kin: Floats, logs: Floats, keep: Mask) -> Floats:
    return np.asarray(kin @ (logs * keep) / np.maximum(kin @ keep.astype(np.float64), 1))
