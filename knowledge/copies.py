"""Reviews that say the same thing again: a flood of copies has one voice.

Two texts of some length are copies where nine tenths of their letters agree (Levenshtein); candidates are found by
MinHash over groups of four letters (Broder 1997), so that the work grows with the number of texts. Short texts ("very
good") are alike by chance: they are copies only where they are equal and of one day.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

from knowledge.cleaning import cleaned
from knowledge.words import folded

READ = 2000  # characters compared
SHORT = 24  # letters; an ideograph counts for two
ALIKE = 0.9
_SHINGLE, _BANDS, _ROWS = 4, 16, 2
_RANDOM = np.random.default_rng(7)
_TIMES = (_RANDOM.integers(1, 2**31, (_BANDS * _ROWS, 1), np.uint64) << np.uint64(1)) | np.uint64(1)
_PLUS = _RANDOM.integers(0, 2**31, (_BANDS * _ROWS, 1), np.uint64)


@dataclass(frozen=True)
class Said:
    """A review as far as copies go."""

    name: str  # its id
    written_on: date
    text: str


def voices(reviews: Sequence[Said]) -> dict[str, tuple[str, int]]:
    """For each review id: the id of the first that said it, and how many say it in all (1: it stands alone).

    Give the reviews of one product. Its weight in counts and sums is one over the number.
    """
    ordered = sorted(reviews, key=lambda said: (said.written_on, said.name))
    first: dict[str, str] = {}
    buckets: dict[object, list[tuple[str, str]]] = {}
    for said in ordered:
        letters = essence(said.text)
        keys = _keys(letters, said.written_on)
        near = (known for key in keys for known in buckets.get(key, ()))
        leader = next((name for name, other in near if _same(letters, other)), None)
        first[said.name] = leader or said.name
        if leader is None:
            for key in keys:
                buckets.setdefault(key, []).append((said.name, letters))
    counts: dict[str, int] = {}
    for leader in first.values():
        counts[leader] = counts.get(leader, 0) + 1
    return {name: (leader, counts[leader]) for name, leader in first.items()}


def essence(text: str) -> str:
    """Its letters and digits, folded: what spaces, signs, emoji, capitals and hidden characters cannot change."""
    return "".join(c for c in folded(cleaned(text[: 2 * READ]))[:READ] if c.isalnum())


def _same(letters: str, other: str) -> bool:
    return letters == other or Levenshtein.normalized_similarity(letters, other, score_cutoff=ALIKE) >= ALIKE


def _keys(letters: str, day: date) -> list[object]:
    """Two texts can only be copies where they share one."""
    if len(letters) + sum(c > "\u2fff" for c in letters) < SHORT:
        return [(letters, day)] if letters else []
    return [(band, bytes(row)) for band, row in enumerate(_minima(letters).reshape(_BANDS, _ROWS))]


def _minima(letters: str) -> npt.NDArray[np.uint64]:
    groups = {letters[i : i + _SHINGLE].encode() for i in range(len(letters) - _SHINGLE + 1)}
    hashes = np.fromiter((zlib.crc32(group) for group in groups), np.uint64, len(groups))
    minima: npt.NDArray[np.uint64] = ((_TIMES * hashes + _PLUS) & np.uint64(2**32 - 1)).min(axis=1)
    return minima
