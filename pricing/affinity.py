"""One list of what belongs with a product, with the reason for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pricing.recommend import Related

Reason = Literal["together", "text", "cross"]
SURE_EFFECT = 0.0  # of a cross elasticity's interval: beyond it a sign is known


@dataclass(frozen=True)
class Effect:
    """How units of `sku` answer to the price of another product, where that is known (90 % interval)."""

    sku: str
    elasticity: float
    low: float
    high: float


@dataclass(frozen=True)
class Affine:
    """A product that belongs with another, and how that is known."""

    related: Related
    score: float  # 0 to 1: how sure the relation is
    reasons: tuple[Reason, ...]  # the surest first
    effect: Effect | None = None


def affine(found: Sequence[Related], similarity: Mapping[str, float], effects: Mapping[str, Effect]) -> list[Affine]:
    """What orders, texts and prices say of a product, the surest first.

    A price effect of known sign decides between substitute and complement: buyers who move over when a price rises
    take the other instead, whatever is bought together. A complement is as sure as its lower bound of lift is far
    above chance, a substitute as its text is alike.
    """
    return sorted((_one(one, similarity, effects.get(one.other)) for one in found), key=lambda a: (-a.score, _name(a)))


def _one(one: Related, similarity: Mapping[str, float], effect: Effect | None) -> Affine:
    known = effect if effect is not None and (effect.low > SURE_EFFECT or effect.high < -SURE_EFFECT) else None
    relation = one.relation if known is None else "substitute" if known.elasticity > 0 else "complement"
    alike = similarity.get(one.other, 0.0)
    bought = 1 - 1 / max(one.lift_low, 1.0)
    score = alike * (1 - bought) if relation == "substitute" else bought
    reasons: list[Reason] = ["cross"] if known else []
    if one.lift_low > 1:
        reasons.append("together")
    if alike >= 0.5 and relation == "substitute":
        reasons.append("text")
    told = Related(one.sku, one.other, one.together, one.lift, one.lift_low, one.lift_high, relation)
    return Affine(told, min(1.0, score + (0.5 if known else 0.0)), tuple(reasons), known)


def _name(one: Affine) -> str:
    return one.related.other
