"""The best price under the rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import nan
from typing import Literal

import numpy as np

from pricing.choice import Choice, Mask, choose, clearing
from pricing.coin import money
from pricing.demand import Demand
from pricing.errors import NoFeasiblePriceError, NotEnoughDataError
from pricing.guardrails import WORDS, Offer, Rules, Verdict, judge, lawful_limits
from pricing.limits import Limits
from pricing.outcome import Outcome, bands, outcome
from pricing.panel import Floats
from pricing.refusal import no_price, no_rung
from pricing.risk import Risk, assess, p_below

Goal = Literal["profit", "revenue", "units", "clear_stock"]
SEEN = "; only a price test can speak for more"


@dataclass(frozen=True)
class Quote:
    """The price to propose, why, and what else was weighed."""

    sku: str
    goal: Goal  # the goal served: "revenue" where profit was asked and no cost is known
    price: float  # equals `current` where the change does not pay for its risk
    current: float
    verdict: Verdict
    risk: Risk
    prices: Floats  # (P,) the rungs that the rules allow, ascending
    money: Floats  # (3, P) 5 %, mean, 95 % of profit (or revenue: risk.basis) at each rung
    units: Floats  # (3, P) sold, never more than the stock
    note: str  # what the reader must know; "" where nothing


@dataclass(frozen=True)
class Gain:
    """What the best price would bring against today's, in profit (in revenue where no cost is known)."""

    price: float
    mean: float
    p_loss: float
    low: float = nan  # 90 % interval of what it would bring
    high: float = nan


def best_price(demand: Demand, offer: Offer, rules: Rules, goal: Goal, today: date) -> Quote:
    """The rung with the best expected goal over the draws, held back by risk, and judged by every rule.

    The rungs are the demand's prices that the rules allow. A step must pay for its risk (pricing/choice.py): where
    none does, today's price is kept, unless the rules forbid it. "clear_stock" takes the dearest price at which the
    mean demand reaches the stock. Give the demand a ladder wider than the rules and the verdict's trail shows what
    each rule took from the price that would otherwise have been best.
    Raises NoFeasiblePriceError where the rules leave no price, saying what relaxing each would buy, and
    NotEnoughDataError where the demand says nothing of any price that they leave.
    """
    limits = lawful_limits(offer, rules, today)
    if limits is None:
        raise NoFeasiblePriceError(no_price(offer, rules, today))
    worlds = outcome(demand, offer)
    safe = worlds.prices >= _least(offer)
    lawful = safe & np.array([limits.holds(float(p)) for p in worlds.prices])
    if not lawful.any():
        raise NotEnoughDataError(no_rung(offer, limits))
    served = _served(goal, offer)
    choice = _choice(served, demand, worlds, offer, lawful)
    units, brought = bands(worlds, lawful)
    price = float(worlds.prices[choice.rung])
    free = choice if (safe == lawful).all() else _choice(served, demand, worlds, offer, safe)
    wanted = judge(float(worlds.prices[free.rung]), offer, rules, today)
    quote = Quote(
        sku=offer.sku,
        goal=served,
        price=price,
        current=offer.price,
        verdict=wanted if wanted.price == price else judge(price, offer, rules, today),
        risk=assess(demand, offer, price),
        prices=worlds.prices[lawful],
        money=brought,
        units=units,
        note="",
    )
    notes = (*_goal_notes(goal, offer), *_notes(quote, choice, offer, limits, worlds))
    return replace(quote, note=" ".join(notes))


def best_gain(demand: Demand, offer: Offer, lawful: Sequence[float], goal: Goal) -> Gain:
    """What `best_price` would choose among the prices of a lawful ladder, without its verdict, bands and risk.

    For whole catalogues: the rules are not asked again. Raises NotEnoughDataError where the demand says nothing of
    any lawful price.
    """
    worlds = outcome(demand, offer)
    allowed = (worlds.prices >= _least(offer)) & np.isin(worlds.prices, np.asarray(lawful))
    if not allowed.any():
        raise NotEnoughDataError(f"{offer.sku}: the demand holds no draws at a lawful price. Draw it over the ladder.")
    rung = _choice(_served(goal, offer), demand, worlds, offer, allowed).rung
    change = worlds.money[:, rung] - worlds.money[:, worlds.rung(offer.price)]
    low, high = np.quantile(change, (0.05, 0.95))
    return Gain(float(worlds.prices[rung]), float(change.mean()), float(p_below(change)), float(low), float(high))


def _served(goal: Goal, offer: Offer) -> Goal:
    """The goal that what is known allows."""
    if goal == "profit" and offer.cost is None:
        return "revenue"
    return "units" if goal == "clear_stock" and offer.stock is None else goal


def _least(offer: Offer) -> float:
    """Where no cost is known, no price below the lowest that history has seen (today's, where it has seen none)."""
    if offer.cost is not None:
        return 0.0
    return min(offer.price_low if offer.price_low is not None else offer.price, offer.price)


def _choice(goal: Goal, demand: Demand, worlds: Outcome, offer: Offer, allowed: Mask) -> Choice:
    now = worlds.rung(offer.price)
    if goal == "clear_stock" and offer.stock is not None:
        return clearing(demand.units, worlds.money, offer.stock, allowed, now)
    values = {"profit": worlds.money, "revenue": worlds.revenue, "units": worlds.sold}
    return choose(values[goal], worlds.money.mean(axis=0), allowed, now)


def _goal_notes(goal: Goal, offer: Offer) -> Iterator[str]:
    served = _served(goal, offer)
    if goal == "profit" and served != goal:
        yield "The cost is not known, so revenue is served in place of profit."
    if goal == "clear_stock" and served != goal:
        yield "The stock is not known, so the most units are sought."
    if served == "units" and offer.cost is None:
        yield "No cost is known, so no margin holds the price up: only the prices seen so far do."
    elif served == "units":
        yield "The most units are sought at which the smallest margin holds, at the expense of profit."


def _notes(quote: Quote, choice: Choice, offer: Offer, limits: Limits, worlds: Outcome) -> Iterator[str]:
    if quote.price == quote.current:
        yield _kept(quote, choice, offer, worlds)
    else:
        if quote.current not in quote.prices:
            yield f"Today's {money(quote.current, offer.currency)} breaks the rules, so the price must move."
        yield from _stopped(quote, limits)
    if quote.goal == "clear_stock" and offer.stock is not None:
        sold = quote.risk.units.mean
        yield f"Of a stock of {offer.stock:,.0f}, {sold:,.0f} units are expected to sell in {quote.risk.weeks} weeks."
    if quote.risk.change.mean < 0:
        yield f"It gives up {money(-quote.risk.change.mean, offer.currency)} of {quote.risk.basis} on average."


def _kept(quote: Quote, choice: Choice, offer: Offer, worlds: Outcome) -> str:
    if quote.prices.size == 1:
        return "Today's price is kept: no other lawful price could be weighed."
    if choice.best == choice.rung:
        return "Today's price is kept: none of the other lawful prices is expected to do better."
    best = money(float(worlds.prices[choice.best]), offer.currency)
    gain = f"{choice.gain:,.0f} units" if quote.goal == "units" else money(choice.gain, offer.currency)
    return (
        f"Today's price is kept: no change pays for its risk. {best} would bring {gain} more on average, but less than "
        f"today's price with a probability of {choice.p_loss:.0%}; a price test would tell."
    )


def _stopped(quote: Quote, limits: Limits) -> Iterator[str]:
    """Which rule ends the ladder at the chosen price."""
    ends = ((limits.low, limits.low_rule), (limits.high, limits.high_rule))
    bound, rule = ends[quote.price > quote.current]
    if rule and quote.price in (quote.prices[0], quote.prices[-1]) and limits.nearest(float(bound)) == quote.price:
        yield f"It goes as far as {rule} allows{SEEN if rule == WORDS['history_range'] else ''}."
