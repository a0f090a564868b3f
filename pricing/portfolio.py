"""The best prices of several products at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import isfinite

import numpy as np

from pricing.coin import money
from pricing.cull import culled
from pricing.errors import NoFeasiblePriceError
from pricing.panel import Floats
from pricing.programme import BUDGET, CHOICE, REACH, REACHED, Order, Programme, Solved
from pricing.shelf import Aim, Item, item

__all__ = ["REACH", "Aim", "Item", "Order", "Pick", "Portfolio", "Terms", "item", "portfolio"]

MOST_TRIED = 12  # constraints that are given up one by one; of more orders, all of them together
TIME_LIMIT, GAP = 10.0, 1e-3  # seconds of one solve, and the share of the score that may be missed


@dataclass(frozen=True)
class Terms:
    """What holds between products; what holds for each is in its ladder already."""

    orders: tuple[Order, ...] = ()
    most_changes: int | None = None  # prices that may change
    cross: Mapping[tuple[str, str], float] = field(default_factory=dict)  # (A, B): elasticity of A's units to B's price


@dataclass(frozen=True)
class Pick:
    """The price of one product."""

    sku: str
    current: float
    price: float
    gain: float  # of the goal, with what the prices of others do to it, against today's prices


@dataclass(frozen=True)
class Portfolio:
    """Prices to charge together. Gains in the unit of the goal, over the horizon of the demands."""

    goal: Aim
    picks: tuple[Pick, ...]  # in the order of the items
    gain: float  # sum of the picks'
    changes: int
    score: float  # what was maximised: the gain, less what a careful seller charges for its risk
    bound: float  # no other prices score more; above `score` where time ran out
    costs: tuple[tuple[str, float], ...]  # constraint in words, score that giving it up would bring


def portfolio(
    items: Sequence[Item], terms: Terms, *, time_limit: float = TIME_LIMIT, gap: float = GAP, shadows: bool = True
) -> Portfolio:
    """One rung a product, so that the score of all together is largest and the terms hold. A MILP, solved by HiGHS.

    A price of B at p adds `cross` times log(p / today) of A's demand, at whatever price A charges: linear, so no
    prices are taken that would win or lose more than REACH of a product's demand so. Cross effects from products that
    are not among the items are nil, since their prices stay. With `shadows` the programme is solved again without
    the budget, the reach and the orders (all together where they are more than MOST_TRIED), which may take `time_limit`
    once more; a cost is then a lower bound.
    Raises ValueError for items and terms that do not fit, NoFeasiblePriceError where no prices keep the terms (saying
    what giving each up would buy) or where none were found within `time_limit` seconds a solve.
    """
    _check(items, terms)
    tied = {sku for order in terms.orders for sku in (order.lower, order.upper)}
    items = culled(items, tied.union(*terms.cross))
    programme = Programme(items, terms.orders, terms.most_changes, terms.cross)
    try:
        solved = programme.solve(time_limit, gap)
    except TimeoutError:
        raise NoFeasiblePriceError(
            f"No prices for {len(items)} products were found within {time_limit:g} seconds. Allow more time, or price "
            "one category at a time."
        ) from None
    if solved is None:
        raise NoFeasiblePriceError(_refusal(items, terms, programme, time_limit, gap))
    gains = _gains(items, terms, solved.rungs)
    picks = tuple(
        Pick(one.sku, one.current, float(one.prices[rung]), gain)
        for one, rung, gain in zip(items, solved.rungs, gains.tolist(), strict=True)
    )
    costs = _costs(programme, solved, time_limit, gap) if shadows else ()
    changes = sum(one.now != rung for one, rung in zip(items, solved.rungs, strict=True))
    return Portfolio(items[0].goal, picks, float(gains.sum()), changes, solved.score, solved.bound, tuple(costs))


def _check(items: Sequence[Item], terms: Terms) -> None:
    skus = {one.sku for one in items}
    if not items or len(skus) != len(items):
        raise ValueError(f"a portfolio holds one or more different products, not {[one.sku for one in items]}")
    if len({(one.goal, one.currency) for one in items}) > 1:
        raise ValueError("products that are priced together have one goal and one currency; part them first")
    if terms.most_changes is not None and terms.most_changes < 0:
        raise ValueError(f"most_changes: {terms.most_changes} is below 0")
    for order in terms.orders:
        if order.lower == order.upper or not {order.lower, order.upper} <= skus:
            raise ValueError(f"{order} does not name two products of the portfolio")
        if not (isfinite(order.gap) and order.gap >= 0):
            raise ValueError(f"{order}: the gap must be 0 or more")
    for (sku, other), effect in terms.cross.items():
        if sku == other or not isfinite(effect):
            raise ValueError(f"cross effect of {other} on {sku}: {effect} is not a number between two products")


def _gains(items: Sequence[Item], terms: Terms, rungs: Sequence[int]) -> Floats:
    place = {one.sku: i for i, one in enumerate(items)}
    gains = np.array([one.gain[rung] for one, rung in zip(items, rungs, strict=True)])
    for (sku, other), effect in terms.cross.items():
        if sku in place and other in place:
            i, j = place[sku], place[other]
            step = np.log(items[j].prices[rungs[j]] / items[j].current)
            gains[i] += items[i].spill[rungs[i]] * effect * step
    return gains


def _given_up(programme: Programme) -> dict[str, frozenset[str]]:
    """What may be given up, in words: the orders one by one, or as one where they are many."""
    names = dict.fromkeys(name for name in programme.rows.owner if name != CHOICE)
    orders = [name for name in names if name not in (BUDGET, REACHED)]
    found = {name: frozenset([name]) for name in names if name in (BUDGET, REACHED)}
    if len(orders) <= MOST_TRIED:
        return found | {name: frozenset([name]) for name in orders}
    return found | {"all orders of the product line": frozenset(orders)}


def _costs(programme: Programme, solved: Solved, time_limit: float, gap: float) -> Iterator[tuple[str, float]]:
    families = _given_up(programme)
    for words, names in families.items():
        free = _tried(programme, time_limit / len(families), gap, names)
        if free is not None:
            yield words, max(0.0, free.score - solved.score)


def _tried(programme: Programme, time_limit: float, gap: float, names: frozenset[str]) -> Solved | None:
    try:
        return programme.solve(time_limit, gap, names)
    except TimeoutError:
        return None


def _refusal(items: Sequence[Item], terms: Terms, programme: Programme, time_limit: float, gap: float) -> str:
    """Which terms stand in the way, by the fewest that must be given up, and what that buys."""
    families, bought = _given_up(programme), []
    for size in range(1, len(families) + 1):
        for words in combinations(families, size):
            free = _tried(programme, time_limit, gap, frozenset().union(*(families[w] for w in words)))
            if free is not None:
                gain = float(_gains(items, terms, free.rungs).sum())
                bought.append(f"without {' and '.join(words)}, {_amount(gain, items[0])}{_needed(items, terms, words)}")
        if bought or size == 2:
            break
    remedy = f"What relaxing would buy, against today's prices: {'; '.join(bought)}." if bought else _last_resort(terms)
    return f"No prices of these {len(items)} products keep all terms together. {remedy}"


def _needed(items: Sequence[Item], terms: Terms, given_up: Sequence[str]) -> str:
    """How many changes the other terms need, where the budget is what stands in the way."""
    if tuple(given_up) != (BUDGET,):
        return ""
    still = [
        replace(one, score=np.where(np.arange(one.prices.size) == one.now, 0.0, -1.0), spill=np.zeros(one.prices.size))
        for one in items
    ]
    fewest = _tried(Programme(still, terms.orders, None, terms.cross), TIME_LIMIT, 0.0, frozenset())
    return "" if fewest is None else f" (they need a budget of {-fewest.score:.0f})"


def _last_resort(terms: Terms) -> str:
    return f"Giving up one or two of {len(terms.orders) + 1} terms does not help; price fewer products at a time."


def _amount(gain: float, one: Item) -> str:
    return f"{gain:+,.0f} units" if one.goal == "units" else f"{money(gain, one.currency)} of {one.goal}"
