"""Names to scores by the words in them: rarity-weighted, tolerant of typos, plurals and word order."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from knowledge.words import ASKING, terms

LONGEST = 1000  # characters of a question that are read
MOST = 40  # of its terms
NAMED = 0.35  # the weight of how much of the name was said, beside how much of what was said is in the name
ASIDE = 0.25  # what a word counts that is mostly said around a product
_TYPO = 75  # rapidfuzz ratio from which two words may be the same one
_SHORTEST = 4  # letters of a word that may hold a typo

Scores = npt.NDArray[np.float64]


class Lexicon:
    """An inverted index over names. A name may bring further words (brand, category) that may be said with it."""

    def __init__(self, names: Sequence[str], extra: Sequence[str]) -> None:
        self._rows: dict[str, list[int]] = {}
        self._joined: dict[str, list[int]] = {}  # "tlight" may be said for "T-LIGHT"
        self._extra: dict[str, list[int]] = {}
        spoken = [terms(name) for name in names]
        for row, (name, more) in enumerate(zip(spoken, extra, strict=True)):
            _post(self._rows, name, row)
            _post(self._joined, _joints(name), row)
            _post(self._extra, set(terms(more)) - set(name), row)
        self._size = len(names)
        self._latin = [t for t in self._rows.keys() | self._extra.keys() if t.isascii() and len(t) >= _SHORTEST]
        self._weight = np.array([sum(self._rarity(term) for term in set(name)) for name in spoken])

    def scores(self, words: str) -> Scores:
        """One score per name, 0 to 1: the share of what was said that the name has, less for a name only half said."""
        said = [term for term in terms(words[:LONGEST])[:MOST] if self._known(term) or not _beside_the_point(term)]
        covered, named, total = np.zeros(self._size), np.zeros(self._size), 1e-9
        for term, joints in _with_joints(said).items():
            hit = self._hit(term, joints)
            rarity = self._rarity(term) * (ASIDE if term in ASKING else 1)
            covered += rarity * hit
            total += rarity
            named += rarity * hit * ~self._only_extra(term)
        whole = np.minimum(named / np.maximum(self._weight, 1e-9), 1)
        scores: Scores = covered / total * (1 - NAMED + NAMED * whole)
        return scores

    def _hit(self, term: str, joints: Sequence[str]) -> Scores:
        """How close each name comes to having this term, 0 to 1."""
        hit = np.zeros(self._size)
        hit[self._joined.get(term, [])] = 1
        for joint in joints:
            hit[self._rows.get(joint, [])] = 1
        for known, closeness in self._alike(term):
            rows = self._rows.get(known, []) + self._extra.get(known, [])
            hit[rows] = np.maximum(hit[rows], closeness)
        return hit

    def _only_extra(self, term: str) -> npt.NDArray[np.bool_]:
        beside = np.zeros(self._size, bool)
        beside[self._extra.get(term, [])] = True
        return beside

    def _alike(self, term: str) -> list[tuple[str, float]]:
        """Known terms for this one, each with how close it is (0 to 1)."""
        if self._known(term):
            return [(term, 1.0)]
        if len(term) < _SHORTEST or not term.isascii() or term.isdigit():
            return []
        close = process.extract(term, self._latin, scorer=fuzz.ratio, limit=4, score_cutoff=_TYPO)
        return [(known, (score / 100) ** 2) for known, score, _ in close]

    def _known(self, term: str) -> bool:
        return term in self._rows or term in self._extra

    def _rarity(self, term: str) -> float:
        rows = len(self._rows.get(term, ())) + len(self._extra.get(term, ())) or len(self._joined.get(term, ()))
        return float(np.log1p(self._size / max(1, rows)))


def _beside_the_point(term: str) -> bool:
    return term in ASKING or term.isdigit()


def _joints(name: Sequence[str]) -> list[str]:
    return [a + b for a, b in pairwise(name) if (a + b).isascii()]


def _with_joints(said: Sequence[str]) -> dict[str, list[str]]:
    """Each term once, with the words that it makes together with its neighbours: "cake stand" is "cakestand" too."""
    found: dict[str, list[str]] = {term: [] for term in said}
    for a, b in pairwise(said):
        found[a].append(a + b)
        found[b].append(a + b)
    return found


def _post(postings: dict[str, list[int]], found: Iterable[str], row: int) -> None:
    for term in set(found):
        postings.setdefault(term, []).append(row)
