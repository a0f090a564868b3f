"""Why the rules leave no price, and what giving each up would buy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from pricing.coin import money
from pricing.demand import Demand
from pricing.guardrails import WORDS, Offer, Rules, judge, relaxed
from pricing.limits import Limits
from pricing.outcome import Basis, outcome


@dataclass(frozen=True)
class Worth:
    """What prices beyond the rules would bring against today's, on average over the horizon."""

    weeks: int
    basis: Basis
    change: Mapping[float, float]  # by price


def beyond(offer: Offer, rules: Rules, today: date) -> tuple[float, ...]:
    """The prices that become possible where rules are given up, ascending."""
    return tuple(sorted(set(relaxed(offer, rules, today).values())))


def worth(demand: Demand, offer: Offer) -> Worth:
    """The worth of every price of the demand."""
    worlds = outcome(demand, offer)
    mean = worlds.money.mean(axis=0)
    change = mean - mean[worlds.rung(offer.price)]
    return Worth(
        demand.weeks, worlds.basis, dict(zip(worlds.prices.tolist(), np.asarray(change).tolist(), strict=True))
    )


def no_price(offer: Offer, rules: Rules, today: date, worth: Worth | None = None) -> str:
    """The rules that contradict each other, the price that becomes possible without each, and what that is worth."""
    clashes = [r.note for r in judge(offer.price, offer, rules, today).trail if "contradicts" in r.note]
    bought = [
        f"without {' and '.join(WORDS[name] for name in names)}, {money(price, offer.currency)}"
        + ("" if worth is None else f" and {money(worth.change[price], offer.currency)} of {worth.basis}")
        for names, price in relaxed(offer, rules, today).items()
    ]
    over = "" if worth is None else f" against today's price over {worth.weeks} weeks"
    remedy = "Relaxing one or two rules does not help."
    if bought:
        remedy = f"What relaxing would buy{over}: {'; '.join(bought)}."
    return f"{offer.sku}: the rules leave no price. {' '.join(clashes)} {remedy}"


def no_rung(offer: Offer, limits: Limits) -> str:
    """Prices are left, but nothing is known of how buyers answer any of them."""
    nearest = limits.nearest(offer.price)
    lawful = money(offer.price if nearest is None else nearest, offer.currency)
    if offer.cost is None and nearest is not None and nearest < offer.price:
        return (
            f"{offer.sku}: the rules ask for a cut to {lawful}, which is below every price seen so far, and no cost is "
            "known. Enter the cost, or set the price by hand."
        )
    return (
        f"{offer.sku}: the rules do not allow today's {money(offer.price, offer.currency)}, and the sales say nothing "
        f"of a lawful price (the nearest is {lawful}). Set it by hand, or run a price test."
    )
