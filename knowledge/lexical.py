"""Texts by the words in them (BM25), beside the vectors: what a vector blurs, such as codes, sizes and rare words."""

import json
import logging
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import numpy as np
import numpy.typing as npt

from knowledge.passage import Kind
from knowledge.record import UNRATED, Metadata
from knowledge.words import folded, stem

if TYPE_CHECKING:
    from bm25s import BM25

    from knowledge.filtering import Filter

READ = 2000  # characters of a text
ASKED = 60  # terms of a question
_TOKEN = re.compile(r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff\u3040-\u30ff\uac00-\ud7af]+|[^\W_]+")
_CONTRACTED = re.compile(r"['’](?:s|t|re|ve|ll|d|m)\b")
_ENDING = re.compile(r"(?:ing|ed|ly|er|e)$")
_ENGLISH = (
    "a about after all also am an and any are as at be been but by can could did do does doesn don for from had has "
    "have he her his how i if in into is isn it its just me my no not of on one or our out she so some than that the "
    "their them then there these they this those to too up us very was we were what when which who will with would "
    "you your"
)
_COMMON = frozenset(_ENGLISH.split())
_META, _COLUMNS, _SCORES = "index.json", "columns.npz", "bm25"
Row = tuple[Kind, str, str, Metadata]  # kind, id, text, metadata


@dataclass(frozen=True)
class Columns:
    """(rows,) each: what the rows can be filtered by."""

    kind: npt.NDArray[np.str_]
    name: npt.NDArray[np.str_]  # the id
    sku: npt.NDArray[np.str_]
    language: npt.NDArray[np.str_]
    day: npt.NDArray[np.int64]
    rating: npt.NDArray[np.float64]


class Lexical:
    """A finished index; any thread may ask. Another one takes its place when the texts change."""

    def __init__(self, stamp: str, columns: Columns, scorer: "BM25 | None") -> None:
        self.stamp = stamp
        self._columns, self._scorer = columns, scorer

    @classmethod
    def of(cls, stamp: str, rows: Iterable[Row]) -> "Lexical":
        """Seconds for a hundred thousand short texts."""
        kept = list(rows)
        about = [metadata for *_, metadata in kept]
        columns = Columns(
            kind=np.array([kind for kind, *_ in kept], np.str_),
            name=np.array([name for _, name, *_ in kept], np.str_),
            sku=np.array([row["sku"] for row in about], np.str_),
            language=np.array([row["language"] for row in about], np.str_),
            day=np.array([row.get("day", 0) for row in about], np.int64),
            rating=np.array([row.get("rating", UNRATED) for row in about], np.float64),
        )
        return cls(stamp, columns, _scorer([lexemes(text[:READ]) for _, _, text, _ in kept]))

    def best(self, text: str, n: int, where: "Filter", share: float = 0.0) -> list[tuple[Kind, str]]:
        """Kind and id of up to `n` texts that have a `share` of the words of `text`, best first."""
        asked = list(dict.fromkeys(lexemes(text[:READ])))[:ASKED]
        if self._scorer is None or not any(term in self._scorer.vocab_dict for term in asked):
            return []
        fit = where.mask(self._columns) & (self._shares(self._scorer, asked) >= share)
        scores: npt.NDArray[np.float32] = self._scorer.get_scores(asked) * fit
        top = np.argsort(-scores, kind="stable")[:n] if n >= len(scores) else _top(scores, n)
        found = [row for row in top if scores[row] > 0]
        return [(cast("Kind", str(self._columns.kind[row])), str(self._columns.name[row])) for row in found]

    def _shares(self, scorer: "BM25", asked: Sequence[str]) -> npt.NDArray[np.float64]:
        """(rows,) which part of what was asked each text has, by rarity; words that no text has count in full."""
        size = len(self._columns.name)
        starts, rows = scorer.scores["indptr"], scorer.scores["indices"]
        shares, whole = np.zeros(size), 0.0
        for term in asked:
            place = scorer.vocab_dict.get(term)
            having = rows[:0] if place is None else rows[starts[place] : starts[place + 1]]
            rarity = float(np.log1p((size - len(having) + 0.5) / (len(having) + 0.5)))
            shares[having] += rarity
            whole += rarity
        return shares / max(whole, 1e-9)

    def save(self, folder: Path) -> None:
        """Whole or not at all: written beside, then put in its place."""
        partial = folder.with_name(f".{folder.name}.{uuid4().hex[:8]}")
        partial.mkdir(parents=True)
        try:
            np.savez(partial / _COLUMNS, **{f.name: getattr(self._columns, f.name) for f in fields(Columns)})
            if self._scorer is not None:
                self._scorer.save(partial / _SCORES, show_progress=False)
            (partial / _META).write_text(json.dumps({"stamp": self.stamp, "filled": self._scorer is not None}), "utf-8")
            shutil.rmtree(folder, ignore_errors=True)
            partial.rename(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    @classmethod
    def load(cls, folder: Path, stamp: str | None) -> "Lexical | None":
        """What lies in the folder, where it is whole and bears this stamp (any, for None)."""
        try:
            meta: dict[str, Any] = json.loads((folder / _META).read_text("utf-8"))
            if stamp not in (None, meta["stamp"]):
                return None
            with np.load(folder / _COLUMNS, allow_pickle=False) as archive:
                columns = Columns(**{f.name: archive[f.name] for f in fields(Columns)})
            return cls(meta["stamp"], columns, _loaded(folder / _SCORES) if meta["filled"] else None)
        except (OSError, ValueError, KeyError):
            return None


def lexemes(text: str) -> list[str]:
    """English words without their endings; of Chinese each pair of neighbours, and characters that stand alone."""
    found: list[str] = []
    for token in _TOKEN.findall(_CONTRACTED.sub("", folded(text))):
        if token[0].isascii():
            found += [] if token in _COMMON else [_root(token)]
        else:
            found += [token] if len(token) == 1 else [token[i : i + 2] for i in range(len(token) - 1)]
    return found


def _root(word: str) -> str:
    single = stem(word)
    bare = _ENDING.sub("", single) if len(single) > 4 and single.isalpha() else single
    return bare[:-1] if len(bare) > 3 and bare[-1] == bare[-2] and bare[-1] not in "ls" else bare


def _library() -> "type[BM25]":
    """Loaded where it is needed; its log, which it sets to tell everything, is kept to warnings."""
    from bm25s import BM25  # noqa: PLC0415

    logging.getLogger("bm25s").setLevel(logging.WARNING)
    return BM25  # type: ignore[no-any-return]


def _scorer(corpus: Sequence[list[str]]) -> "BM25 | None":
    if not any(corpus):
        return None
    scorer = _library()()
    scorer.index(corpus, show_progress=False)
    return scorer


def _loaded(folder: Path) -> "BM25":
    scorer: BM25 = _library().load(folder, show_progress=False)
    return scorer


def _top(scores: npt.NDArray[np.float32], n: int) -> npt.NDArray[np.int64]:
    chosen = np.argpartition(-scores, n)[:n]
    ordered: npt.NDArray[np.int64] = chosen[np.lexsort((chosen, -scores[chosen]))]
    return ordered
