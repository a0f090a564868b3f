"""What can go wrong with a price, in money."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil, inf
from typing import Literal, get_args

import numpy as np

from pricing.coin import money
from pricing.demand import Demand
from pricing.guardrails import Offer
from pricing.outcome import Basis, Outcome, outcome
from pricing.panel import Floats

RiskLevel = Literal["low", "medium", "high"]
LEVELS: tuple[RiskLevel, ...] = get_args(RiskLevel)
# The table of docs/risk-levels.md: from which value on a measure is medium, and from which on high.
P_LOSS = (0.15, 0.35)  # probability that the change loses money
WORST = (0.05, 0.20)  # worst case as a share of what today's price brings
STEP = (0.10, 0.25)  # size of the change as a share of today's price
STOCK_OUT = (0.25, inf)  # probability that the stock does not last; the sales it loses are already in the money
HARMLESS = "No measure reaches its limit."


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
    basis: Basis
    units: Interval  # sold: never more than the stock
    money: Interval  # at `price`
    change: Interval  # against keeping the price, in the same worlds
    p_loss: float  # probability that the change is below 0
    worst_case: float  # mean of the worst 5 % of changes
    p_stock_out: float | None  # None where stock is unknown
    level: RiskLevel
    reasons: tuple[str, ...]  # why that level, in words
    neighbours: Interval | None = None  # the part of `change` that other products bring, None where it is not known


def assess(demand: Demand, offer: Offer, price: float, neighbours: Floats | None = None) -> Risk:
    """Profit risk of `price` by Monte Carlo: the draws of the demand, against keeping today's price in the same draws.

    `neighbours` (S,) is the money that the change brings with other products, in as many draws as the demand has.

    The level is the highest that any measure of docs/risk-levels.md reaches. Raises ValueError where the demand lacks
    `price` or today's price or the draws do not match, NotEnoughDataError where its draws are not numbers.
    """
    worlds = outcome(demand, offer)
    at = worlds.rung(price)
    out = None if offer.stock is None else float(np.mean(demand.units[:, at] > offer.stock))
    sold, money = worlds.sold[:, at], worlds.money[:, at]
    if neighbours is None:
        return _assessed(demand, offer, worlds, price, sold, money, out)
    if neighbours.shape != money.shape:
        raise ValueError(f"neighbours {neighbours.shape} are not in as many draws as the demand, {money.shape}")
    every = _assessed(demand, offer, worlds, price, sold, money + neighbours, out)
    return replace(every, money=interval(money), neighbours=interval(neighbours))


def assess_course(demand: Demand, offer: Offer, price: float, sold: Floats, taken: Floats) -> Risk:
    """The same for prices that begin with `price` and change on the way: units `sold` (S,) and revenue `taken` (S,) in
    the worlds of the demand. That the stock is sold out is what such prices are for, and is no risk."""
    worlds = outcome(demand, offer)
    money = taken if offer.cost is None else taken - offer.cost * sold
    return _assessed(demand, offer, worlds, price, sold, money, None)


def _assessed(
    demand: Demand, offer: Offer, worlds: Outcome, price: float, sold: Floats, money: Floats, p_stock_out: float | None
) -> Risk:
    change = money - worlds.money[:, worlds.rung(offer.price)]
    bare = Risk(
        sku=offer.sku,
        price=price,
        current=offer.price,
        weeks=demand.weeks,
        basis=worlds.basis,
        units=interval(sold),
        money=interval(money),
        change=interval(change),
        p_loss=float(p_below(change)),
        worst_case=worst(change),
        p_stock_out=p_stock_out,
        level="low",
        reasons=(),
    )
    reasons = [*_measured(bare, offer, worlds), *_unknown(bare, offer)]
    level = max((level for level, _ in reasons), key=LEVELS.index, default=bare.level)
    harmless = "The price stays as it is." if price == offer.price else HARMLESS
    return replace(bare, level=level, reasons=tuple(words for _, words in reasons) or (harmless,))


def worst(change: Floats) -> float:
    """Mean of the worst 5 % of changes (S,): the expected shortfall (CVaR)."""
    return float(np.sort(change)[: ceil(0.05 * change.size)].mean())


def p_below(change: Floats) -> Floats:
    """Share of the worlds, the first axis, in which a change loses, past rounding."""
    return np.asarray(np.mean(change < -1e-9, axis=0), dtype=np.float64)


def interval(draws: Floats) -> Interval:
    """Mean and 90 % interval of draws (S,)."""
    low, high = np.quantile(draws, (0.05, 0.95))
    return Interval(float(draws.mean()), float(low), float(high))


def _level(value: float, limits: tuple[float, float]) -> RiskLevel:
    return LEVELS[sum(value >= limit - 1e-9 for limit in limits)]


def _measured(risk: Risk, offer: Offer, worlds: Outcome) -> Iterator[tuple[RiskLevel, str]]:
    """Every measure above low, with its level, in words."""
    step, share = abs(risk.price / risk.current - 1), _share(risk, worlds)
    lost, out = money(-risk.worst_case, offer.currency), risk.p_stock_out or 0.0
    measures = (
        (risk.p_loss, P_LOSS, f"It loses {risk.basis} against today's price with a probability of {risk.p_loss:.0%}."),
        (share, WORST, f"In the worst twentieth of cases it costs {lost}, {share:.0%} of today's {risk.basis}."),
        (step, STEP, f"It changes the price by {step:.0%}."),
        (out, STOCK_OUT, f"The stock does not last with a probability of {out:.0%}."),
    )
    for value, limits, words in measures:
        if (level := _level(value, limits)) != "low":
            yield level, words
    if offer.cost is not None and risk.price < offer.cost:
        yield "high", f"It is below the cost of {money(offer.cost, offer.currency)}."


def _unknown(risk: Risk, offer: Offer) -> Iterator[tuple[RiskLevel, str]]:
    """What nobody can know of a change."""
    if risk.price == risk.current:
        return
    if offer.cost is None and risk.price < risk.current:
        yield "high", "The cost is not known: the cut may lose money that nobody sees."
    elif offer.cost is None:
        yield "medium", "The cost is not known: only revenue can be spoken of."
    if offer.price_low is None or offer.price_high is None:
        yield "medium", "No range of past prices is known, so nothing says how buyers answer."
    elif not offer.price_low <= risk.price <= offer.price_high:
        seen = f"{money(offer.price_low, offer.currency)} to {money(offer.price_high, offer.currency)}"
        yield "high", f"It lies outside the prices seen so far, {seen}."


def _share(risk: Risk, worlds: Outcome) -> float:
    """The worst case as a share of today's money, or of today's revenue where today's price earns nothing."""
    now = worlds.rung(risk.current)
    earned, taken = float(worlds.money[:, now].mean()), float(worlds.revenue[:, now].mean())
    today = earned if earned > 0 else taken
    if risk.worst_case >= 0:
        return 0.0
    return -risk.worst_case / today if today > 0 else 1.0
