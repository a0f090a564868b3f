"""Products whose prices move together, such as the sizes of one design."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pricing.groups import Groups
from pricing.panel import Floats
from pricing.ppml import Mask

Rows = NDArray[np.signedinteger[Any]]

TOGETHER = 0.5  # correlation of weekly price changes from which two products are siblings
LEAST_CHANGES = 4  # weeks in which both changed
GENERATIONS = 3  # steps over which siblings of siblings are siblings
BLOCK = 1000  # products compared at a time, so that memory stays flat


def sibling_prices(logs: Floats, keep: Mask, calm: Mask, groups: Groups) -> Floats:
    """Mean centred log price (N, T) of each product's siblings in its group, 0 where it has none.

    `calm`: the weeks of `keep` without a promotion, which may run for one sibling alone.

    Substitutes that are repriced together confound a product's own price: what looks like a weak reaction is a strong
    one, dampened because the alternatives became dearer too.
    """
    found = np.zeros_like(logs)
    for block, rows, kin in _kinships(logs, calm, groups):
        found[block] = _mean(kin, logs[rows], keep[rows])
    return np.where(keep, found, 0)


def families(logs: Floats, calm: Mask, groups: Groups) -> NDArray[np.int64]:
    """A number (N,) that siblings share; a product without any has its own."""
    label = np.arange(len(logs))
    pairs = [(block, rows, kin > 0) for block, rows, kin in _kinships(logs, calm, groups) if kin.any()]
    for _ in range(GENERATIONS):
        for block, rows, kin in pairs:
            eldest = np.where(kin, label[rows], len(logs)).min(axis=1)
            label[block] = np.minimum(label[block], eldest)
    return label


def _kinships(logs: Floats, calm: Mask, groups: Groups) -> Iterator[tuple[Rows, Rows, Floats]]:
    """Blocks of rows, the rows of their group that ever change, and 1 where the two change together."""
    change = np.diff(logs, axis=1) * (calm[:, 1:] & calm[:, :-1])
    moved = (change != 0).astype(np.float64)
    for members in groups.members:
        rows = np.flatnonzero((members > 0) & (moved.sum(axis=1) >= LEAST_CHANGES))
        for block in np.array_split(rows, max(1, -(-len(rows) // BLOCK))):
            yield block, rows, _kinship(change, moved, block, rows)


def _kinship(change: Floats, moved: Floats, block: Rows, rows: Rows) -> Floats:
    """1 where a product of `block` and another of `rows` change together, else 0."""
    length = np.sqrt((change**2).sum(axis=1))
    product = change[block] @ change[rows].T / np.maximum(np.outer(length[block], length[rows]), 1e-12)
    both = moved[block] @ moved[rows].T
    return np.asarray((product > TOGETHER) & (both >= LEAST_CHANGES) & (block[:, None] != rows), np.float64)


def _mean(kin: Floats, logs: Floats, keep: Mask) -> Floats:
    return np.asarray(kin @ (logs * keep) / np.maximum(kin @ keep.astype(np.float64), 1))
