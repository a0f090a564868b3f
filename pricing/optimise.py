"""The best price under the rules."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pricing.demand import Demand
from pricing.guardrails import Offer, Rules, Verdict
from pricing.panel import Floats
from pricing.risk import Risk

Goal = Literal["profit", "revenue", "units", "clear_stock"]


@dataclass(frozen=True)
class Quote:
    """The price to propose, why, and what else was weighed."""

    sku: str
    goal: Goal  # the goal served: "revenue" where profit was asked and no cost is known
    price: float  # equals `current` where the change does not pay for its risk
    current: float
    verdict: Verdict
    risk: Risk
    prices: Floats  # (P,) ladder
    money: Floats  # (3, P) low, mean, high of profit (or revenue) at each rung
    units: Floats  # (3, P)
    note: str  # what the reader must know; "" where nothing


def best_price(demand: Demand, offer: Offer, rules: Rules, goal: Goal, today: date) -> Quote:
    """The rung with the best expected goal over the draws, held back by risk, and judged by every rule.

    Raises NoFeasiblePriceError where the rules leave no price, saying what relaxing each would buy.
    """
    raise NotImplementedError
