"""Which product a merchant means: by its code, by its words, by its meaning, in this order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.codes import Codes
from knowledge.lexicon import Lexicon
from knowledge.passage import ProductText

How = Literal["code", "words", "meaning"]
Near = Callable[[str, int], Mapping[str, float]]  # the words, and how many: cosine by SKU

# Set on one half of the phrasings in tests/integration/test_knowledge_finding.py, reported on the other.
SURE: dict[How, tuple[float, float]] = {  # the least score of a product that is meant for sure, and its lead
    "words": (0.70, 0.07),
    "meaning": (0.50, 0.15),
}
SHOWN = 0.25  # the least score of a candidate
FLOOR, CEILING = 0.40, 0.95  # cosines of names: nothing in common, and the same thing in other words
CATEGORY = 0.6
_POOL = 30
_BEGUN = 0.9


@dataclass(frozen=True)
class Candidate:
    """A product that may be meant, with a score from 0 to 1."""

    sku: str
    name: str
    score: float
    how: How


@dataclass(frozen=True)
class Found:
    """Candidates, best first. `sure`: the first is the one that is meant, and may be used without asking back."""

    candidates: tuple[Candidate, ...]
    sure: bool


class Finder:
    """Products by what they are called. Built in well under a second for thousands; any thread may ask."""

    def __init__(self, products: Sequence[ProductText], near: Near | None = None) -> None:
        self._products = {product.sku: product for product in products}
        self._near = near
        self._codes = Codes(list(self._products))
        rows = [(p.sku, name, f"{p.brand} {p.category}") for p in products for name in (p.name, p.name_zh) if name]
        self._skus = [sku for sku, _, _ in rows]
        self._lexicon = Lexicon([name for _, name, _ in rows], [more for _, _, more in rows])
        self.categories = sorted({p.category for p in products if p.category})
        self._category_lexicon = Lexicon(self.categories, [""] * len(self.categories))

    def find(self, words: str, n: int = 5) -> Found:
        """The products that `words` may mean. Nothing alike: no candidates."""
        said = self._codes.said(words)
        if said:
            return Found(self._candidates(dict.fromkeys(said, 1.0), "code")[:n], sure=len(said) == 1)
        begun = self._codes.begun(words)
        if begun:
            return Found(self._candidates(dict.fromkeys(begun, _BEGUN), "code")[:n], sure=len(begun) == 1)
        by_words = self._by_words(words)
        found = self._judged(self._candidates(by_words, "words"), n)
        if found.sure or self._near is None or not words.strip():
            return found
        return self._judged(self._fused(by_words, self._by_meaning(words)), n)

    def find_category(self, words: str) -> str | None:
        """The category that `words` name, as the catalogue writes it; None where none is clearly named."""
        scores = self._category_lexicon.scores(words)
        best = sorted(zip(scores, self.categories, strict=True), reverse=True)[:2]
        if not best or best[0][0] < CATEGORY or (len(best) == 2 and best[0][0] - best[1][0] < SURE["words"][1]):
            return None
        return best[0][1]

    def _by_words(self, words: str) -> dict[str, float]:
        scores = self._lexicon.scores(words)
        best: dict[str, float] = {}
        for row in scores.argsort()[::-1][: 2 * _POOL]:
            best.setdefault(self._skus[row], float(scores[row]))
        return best

    def _by_meaning(self, words: str) -> dict[str, float]:
        near = self._near(words, _POOL) if self._near else {}
        return {
            sku: min(1.0, max(0.0, (cosine - FLOOR) / (CEILING - FLOOR)))
            for sku, cosine in near.items()
            if sku in self._products
        }

    def _fused(self, by_words: Mapping[str, float], by_meaning: Mapping[str, float]) -> tuple[Candidate, ...]:
        """Either way of knowing counts for what the other leaves open, meaning for half of it."""
        words = {sku: s + (1 - s) * by_meaning.get(sku, 0) / 2 for sku, s in by_words.items()}
        meaning = {sku: s * 0.8 for sku, s in by_meaning.items() if s * 0.8 > words.get(sku, 0)}
        words = {sku: s for sku, s in words.items() if sku not in meaning}
        both = self._candidates(words, "words") + self._candidates(meaning, "meaning")
        return tuple(sorted(both, key=lambda c: (-c.score, c.sku)))

    def _candidates(self, scores: Mapping[str, float], how: How) -> tuple[Candidate, ...]:
        found = [Candidate(sku, self._products[sku].name, score, how) for sku, score in scores.items()]
        return tuple(sorted((c for c in found if c.score >= SHOWN), key=lambda c: -c.score))

    @staticmethod
    def _judged(candidates: tuple[Candidate, ...], n: int) -> Found:
        if not candidates:
            return Found((), sure=False)
        first = candidates[0]
        lead = first.score - (candidates[1].score if len(candidates) > 1 else 0)
        least, ahead = SURE[first.how]
        return Found(candidates[:n], sure=first.score >= least and lead >= ahead)
