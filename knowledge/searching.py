"""Passages for a question: nearest in meaning and nearest in words, joined by their ranks."""

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.chroma import Row, Shelf
from knowledge.embedding import Embedder, Vectors, readable
from knowledge.filtering import Filter
from knowledge.lexical import Lexical
from knowledge.passage import Kind, Passage
from knowledge.record import passage_of

SMOOTH = 20  # the constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009)
POOL = 40  # texts of either ranking that are looked at, and more where copies crowd it
MOST = 10_000


@dataclass(frozen=True)
class Blend:
    """Weights of the two rankings. Set on the dev half of tests/questions, reported on the other: docs/knowledge.md."""

    meaning: float = 1.0
    words: float = 1.5
    share: float = 0.4  # of a question, by rarity of its words, that a text must have to be found by words


BOTH = Blend()
Key = tuple[Kind, str]  # of a text: its collection and its id
log = logging.getLogger(__name__)


class Searcher:
    """Any thread may search; `refresh` takes over what an indexing run has written."""

    def __init__(self, shelf: Shelf, embedder: Embedder, folder: Path) -> None:
        self._shelf, self._embedder, self._folder = shelf, embedder, folder
        self._lexical: Lexical | None = None
        self._building = threading.Lock()

    def search(self, text: str, where: Filter, n: int, blend: Blend = BOTH) -> list[Passage]:
        """The `n` best passages, best first; of copies the one that stands highest, with their number."""
        if n < 1 or not where.kinds or not readable(text):
            return []
        vector = self._embedder.embed([text])
        pool = max(POOL, 3 * n)
        while True:
            rows, fused, seen = self._ranked(text, vector, where, pool, blend)
            passages = [passage_of(key[0], *rows[key], score) for key, score in _one_voice(fused, rows)[:n]]
            if len(passages) == n or seen < pool or pool >= MOST:
                return passages
            pool *= 4

    def refresh(self) -> None:
        """Bring the index of words up to the texts, and keep it on disk. While they change it stays what it was."""
        stamp = self._shelf.stamp()
        with self._building:
            if self._lexical is not None and (busy(stamp) or self._lexical.stamp == stamp):
                return
            known = Lexical.load(self._folder, None if busy(stamp) else stamp)
            if known is None and not busy(stamp):
                known = Lexical.of(stamp, self._shelf.texts())
                self._keep(known)
            self._lexical = known

    def _keep(self, lexical: Lexical) -> None:
        try:
            lexical.save(self._folder)
        except OSError as fault:
            log.warning("the lexical index stays in memory: %s", fault)

    def _ranked(
        self, text: str, vector: Vectors, where: Filter, pool: int, blend: Blend
    ) -> tuple[dict[Key, Row], dict[Key, float], int]:
        """The rows that either ranking names, their joint scores best first, and how long the longer ranking is."""
        near = self._near(vector, where, pool) if blend.meaning else {}
        said = self._said(text, where, pool, blend.share) if blend.words else []
        rows = near | self._rows([key for key in said if key not in near], vector)
        ranked = ((blend.meaning, list(near)), (blend.words, [key for key in said if key in rows]))
        return rows, fused(ranked), max(len(near), len(said))

    def _near(self, vector: Vectors, where: Filter, pool: int) -> dict[Key, Row]:
        rows = [
            (kind, row) for kind in where.kinds for row in self._shelf.nearest(kind, vector, pool, where.condition())
        ]
        rows.sort(key=lambda found: -found[1][3])
        return {(kind, row[0]): row for kind, row in rows[:pool]}

    def _said(self, text: str, where: Filter, pool: int, share: float) -> Sequence[Key]:
        self.refresh()
        return self._lexical.best(text, pool, where, share) if self._lexical else ()

    def _rows(self, keys: Sequence[Key], vector: Vectors) -> dict[Key, Row]:
        found: dict[Key, Row] = {}
        for kind in sorted({kind for kind, _ in keys}):
            ids = [name for which, name in keys if which == kind]
            found |= {(kind, row[0]): row for row in self._shelf.rows(kind, ids, vector)}
        return found


def busy(stamp: str) -> bool:
    """Whether the texts are being changed, or were when a run was killed."""
    return stamp.startswith("busy")


def fused(rankings: Iterable[tuple[float, Sequence[Key]]]) -> dict[Key, float]:
    """Reciprocal rank fusion: the share, 0 to 1, of the score of a text that is first in every ranking; best first."""
    scores: dict[Key, float] = {}
    whole = 0.0
    for weight, keys in rankings:
        whole += weight / (SMOOTH + 1)
        for rank, key in enumerate(keys, 1):
            scores[key] = scores.get(key, 0.0) + weight / (SMOOTH + rank)
    return {key: min(1.0, score / whole) for key, score in sorted(scores.items(), key=lambda one: (-one[1], one[0]))}


def _one_voice(scores: dict[Key, float], rows: dict[Key, Row]) -> list[tuple[Key, float]]:
    heard: set[tuple[str, str]] = set()
    kept: list[tuple[Key, float]] = []
    for key, score in scores.items():
        about = rows[key][2]
        voice = (str(about["sku"]), str(about.get("voice", key)))
        if voice not in heard:
            heard.add(voice)
            kept.append((key, score))
    return kept
