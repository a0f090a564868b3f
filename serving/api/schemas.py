"""What the API takes and gives, in the shapes that several routes share."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from agents.rendering import Language
from agents.words import label
from db.sinks import plain
from db.tables import Product
from tools.facts import Fact, Unit

PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"  # text that every database can hold
MOST = 1_000_000_000  # of any currency: beyond it, a slip of the keyboard
TEA = "TEA-001"

Risk = Literal["low", "medium", "high"]
Status = Literal[
    "draft", "proposed", "approved", "rejected", "expired", "scheduled", "applied", "failed", "rolled_back"
]


def finite(value: object) -> object:
    """JSON has no word for what is no number."""
    return None if isinstance(value, float) and not isfinite(value) else value


def _plain(amount: Decimal) -> str:
    return plain(amount)


Number = Annotated[float | None, BeforeValidator(finite)]
Money = Annotated[Decimal, PlainSerializer(_plain, return_type=str, when_used="json")]
Amount = Annotated[
    Decimal, Field(ge=Decimal("0.0001"), lt=MOST, max_digits=13, decimal_places=4)
]  # a price that somebody gives
Text = Annotated[str, Field(max_length=2000, pattern=PRINTABLE)]
Sku = Annotated[str, Field(min_length=1, max_length=64, pattern=PRINTABLE)]
SkuPath = Annotated[
    str,
    Path(min_length=1, max_length=64, pattern=PRINTABLE, description="A product's code.", examples=[TEA]),
]
Key = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of what is meant.", examples=[1])]
Weeks = Annotated[int, Query(ge=1, le=26, description="Weeks ahead, counted from the store's own day.")]


class Shape(BaseModel):
    """A value that the API gives."""

    model_config = ConfigDict(frozen=True)


class Wish(BaseModel):
    """A body that the API takes. A field that it does not know is refused rather than passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def example(**said: Any) -> ConfigDict:
    """What a body may look like, for the description of the API."""
    return ConfigDict(json_schema_extra={"examples": [said]})


class SourceOut(Shape):
    """Where a fact was read."""

    kind: Literal["sql", "fit", "rule", "review", "product", "request"]
    detail: str = Field(description="The SQL that was run, the method of the fit, the rule, or the review.")


class FactOut(Shape):
    """One thing known, with where it came from."""

    id: str = Field(examples=["F1"])
    label: str = Field(examples=["price_now"])
    name: str = Field(description="The label in the reader's language.", examples=["Price today"])
    value: float | int | str | None
    unit: Unit
    currency: str = Field(default="", description="ISO 4217, for money.")
    sku: str = ""
    low: Number = Field(default=None, description="Lower bound of the 90 % interval.")
    high: Number = Field(default=None, description="Upper bound of the 90 % interval.")
    source: SourceOut

    @classmethod
    def of(cls, fact: Fact, language: Language = "en") -> "FactOut":
        return cls.model_validate(fact.to_json() | {"name": label(fact.label, language), "value": _told(fact)})


def _told(fact: Fact) -> object:
    if isinstance(fact.value, Decimal):
        return float(fact.value)
    return finite(fact.value) if isinstance(fact.value, float | int | str) else fact.value.isoformat()


class Figure(Shape):
    """A number that means something: its unit, its currency where it is money, and its 90 % interval."""

    value: Number
    unit: Unit
    currency: str | None = Field(default=None, description="ISO 4217, for money; else null.")
    low: Number = None
    high: Number = None

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={"example": {"value": 4.95, "unit": "money", "currency": "GBP", "low": None, "high": None}},
    )


def money(value: float | Decimal | None, currency: str, low: float | None = None, high: float | None = None) -> Figure:
    known = None if value is None else float(value)
    return Figure(value=known, unit="money", currency=currency, low=low, high=high)


def units(value: float, low: float | None = None, high: float | None = None) -> Figure:
    return Figure(value=value, unit="units", low=low, high=high)


class ProductOut(Shape):
    """Something with a price."""

    sku: str = Field(examples=[TEA])
    name: str = Field(examples=["Jasmine green tea"])
    name_zh: str = Field(examples=["茉莉花绿茶"])
    category: str = Field(examples=["Tea"])
    description: str
    brand: str
    currency: str = Field(examples=["GBP"])
    price: Money | None = Field(description="The price charged today; null where none is known.", examples=["4.95"])
    cost: Money | None = Field(examples=["2.10"])
    map_price: Money | None = Field(description="The lowest price that may be advertised.")
    stock: int | None
    launched_on: date | None
    status: str = Field(examples=["active"])

    @classmethod
    def of(cls, row: Product) -> "ProductOut":
        return cls.model_validate(row.model_dump())


class ProposalOut(Shape):
    """A price that somebody may sign."""

    id: int = Field(examples=[17])
    sku: str = Field(examples=[TEA])
    name: str
    name_zh: str
    version: int = Field(description="An edit makes the next.")
    status: Status
    goal: str = Field(examples=["profit"])
    currency: str = Field(examples=["GBP"])
    weeks: int
    current_price: Money = Field(examples=["4.95"])
    proposed_price: Money = Field(examples=["5.45"])
    basis: str = Field(description="What the change counts: profit, or revenue where no cost is known.")
    expected_units: Number
    units_low: Number
    units_high: Number
    expected_change: Money = Field(description="Against keeping the price, over the weeks.")
    change_low: Money
    change_high: Money
    worst_case: Money
    p_loss: Number = Field(description="Probability of doing worse than today's price.")
    risk: Risk
    binding_rule: str
    reason: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    decided_by: str
    decided_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    batch_id: str
    content_hash: str = Field(description="Of what a person sees. A decision names it, and holds for nothing else.")

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "ProposalOut":
        """From a row of tools.proposals."""
        return cls.model_validate(row)


class Ruling(Shape):
    """What one rule made of the price."""

    rule: str
    before: Number
    after: Number
    binding: bool
    note: str


class Curve(Shape):
    """The prices that were weighed, with units and money: low, mean and high of each."""

    prices: list[Number] = []
    units: list[list[Number]] = []
    money: list[list[Number]] = []


class ProposalDetail(ProposalOut):
    """The same with its evidence: every rule, every fact, and the curve of demand and money."""

    trail: list[Ruling]
    facts: list[dict[str, Any]]
    curve: Curve
