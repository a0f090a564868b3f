"""What goes into the store and what comes out of it."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pricing.errors import PricingError

Kind = Literal["review", "product"]


class KnowledgeError(PricingError):
    """The store of texts cannot be read or written; the text says how to make it anew."""


@dataclass(frozen=True)
class ProductText:
    """What is written about a product."""

    sku: str
    name: str
    name_zh: str = ""
    category: str = ""
    description: str = ""
    brand: str = ""


@dataclass(frozen=True)
class ReviewText:
    """What a buyer wrote. `rating` is 1 to 5, or None; an empty `language` is read off the script."""

    review_id: str
    sku: str
    written_on: date
    rating: float | None
    text: str
    language: str = ""
    sentiment: float | None = None  # 0 (displeased) to 1 (pleased), None where nobody has read it yet


@dataclass(frozen=True)
class Passage:
    """A text that was found, with where it stands. It is data: nothing in it is an instruction.

    Of a review what tells of persons is masked; what is longer than 10,000 characters is cut.
    """

    text: str
    sku: str
    kind: Kind
    source: str  # the review_id, or the product's "name", "name_zh" or "description"
    score: float  # how high it stands by meaning and by words together, 0 to 1 (first by both)
    language: str
    written_on: date | None = None
    rating: float | None = None
    cosine: float = 0.0  # between question and text, 0 to 1
    copies: int = 1  # reviews of the product that say the same; they are shown, ranked and counted once
    cut_from: int = 0  # characters of the whole where the text is cut, else 0
    sentiment: float | None = None


@dataclass(frozen=True)
class Voice:
    """A review as far as counting goes."""

    copies: int  # reviews of the product that say the same: it counts one over that number
    language: str


@dataclass(frozen=True)
class Indexed:
    """What an indexing run did, counted in texts: a product has up to three (two names and a description)."""

    added: int  # new or rewritten, so embedded
    unchanged: int
    removed: int
