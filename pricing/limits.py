"""The prices that are left between two bounds."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Self

from pricing.coin import amount_of, coins_down, coins_up, exact, scale

NOTHING, EVERYTHING = Decimal(0), Decimal("Infinity")


@dataclass(frozen=True)
class Bound:
    """What one rule leaves: prices from `low` to `high`, and the rule in words."""

    rule: str  # its name in words
    note: str
    low: Decimal = NOTHING
    high: Decimal = EVERYTHING


@dataclass(frozen=True)
class Limits:
    """Prices that may be charged: between the bounds, with an allowed ending, or today's price as it stands."""

    currency: str
    today: Decimal
    endings: tuple[int, ...] | None = None  # coins past the whole unit, ascending; () = any; None = not rounded yet
    low: Decimal = NOTHING
    high: Decimal = EVERYTHING
    low_rule: str = ""  # whose bound it is
    high_rule: str = ""

    def within(self, bound: Bound) -> Self:
        """These limits, narrowed by one more rule."""
        low, low_rule = (bound.low, bound.rule) if bound.low > self.low else (self.low, self.low_rule)
        high, high_rule = (bound.high, bound.rule) if bound.high < self.high else (self.high, self.high_rule)
        return replace(self, low=low, high=high, low_rule=low_rule, high_rule=high_rule)

    def opened(self) -> Self:
        """These limits without their bounds."""
        return replace(self, low=NOTHING, high=EVERYTHING, low_rule="", high_rule="")

    def nearest(self, wanted: float) -> float | None:
        """The price nearest to `wanted`, today's where two are as near, then the cheaper; None where none is left."""
        aim = exact(wanted)
        if self.low > self.high:
            return None
        clamped = min(max(aim, self.low), self.high)
        if self.endings is None:
            return wanted if clamped == aim else float(clamped)
        found = self._beside(clamped, self.endings)
        if self.low <= self.today <= self.high:
            found.append(float(self.today))
        return min(found, key=lambda p: (abs(exact(p) - aim), exact(p) != self.today, p), default=None)

    def holds(self, price: float) -> bool:
        """Whether `price` may be charged."""
        return self.nearest(price) == price

    def rungs(self, most: int) -> tuple[float, ...]:
        """At most `most` of these prices, ascending and evenly spread, today's among them where it may be charged.

        Raises ValueError for fewer than two, or limits without an upper bound.
        """
        if most < 2 or self.high == EVERYTHING:
            raise ValueError(f"a ladder needs two rungs and an upper bound, not {most} rungs up to {self.high}")
        climbed = list(islice(self._climb(), most + 1))
        rungs = set(climbed) if len(climbed) <= most else self._spread(most)
        today = float(self.today)
        if self.holds(today) and today not in rungs:
            if len(rungs) == most:
                rungs.discard(min(sorted(rungs), key=lambda p: abs(p - today)))
            rungs.add(today)
        return tuple(sorted(rungs))

    def _climb(self) -> Iterator[float]:
        coins = max(1, coins_up(self.low, self.currency))
        endings = self.endings or ()
        top = coins_down(self.high, self.currency)
        while (coins := self._up(coins, endings)) <= top:
            yield amount_of(coins, self.currency)
            coins += 1

    def _spread(self, most: int) -> set[float]:
        low = max(self.low, exact(amount_of(1, self.currency)))
        aims = (low + (self.high - low) * i / (most - 1) for i in range(most))
        return {price for aim in aims if (price := self.nearest(float(aim))) is not None}

    def _beside(self, aim: Decimal, endings: tuple[int, ...]) -> list[float]:
        """The allowed prices next below and above `aim`, as far as the bounds let them."""
        coins = {
            self._up(max(1, coins_up(aim, self.currency)), endings),
            self._down(coins_down(aim, self.currency), endings),
        }
        prices = (amount_of(c, self.currency) for c in sorted(coins) if c > 0)
        return [p for p in prices if self.low <= exact(p) <= self.high]

    def _up(self, coins: int, endings: tuple[int, ...]) -> int:
        if not endings:
            return coins
        unit, rest = divmod(coins, scale(self.currency))
        i = bisect_left(endings, rest)
        unit, i = (unit, i) if i < len(endings) else (unit + 1, 0)
        return unit * scale(self.currency) + endings[i]

    def _down(self, coins: int, endings: tuple[int, ...]) -> int:
        if not endings:
            return coins
        unit, rest = divmod(coins, scale(self.currency))
        i = bisect_right(endings, rest) - 1
        unit = unit if i >= 0 else unit - 1
        return unit * scale(self.currency) + endings[i]
