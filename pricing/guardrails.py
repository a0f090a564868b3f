"""The rules that no proposal may break, and the trail of what each did to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

RuleName = Literal[
    "history_range", "ending", "competitor_band", "line_order", "max_change", "change_frequency", "map", "prior_price",
    "margin_floor", "cost_floor",
]  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """What is known of a product on the day its price is set. Money in `currency`; None where unknown."""

    sku: str
    currency: str
    price: float  # today's price, > 0
    cost: float | None = None
    stock: float | None = None  # units on hand
    map_price: float | None = None  # minimum advertised price
    competitors: tuple[float, ...] = ()
    price_low: float | None = None  # the range that history speaks for
    price_high: float | None = None
    last_changed: date | None = None
    lowest_30_days: float | None = None  # lawful prior price (EU Omnibus directive)
    line_low: float | None = None  # may not be cheaper than the smaller sibling
    line_high: float | None = None  # nor dearer than the larger one


@dataclass(frozen=True)
class Rules:
    """Limits of a store; percent as whole numbers (10 = 10 %)."""

    max_change_pct: float = 30.0
    min_margin_pct: float = 10.0  # of the price
    days_between_changes: int = 7
    competitor_low_pct: float | None = None  # not more than this below the cheapest competitor
    competitor_high_pct: float | None = None  # not more than this above the median competitor
    respect_map: bool = True
    endings: Mapping[str, tuple[float, ...]] = field(
        default_factory=lambda: MappingProxyType(
            {"GBP": (0.99, 0.95, 0.49, 0.25, 0.75), "USD": (0.99, 0.49), "EUR": (0.99, 0.49, 0.95)}
        )
    )  # allowed fractions of the unit by currency; none listed = any price in the smallest coin


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
    """The lawful price nearest to `wanted`, with one ruling for every rule (binding or not), floors last."""
    raise NotImplementedError


def ladder(offer: Offer, rules: Rules, today: date, rungs: int = 60) -> tuple[float, ...]:
    """All prices (at most `rungs`, ascending) that may lawfully be charged, today's price included where it is lawful."""
    raise NotImplementedError
