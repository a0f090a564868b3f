"""What goes with what, instead of what, and what to act on first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan

import numpy as np
from scipy.special import gammaincinv

from pricing.baskets import Baskets, Counts
from pricing.coin import amount_of, coins_down, coins_up, exact, money
from pricing.errors import NoFeasiblePriceError
from pricing.panel import Floats

ALIKE = 0.5  # text similarity from which two products are of one kind
APART = 1.25  # lift up to which they are not bought together
PRIOR = 1.0  # orders that chance alone is given beforehand: it shrinks the lift of rare pairs towards 1


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
    gain_low: float = nan  # 90 % interval of the gain
    gain_high: float = nan
    basis: str = "profit"  # what the gain counts: profit, or revenue where no cost is known


def related(
    orders: Sequence[Sequence[str]] | Baskets, sku: str, similarity: Mapping[str, float] | None = None, n: int = 5
) -> tuple[Related, ...]:
    """Complements of `sku` from co-purchase, and substitutes from text similarity (0 to 1) with little co-purchase.

    At most `n` of each, complements first: those whose lift is above 1 with 95 % certainty, the surest first; then the
    products most like it whose lift is near or below 1. Lift is orders together over those that chance would make in
    orders of these sizes, shrunk as a gamma-Poisson rate with prior Gamma(1, 1) (DuMouchel 1999), and its interval is
    the posterior's. A product never ordered has substitutes only. Pass Baskets to ask about many products.
    Raises ValueError for n < 1.
    """
    if n < 1:
        raise ValueError(f"n: {n} is too few; ask for one or more")
    baskets = orders if isinstance(orders, Baskets) else Baskets.of(orders)
    together, chance = baskets.together(sku), baskets.by_chance(sku)
    low, high = _lift_at(0.05, together, chance), _lift_at(0.95, together, chance)
    lift = (together + PRIOR) / (chance + PRIOR)
    unknown = tuple(float(gammaincinv(PRIOR, level)) for level in (0.05, 0.95))

    def pair(other: str, relation: str) -> Related:
        i = baskets.places.get(other)
        if i is None:
            return Related(sku, other, 0, 1.0, unknown[0], unknown[1], relation)
        return Related(sku, other, int(together[i]), float(lift[i]), float(low[i]), float(high[i]), relation)

    bought = np.flatnonzero(low > 1)
    best = sorted(bought, key=lambda i: (-low[i], baskets.skus[i]))[:n]
    alike = sorted(((s, other) for other, s in (similarity or {}).items() if s >= ALIKE and other != sku), reverse=True)
    pairs = (pair(other, "substitute") for _, other in alike)
    return (
        *(pair(baskets.skus[i], "complement") for i in best),
        *[p for p in pairs if p.lift <= APART and p.lift_low <= 1][:n],
    )


def ranked(opportunities: Sequence[Opportunity], n: int = 10) -> tuple[Opportunity, ...]:
    """The `n` opportunities with the largest gain × certainty, best first; what brings no gain is none."""
    real = [o for o in opportunities if isfinite(o.gain) and o.gain > 0 and o.p_gain > 0]
    return tuple(sorted(real, key=lambda o: (-o.gain * o.p_gain, o.sku))[:n])


def bundle(
    skus: Sequence[str],
    prices: Sequence[float],
    costs: Sequence[float | None],
    together: int,
    discount_pct: float,
    *,
    currency: str = "GBP",
) -> Bundle:
    """Products sold together at `discount_pct` off the sum of their prices, but never below the sum of their costs.

    A product whose cost is not known keeps its price within the bundle. Money in `currency`, in its smallest coin.
    Raises ValueError for input that makes no bundle, NoFeasiblePriceError where the products cost more than they sell
    for even apart.
    """
    _check_bundle(skus, prices, costs, discount_pct)
    separate = sum((exact(p) for p in prices), start=exact(0))
    floor = sum((exact(p if c is None else c) for p, c in zip(prices, costs, strict=True)), start=exact(0))
    coins = max(coins_down(separate * (1 - exact(discount_pct) / 100), currency), coins_up(floor, currency))
    price = amount_of(coins, currency)
    if floor > separate:
        raise NoFeasiblePriceError(
            f"{', '.join(skus)} cost {money(floor, currency)} and sell for {money(separate, currency)} apart, so no "
            "bundle can be cheaper. Raise their prices first, or leave out the one that sells below its cost."
        )
    cost = None if None in costs else sum(c for c in costs if c is not None)
    margin = None if cost is None else (price - cost) / price * 100
    return Bundle(tuple(skus), price, float(separate), margin, together)


def _lift_at(level: float, together: Floats | Counts, chance: Floats) -> Floats:
    """Quantile of the posterior of each lift."""
    return np.asarray(gammaincinv(together + PRIOR, level) / (chance + PRIOR), dtype=np.float64)


def _check_bundle(
    skus: Sequence[str], prices: Sequence[float], costs: Sequence[float | None], discount_pct: float
) -> None:
    if len(set(skus)) < 2 or len(set(skus)) != len(skus):
        raise ValueError(f"a bundle is of two or more different products, not {list(skus)}")
    if not len(skus) == len(prices) == len(costs):
        raise ValueError(f"{len(skus)} products need as many prices and costs, not {len(prices)} and {len(costs)}")
    if not all(isfinite(p) and p > 0 for p in prices):
        raise ValueError(f"prices are above 0, not {list(prices)}")
    if not all(c is None or (isfinite(c) and c >= 0) for c in costs):
        raise ValueError(f"costs are 0 or more, or None where unknown, not {list(costs)}")
    if not 0 <= discount_pct < 100:
        raise ValueError(f"discount_pct: {discount_pct} is not from 0 up to 100")
