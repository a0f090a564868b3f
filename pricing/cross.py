"""What the price of one product does to the units of others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from pricing.crossing import Crossings, crossings, pushed
from pricing.evidence import LEAST_CHANGE
from pricing.pairs import KINDS, Ints, Kind, Pairs
from pricing.panel import Floats, Panel
from pricing.reaction import Own, own_fit, settled
from pricing.spike import Crossed, crossed

LEAST_WEEKS = 26  # on sale together
LEAST_APART = 0.1  # share of the other's price changes that the own price must not make too
SURE = 0.95  # probability of its sign from which an effect is claimed
ROUNDS = 3  # the later ones with the effects of the former taken out of season and level
TOGETHER = "both prices moved together, so that neither's effect can be told; run a price test of one"
METHOD = "working residuals of the product's own PPML; empirical Bayes with a spike at zero, by kind and category"


@dataclass(frozen=True)
class CrossEffects:
    """Cross elasticities of P other products: percent change of their units for one percent of this one's price.

    Above 0 for substitutes, below for complements. An effect that is not usable still carries what is believed of it,
    which may be next to nothing; the sum over many products can be known where no single one is.
    """

    sku: str  # whose price moves
    others: tuple[str, ...]  # whose units answer
    kinds: tuple[Kind, ...]  # why they may
    elasticity: Floats  # (P,) posterior mean
    ci_low: Floats  # (P,) 90 % interval
    ci_high: Floats
    se: Floats  # (P,) standard deviation
    shared: Floats  # (P,) the part of it that all effects of one kind have in common
    usable: tuple[bool, ...]
    reasons: tuple[str, ...]  # why not usable, in words for a person; "" where usable
    method: str = METHOD

    def rows(self) -> Iterator[dict[str, str | float | bool]]:
        """One for each other product: how the units of `sku` answer to the price of `other`, this one."""
        for p, sku in enumerate(self.others):
            yield {
                "sku": sku, "other": self.sku, "kind": self.kinds[p], "elasticity": float(self.elasticity[p]),
                "ci_low": float(self.ci_low[p]), "ci_high": float(self.ci_high[p]), "usable": self.usable[p],
                "reason": self.reasons[p],
            }  # fmt: skip


def believed(effects: Iterable[CrossEffects], least: float = 0.005) -> dict[tuple[str, str], float]:
    """Posterior means of at least `least` by (of whose units, to whose price), for a choice of many prices at once.

    They are shrunk hard, so that sums over them are the best guess even where no single one is known to differ from 0.
    """
    return {
        (sku, one.sku): float(effect)
        for one in effects
        for sku, effect in zip(one.others, one.elasticity, strict=True)
        if abs(effect) >= least
    }


def cross_effects(panel: Panel, pairs: Pairs, own: Own | None = None) -> tuple[CrossEffects, ...]:
    """One for every product of the panel, in its order, from all pairs in one pass.

    `own` is `own_fit(panel)` where it was made. Every pair is refused on its own: too few weeks together, a price that
    hardly moved or moved with the product's own, or a sign that is not known with 95 % certainty (local false sign
    rate, Stephens 2017, which needs no further correction for the number of pairs).
    """
    if not len(pairs):
        return tuple(_of(sku, panel, pairs, _nothing(), np.zeros(0, np.int64), ()) for sku in panel.skus)
    found, known = _fitted(own or own_fit(panel), pairs, np.unique(panel.categories, return_inverse=True)[1])
    reasons = tuple(_doubt(found, known, p) for p in range(len(pairs)))
    order = np.argsort(pairs.to, kind="stable")
    ends = np.searchsorted(pairs.to[order], np.arange(len(panel.skus) + 1))
    return tuple(
        _of(sku, panel, pairs, known, order[ends[i] : ends[i + 1]], reasons) for i, sku in enumerate(panel.skus)
    )


def _fitted(own: Own, pairs: Pairs, category: Ints) -> tuple[Crossings, Crossed]:
    held, last = np.zeros(len(pairs)), own
    found = crossings(last, pairs, held)
    known = crossed(found, pairs, category, spans=False)
    for left in range(ROUNDS - 2, -1, -1):
        held = np.where(found.kin, 0.0, known.mean)
        last = settled(own, pushed(own, pairs, held))
        found = crossings(last, pairs, held)
        known = crossed(found, pairs, category, known, spans=not left)
    return found, known


def _doubt(found: Crossings, known: Crossed, p: int) -> str:
    if found.kin[p]:
        return TOGETHER
    weeks = int(found.weeks[p])
    if weeks < LEAST_WEEKS:
        return f"both were on sale together in {weeks} weeks; {LEAST_WEEKS} are needed"
    if found.moved[p] < LEAST_CHANGE:
        return "the price hardly moved; run a price test"
    if found.apart[p] < LEAST_APART:
        return TOGETHER
    if max(known.positive[p], known.negative[p]) < SURE:
        span = f"from {known.low[p]:.2f} to {known.high[p]:.2f}".replace("-", "−")
        return f"the effect lies {span}: it cannot be told from none"
    return ""


def _of(sku: str, panel: Panel, pairs: Pairs, known: Crossed, rows: Ints, reasons: tuple[str, ...]) -> CrossEffects:
    said = tuple(reasons[p] for p in rows)
    return CrossEffects(
        sku=sku,
        others=tuple(panel.skus[i] for i in pairs.of[rows]),
        kinds=tuple(KINDS[k] for k in pairs.kind[rows]),
        elasticity=known.mean[rows],
        ci_low=known.low[rows],
        ci_high=known.high[rows],
        se=known.se[rows],
        shared=known.shared[rows],
        usable=tuple(not reason for reason in said),
        reasons=said,
    )


def _nothing() -> Crossed:
    return Crossed(*(np.zeros(0) for _ in range(9)))
