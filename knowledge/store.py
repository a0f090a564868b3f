"""The store of texts: products and reviews, searched by what they mean."""

import logging
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from knowledge.chroma import Shelf
from knowledge.cleaning import visible
from knowledge.embedding import Embedder, Vectors, readable
from knowledge.filtering import Filter
from knowledge.finding import Finder, Found
from knowledge.indexing import Progress, carry_out, plans
from knowledge.passage import Indexed, Kind, KnowledgeError, Passage, ProductText, ReviewText, Voice
from knowledge.record import product_of
from knowledge.remote import Remote
from knowledge.searching import Searcher, busy

CATEGORY, CATEGORY_LEAD = 0.65, 0.15  # cosine of a category that is meant, and its lead over the next
LEXICAL = "lexical"  # the folder of the index of words, beside Chroma's files

log = logging.getLogger(__name__)


class Knowledge:
    """What is written about products and by whom. Any thread may search and find while another one indexes."""

    def __init__(self, path: Path, embedder: Embedder | None = None, remote: Remote | None = None) -> None:
        """`path` is a folder of its own; nothing is read or written before the first use.

        With a `remote` the collections are kept by a Chroma server, and the folder has the index of words alone.
        """
        self._shelf = Shelf(path, remote)
        self._embedder = embedder or Embedder()
        self.searcher = Searcher(self._shelf, self._embedder, path / LEXICAL)
        self._indexing = threading.Lock()
        self._finder: Finder | None = None

    def index(
        self, products: Sequence[ProductText], reviews: Sequence[ReviewText], progress: Progress | None = None
    ) -> Indexed:
        """Make the store hold exactly these texts. Only a text that is new or rewritten is embedded.

        Reviews are cleaned, and masked of personal data, before anything of them is kept. Finding by code and words
        works on `products` at once; a run that was cut short goes on where it stopped.
        """
        self._finder = Finder(products, self._near)
        with self._indexing:
            work = plans(self._shelf, products, reviews)
            if not all(plan.idle for plan in work) or busy(self._shelf.stamp()):
                self._shelf.mark("busy")
                try:
                    carry_out(self._shelf, self._embedder, work, progress)
                finally:
                    self._shelf.mark("done")
            self.searcher.refresh()
        return Indexed(
            added=sum(len(plan.fresh) for plan in work),
            unchanged=sum(plan.unchanged for plan in work),
            removed=sum(len(plan.gone) for plan in work),
        )

    def rebuild(
        self, products: Sequence[ProductText], reviews: Sequence[ReviewText], progress: Progress | None = None
    ) -> Indexed:
        """Throw away what is kept and index anew: the remedy for a damaged store."""
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
        language: str | None = None,
        kind: Kind | None = None,
        n: int = 5,
    ) -> tuple[Passage, ...]:
        """The `n` passages nearest in meaning and in words, in either language, best first; bounds included.

        Products have no rating and no date: such a filter leaves reviews alone. An empty store has no passages.
        Raises KnowledgeError where the store is damaged or its server does not answer.
        """
        where = Filter(sku, min_rating, max_rating, since, until, language, kind)
        return tuple(self.searcher.search(text, where, n))

    def spoken(self, sku: str) -> dict[str, Voice]:
        """Each review of a product by how many of its reviews say the same, and its language. Embeds nothing."""
        rows = self._shelf.metadata("review", {"sku": {"$eq": visible(sku)}})
        return {name: Voice(int(told.get("copies", 1)), str(told["language"])) for name, told in rows}

    def voices(self, sku: str) -> dict[str, int]:
        """For each review of a product how many of its reviews say the same: it counts one over that number."""
        return {name: voice.copies for name, voice in self.spoken(sku).items()}

    def similar(self, sku: str, n: int = 5) -> dict[str, float]:
        """SKUs whose name means much the same as this product's, with the cosine, nearest first. Embeds nothing."""
        vector = self._shelf.vector("product", f"name:{visible(sku)}")
        if vector is None:
            return {}
        best: dict[str, float] = {}
        for *_, metadata, cosine in self._shelf.nearest("product", vector, 2 * n, {"part": {"$eq": "name"}}):
            best.setdefault(str(metadata["sku"]), cosine)
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
        self.searcher.refresh()

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
            for *_, metadata, cosine in self._shelf.nearest("product", vector, 2 * n, {"part": {"$ne": "description"}}):
                best.setdefault(str(metadata["sku"]), cosine)
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
