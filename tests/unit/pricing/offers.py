"""Random offers, rules and demands for the tests of this folder."""

from datetime import date, timedelta
from fractions import Fraction
from statistics import median

import numpy as np
from hypothesis import strategies as st

from pricing.coin import amount_of
from pricing.demand import Demand
from pricing.guardrails import Offer, Rules

TODAY = date(2026, 3, 2)
CURRENCIES = ("GBP", "USD", "CNY", "JPY", "KWD")


def maybe(strategy):
    return st.none() | strategy


@st.composite
def offers(draw):
    currency = draw(st.sampled_from(CURRENCIES))
    amounts = st.integers(1, 30_000).map(lambda coins: amount_of(coins, currency))
    low, high = sorted((draw(amounts), draw(amounts)))
    price = draw(amounts | st.floats(0.05, 200.0))
    near = st.floats(0.3, 1.6).map(lambda share: price * share)
    return Offer(
        sku="A",
        currency=currency,
        price=price,
        cost=draw(maybe(near)),
        stock=draw(maybe(st.integers(0, 500))),
        map_price=draw(maybe(near)),
        competitors=tuple(draw(st.lists(near, max_size=4))),
        price_low=draw(st.sampled_from((None, min(low, price)))),
        price_high=draw(st.sampled_from((None, max(high, price)))),
        last_changed=draw(maybe(st.integers(0, 30).map(lambda days: TODAY - timedelta(days)))),
        lowest_30_days=draw(maybe(near)),
        line_low=draw(maybe(near)),
        line_high=draw(maybe(near)),
    )


def percents(most: int):
    return st.integers(0, most * 100).map(lambda hundredths: hundredths / 100)


def rules():
    return st.builds(
        Rules,
        max_change_pct=percents(90),
        min_margin_pct=percents(60),
        days_between_changes=st.integers(0, 14),
        competitor_low_pct=maybe(percents(60)),
        competitor_high_pct=maybe(percents(60)),
        respect_map=st.booleans(),
    )


def breaks(price: float, offer: Offer, rules: Rules) -> list[str]:
    """The rules that a price breaks, counted in fractions and apart from the code under test."""
    p, now, broken = Fraction(str(price)), Fraction(str(offer.price)), []
    share = Fraction(str(rules.max_change_pct)) / 100
    if not now * (1 - share) <= p <= now * (1 + share):
        broken.append("max_change")
    if offer.cost is not None:
        if p < Fraction(str(offer.cost)):
            broken.append("cost_floor")
        if p * (1 - Fraction(str(rules.min_margin_pct)) / 100) < Fraction(str(offer.cost)):
            broken.append("margin_floor")
    bounds = {
        "history_range": (offer.price_low, offer.price_high),
        "line_order": (offer.line_low, offer.line_high),
        "map": (offer.map_price if rules.respect_map else None, None),
    }
    for name, (low, high) in bounds.items():
        if (low is not None and price < low) or (high is not None and price > high):
            broken.append(name)
    if offer.competitors:
        below, above = rules.competitor_low_pct, rules.competitor_high_pct
        low = 0 if below is None else Fraction(str(min(offer.competitors))) * (1 - Fraction(str(below)) / 100)
        high = p if above is None else Fraction(str(median(offer.competitors))) * (1 + Fraction(str(above)) / 100)
        if not low <= p <= high:
            broken.append("competitor_band")
    if offer.last_changed and (TODAY - offer.last_changed).days < rules.days_between_changes and p != now:
        broken.append("change_frequency")
    return broken


def demand_at(
    prices, *, price: float, elasticity=-2.0, spread=0.0, level=100.0, noise=0.2, seed=0, worlds=400
) -> Demand:
    """Exponential demand of a normally distributed elasticity at today's `price`, and a lognormal level."""
    rng = np.random.default_rng(seed)
    ladder = np.unique(np.append(np.asarray(prices, dtype=float), price))
    slope = rng.normal(elasticity, spread, (worlds, 1))
    size = level * np.exp(rng.normal(0.0, noise, (worlds, 1)))
    return Demand("A", 4, ladder, size * np.exp(slope * (ladder / price - 1)))
