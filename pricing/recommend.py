"""What goes with what, instead of what, and what to act on first."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Related:
    """A product bought together with another. Lift 1 = as often as by chance."""

    sku: str
    other: str
    together: int  # orders with both
    lift: float
    lift_low: float  # 5 % bound
    lift_high: float
    relation: str  # "complement" or "substitute"


@dataclass(frozen=True)
class Bundle:
    """Products to sell together at one price."""

    skus: tuple[str, ...]
    price: float
    separate: float  # sum of today's prices
    margin_pct: float | None  # None where a cost is unknown
    together: int


@dataclass(frozen=True)
class Opportunity:
    """Money left on the table by today's price."""

    sku: str
    gain: float  # expected, over the horizon
    p_gain: float  # probability that it is above 0
    price: float
    current: float


def related(
    orders: Sequence[Sequence[str]], sku: str, similarity: dict[str, float] | None = None, n: int = 5
) -> tuple[Related, ...]:
    """Complements of `sku` from co-purchase, and substitutes from text similarity (0 to 1) with little co-purchase."""
    raise NotImplementedError


def ranked(opportunities: Sequence[Opportunity], n: int = 10) -> tuple[Opportunity, ...]:
    """The `n` opportunities with the largest gain × certainty, best first."""
    raise NotImplementedError
