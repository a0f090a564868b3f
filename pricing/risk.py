"""What can go wrong with a price, in money."""

from dataclasses import dataclass
from typing import Literal

from pricing.demand import Demand
from pricing.guardrails import Offer

RiskLevel = Literal["low", "medium", "high"]


@dataclass(frozen=True)
class Interval:
    """Mean and 90 % interval of a quantity."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Risk:
    """A price against keeping today's, over the horizon of the demand. Money in the product's currency.

    Where no cost is known the money is revenue (`basis`), and profit is not spoken of.
    """

    sku: str
    price: float
    current: float
    weeks: int
    basis: Literal["profit", "revenue"]
    units: Interval
    money: Interval  # at `price`
    change: Interval  # against keeping the price, in the same worlds
    p_loss: float  # probability that the change is below 0
    worst_case: float  # mean of the worst 5 % of changes
    p_stock_out: float | None  # None where stock is unknown
    level: RiskLevel
    reasons: tuple[str, ...]  # why that level, in words


def assess(demand: Demand, offer: Offer, price: float) -> Risk:
    """Profit risk of `price` by Monte Carlo. Raises ValueError where the demand lacks `price` or today's price."""
    raise NotImplementedError
