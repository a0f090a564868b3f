"""Clearing a stock by a date, with a stated certainty, at the least sacrifice."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from pricing.choice import Mask
from pricing.demand import Demand
from pricing.guardrails import Offer
from pricing.outcome import outcome
from pricing.panel import Floats

CERTAINTY = 0.8
LEAST_WORLDS = 50  # draws under which a share of them says nothing; the mean decides then
SAME = 0.005  # probabilities of clearing that are told apart


@dataclass(frozen=True)
class Clearance:
    """The price that clears, what it gives up, and what else was weighed. Money as the outcome's, with salvage."""

    price: float
    reached: bool  # the stock clears with the certainty asked (on average, by "mean")
    by: Literal["chance", "mean"]
    p_clear: float  # at `price`
    left: float  # mean units left over
    sacrifice: float  # mean money below that of the allowed price that earns most
    prices: Floats  # (P,) allowed, ascending
    chances: Floats  # (P,) probability of clearing
    money: Floats  # (P,) mean


def clearance(
    demand: Demand, offer: Offer, allowed: Mask, *, certainty: float = CERTAINTY, salvage: float = 0.0
) -> Clearance:
    """Of the allowed prices that clear the stock with `certainty` over the draws, the one that earns most.

    A mean that reaches the stock clears it in about half of the worlds only; so the share of the worlds that want the
    whole stock decides. Where no price reaches the certainty, the one most likely to clear (to SAME), the dearest of
    those. Units left over earn `salvage` each. `allowed` (P,) marks the demand's prices that the rules leave
    (pricing/guardrails.py: lawful_limits). With fewer than LEAST_WORLDS draws the mean demand decides.
    Raises ValueError where the stock is not known, no price is allowed, or a number cannot be; NotEnoughDataError where
    the demand could not be told.
    """
    worlds = outcome(demand, offer)
    if offer.stock is None:
        raise ValueError(f"{offer.sku}: without a stock there is nothing to clear")
    if allowed.shape != worlds.prices.shape or not allowed.any():
        raise ValueError(f"{offer.sku}: allowed must mark one or more of {worlds.prices.size} prices")
    if not 0 < certainty < 1 or not (np.isfinite(salvage) and salvage >= 0):
        raise ValueError(f"certainty {certainty} lies between 0 and 1, and salvage {salvage} is 0 or more")
    left = offer.stock - worlds.sold[:, allowed]
    money = (worlds.money[:, allowed] + salvage * left).mean(axis=0)
    chances = (demand.units[:, allowed] >= offer.stock - 1e-9).mean(axis=0)
    by: Literal["chance", "mean"] = "chance" if len(left) >= LEAST_WORLDS else "mean"
    wanted = demand.units[:, allowed].mean(axis=0)
    clears = chances >= certainty if by == "chance" else wanted >= offer.stock
    rung = _rung(clears, chances if by == "chance" else np.minimum(wanted / max(offer.stock, 1e-9), 1.0), money)
    return Clearance(
        float(worlds.prices[allowed][rung]),
        bool(clears[rung]),
        by,
        float(chances[rung]),
        float(left[:, rung].mean()),
        float(money.max() - money[rung]),
        worlds.prices[allowed],
        chances,
        money,
    )


def _rung(clears: Mask, closeness: Floats, money: Floats) -> int:
    if clears.any():
        rungs = np.flatnonzero(clears)
        return int(rungs[np.argmax(money[rungs])])
    return int(np.flatnonzero(closeness >= closeness.max() - SAME)[-1])
