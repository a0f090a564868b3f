"""What each lawful price of a product would bring, for products that are priced together."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from pricing.choice import LOSS_AVERSION, MAX_P_LOSS, MIN_GAIN
from pricing.demand import Demand
from pricing.errors import NoFeasiblePriceError, NotEnoughDataError
from pricing.guardrails import Offer, Rules, lawful_limits
from pricing.outcome import Outcome, outcome
from pricing.panel import Floats
from pricing.refusal import no_price, no_rung
from pricing.risk import p_below

Aim = Literal["profit", "revenue", "units"]


@dataclass(frozen=True)
class Item:
    """The rungs of one product, in the unit of the goal over the horizon of its demand."""

    sku: str
    currency: str
    goal: Aim
    current: float  # today's price, which the rules may have ruled out
    prices: Floats  # (P,) lawful, ascending
    gain: Floats  # (P,) mean over the worlds, against today's price
    score: Floats  # (P,) what is maximised: the gain, less what a careful seller charges for its risk
    spill: Floats  # (P,) gain for demand that the prices of other products add, at the rate of 1 = as much again

    def __post_init__(self) -> None:
        rungs = self.prices.shape
        if not self.prices.size or not rungs == self.gain.shape == self.score.shape == self.spill.shape:
            raise ValueError(f"{self.sku}: prices, gain, score and spill are one number a rung, and one rung at least")
        if not all(np.isfinite(a).all() for a in (self.prices, self.gain, self.score, self.spill)):
            raise ValueError(f"{self.sku}: every number of a rung must be finite")
        if self.prices[0] <= 0 or (np.diff(self.prices) <= 0).any():
            raise ValueError(f"{self.sku}: prices must ascend and lie above 0")

    @property
    def now(self) -> int | None:
        """The rung of today's price, None where the rules forbid it."""
        here = np.flatnonzero(np.isclose(self.prices, self.current, rtol=1e-9, atol=1e-9))
        return int(here[0]) if here.size else None


def item(demand: Demand, offer: Offer, rules: Rules, goal: Aim, today: date, *, careful: bool = True) -> Item:
    """The prices of `demand` that the rules allow, each with its mean gain over the draws.

    A careful seller charges each step with LOSS_AVERSION times its mean loss and with MIN_GAIN of what today's price
    brings, and counts no gain at all on a step that loses in more than MAX_P_LOSS of the worlds (pricing/choice.py has
    the same for one product); the rung stays for where other products or the rules force it.
    Demand won from or lost to other products earns only where the stock has not run out.
    Raises NoFeasiblePriceError where the rules leave no price, NotEnoughDataError where profit is asked and no cost is
    known, or where the demand speaks of no lawful price.
    """
    limits = lawful_limits(offer, rules, today)
    if limits is None:
        raise NoFeasiblePriceError(no_price(offer, rules, today))
    if goal == "profit" and offer.cost is None:
        raise NotEnoughDataError(
            f"{offer.sku}: its cost is not known, so no profit can be added up. Enter it, or seek revenue."
        )
    worlds = outcome(demand, offer)
    seen = 0.0 if offer.cost is not None else min(offer.price, offer.price_low or offer.price)
    lawful = np.array([p >= seen and limits.holds(float(p)) for p in worlds.prices])
    if not lawful.any():
        raise NotEnoughDataError(no_rung(offer, limits))
    value = {"profit": worlds.money, "revenue": worlds.revenue, "units": worlds.sold}[goal]
    now = worlds.rung(offer.price)
    change = value - value[:, [now]]
    brought = float(value[:, now].mean())
    score = _score(change, brought, now, bool(lawful[now])) if careful else change.mean(axis=0)
    return Item(
        offer.sku,
        offer.currency,
        goal,
        offer.price,
        worlds.prices[lawful],
        change.mean(axis=0)[lawful],
        score[lawful],
        _spill(value, worlds, demand, offer)[lawful],
    )


def _score(change: Floats, today: float, now: int, may_stay: bool) -> Floats:
    score = change.mean(axis=0) - LOSS_AVERSION * np.maximum(-change, 0.0).mean(axis=0)
    if not may_stay:
        return np.asarray(score)
    score = np.where(p_below(change) <= MAX_P_LOSS, score, np.minimum(score, 0.0)) - MIN_GAIN * abs(today)
    score[now] = 0.0
    return np.asarray(score)


def _spill(value: Floats, worlds: Outcome, demand: Demand, offer: Offer) -> Floats:
    """Derivative (P,) of the mean goal by demand at each rung, as a share of that demand."""
    left = np.ones_like(value) if offer.stock is None else (demand.units < offer.stock).astype(np.float64)
    return np.asarray((value * left).mean(axis=0))
