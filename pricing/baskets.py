"""Which products were in one order together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pricing.panel import Floats

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Baskets:
    """M orders by N products: 1 where the order holds the product, however many of it. Made once, asked often."""

    skus: tuple[str, ...]  # N
    places: dict[str, int]
    orders: csr_array  # (M, N)
    products: csr_array  # (N, M), the same turned
    counts: Counts  # (N,) orders with the product
    chances: Floats  # (N, K) chance of the product to be in an order of each of the K sizes seen
    pairs: Floats  # (K,) orders of each size, times the share (n−1)/n of its draws that can make a pair

    @classmethod
    def of(cls, orders: Sequence[Sequence[str]]) -> Self:
        """Baskets from the SKUs of each order."""
        places: dict[str, int] = {}
        kinds = [{places.setdefault(sku, len(places)) for sku in order} for order in orders]
        sizes = np.fromiter(map(len, kinds), dtype=np.int64, count=len(kinds))
        columns = np.fromiter((i for kind in kinds for i in kind), dtype=np.int64, count=int(sizes.sum()))
        pointer = np.concatenate([[0], np.cumsum(sizes)])
        held = csr_array((np.ones(columns.size), columns, pointer), shape=(len(kinds), len(places)))
        counts = np.bincount(columns, minlength=len(places))
        lines, often = np.unique(sizes[sizes > 0], return_counts=True)
        chances = _chances(counts, lines, often)
        return cls(tuple(places), places, held, csr_array(held.T), counts, chances, often * (lines - 1) / lines)

    def together(self, sku: str) -> Counts:
        """(N,) orders that hold both `sku` and each product; 0 throughout for a product never ordered."""
        place = self.places.get(sku)
        if place is None:
            return np.zeros(len(self.skus), dtype=np.int64)
        begin, end = self.products.indptr[place : place + 2]
        shared = self.orders[self.products.indices[begin:end]]
        counts = np.bincount(shared.indices, minlength=len(self.skus))
        counts[place] = 0
        return counts

    def by_chance(self, sku: str) -> Floats:
        """(N,) orders with both that chance alone would make in orders of the sizes seen.

        Large orders hold many pairs, so they do not pass for affinity.
        """
        place = self.places.get(sku)
        if place is None:
            return np.zeros(len(self.skus))
        return np.asarray(self.chances @ (self.pairs * self.chances[place]), dtype=np.float64)


def _chances(counts: Counts, lines: Counts, often: Counts) -> Floats:
    """(N, K): 1 − exp(−θn) for each order size n, with each product's θ such that its orders add up to its count.

    Newton's steps rise towards θ from below, for the sum is concave in it.
    """
    theta = counts / max(float(lines @ often), 1.0)
    for _ in range(20):
        missing = np.exp(-np.outer(theta, lines))
        slope = missing @ (often * lines)
        theta = theta + (counts - often.sum() + missing @ often) / np.maximum(slope, 1e-12)
        theta = np.minimum(theta, 50.0)
    return np.asarray(1.0 - np.exp(-np.outer(theta, lines)), dtype=np.float64)
