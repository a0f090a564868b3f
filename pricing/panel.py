"""Weekly sales of many products as dense arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class Panel:
    """N products by T weeks, each week named by its Monday. Money is in each product's own currency.

    Before a product's first sale and after the last day of data `units` is NaN; a week on sale without a sale is 0.
    """

    skus: tuple[str, ...]  # N
    categories: tuple[str, ...]  # N, "" where unknown
    currencies: tuple[str, ...]  # N
    weeks: Days  # (T,) datetime64[D]
    units: Floats  # (N, T) net units sold, never below 0
    bulk: Floats  # (N, T) the part of `units` sold in wholesale-size lines, 0 where there is none
    price: Floats  # (N, T) the usual price a small order paid, carried over weeks without a sale, NaN before the first
    promo: Floats  # (N, T) share of the week on promotion, 0 to 1
    in_stock: Floats  # (N, T) share of the week on hand, 0 to 1; 1 where stock is not recorded
    competitor: Floats  # (N, T) mean competitor price, NaN where unknown
    cost: Floats  # (N, T) unit cost, NaN where unknown

    def row(self, sku: str) -> int:
        """Row of a product. Raises KeyError where the panel lacks it."""
        try:
            return self.skus.index(sku)
        except ValueError:
            raise KeyError(sku) from None
