"""What a new price of one product brings or costs its neighbours, in units and money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pricing.coin import money
from pricing.cross import SURE, CrossEffects
from pricing.outcome import Basis
from pricing.pairs import KINDS, Kind
from pricing.panel import Floats
from pricing.risk import Interval

STEEPEST = 5.0  # cross elasticity beyond which a draw is cut off


@dataclass(frozen=True)
class Neighbour:
    """A product that stays at its price, over the horizon asked about."""

    sku: str
    units: float  # expected at today's prices
    low: float  # 90 % interval
    high: float
    worth: float  # money that one unit more brings: price less cost, or price where no cost is known
    basis: Basis


@dataclass(frozen=True)
class Spill:
    """What one neighbour gains (above 0) or loses."""

    sku: str
    kind: Kind
    units: Interval
    money: Interval
    basis: Basis
    usable: bool
    reason: str


@dataclass(frozen=True)
class Ripple:
    """All neighbours of one product whose price goes to `ratio` times today's."""

    sku: str
    ratio: float
    spills: tuple[Spill, ...]  # the surest and largest first
    units: Interval  # all together
    money: Interval
    known: bool  # whether all together gain, or all together lose, with 95 % certainty
    draws: Floats  # (S,) money of what is known: of all together, else of those that are usable, else 0

    @property
    def counted(self) -> int:
        """How many neighbours stand behind `draws`."""
        return len(self.spills) if self.known else sum(spill.usable for spill in self.spills)


def ripple(
    effects: CrossEffects, neighbours: Mapping[str, Neighbour], ratio: float, *, draws: int = 2000, seed: int = 1
) -> Ripple:
    """Monte Carlo over cross elasticities and levels; of effects on products that `neighbours` lacks nothing is said.

    Errors that the effects of one kind share are drawn once a kind. Raises ValueError for a ratio not above 0.
    """
    if not ratio > 0:
        raise ValueError(f"ratio: {ratio} is not above 0")
    rows = [p for p, sku in enumerate(effects.others) if sku in neighbours]
    beside = [neighbours[effects.others[p]] for p in rows]
    rng = np.random.default_rng(seed)
    moved = _levels(rng, beside, draws) * (ratio ** _slopes(rng, effects, rows, draws) - 1)
    money = moved * np.array([one.worth for one in beside])
    spills = [
        Spill(
            one.sku, effects.kinds[p], _interval(moved[:, k]), _interval(money[:, k]), one.basis,
            effects.usable[p] and ratio != 1, effects.reasons[p],
        )
        for k, (p, one) in enumerate(zip(rows, beside, strict=True))
    ]  # fmt: skip
    total = money.sum(axis=1)
    known = bool(rows) and ratio != 1 and float(max((total > 0).mean(), (total < 0).mean())) >= SURE
    usable = np.array([spill.usable for spill in spills], dtype=bool)
    return Ripple(
        effects.sku,
        ratio,
        tuple(sorted(spills, key=lambda s: (not s.usable, -abs(s.money.mean)))),
        _interval(moved.sum(axis=1)),
        _interval(total),
        known,
        total if known else money[:, usable].sum(axis=1),
    )


def unknown(found: Ripple, currency: str, basis: Basis) -> str:
    """Why neither one neighbour's nor the sum's gain or loss is known, in words for a person."""
    if not found.spills:
        return "no product near enough to it has sales to compare"
    low, high = money(found.money.low, currency), money(found.money.high, currency)
    return (
        f"the data cannot tell the effect on {len(found.spills)} related products from none: together {low} to {high} "
        f"of {basis}"
    )


def _levels(rng: np.random.Generator, beside: Sequence[Neighbour], draws: int) -> Floats:
    """Units (S, P) at today's prices: log-normal around the mean, as wide as the forecast."""
    mean = np.array([max(one.units, 1e-9) for one in beside])
    width = np.array([np.log(max(one.high, 1e-9) / max(one.low, 0.05 * one.units, 1e-9)) for one in beside])
    sd = np.clip(width / 3.29, 0.0, 1.5)
    return np.asarray(mean * np.exp(sd * rng.standard_normal((draws, len(beside))) - sd**2 / 2))


def _slopes(rng: np.random.Generator, effects: CrossEffects, rows: Sequence[int], draws: int) -> Floats:
    """Cross elasticities (S, P)."""
    kind = np.array([KINDS.index(effects.kinds[p]) for p in rows], dtype=np.int64)
    common = rng.standard_normal((draws, len(KINDS)))[:, kind]
    mean, se, shared = (values[list(rows)] for values in (effects.elasticity, effects.se, effects.shared))
    alone = np.sqrt(np.maximum(se**2 - shared**2, 0.0)) * rng.standard_normal((draws, len(rows)))
    return np.asarray(np.clip(mean + shared * common + alone, -STEEPEST, STEEPEST))


def _interval(values: Floats) -> Interval:
    low, high = np.quantile(values, (0.05, 0.95))
    return Interval(float(values.mean()), float(low), float(high))
