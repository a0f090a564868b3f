"""Products and reviews as the rows of a collection, and the rows back as passages."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.cleaning import cleaned, unreadable, visible
from knowledge.embedding import NAME
from knowledge.language import written_in
from knowledge.masking import masked
from knowledge.passage import Kind, Passage, ProductText, ReviewText

Value = str | int | float
Metadata = dict[str, Value]
LONGEST = 10_000  # characters kept of one text
MORE = " […]"  # ends a text that was cut
UNRATED = UNREAD = -1.0  # Chroma has no null: no rating, no sentiment
RULES = "cleaned and masked 1"  # of what is kept; another name has every text read again


@dataclass(frozen=True)
class Record:
    """One row: its id, its text, and what it can be filtered by (dates as ordinals, so that ranges work).

    `text` is what came from outside until `prepared` has made of it what is kept; the hash is of the whole of it.
    """

    id: str
    text: str
    metadata: Metadata
    language: str = ""  # as stated by the source
    keep: str = ""  # names of products and brands, which are no persons


def product_records(products: Sequence[ProductText]) -> Iterator[Record]:
    """Up to three rows a product, one language and one length each, so that a long description drowns no name."""
    for product in products:
        about = {
            "sku": visible(product.sku),
            "name": cleaned(product.name[:LONGEST]),
            "name_zh": cleaned(product.name_zh[:LONGEST]),
            "category": visible(product.category),
            "brand": visible(product.brand),
        }
        for part in ("name", "name_zh", "description"):
            yield from _record(f"{part}:{product.sku}", getattr(product, part), {**about, "part": part})


def review_records(reviews: Sequence[ReviewText], names: Mapping[str, str]) -> Iterator[Record]:
    """`names`: what a product is called, by SKU."""
    for review in reviews:
        about: Metadata = {
            "sku": visible(review.sku),
            "day": review.written_on.toordinal(),
            "rating": UNRATED if review.rating is None else float(review.rating),
            "sentiment": UNREAD if review.sentiment is None else float(review.sentiment),
        }
        yield from _record(review.review_id, review.text, about, review.language, names.get(review.sku, ""))


def _record(name: str, text: str, about: Mapping[str, Value], language: str = "", keep: str = "") -> Iterator[Record]:
    if unreadable(text[: 2 * LONGEST]):
        return
    whole = f"{NAME}\n{RULES}\n{language}\n{text}".encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(whole).hexdigest()[:32]
    yield Record(visible(name), text, {**about, "hash": digest}, visible(language), keep)


def prepared(kind: Kind, record: Record) -> Record:
    """As it is kept: readable, what a review tells of persons masked, cut where it is overlong, its language known."""
    seen = cleaned(record.text[: 2 * LONGEST])
    text = masked(seen, record.keep) if kind == "review" else seen
    whole = len(record.text)
    cut = len(text) > LONGEST or whole > 2 * LONGEST
    about: Metadata = {
        **record.metadata,
        "language": record.language or written_in(text),
        "cut": whole if cut else 0,
    }
    return replace(record, text=text[:LONGEST] + MORE if cut else text, metadata=about)


def quoted(text: str, keep: str = "") -> str:
    """What of a review may be shown: readable, masked of persons but for the names in `keep`, cut where overlong."""
    seen = masked(cleaned(text[: 2 * LONGEST]), keep)
    return seen[:LONGEST] + MORE if len(seen) > LONGEST or len(text) > 2 * LONGEST else seen


def product_of(metadata: Mapping[str, Value]) -> ProductText:
    """What finding needs of a product, from its row."""
    return ProductText(**{key: str(metadata[key]) for key in ("sku", "name", "name_zh", "category", "brand")})


def passage_of(kind: Kind, row: str, text: str, metadata: Mapping[str, Value], cosine: float, score: float) -> Passage:
    day = metadata.get("day")
    return Passage(
        text=text,
        sku=str(metadata["sku"]),
        kind=kind,
        source=row if kind == "review" else str(metadata["part"]),
        score=score,
        language=str(metadata["language"]),
        written_on=None if day is None else date.fromordinal(int(day)),
        rating=_known(metadata.get("rating", UNRATED)),
        cosine=min(1.0, max(0.0, cosine)),
        copies=int(metadata.get("copies", 1)),
        cut_from=int(metadata.get("cut", 0)),
        sentiment=_known(metadata.get("sentiment", UNREAD)),
    )


def _known(value: Value) -> float | None:
    return None if float(value) < 0 else float(value)
