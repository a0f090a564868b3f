"""The rules that no proposal may break, and the trail of what each did to it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from math import isfinite

from pricing.bounds import BOUNDS, ending_coins
from pricing.coin import exact, money
from pricing.limits import Bound, Limits
from pricing.offer import WORDS, Offer, RuleName, Rules

__all__ = ["WORDS", "Offer", "RuleName", "Rules", "Ruling", "Verdict", "judge", "ladder", "lawful_limits", "relaxed"]

RELAXABLE: tuple[RuleName, ...] = (
    "history_range", "competitor_band", "line_order", "max_change", "change_frequency", "map", "margin_floor",
)  # fmt: skip
COIN = "None of these lies between the limits of the other rules, so the smallest coin will do."


@dataclass(frozen=True)
class Ruling:
    """What one rule did to one wanted price."""

    rule: RuleName
    before: float
    after: float
    binding: bool  # it moved the price
    note: str  # the limit in words, for a person


@dataclass(frozen=True)
class Verdict:
    """A lawful price and how it came about; `price` is None where no lawful price exists."""

    price: float | None
    trail: tuple[Ruling, ...]  # one a rule, in the order of DESIGN section 5

    @property
    def binding_rule(self) -> str:
        """The last rule that moved the price, "" where none did."""
        return next((r.rule for r in reversed(self.trail) if r.binding), "")


def judge(wanted: float, offer: Offer, rules: Rules, today: date) -> Verdict:
    """The lawful price nearest to `wanted`, with one ruling for every rule (binding or not), floors last.

    Each rule narrows the prices that are left, and the price after it is the one of them nearest to `wanted`: so no
    later rule undoes an earlier one, and rounding to an ending undoes none. Where a rule leaves nothing of what the
    earlier ones left, it wins in the trail and the verdict has no price. Raises ValueError unless `wanted` > 0.
    """
    if not (isfinite(wanted) and wanted > 0):
        raise ValueError(f"{wanted} is no price; give a number above 0")
    price, lawful, trail = wanted, True, []
    for name, bound, limits, clash in _walk(offer, rules, today):
        before, nearest = price, limits.nearest(wanted)
        price = before if nearest is None else nearest
        lawful = lawful and not clash
        trail.append(Ruling(name, before, price, price != before, f"{bound.note} {clash}".strip()))
    return Verdict(price if lawful else None, tuple(trail))


def ladder(offer: Offer, rules: Rules, today: date, rungs: int = 60) -> tuple[float, ...]:
    """All prices (at most `rungs`, ascending) that may lawfully be charged, today's price included where it is lawful.

    Where there are more, `rungs` of them evenly spread from the lowest to the highest. Empty where there is none.
    """
    limits = lawful_limits(offer, rules, today)
    return () if limits is None else limits.rungs(rungs)


def lawful_limits(offer: Offer, rules: Rules, today: date, without: frozenset[RuleName] = frozenset()) -> Limits | None:
    """What all rules (but those in `without`) leave together; None where they leave no price."""
    steps = list(_walk(offer, rules, today, without))
    return None if any(clash for *_, clash in steps) else steps[-1][2]


def relaxed(offer: Offer, rules: Rules, today: date) -> dict[tuple[RuleName, ...], float]:
    """What giving up rules would buy: the lawful price nearest to today's without each rule that stands in the way.

    Pairs of rules where no single one is enough. The cost floor is never given up. Empty where nothing helps.
    """
    for size in (1, 2):
        bought = {}
        for names in combinations(RELAXABLE, size):
            limits = lawful_limits(offer, rules, today, frozenset(names))
            price = None if limits is None else limits.nearest(offer.price)
            if price is not None:
                bought[names] = price
        if bought:
            return bought
    return {}


def _walk(
    offer: Offer, rules: Rules, today: date, without: frozenset[RuleName] = frozenset()
) -> Iterator[tuple[RuleName, Bound, Limits, str]]:
    """Rule by rule: its bound, what is left after it, and why nothing is where it contradicts the earlier ones."""
    bounds = {name: bound_of(offer, rules, today) for name, bound_of in BOUNDS.items() if name not in without}
    endings = _endings(offer, rules, bounds.values())
    if not endings and rules.endings.get(offer.currency):
        bounds["ending"] = replace(bounds["ending"], note=f"{bounds['ending'].note} {COIN}")
    limits = Limits(offer.currency, exact(offer.price))
    for name, bound in bounds.items():
        if name == "ending":
            limits = replace(limits, endings=endings)
        left, clash = limits.within(bound), ""
        if left.nearest(offer.price) is None:
            clash, left = _clash(bound, limits), limits.opened().within(bound)
        limits = left
        yield name, bound, limits, clash


def _endings(offer: Offer, rules: Rules, bounds: Iterable[Bound]) -> tuple[int, ...]:
    """The allowed endings in coins, () where the rules together leave room for none of them."""
    limits = Limits(offer.currency, today=Decimal(-1), endings=ending_coins(offer, rules))  # today's is no ending
    for bound in bounds:
        limits = limits.within(bound)
    listed = limits.endings or ()
    return listed if limits.nearest(offer.price) is not None else ()


def _clash(bound: Bound, limits: Limits) -> str:
    if bound.low > limits.high:
        allowed, other = f"at most {money(limits.high, limits.currency)}", limits.high_rule
    elif bound.high < limits.low:
        allowed, other = f"at least {money(limits.low, limits.currency)}", limits.low_rule
    else:
        return "No price that can be paid in coins is left between the limits."
    return f"This contradicts {other}, which leaves {allowed}: no price keeps both."
