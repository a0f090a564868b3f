"""The store of texts: products and reviews, searched by what they mean."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from knowledge.chroma import Shelf
from knowledge.embedding import Embedder, Vectors, readable, visible
from knowledge.finding import Finder, Found
from knowledge.passage import Indexed, Kind, KnowledgeError, Passage, ProductText, ReviewText
from knowledge.record import UNRATED, Record, passage_of, product_of, product_records, review_records

BATCH = 256  # texts embedded and written at a time: what an interruption can cost
CATEGORY, CATEGORY_LEAD = 0.65, 0.15  # cosine of a category that is meant, and its lead over the next
Progress = Callable[[int, int], None]  # texts done, of how many

Condition = dict[str, Any]
T = TypeVar("T")

log = logging.getLogger(__name__)


class Knowledge:
    """What is written about products and by whom. Any thread may search and find while another one indexes."""

    def __init__(self, path: Path, embedder: Embedder | None = None) -> None:
        """`path` is a folder of its own; nothing is read or written before the first use."""
        self._shelf = Shelf(path)
        self._embedder = embedder or Embedder()
        self._indexing = threading.Lock()
        self._finder: Finder | None = None

    def index(
        self, products: Sequence[ProductText], reviews: Sequence[ReviewText], progress: Progress | None = None
    ) -> Indexed:
        """Make the store hold exactly these texts. Only a text that is new or rewritten is embedded.

        Finding by code and words works on `products` at once; a run that was cut short goes on where it stopped.
        """
        self._finder = Finder(products, self._near)
        with self._indexing:
            plans = (
                self._plan("product", product_records(products)),
                self._plan("review", review_records(reviews)),
            )
            self._carry_out(plans, progress)
        return Indexed(
            added=sum(len(plan.fresh) for plan in plans),
            unchanged=sum(plan.unchanged for plan in plans),
            removed=sum(len(plan.gone) for plan in plans),
        )

    def rebuild(
        self, products: Sequence[ProductText], reviews: Sequence[ReviewText], progress: Progress | None = None
    ) -> Indexed:
        """Throw away what is on disk and index anew: the remedy for a damaged store."""
        with self._indexing:
            self._shelf.destroy()
        return self.index(products, reviews, progress)

    def search(
        self,
        text: str,
        sku: str | None = None,
        *,
        min_rating: float | None = None,
        max_rating: float | None = None,
        since: date | None = None,
        until: date | None = None,
        kind: Kind | None = None,
        n: int = 5,
    ) -> tuple[Passage, ...]:
        """The `n` passages nearest in meaning, best first; bounds included.

        Products have no rating and no date: such a filter leaves reviews alone. An empty store has no passages.
        Raises KnowledgeError where the store on disk is damaged.
        """
        if n < 1 or not readable(text):
            return ()
        bounds = _bounds(min_rating, max_rating, since, until)
        conditions = [*([{"sku": {"$eq": visible(sku)}}] if sku is not None else []), *bounds]
        kinds: tuple[Kind, ...] = (kind,) if kind else ("review",) if bounds else ("review", "product")
        vector = self._embedder.embed([text])
        found = [
            passage_of(which, *row)
            for which in kinds
            for row in self._shelf.nearest(which, vector, n, _all(conditions))
        ]
        return tuple(sorted(found, key=lambda passage: -passage.score)[:n])

    def similar(self, sku: str, n: int = 5) -> dict[str, float]:
        """SKUs whose name means much the same as this product's, with the cosine, nearest first. Embeds nothing."""
        vector = self._shelf.vector("product", f"name:{visible(sku)}")
        if vector is None:
            return {}
        best: dict[str, float] = {}
        for *_, metadata, distance in self._shelf.nearest("product", vector, 2 * n, {"part": {"$eq": "name"}}):
            best.setdefault(str(metadata["sku"]), 1 - distance)
        best.pop(visible(sku), None)
        return dict(list(best.items())[:n])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (N, 512) of texts, by the embedder of this store."""
        return self._embedder.embed(texts)

    def find(self, words: str, n: int = 5) -> Found:
        """The products that a merchant's words may mean."""
        return self._known().find(words, n)

    def find_category(self, words: str) -> str | None:
        """The category that the words name, as the catalogue writes it; None where none is clearly meant."""
        finder = self._known()
        return finder.find_category(words) or self._category_meant(words, finder.categories)

    def warm(self) -> None:
        """Read the encoder and the collections now (seconds), so that the first question does not wait for them."""
        self._embedder.warm()
        self._known()
        self._shelf.count("review")

    def close(self) -> None:
        """Let go of the files; the next use opens them again."""
        self._shelf.close()

    def _known(self) -> Finder:
        """The finder of this run's catalogue, or of what an earlier run left on disk."""
        if self._finder is None:
            rows = self._shelf.metadata("product", {"part": {"$eq": "name"}})
            self._finder = Finder([product_of(metadata) for _, metadata in rows], self._near)
        return self._finder

    def _near(self, words: str, n: int) -> dict[str, float]:
        """SKUs whose name means much the same, with the cosine. A damaged store leaves finding to code and words."""
        best: dict[str, float] = {}
        try:
            vector = self._embedder.embed([words])
            for *_, metadata, distance in self._shelf.nearest(
                "product", vector, 2 * n, {"part": {"$ne": "description"}}
            ):
                best.setdefault(str(metadata["sku"]), 1 - distance)
        except KnowledgeError as fault:
            log.warning("finding by meaning is off: %s", fault)
        return best

    def _category_meant(self, words: str, categories: Sequence[str]) -> str | None:
        if not categories or not readable(words):
            return None
        *known, asked = self._embedder.embed([*categories, words])
        ranked = sorted(
            ((float(vector @ asked), name) for vector, name in zip(known, categories, strict=True)), reverse=True
        )
        (best, name), (second, _) = [*ranked, (0.0, "")][:2]
        return name if best >= CATEGORY and best - second >= CATEGORY_LEAD else None

    def _plan(self, kind: Kind, records: Iterable[Record]) -> "_Plan":
        wanted = {record.id: record for record in records}
        plan = _Plan(kind)
        for name, metadata in self._shelf.metadata(kind):
            record = wanted.get(name)
            if record is None:
                plan.gone.append(name)
            elif record.metadata["hash"] == metadata["hash"]:
                del wanted[name]
                plan.unchanged += 1
                plan.relabelled += [record] if record.metadata != metadata else []
        plan.fresh = list(wanted.values())
        return plan

    def _carry_out(self, plans: Sequence["_Plan"], progress: Progress | None) -> None:
        total, done = sum(len(plan.fresh) for plan in plans), 0
        for plan in plans:
            for gone in _parts(plan.gone):
                self._shelf.remove(plan.kind, gone)
            for moved in _parts(plan.relabelled):
                self._shelf.relabel(plan.kind, moved)
            for batch in _parts(plan.fresh):
                self._shelf.write(plan.kind, batch, self._embedder.embed([record.text for record in batch]))
                done += len(batch)
                if progress:
                    progress(done, total)


@dataclass
class _Plan:
    """What an indexing run has to do in one collection."""

    kind: Kind
    fresh: list[Record] = field(default_factory=list)
    relabelled: list[Record] = field(default_factory=list)  # the same text under a new category, date or rating
    gone: list[str] = field(default_factory=list)
    unchanged: int = 0


def _parts(things: Sequence[T]) -> Iterator[Sequence[T]]:
    return (things[start : start + BATCH] for start in range(0, len(things), BATCH))


def _bounds(
    min_rating: float | None, max_rating: float | None, since: date | None, until: date | None
) -> list[Condition]:
    limits = (
        ("rating", "$gte", min_rating),
        ("rating", "$lte", max_rating),
        ("rating", "$gt", UNRATED if (min_rating, max_rating) != (None, None) else None),
        ("day", "$gte", since and since.toordinal()),
        ("day", "$lte", until and until.toordinal()),
    )
    return [{name: {relation: limit}} for name, relation, limit in limits if limit is not None]


def _all(conditions: Sequence[Condition]) -> Condition | None:
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return {"$and": list(conditions)}
