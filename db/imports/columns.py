"""The columns of a store folder: which there are, what each may hold, and which file they make."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import polars as pl

from db.imports.dates import dates
from db.imports.parsing import Parsed, flags, numbers, texts

Kind = Literal["products", "sales", "competitor_prices", "reviews", "stock", "promotions", "store"]

EARLIEST = date(1980, 1, 1)
MOST_MONEY = 999_999_999.0  # NUMERIC(14, 4) holds a little more
MOST_UNITS = 10_000_000.0


@dataclass(frozen=True)
class Column:
    """One column: its name in files, in the database (`field`), and what a cell may hold."""

    name: str
    kind: Literal["text", "number", "whole", "date", "flag"] = "text"
    required: bool = False  # in the header; `filled` also in every row
    filled: bool = False
    low: float = 0.0
    high: float = MOST_MONEY
    length: int = 64
    default: bool = False
    days_ahead: int = 1
    field: str = ""

    @property
    def target(self) -> str:
        return self.field or self.name

    def parse(self, cells: pl.Series, today: date, ending: str) -> Parsed:
        """Read the cells of this column."""
        if self.kind == "text":
            return texts(cells, self.length, required=self.filled, exported=ending != ".parquet")
        if self.kind == "date":
            last = today + timedelta(days=self.days_ahead)
            return dates(cells, EARLIEST, last, required=self.filled, serial=ending == ".xlsx")
        if self.kind == "flag":
            return flags(cells, default=self.default)
        return numbers(cells, self.low, self.high, required=self.filled, whole=self.kind == "whole")


SKU = Column("sku", required=True, filled=True)
PRICE = Column("price", "number", required=True, filled=True, low=-MOST_MONEY)
UNITS = Column("units", "whole", required=True, filled=True, low=-MOST_UNITS, high=MOST_UNITS)
DAY = Column("date", "date", required=True, filled=True, field="sold_on")
ORDER = (Column("order_id"), Column("customer_id"), Column("channel"))

KINDS: Mapping[Kind, tuple[Column, ...]] = {
    "products": (
        SKU, Column("name", required=True, length=500), Column("name_zh", length=500), Column("category", length=200),
        Column("description", length=20_000), Column("brand", length=200), Column("cost", "number"),
        Column("price", "number", low=-MOST_MONEY), Column("currency", length=3),
        Column("stock", "whole", low=-MOST_UNITS, high=MOST_UNITS), Column("map_price", "number"),
        Column("launched_on", "date", days_ahead=1000), Column("status", length=20),
    ),
    "sales": (DAY, SKU, UNITS, PRICE, *ORDER, Column("promo", "flag")),
    "competitor_prices": (
        Column("date", "date", required=True, filled=True, field="seen_on"), SKU,
        Column("competitor", required=True, filled=True, length=200), PRICE, Column("url", length=1000),
        Column("in_stock", "flag", default=True), Column("condition", length=40),
    ),
    "reviews": (
        Column("review_id", required=True, filled=True), SKU,
        Column("date", "date", required=True, filled=True, field="written_on"),
        Column("rating", "number", required=True, high=5.0),
        Column("text", required=True, filled=True, length=20_000), Column("language", length=8),
    ),
    "stock": (
        Column("date", "date", required=True, filled=True, field="counted_on"), SKU,
        Column("on_hand", "whole", required=True, filled=True, low=-MOST_UNITS, high=MOST_UNITS),
    ),
    "promotions": (
        SKU, Column("starts_on", "date", required=True, filled=True, days_ahead=1000),
        Column("ends_on", "date", required=True, filled=True, days_ahead=1000),
        Column("kind", required=True, filled=True, length=40), Column("discount_pct", "number", high=100.0),
        Column("coupon"),
    ),
    "store": (Column("key", required=True, filled=True, length=40), Column("value", required=True, length=500)),
}  # fmt: skip

KEYS: Mapping[Kind, tuple[str, ...]] = {
    "products": ("sku",),
    "sales": ("sku", "sold_on", "order_id", "customer_id", "channel", "price"),
    "competitor_prices": ("sku", "seen_on", "competitor"),
    "reviews": ("review_id",),
    "stock": ("sku", "counted_on"),
    "promotions": ("sku", "starts_on", "kind"),
    "store": ("key",),
}


def normal(name: str) -> str:
    """A column name without what people vary: case, blanks, underscores."""
    return re.sub(r"[\s_\-.]+", "", name).lower()


def matched(columns: Sequence[str], wanted: Sequence[Column]) -> dict[str, str]:
    """File column to column name, for those of `wanted` that are there."""
    names = {normal(column.name): column.name for column in wanted}
    return {own: names[normal(own)] for own in reversed(columns) if normal(own) in names}


def lacking(columns: Sequence[str], wanted: Sequence[Column]) -> list[str]:
    """The required columns of `wanted` that are not there."""
    there = matched(columns, wanted).values()
    return [column.name for column in wanted if column.required and column.name not in there]
