"""What selling at each price of a ladder brings, world by world."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pricing.demand import Demand
from pricing.errors import NotEnoughDataError
from pricing.guardrails import Offer
from pricing.panel import Floats

Basis = Literal["profit", "revenue"]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Outcome:
    """Units sold (never more than the stock) and money, (S, P), over the horizon of the demand."""

    prices: Floats  # (P,)
    sold: Floats
    money: Floats
    basis: Basis  # what `money` is: profit, or revenue where no cost is known
    earned: Floats  # (P,) money that one unit brings

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
    earned = prices if offer.cost is None else prices - offer.cost
    return Outcome(prices, sold, sold * earned, "revenue" if offer.cost is None else "profit", earned)


def bands(worlds: Outcome, among: Mask | slice = slice(None)) -> tuple[Floats, Floats]:
    """Units and money of all rungs, or of those `among`: each (3, P) the 5 % quantile, mean and 95 % quantile.

    At one price money is units times a constant, so the worlds are put in order once.
    """
    ordered = np.sort(worlds.sold[:, among].T, axis=1)  # sorting whole rows beats np.quantile's partitions four times
    units = np.stack([_quantile(ordered, 0.05), ordered.mean(axis=1), _quantile(ordered, 0.95)])
    money = units * worlds.earned[among]
    return units, np.where(worlds.earned[among] < 0, money[::-1], money)


def _quantile(ordered: Floats, level: float) -> Floats:
    """Linear between the two nearest of each row, as np.quantile has it."""
    at = level * (ordered.shape[1] - 1)
    below = int(at)
    above = min(below + 1, ordered.shape[1] - 1)
    return np.asarray(ordered[:, below] + (at - below) * (ordered[:, above] - ordered[:, below]))
