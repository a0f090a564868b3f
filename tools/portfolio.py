"""Prices of several products at once: line order, cross effects and a budget of changes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log
from typing import TypeVar

import numpy as np
from sqlmodel import col, select

from db import fits, rulebook, versions, weekly
from db.offers import offers
from db.tables import Product
from pricing.coin import money as money_of
from pricing.cross import CrossEffects, believed
from pricing.demand import demand
from pricing.elasticity import Elasticity
from pricing.errors import NotEnoughDataError, PricingError
from pricing.forecast import Forecast, forecasts
from pricing.guardrails import Offer, judge, ladder
from pricing.lines import Named, ordered
from pricing.optimise import Quote, best_price
from pricing.outcome import bands, outcome
from pricing.portfolio import GAP, Aim, Item, Order, Pick, Portfolio, Terms, item, portfolio
from pricing.programme import BUDGET
from pricing.risk import assess
from tools.context import Context
from tools.cross import every_cross
from tools.facts import Fact, Source
from tools.fitted import Fitted, checked, demand_of, fitted, no_elasticity, tightened

F = TypeVar("F", bound=fits.Fitted)
RUNGS, DRAWS = 24, 500  # of each product while all are weighed; what is proposed is projected over all draws
KEPT = "Today's price is kept: no change pays for its risk."
FULL = "Today's price is kept: the budget of changes goes where it brings more, or no change pays for its risk."
MOST_CROSSED = 500  # products whose cross effects are estimated at once where no refresh has stored them


@dataclass(frozen=True)
class Asked:
    """What is wanted of all prices together."""

    goal: Aim = "profit"
    weeks: int = 4
    budget: int | None = None  # prices that may change
    max_change_pct: float | None = None  # stricter than the rules
    min_margin_pct: float | None = None


@dataclass(frozen=True)
class Together:
    """A quote for every product that could be priced, and the reason for each that could not."""

    quotes: tuple[Quote, ...]
    refused: Mapping[str, str]
    found: Mapping[str, Portfolio]  # by currency
    orders: int  # line orders that were kept
    cross: int  # effects between two of the products
    prices: Mapping[str, float]  # today's

    @property
    def changed(self) -> tuple[Quote, ...]:
        return tuple(made for made in self.quotes if made.price != made.current)


@dataclass(frozen=True)
class _Shelf:
    """What is known of the products beforehand."""

    known: dict[str, Fitted]
    ahead: dict[str, Forecast]
    lines: tuple[tuple[str, str], ...]
    prices: dict[str, float]  # today's, of the whole store
    refused: dict[str, str] = field(default_factory=dict)


def together(context: Context, skus: Sequence[str], asked: Asked) -> Together:
    """The prices that serve the goal best together, each lawful by itself, and together within the terms.

    Each product is priced under its own rules. Those that cannot be priced are left out with their reason; their
    prices stay.
    """
    shelf = _shelf(context, skus, asked)
    goal = _served(asked.goal, shelf)
    items = _items(context, shelf, goal)
    cross = _cross(context, list(items))
    found: dict[str, Portfolio] = {}
    quotes: list[Quote] = []
    orders = 0
    for currency in sorted({one.currency for one in items.values()}):
        mine = [one for one in items.values() if one.currency == currency]
        here = {one.sku for one in mine}
        terms = Terms(
            tuple(Order(a, b) for a, b in shelf.lines if a in here and b in here),
            asked.budget,
            {pair: effect for pair, effect in cross.items() if here.issuperset(pair)},
        )
        best = portfolio(mine, terms)
        found[currency] = best
        orders += len(terms.orders)
        quotes += _quotes(context, shelf, best, terms)
    return Together(tuple(quotes), shelf.refused, found, orders, len(cross), shelf.prices)


def _served(goal: Aim, shelf: _Shelf) -> Aim:
    costless = all(one.offer.cost is None for one in shelf.known.values())
    return "revenue" if goal == "profit" and costless else goal


def _shelf(context: Context, skus: Sequence[str], asked: Asked) -> _Shelf:
    """Offers, elasticities and forecasts of many products, from the last refresh where it still holds."""
    with context.database.reading() as session:
        everything = session.exec(select(Product).where(col(Product.price).is_not(None))).all()
        holds = versions.data_versions(session, skus)
        elastic = {one.fit.sku: one for one in fits.load_all(session, Elasticity) if _holds(one, holds)}
        ahead = {one.fit.sku: one.fit for one in fits.load_all(session, Forecast) if _holds(one, holds)}
        rules = rulebook.effective(session, skus, context.shop.rules)
        found = offers(session, skus, {sku: one.fit for sku, one in elastic.items()}, context.today, rules)
    products = {one.sku: one for one in everything}
    prices = {one.sku: float(one.price or 0) for one in everything}
    named = {one.sku: Named(one.sku, one.name, one.category, one.currency, prices[one.sku]) for one in everything}
    shelf = _Shelf({}, {}, ordered(named), prices)
    for sku in skus:
        try:
            if sku in elastic and sku in found and sku in products:
                stored = elastic[sku]
                known = Fitted(products[sku], found[sku], stored.fit, stored.fitted_at, rules[sku])
            else:
                known = fitted(context, sku)
            tight = tightened(known.rules, asked.max_change_pct, asked.min_margin_pct)
            shelf.known[sku] = replace(known, rules=tight)
        except PricingError as refusal:
            shelf.refused[sku] = str(refusal)
    _forecast(context, shelf, ahead, asked.weeks)
    return shelf


def _holds(one: fits.Stored[F], versions_: Mapping[str, str]) -> bool:
    return versions_.get(one.fit.sku) == one.data_version


def _forecast(context: Context, shelf: _Shelf, stored: Mapping[str, Forecast], weeks: int) -> None:
    wanted = [sku for sku, one in shelf.known.items() if one.elasticity.usable]
    here = {sku: stored[sku] for sku in wanted if sku in stored and len(stored[sku].weeks) == weeks}
    missing = [sku for sku in wanted if sku not in here]
    if missing:
        with context.database.reading() as session:
            panel = weekly.panel(session, missing)
        prices = np.array([shelf.known[sku].offer.price for sku in missing])
        slopes = [shelf.known[sku].elasticity for sku in missing]
        made = forecasts(panel, weeks, prices, slopes, country=context.shop.country)
        here |= dict(zip(missing, made, strict=True))
    for sku, one in shelf.known.items():
        try:
            if not one.elasticity.usable:
                raise NotEnoughDataError(no_elasticity(one))
            shelf.ahead[sku] = checked(one, here[sku])
        except PricingError as refusal:
            shelf.refused[sku] = str(refusal)


def _items(context: Context, shelf: _Shelf, goal: Aim) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for sku, ahead in shelf.ahead.items():
        known = shelf.known[sku]
        offer = _between(known.offer, shelf, {s: shelf.prices[s] for s in shelf.prices if s not in shelf.ahead})
        rungs = np.unique([*ladder(offer, known.rules, context.today, RUNGS), offer.price])
        try:
            draws = demand(ahead, known.elasticity, rungs, offer.price, draws=DRAWS)
            found[sku] = item(draws, offer, known.rules, goal, context.today)
        except PricingError as refusal:
            shelf.refused[sku] = str(refusal)
    return found


def _between(offer: Offer, shelf: _Shelf, prices: Mapping[str, float]) -> Offer:
    """The offer between the prices of its smaller and its larger siblings, as far as they are given."""
    low = [prices[small] for small, large in shelf.lines if large == offer.sku and small in prices]
    high = [prices[large] for small, large in shelf.lines if small == offer.sku and large in prices]
    return replace(offer, line_low=max(low, default=None), line_high=min(high, default=None))


def _cross(context: Context, skus: Sequence[str]) -> dict[tuple[str, str], float]:
    """What is believed of effects (of whose units, to whose price), from the last refresh or made now for a few.

    All of them, known one by one or not: docs/pricing.md tells what the choice loses without the others.
    """
    here = set(skus)
    with context.database.reading() as session:
        known = [one.fit for one in fits.load_all(session, CrossEffects) if one.fit.sku in here]
        panel = weekly.panel(session, skus) if not known and 1 < len(skus) <= MOST_CROSSED else None
    if panel is not None and panel.weeks.size:
        known = list(every_cross(context.database, context.shop.baskets, panel))
    return {pair: effect for pair, effect in believed(known).items() if pair[0] in here}


def _quotes(context: Context, shelf: _Shelf, best: Portfolio, terms: Terms) -> Iterator[Quote]:
    prices = shelf.prices | {pick.sku: pick.price for pick in best.picks}
    steps = {pick.sku: log(pick.price / pick.current) for pick in best.picks}
    won: dict[str, float] = defaultdict(float)
    for (sku, other), effect in terms.cross.items():
        won[sku] += effect * steps[other]
    full = terms.most_changes is not None and best.changes >= terms.most_changes
    for pick in best.picks:
        known, ahead = shelf.known[pick.sku], shelf.ahead[pick.sku]
        known = replace(known, offer=_between(known.offer, shelf, prices))
        if pick.price == pick.current:
            yield _kept(context, known, ahead, best.goal, FULL if full else KEPT)
        else:
            yield _moved(context, known, ahead, pick, best.goal, won[pick.sku])


def _kept(context: Context, known: Fitted, ahead: Forecast, goal: Aim, note: str) -> Quote:
    offer = known.offer
    draws = demand(ahead, known.elasticity, np.array([offer.price]), offer.price)
    verdict, (units, money) = judge(offer.price, offer, known.rules, context.today), bands(outcome(draws, offer))
    risk = assess(draws, offer, offer.price)
    return Quote(offer.sku, goal, offer.price, offer.price, verdict, risk, draws.prices, money, units, note)


def _moved(context: Context, known: Fitted, ahead: Forecast, pick: Pick, goal: Aim, won: float) -> Quote:
    """One pick, projected over all draws with what the other prices add to its demand; `won`: the share of it."""
    offer = known.offer
    draws = demand_of(context, known, ahead, known.rules, (pick.price,))
    alone = best_price(draws, offer, known.rules, goal, context.today)
    if alone.price == pick.price and not won:
        return alone
    here = np.isclose(draws.prices, offer.price)
    draws = replace(draws, units=np.where(here, draws.units, np.maximum(draws.units * (1 + won), 0.0)))
    return replace(
        alone,
        price=pick.price,
        verdict=alone.verdict if alone.price == pick.price else judge(pick.price, offer, known.rules, context.today),
        risk=assess(draws, offer, pick.price),
        note=""
        if alone.price == pick.price
        else f"By itself, {money_of(alone.price, offer.currency)} would be proposed.",
    )


def tell_together(context: Context, made: Together, asked: Asked, of: str = "") -> tuple[Fact, ...]:
    """What the prices bring together, what held them, and what more changes would bring."""
    facts = context.facts
    out = [fact for currency, best in made.found.items() for fact in _told(context, best, asked, currency, of)]
    rule = Source("rule", "sizes and grades read from product names; an order that today's prices break is not held")
    out.append(facts.add("orders_held", made.orders, "count", rule, of))
    out.append(facts.add("cross_pairs", made.cross, "count", Source("fit", f"of {len(made.quotes)} products"), of))
    if made.refused:
        out.append(facts.add("refused_count", len(made.refused), "count", Source("fit", "refused, each with why"), of))
    return tuple(out)


def _told(context: Context, best: Portfolio, asked: Asked, currency: str, of: str) -> Iterator[Fact]:
    add = context.facts.add
    source = Source("fit", f"MILP over {len(best.picks)} products, goal {best.goal}, {asked.weeks} weeks (HiGHS)")
    yield add("together_count", len(best.picks), "count", source, of)
    yield add("together_changes", best.changes, "count", source, of)
    if best.goal == "units":
        yield add("together_units", best.gain, "units", source, of)
    else:
        yield add("together_gain", best.gain, "money", source, of, currency)
    more = dict(best.costs).get(BUDGET, 0.0)
    if asked.budget is not None and best.changes >= asked.budget and more > 0 and best.goal != "units":
        yield add("budget_cost", more, "money", source, of, currency)
    missed = best.bound - best.score
    if missed > max(GAP * abs(best.score), 1e-6):
        yield add("together_gap", 100 * missed / max(abs(best.score), 1e-9), "percent", source, of)
