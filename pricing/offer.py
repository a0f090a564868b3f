"""What is known of a product, and the limits of the store that sells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Literal

from pricing.coin import decimals, exact
from pricing.limits import EVERYTHING, NOTHING

RuleName = Literal[
    "history_range", "ending", "competitor_band", "line_order", "max_change", "change_frequency", "map", "prior_price",
    "margin_floor", "cost_floor",
]  # fmt: skip

WORDS: Mapping[RuleName, str] = {
    "history_range": "the range of prices seen so far",
    "ending": "the price endings",
    "competitor_band": "the band around competitors",
    "line_order": "the order of the product line",
    "max_change": "the largest change",
    "change_frequency": "the days between changes",
    "map": "the minimum advertised price",
    "prior_price": "the lawful prior price",
    "margin_floor": "the smallest margin",
    "cost_floor": "the cost",
}
SMALLEST = Decimal("1e-9")


def _check(name: str, value: float | None, low: Decimal, high: Decimal) -> None:
    """Raises ValueError for a number that no such field can hold; None is what is unknown."""
    if value is not None and not (isfinite(value) and low <= exact(value) <= high):
        wanted = "above 0" if low == SMALLEST else f"{low:f} or more" if high == EVERYTHING else f"{low:f} to {high:f}"
        raise ValueError(f"{name}: {value} cannot be; give a number {wanted}, or None where unknown")


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
    lowest_30_days: float | None = None  # lawful prior price: the lowest of the days that the rules name
    line_low: float | None = None  # may not be cheaper than the smaller sibling
    line_high: float | None = None  # nor dearer than the larger one

    def __post_init__(self) -> None:
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise ValueError(f"currency: {self.currency!r} is no ISO 4217 code; give three capitals such as GBP")
        for name in ("price", "map_price", "price_low", "price_high", "lowest_30_days", "line_low", "line_high"):
            _check(name, getattr(self, name), SMALLEST, EVERYTHING)
        for name in ("cost", "stock"):
            _check(name, getattr(self, name), NOTHING, EVERYTHING)
        for price in self.competitors:
            _check("competitors", price, SMALLEST, EVERYTHING)
        if self.price_low is not None and self.price_high is not None and self.price_low > self.price_high:
            raise ValueError(f"price_low: {self.price_low} is above price_high, {self.price_high}")


@dataclass(frozen=True)
class Rules:
    """Limits of a store or of a product in it; percent as whole numbers (10 = 10 %)."""

    max_change_pct: float = 30.0
    min_margin_pct: float = 10.0  # of the price
    days_between_changes: int = 7
    competitor_low_pct: float | None = None  # not more than this below the cheapest competitor
    competitor_high_pct: float | None = None  # not more than this above the median competitor
    respect_map: bool = True
    endings: Mapping[str, tuple[float, ...]] = field(
        default_factory=lambda: {
            "GBP": (0.99, 0.95, 0.49, 0.25, 0.75),
            "USD": (0.99, 0.49),
            "EUR": (0.99, 0.49, 0.95),
        }
    )  # allowed fractions of the unit by currency; none listed = any price in the smallest coin
    respect_prior_price: bool = True  # a reduction is announced from the lowest price of the days before (EU Omnibus)
    prior_price_days: int = 30

    def __post_init__(self) -> None:
        for name in ("max_change_pct", "days_between_changes", "competitor_high_pct"):
            _check(name, getattr(self, name), NOTHING, EVERYTHING)
        _check("prior_price_days", self.prior_price_days, Decimal(1), Decimal(366))
        _check("competitor_low_pct", self.competitor_low_pct, NOTHING, Decimal(100))
        _check("min_margin_pct", self.min_margin_pct, NOTHING, Decimal("99.999"))
        for currency, fractions in self.endings.items():
            for fraction in fractions:
                coins = exact(fraction).scaleb(decimals(currency))
                if not 0 <= fraction < 1 or coins != coins.to_integral_value():
                    raise ValueError(f"endings: no price in {currency} can end in {fraction}; give fractions below 1")
