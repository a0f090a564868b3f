"""How strongly units sold react to price."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from pricing.panel import Floats, Panel
from pricing.pooling import Pool, pool, pool_of_pools, shrink
from pricing.ppml import Mask
from pricing.reaction import Reactions, reactions
from pricing.regressors import informative_weeks

Level = Literal["product", "category", "store"]

NORMAL_95 = 1.6448536269514722
QUARTER = 0.674  # a normal lies above this many deviations a quarter of the time
INFLATION = 1.2  # of the 90 % interval, so that it covers on simulated stores whose prices answer hidden demand
LEAST_WEEKS = 12
LEAST_WEEKS_SOLD = 8
LEAST_PEERS = 5  # products a category needs to speak for itself
LEAST_CHANGE = 0.01  # spread of log prices below which the price never changed
WIDEST = 3.0  # interval beyond which no price can be set by it
RANGE_WEEKS = 104  # how far back prices count as tried
SAME_PRICE = 0.005  # log distance under which two prices are one
METHOD = "PPML, product and week effects, promotion, rivals, siblings and drift"


@dataclass(frozen=True)
class Elasticity:
    """Price elasticity of one product: percent change of units for one percent of price (−2 = twice as strong)."""

    sku: str
    elasticity: float  # NaN where nothing can be said
    ci_low: float  # 90 % interval
    ci_high: float
    level: Level  # whose data speaks most
    usable: bool
    reason: str  # why not usable, in words for a person; "" where usable
    weeks: int  # weeks with data behind it
    prices: int  # distinct prices seen
    price_low: float  # range of prices that history speaks for
    price_high: float
    pooling: float  # 0 = the product's own data alone, 1 = the category's alone
    method: str  # for example "PPML, product and week effects"

    @property
    def se(self) -> float:
        """Standard error implied by the 90 % interval."""
        return (self.ci_high - self.ci_low) / (2 * NORMAL_95)


@dataclass(frozen=True)
class Evidence:
    """What a product's history holds."""

    weeks: int
    sold: int  # weeks with a sale
    prices: int
    changed: bool
    low: float
    high: float
    ever_sold: bool

    @property
    def gap(self) -> str:
        """What is missing for an estimate of the product's own, "" where nothing is."""
        if not self.ever_sold:
            return "no sale in the data; an elasticity needs sales at two prices or more"
        if self.weeks == 0:
            return "no week with both a known price and stock on hand; record prices and stock"
        if self.weeks < LEAST_WEEKS:
            return f"{_weeks(self.weeks)} of sales; {LEAST_WEEKS} are needed"
        if self.sold < LEAST_WEEKS_SOLD:
            return f"only {self.sold} of {self.weeks} weeks had a sale; {LEAST_WEEKS_SOLD} are needed"
        if not self.changed:
            return f"the price never changed in {self.weeks} weeks; run a price test"
        return ""


def elasticities(panel: Panel) -> tuple[Elasticity, ...]:
    """One estimate a product, in the panel's order, refused (`usable=False`) where the data cannot say.

    PPML (Santos Silva & Tenreyro 2006) with product and week effects, promotion and stock-out controls, bulk lines
    left out, pooled towards the category by empirical Bayes. The interval speaks for the slope over past prices.
    A product whose own history cannot say is not usable, but carries its category's figure (pooling 1) where the
    peers have one, so that a reader sees what to expect from a price test.
    """
    if not panel.skus:
        return ()
    own = reactions(panel)
    evidence = tuple(_evidence(panel))
    speaks = np.array([not e.gap for e in evidence])
    return tuple(
        _judge(sku, seen, figure)
        for sku, seen, figure in zip(panel.skus, evidence, _pooled(panel.categories, own, speaks), strict=True)
    )


@dataclass(frozen=True)
class _Figure:
    raw: float
    raw_se: float
    mean: float
    se: float
    pooling: float
    group: Level


def _pooled(categories: tuple[str, ...], own: Reactions, speaks: Mask) -> list[_Figure]:
    """Each product drawn to its category, or to the store where the category is unknown or thin."""
    se = np.where(speaks, own.se, np.inf)
    names = np.array(categories, dtype=str)
    store = pool(own.slope[speaks], own.se[speaks]) if speaks.sum() >= 2 else None
    large = {c for c in set(categories) - {""} if (speaks & (names == c)).sum() >= LEAST_PEERS}
    pools = pool_of_pools(
        {c: pool(own.slope[m], own.se[m]) for c in sorted(large) if (m := speaks & (names == c)).any()}
    )
    mean, spread, share = np.full(len(names), np.nan), np.full(len(names), np.nan), np.ones(len(names))
    for name in sorted(set(categories)):
        group: Pool | None = pools.get(name, store)
        rows = names == name
        if group is None:
            mean[rows], spread[rows], share[rows] = own.slope[rows], se[rows], np.where(speaks[rows], 0.0, 1.0)
        else:
            mean[rows], spread[rows], share[rows] = shrink(own.slope[rows], se[rows], group)
    levels: list[Level] = ["category" if c in pools else "store" for c in categories]
    return [
        _Figure(float(own.slope[i]), float(se[i]), float(mean[i]), float(spread[i]), float(share[i]), level)
        for i, level in enumerate(levels)
    ]


def _evidence(panel: Panel) -> list[Evidence]:
    keep = informative_weeks(panel)
    return [_seen(panel.units[i], panel.price[i], keep[i]) for i in range(len(panel.skus))]


def _seen(units: Floats, price: Floats, keep: Mask) -> Evidence:
    tried = price[keep]
    ever_sold = bool(np.nansum(units) > 0)
    if not len(tried):
        return Evidence(0, 0, 0, False, np.nan, np.nan, ever_sold)
    logs = np.sort(np.log(tried))
    recent = price[-RANGE_WEEKS:][keep[-RANGE_WEEKS:]]
    recent = recent if len(recent) else tried
    low, high = np.quantile(recent, (0.025, 0.975))
    return Evidence(
        weeks=len(tried),
        sold=int((units[keep] > 0).sum()),
        prices=1 + int((np.diff(logs) > SAME_PRICE).sum()),
        changed=bool(logs.std() > LEAST_CHANGE),
        low=float(min(low, tried[-1])),
        high=float(max(high, tried[-1])),
        ever_sold=ever_sold,
    )


def _judge(sku: str, seen: Evidence, figure: _Figure) -> Elasticity:
    half = NORMAL_95 * INFLATION * figure.se
    low, high = figure.mean - half, figure.mean + half
    known = bool(np.isfinite(half))
    reason = seen.gap or _doubt(figure, low, high)
    if seen.gap and known:
        reason += f" (its {figure.group}'s estimate: {figure.mean:.1f}, from {low:.1f} to {high:.1f})".replace("-", "−")
    return Elasticity(
        sku=sku,
        elasticity=figure.mean if known else np.nan,
        ci_low=low if known else np.nan,
        ci_high=high if known else np.nan,
        level=figure.group if figure.pooling > 0.5 else "product",
        usable=not reason,
        reason=reason,
        weeks=seen.weeks,
        prices=seen.prices,
        price_low=seen.low,
        price_high=seen.high,
        pooling=figure.pooling,
        method=METHOD + (f"; empirical Bayes towards the {figure.group}" if figure.pooling > 0 and known else ""),
    )


def _doubt(figure: _Figure, low: float, high: float) -> str:
    """Why an estimate that exists cannot be acted on, "" where it can."""
    span = f"from {low:.1f} to {high:.1f}".replace("-", "−")
    if not np.isfinite(high - low):
        return "the data gave no estimate; run a price test"
    if figure.raw - NORMAL_95 * figure.raw_se > 0:
        return (
            f"the estimate is positive ({figure.raw:.1f}): something other than price moved with it; run a price test"
        )
    if high - low > WIDEST:
        return f"the interval runs {span}: too wide to act on; run a price test"
    if figure.mean >= 0:
        return f"the estimate is positive ({figure.mean:.1f}, {span}): something other than price moved with it"
    if figure.mean + QUARTER * figure.se > 0:
        return f"the interval runs {span}: it cannot tell a reaction to price from none; run a price test"
    return ""


def _weeks(count: int) -> str:
    return f"{count} week" if count == 1 else f"{count} weeks"
