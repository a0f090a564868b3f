"""What selling at each price of a ladder brings, world by world."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from pricing.demand import Demand
from pricing.errors import NotEnoughDataError
from pricing.guardrails import Offer
from pricing.panel import Floats

Basis = Literal["profit", "revenue"]


@dataclass(frozen=True)
class Outcome:
    """Units sold (never more than the stock) and money, (S, P), over the horizon of the demand."""

    prices: Floats  # (P,)
    sold: Floats
    money: Floats
    basis: Basis  # what `money` is: profit, or revenue where no cost is known

    @property
    def revenue(self) -> Floats:
        return self.sold * self.prices

    def rung(self, price: float) -> int:
        """Column of a price. Raises ValueError where the demand lacks it."""
        near = np.flatnonzero(np.isclose(self.prices, price, rtol=1e-9, atol=1e-9))
        if near.size == 0:
            raise ValueError(f"the demand holds no draws at {price}; build it over a ladder with this price on it")
        return int(near[0])


def outcome(demand: Demand, offer: Offer) -> Outcome:
    """Sales and money of `offer` in every world of `demand`.

    Raises ValueError where the two do not fit, NotEnoughDataError where the demand itself could not be told.
    """
    prices = np.asarray(demand.prices, dtype=np.float64)
    units = np.asarray(demand.units, dtype=np.float64)
    if demand.sku != offer.sku:
        raise ValueError(f"the demand is of {demand.sku}, the offer of {offer.sku}")
    if units.ndim != 2 or units.shape[0] == 0 or prices.shape != (units.shape[1],):
        raise ValueError(f"units {units.shape} are not worlds by prices {prices.shape}")
    if not np.isfinite(units).all():
        raise NotEnoughDataError(f"{offer.sku} has no forecast of its sales. Sell it first, or set its price by hand.")
    sold = np.clip(units, 0.0, np.inf if offer.stock is None else offer.stock)
    if offer.cost is None:
        return Outcome(prices, sold, sold * prices, "revenue")
    return Outcome(prices, sold, sold * (prices - offer.cost), "profit")


def band(draws: Floats) -> Floats:
    """(3, P): 5 % quantile, mean and 95 % quantile over the worlds of (S, P)."""
    low, high = np.quantile(draws, (0.05, 0.95), axis=0)
    return np.stack([low, draws.mean(axis=0), high])
