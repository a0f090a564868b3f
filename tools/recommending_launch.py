"""What a product that the store does not have yet should cost, and what it will sell at first."""

from dataclasses import dataclass

import numpy as np

from db import sales
from pricing.bounds import ending_coins
from pricing.coin import amount_of, coins_down, coins_up, exact
from pricing.newcomer import FIRST, HALF, Launch
from pricing.offer import Offer
from tools.context import Context
from tools.facts import Fact, Source
from tools.price import named

REVIEW_AFTER = FIRST  # weeks of own sales after which a product speaks for itself


@dataclass(frozen=True)
class Newborn:
    """A product to come, as it was described. Money in the store's main currency."""

    text: str
    category: str = ""  # "": that of the product most like it
    cost: float | None = None
    price: float | None = None  # None: ask for one
    weeks: int = FIRST


@dataclass(frozen=True)
class Debut:
    """What is said of it."""

    launch: Launch
    currency: str
    category: str
    price: float  # at which to start, within the rules
    floor: float | None  # the lowest price that keeps the smallest margin; None without a cost


def debut_of(context: Context, born: Newborn) -> Debut:
    """Price range and first weeks of a new product. Raises NotEnoughDataError where the store cannot tell."""
    learnt, currency = context.shop.launches.of(context.database, context.shop.knowledge)
    vector = np.asarray(context.shop.knowledge.embed([born.text])[0], np.float64)
    known = learnt.known
    category = born.category or known.categories[int(np.argmax(known.vectors @ vector))]
    first = learnt.launch(vector, category, born.price)
    floor = None if born.cost is None else born.cost / (1 - context.shop.rules.min_margin_pct / 100)
    price = born.price or _ended(context, first, floor, currency)
    return Debut(learnt.launch(vector, category, price), currency, category, price, floor)


def _ended(context: Context, first: Launch, floor: float | None, currency: str) -> float:
    """The middle of the range, not below the floor, at the nearest lawful ending."""
    least = max(floor or 0.0, 0.0)
    wanted = max(first.price_mid, least)
    offer = Offer("NEW", currency, wanted)
    below, above = coins_up(exact(least), currency), coins_down(exact(2 * wanted + 1), currency)
    unit = coins_up(exact(1.0), currency)
    endings = ending_coins(offer, context.shop.rules)
    coins = np.arange(max(below, 1), above + 1)
    lawful = coins[np.isin(coins % unit, endings)] if endings else coins
    chosen = lawful if len(lawful) else coins
    return amount_of(int(chosen[np.argmin(np.abs(chosen - wanted * unit))]), currency)


def tell_launch(context: Context, born: Newborn) -> tuple[Fact, ...]:
    """The price to start at, the range of its like, its first weeks with their interval, and what follows."""
    add = context.facts.add
    asked = Source("request", "the product described in the message")
    name = add("launch_name", born.text, "text", asked)
    made = debut_of(context, born)
    told = made.launch
    errors = ", ".join(f"{way} {error:.2f}" for way, error in told.errors.items())
    fit = Source(
        "fit",
        f"{told.way}, learnt from {told.learnt_from} products of this store; mean absolute error in log(1 + units a "
        f"week) on products held out: {errors}; interval: split conformal",
    )
    like = Source("fit", f"prices of products alike in text and category ({made.category or 'no category'})")
    out = [
        name,
        add("launch_price", made.price, "money", like if born.price is None else asked, "", made.currency),
        add("launch_low", told.price_low, "money", like, "", made.currency),
        add("launch_high", told.price_high, "money", like, "", made.currency),
        add("launch_share", HALF[1] - HALF[0], "probability", like),
        add("horizon", born.weeks, "weeks", asked),
        add(
            "launch_units", told.units * born.weeks, "units", fit,
            low=told.units_low * born.weeks, high=told.units_high * born.weeks,
        ),
        add(f"launch_by_{told.way}", told.learnt_from, "count", fit),
    ]  # fmt: skip
    if born.cost is not None and made.floor is not None:
        margin = Source("rule", f"margin_floor: {context.shop.rules.min_margin_pct:g} % of the price")
        out.append(add("launch_cost", born.cost, "money", asked, "", made.currency))
        out.append(add("launch_floor", made.floor, "money", margin, "", made.currency))
    with context.database.reading() as session:
        for sku in told.like:
            product = sales.product(session, sku)
            row = Source("product", f"products, sku {sku}")
            if product.price:
                out.append(add("launch_like", named(context, product), "text", like, sku))
                out.append(add("launch_like_price", float(product.price), "money", row, sku, product.currency))
    out.append(add("launch_review", REVIEW_AFTER, "weeks", Source("rule", "first weeks of a new product")))
    return tuple(out)
