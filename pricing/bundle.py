"""A bundle at the price that pays best, if one does."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pricing.errors import NoFeasiblePriceError, NotEnoughDataError
from pricing.panel import Floats
from pricing.recommend import Bundle, bundle

LEAST_TOGETHER = 10  # orders with all of them in the weeks looked at
DISCOUNTS = (5.0, 7.5, 10.0, 12.5, 15.0, 20.0)  # percent off the sum of the parts
MOVED = (2.0, 6.0)  # Beta: the share of added products that would have been bought another day (mean a quarter)
DRAWS = 4000
SURE = 0.6  # probability of a gain from which it is proposed


@dataclass(frozen=True)
class Part:
    """One product of a bundle at today's price. `elasticity` is None where the data cannot say."""

    sku: str
    price: float
    cost: float | None
    elasticity: float | None
    se: float = 0.0


@dataclass(frozen=True)
class Paying:
    """A bundle and what it brings over the weeks asked for, against selling the parts apart. Money."""

    bundle: Bundle
    discount_pct: float
    gain: float  # extra profit, expected
    gain_low: float  # 90 % interval
    gain_high: float
    p_gain: float
    given_away: float  # of it: the discount to those who take them together anyway, a loss
    weeks: int


def paying(parts: Sequence[Part], together: int, seen: int, weeks: int, currency: str = "GBP") -> Paying:
    """The discount with the largest expected extra profit over `weeks`, never below cost.

    `together` orders held all parts in the last `seen` weeks, at full prices: so many would take them together anyway
    and only save (cannibalisation). Others add one part, as its elasticity says of a price lower by the discount; of
    these, a share (Beta(2, 6)) would have bought it another day. Orders are gamma-Poisson, elasticities normal.
    Raises NotEnoughDataError where the data cannot say, NoFeasiblePriceError where no discount pays.
    """
    _check(parts, together, seen)
    rng = np.random.default_rng(0)
    rate = rng.gamma(together + 0.5, 1.0, DRAWS) * weeks / seen
    moved = rng.beta(*MOVED, DRAWS)
    reactions = [np.minimum(rng.normal(part.elasticity or 0.0, part.se, DRAWS), 0.0) for part in parts]
    tried = [_tried(parts, together, off, weeks, currency, (rate, moved, reactions)) for off in DISCOUNTS]
    best = max(tried, key=lambda one: one.gain)
    if best.gain <= 0 or best.p_gain < SURE:
        raise NoFeasiblePriceError(
            f"No discount on {_names(parts)} pays: what buyers who take them together anyway would save outweighs what "
            "others would add. Show them side by side at their own prices."
        )
    return best


def _tried(
    parts: Sequence[Part],
    together: int,
    off: float,
    weeks: int,
    currency: str,
    draws: tuple[Floats, Floats, Sequence[Floats]],
) -> Paying:
    rate, moved, reactions = draws
    made = bundle(
        [p.sku for p in parts], [p.price for p in parts], [p.cost for p in parts], together, off, currency=currency
    )
    saved = made.separate - made.price
    gain = -rate * saved
    for part, reaction in zip(parts, reactions, strict=True):
        share = max(1 - saved / part.price, 0.05)
        added = rate * (share**reaction - 1)
        margin = part.price - (part.cost or 0.0)
        gain = gain + added * ((1 - moved) * margin - saved)
    low, high = np.quantile(gain, (0.05, 0.95))
    real_off = 100 * saved / made.separate
    return Paying(
        made, real_off, float(gain.mean()), float(low), float(high), float((gain > 0).mean()),
        float(rate.mean() * saved), weeks,
    )  # fmt: skip


def _check(parts: Sequence[Part], together: int, seen: int) -> None:
    if seen < 1 or not parts:
        raise ValueError(f"{len(parts)} products over {seen} weeks make no bundle")
    if together < LEAST_TOGETHER:
        raise NotEnoughDataError(
            f"{_names(parts)} were in {together} orders together in {seen} weeks; a bundle needs {LEAST_TOGETHER}. "
            "Show them side by side first."
        )
    for part in parts:
        if part.cost is None:
            raise NotEnoughDataError(
                f"{part.sku} has no known cost, so nobody can say whether a bundle pays. Add its cost."
            )
        if part.elasticity is None:
            raise NotEnoughDataError(
                f"How buyers of {part.sku} react to price is not known, so no price of a bundle can be defended. "
                "Run a price test."
            )


def _names(parts: Sequence[Part]) -> str:
    return ", ".join(part.sku for part in parts)
