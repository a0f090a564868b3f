"""How strongly units sold react to price."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan
from typing import Literal, NamedTuple

import numpy as np

from pricing.evidence import Evidence, evidence, todays_price
from pricing.panel import Floats, Panel
from pricing.pooling import Pooled, pooled
from pricing.ppml import Mask
from pricing.reaction import Own, Reactions, reactions
from pricing.shapes import SHAPES, Shape
from pricing.traits import traits

Level = Literal["product", "category", "store"]

NORMAL_95 = 1.6448536269514722
QUARTER = 0.674  # a normal lies above this many deviations a quarter of the time
WIDEST = 3.0  # interval beyond which no price can be set by it
METHOD = "PPML, product and week effects, promotion, rivals, siblings and drift; four forms of demand"


class Form(NamedTuple):
    """One form of demand that the data may have come from."""

    shape: Shape
    weight: float  # its probability
    elasticity: float  # at the reference price, were demand of this form
    se: float


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
    past: float = nan  # mean slope over past prices, with its own 90 % interval
    past_low: float = nan
    past_high: float = nan
    reference: float = nan  # today's price, at which `elasticity` holds
    forms: tuple[Form, ...] = ()  # what demand may look like away from it; empty = nothing is known

    @property
    def se(self) -> float:
        """Standard error implied by the 90 % interval."""
        return (self.ci_high - self.ci_low) / (2 * NORMAL_95)


def elasticities(panel: Panel, fit: Own | None = None, charged: Floats | None = None) -> tuple[Elasticity, ...]:
    """One estimate a product, in the panel's order, refused (`usable=False`) where the data cannot say.

    PPML (Santos Silva & Tenreyro 2006) with product and week effects, promotion and stock-out controls, bulk lines
    left out, pooled towards family and category by empirical Bayes, averaged over the forms that demand may take: the
    interval speaks for the slope at today's price, `past_low` and `past_high` for the mean slope over past prices.
    A product whose own history cannot say is not usable, but carries its category's figure (pooling 1) where the
    peers have one, so that a reader sees what to expect from a price test. `fit` is `own_fit(panel)` where it was made.
    `charged` (N,) is today's price from the price list, NaN where there is none: then, and without it, the last price
    at which something sold stands in, which a product that seldom sells has often left behind.
    """
    if not panel.skus:
        return ()
    seen, now = evidence(panel), todays_price(panel)
    if charged is not None:
        now = np.where(charged > 0, charged, now)
    speaks = np.array([not e.gap for e in seen])
    own = reactions(panel, now, fit)
    found = pooled(panel.categories, own, traits(panel), speaks)
    figures = _figures(own, found, speaks)
    return tuple(
        _judge(sku, history, figure, float(price))
        for sku, history, figure, price in zip(panel.skus, seen, figures, now, strict=True)
    )


@dataclass(frozen=True)
class _Figure:
    raw: float  # slope over past prices from own data
    raw_se: float
    mean: float  # at today's price
    se: float
    pooling: float
    group: Level
    past: float = nan
    past_se: float = nan
    forms: tuple[Form, ...] = ()


def _figures(own: Reactions, found: Pooled, speaks: Mask) -> Iterator[_Figure]:
    doubt = own.appearance.se
    today_se = np.hypot(found.today_se, doubt)
    for i, category in enumerate(found.categories):
        forms = zip(SHAPES, found.weight[:, i], found.today[:, i], today_se[:, i], strict=True)
        yield _Figure(
            raw=float(own.slope[i]),
            raw_se=float(own.se[i]) if speaks[i] else np.inf,
            mean=float(found.mean[i]),
            se=float(np.hypot(found.se[i], doubt)),
            pooling=float(found.pooling[i]),
            group="category" if category else "store",
            past=float(found.past[i]),
            past_se=float(np.hypot(found.past_se[i], doubt)),
            forms=tuple(Form(name, float(w), float(m), float(s)) for name, w, m, s in forms),
        )


def _judge(sku: str, seen: Evidence, figure: _Figure, now: float = nan) -> Elasticity:
    half, past_half = (NORMAL_95 * se for se in (figure.se, figure.past_se))
    low, high = figure.mean - half, figure.mean + half
    known = bool(np.isfinite(half))
    reason = seen.gap or _doubt(figure, low, high)
    if seen.gap and known:
        reason += f" (its {figure.group}'s estimate: {figure.mean:.1f}, from {low:.1f} to {high:.1f})".replace("-", "−")
    return Elasticity(
        sku=sku,
        elasticity=figure.mean if known else nan,
        ci_low=low if known else nan,
        ci_high=high if known else nan,
        level=figure.group if figure.pooling > 0.5 else "product",
        usable=not reason,
        reason=reason,
        weeks=seen.weeks,
        prices=seen.prices,
        price_low=seen.low,
        price_high=seen.high,
        pooling=figure.pooling,
        method=METHOD + (f"; empirical Bayes towards the {figure.group}" if figure.pooling > 0 and known else ""),
        past=figure.past if known else nan,
        past_low=figure.past - past_half if known else nan,
        past_high=figure.past + past_half if known else nan,
        reference=now,
        forms=figure.forms if known else (),
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
