"""A stock to be gone by a date: the path of prices within the rules, and what giving one of them up would buy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from pricing.choice import Mask
from pricing.clear import CERTAINTY, Clearance, clearance
from pricing.coin import money
from pricing.demand import Demand
from pricing.descent import path_down, weeks_between
from pricing.errors import NoFeasiblePriceError, NotEnoughDataError
from pricing.forecast import Forecast
from pricing.guardrails import RELAXABLE, WORDS, Offer, RuleName, Rules, judge, lawful_limits
from pricing.markdown import Markdown, markdown
from pricing.optimise import Quote, best_price
from pricing.panel import Floats
from pricing.relaxing import freed
from pricing.risk import assess_course
from pricing.weekly import draws_of

BETTER = 0.02  # more probability of clearing than this is worth telling


@dataclass(frozen=True)
class Way:
    """Prices that a path may go through, under some rules."""

    prices: Floats  # (P,) descending
    opening: Mask  # (P,) where its first step may lead
    first: int  # week of that step
    every: int  # weeks between steps
    most_step_pct: float

    @property
    def reach(self) -> tuple[float, float, int, int]:
        return float(self.prices[-1]), float(self.prices[self.opening].min()), self.first, self.every


@dataclass(frozen=True)
class Ways:
    """The way that the rules leave, and the farther ones without each rule that stands in its way."""

    lawful: Way
    others: Mapping[RuleName, Way]

    @property
    def prices(self) -> tuple[float, ...]:
        """All that the demand must be drawn at."""
        return tuple({float(p) for way in (self.lawful, *self.others.values()) for p in way.prices})


@dataclass(frozen=True)
class Relaxed:
    """The path without one rule."""

    rule: RuleName
    lowest: float
    p_clear: float
    change: float  # mean money against keeping today's price


@dataclass(frozen=True)
class Plan:
    """A path of prices until a stock is gone, as a quote for its first step."""

    quote: Quote
    path: Markdown
    weeks: tuple[date, ...]  # Mondays
    single: Clearance  # the best of one price throughout
    relaxed: tuple[Relaxed, ...]  # where the path does not clear with CERTAINTY, the surest first

    @property
    def until(self) -> date:
        return self.weeks[-1] + timedelta(days=6)

    @property
    def reached(self) -> bool:
        return self.path.plan.p_clear >= CERTAINTY


def ways(offer: Offer, rules: Rules, today: date) -> Ways:
    """Raises NotEnoughDataError where no stock is on hand, NoFeasiblePriceError where no lawful price is at or below
    today's."""
    if (offer.stock or 0) < 1:
        raise NotEnoughDataError(
            f"{offer.sku} has no stock on hand, so there is nothing to clear. Seek profit instead."
        )
    lawful = _way(offer, rules, today)
    found = {}
    for rule in RELAXABLE:
        try:
            other = _way(*freed(offer, rules, rule), today)
        except NoFeasiblePriceError:
            continue
        if other.reach != lawful.reach:
            found[rule] = other
    return Ways(lawful, found)


def _way(offer: Offer, rules: Rules, today: date) -> Way:
    prices, opening, first = path_down(offer, rules, today)
    return Way(prices, opening, first, weeks_between(rules), rules.max_change_pct)


def clearing(demand: Demand, forecast: Forecast, offer: Offer, rules: Rules, today: date, open_: Ways) -> Plan:
    """The path that brings the most revenue of those that clear the stock within the forecast's weeks with CERTAINTY.

    Where none does, the likeliest to clear, and what giving up each rule would buy. The demand holds the prices of
    `open_` and today's. The quote is of the first step; its risk is the whole path's, against today's price kept.
    """
    path = _path(demand, forecast, open_.lawful, int(offer.stock or 0))
    price = float(path.prices[path.policy[0, 0, -1]])
    quote = replace(
        best_price(demand, offer, rules, "clear_stock", today),
        price=price,
        verdict=judge(price, offer, rules, today),
        risk=assess_course(demand, offer, price, path.runs.sold, path.runs.taken),
    )
    limits = lawful_limits(offer, rules, today)
    allowed = np.array([limits is not None and limits.holds(float(p)) for p in demand.prices])
    relaxed = () if path.plan.p_clear >= CERTAINTY else _relaxed(demand, forecast, offer, open_.others, path)
    found = Plan(quote, path, tuple(forecast.weeks.tolist()), clearance(demand, offer, allowed), relaxed)
    return replace(found, quote=replace(quote, note=" ".join(_notes(found, offer))))


def _path(demand: Demand, forecast: Forecast, way: Way, stock: int) -> Markdown:
    return markdown(
        draws_of(demand, forecast.mean, way.prices), way.prices, stock, every=way.every,
        most_step_pct=way.most_step_pct, first=way.first, opening=way.opening, certainty=CERTAINTY,
    )  # fmt: skip


def _relaxed(
    demand: Demand, forecast: Forecast, offer: Offer, others: Mapping[RuleName, Way], path: Markdown
) -> tuple[Relaxed, ...]:
    found = []
    for rule, way in others.items():
        other = _path(demand, forecast, way, int(path.levels[-1]))
        if other.plan.p_clear > path.plan.p_clear + BETTER:
            risk = assess_course(demand, offer, offer.price, other.runs.sold, other.runs.taken)
            lowest = min(stage.price for stage in other.stages)
            found.append(Relaxed(rule, lowest, other.plan.p_clear, risk.change.mean))
    return tuple(sorted(found, key=lambda one: -one.p_clear))


def _notes(made: Plan, offer: Offer) -> Iterator[str]:
    first, last, code = made.quote.price, made.path.stages[-1].price, offer.currency
    prices = money(first, code) if first == last else f"{money(first, code)}, going down to {money(last, code)},"
    yield (
        f"Charging {prices} clears the stock of {offer.stock:,.0f} by {made.until} with a probability of "
        f"{made.path.plan.p_clear:.0%}."
    )
    if not made.reached:
        yield f"The rules leave no path that clears it with a probability of {CERTAINTY:.0%}."
        yield _bought(made, offer)
    if made.quote.risk.change.mean < 0:
        yield f"It gives up {money(-made.quote.risk.change.mean, code)} of {made.quote.risk.basis} on average."


def _bought(made: Plan, offer: Offer) -> str:
    bought = [
        f"without {WORDS[one.rule]}, {one.p_clear:.0%} by prices down to {money(one.lowest, offer.currency)} and "
        f"{money(one.change, offer.currency)} of {made.quote.risk.basis}"
        for one in made.relaxed
    ]
    if not bought:
        return "Giving up one rule does not help: allow more weeks, or sell to a trader."
    return f"What giving up a rule would buy, against today's price: {'; '.join(bought)}."
