"""What a tool needs at run time and a model must not choose."""

from dataclasses import dataclass, field
from datetime import date

from db.engine import Database
from knowledge.store import Knowledge
from pricing.guardrails import Rules
from pricing.optimise import Quote
from tools.baskets import BasketBook
from tools.facts import Facts
from tools.recommending_book import LaunchBook


@dataclass(frozen=True)
class Shop:
    """What stands behind the tools for as long as the desk runs."""

    database: Database
    knowledge: Knowledge
    rules: Rules  # of the settings; those of a product are in Fitted
    baskets: BasketBook = field(default_factory=BasketBook)
    country: str | None = None  # ISO 3166, whose holidays count; the currency's where None, none where ""
    launches: LaunchBook = field(default_factory=LaunchBook)


@dataclass(frozen=True)
class Context:
    """One run of the desk. `today` is the store's own day: the day after its last sale when its data is old."""

    shop: Shop
    today: date
    language: str = "en"  # of the reader: products are named in it where they have such a name
    facts: Facts = field(default_factory=Facts)
    quotes: dict[str, Quote] = field(default_factory=dict)  # by SKU, for the proposal to come

    @property
    def database(self) -> Database:
        return self.shop.database
