"""The lawful prices that a markdown may go through."""

from collections.abc import Collection
from datetime import date
from math import ceil

import numpy as np
from numpy.typing import NDArray

from pricing.coin import exact, money
from pricing.errors import NoFeasiblePriceError
from pricing.guardrails import Offer, RuleName, Rules, ladder, lawful_limits
from pricing.limits import Bound
from pricing.panel import Floats
from pricing.refusal import no_price

STEPWISE: frozenset[RuleName] = frozenset(("max_change", "change_frequency"))  # rules of one step, not of the path


def descent(offer: Offer, rules: Rules, today: date, rungs: int = 12) -> Floats:
    """Lawful prices from today's down, (P,) descending; the first is today's where the rules allow it.

    Raises NoFeasiblePriceError where the rules leave no price at or below today's.
    """
    if lawful_limits(offer, rules, today) is None:
        raise NoFeasiblePriceError(no_price(offer, rules, today))
    prices = [p for p in ladder(offer, rules, today, 4 * rungs) if p <= offer.price]
    if not prices:
        raise NoFeasiblePriceError(_above(offer))
    return np.array(sorted(_spread(prices, rungs), reverse=True))


def path_down(offer: Offer, rules: Rules, today: date, rungs: int = 12) -> tuple[Floats, NDArray[np.bool_], int]:
    """Prices (P,) descending from today's that a path of several steps may reach, which of them (P,) its first step
    may reach, and the week of that step (0 = now).

    The largest change and the days between changes hold for each step, all other rules for every price.
    Raises NoFeasiblePriceError where the rules leave no price at or below today's.
    """
    reach = lawful_limits(offer, rules, today, STEPWISE)
    soon = lawful_limits(offer, rules, today, frozenset(("change_frequency",)))
    if reach is None or soon is None or lawful_limits(offer, rules, today) is None:
        raise NoFeasiblePriceError(no_price(offer, rules, today))
    today_or_less = Bound("", "", high=exact(offer.price))
    prices, nearest = (limits.within(today_or_less).rungs(4 * rungs) for limits in (reach, soon))
    if not nearest:
        raise NoFeasiblePriceError(_above(offer))
    descending = np.array(sorted(_spread(prices, rungs) | _spread(nearest, max(2, rungs // 3)), reverse=True))
    waited = rules.days_between_changes if offer.last_changed is None else (today - offer.last_changed).days
    opening = np.array([soon.holds(float(p)) for p in descending])
    return descending, opening, max(0, ceil((rules.days_between_changes - waited) / 7))


def _spread(prices: Collection[float], rungs: int) -> set[float]:
    ascending = sorted(prices)
    return {ascending[i] for i in np.linspace(0, len(ascending) - 1, min(rungs, len(ascending))).round().astype(int)}


def _above(offer: Offer) -> str:
    return (
        f"{offer.sku}: every lawful price is above today's {money(offer.price, offer.currency)}, so it cannot be "
        "marked down. Raise it to a lawful price first, or relax the rule that forbids today's."
    )


def weeks_between(rules: Rules) -> int:
    """Weeks that must lie between two changes of a price."""
    return max(1, ceil(rules.days_between_changes / 7))
