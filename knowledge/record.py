"""Products and reviews as the rows of a collection, and the rows back as passages."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.embedding import NAME, visible
from knowledge.language import language_of
from knowledge.passage import Kind, Passage, ProductText, ReviewText

Value = str | int | float
Metadata = dict[str, Value]
LONGEST = 10_000  # characters kept of one text
UNRATED = -1.0


@dataclass(frozen=True)
class Record:
    """One row: its id, its text, and what it can be filtered by (dates as ordinals, so that ranges work)."""

    id: str
    text: str
    metadata: Metadata


def product_records(products: Sequence[ProductText]) -> Iterator[Record]:
    """Up to three rows a product, one language and one length each, so that a long description drowns no name."""
    for product in products:
        about = {
            "sku": visible(product.sku),
            "name": visible(product.name),
            "name_zh": visible(product.name_zh),
            "category": visible(product.category),
            "brand": visible(product.brand),
        }
        for part in ("name", "name_zh", "description"):
            yield from _record(f"{part}:{product.sku}", getattr(product, part), {**about, "part": part})


def review_records(reviews: Sequence[ReviewText]) -> Iterator[Record]:
    for review in reviews:
        about: Metadata = {
            "sku": visible(review.sku),
            "day": review.written_on.toordinal(),
            "rating": UNRATED if review.rating is None else float(review.rating),
        }
        yield from _record(review.review_id, review.text, about, review.language)


def _record(name: str, text: str, about: Mapping[str, Value], language: str = "") -> Iterator[Record]:
    seen = visible(text[: 2 * LONGEST])[:LONGEST]
    if seen:
        digest = hashlib.sha256(f"{NAME}\n{seen}".encode()).hexdigest()[:32]
        yield Record(visible(name), seen, {**about, "language": visible(language) or language_of(seen), "hash": digest})


def product_of(metadata: Mapping[str, Value]) -> ProductText:
    """What finding needs of a product, from its row."""
    return ProductText(**{key: str(metadata[key]) for key in ("sku", "name", "name_zh", "category", "brand")})


def passage_of(kind: Kind, row: str, text: str, metadata: Mapping[str, Value], distance: float) -> Passage:
    rating, day = metadata.get("rating", UNRATED), metadata.get("day")
    return Passage(
        text=text,
        sku=str(metadata["sku"]),
        kind=kind,
        source=row if kind == "review" else str(metadata["part"]),
        score=min(1.0, max(0.0, 1 - distance)),
        language=str(metadata["language"]),
        written_on=None if day is None else date.fromordinal(int(day)),
        rating=None if float(rating) == UNRATED else float(rating),
    )
