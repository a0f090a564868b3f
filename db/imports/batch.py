"""What one import is going to write, and what is already known."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from db.imports.columns import KEYS, Kind
from db.imports.reading import LINE
from db.imports.sieve import Sieve

FREE = "price is zero or negative"
PRODUCT = {
    "sku": pl.String, "name": pl.String, "name_zh": pl.String, "category": pl.String, "description": pl.String,
    "brand": pl.String, "currency": pl.String, "price": pl.Float64, "cost": pl.Float64, "map_price": pl.Float64,
    "stock": pl.Int64, "launched_on": pl.Date, "status": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """The store before the import; `products` has sku, price, currency and logged_on (last entry of the price log)."""

    products: pl.DataFrame
    today: date
    currency: str = ""  # for rows that name none; "" = find out


@dataclass
class Batch:
    """Clean rows by table, and the sieves that they went through."""

    sieves: list[Sieve] = field(default_factory=list)
    frames: dict[Kind, pl.DataFrame] = field(default_factory=dict)  # database columns; "products" as PRODUCT
    price_from_sales: bool = False  # the files state no price of today, only what was paid
    notes: list[str] = field(default_factory=list)

    def frame(self, kind: Kind) -> pl.DataFrame:
        return self.frames.get(kind, pl.DataFrame())


def products_frame(**columns: pl.Series) -> pl.DataFrame:
    """A products frame; columns that are not given are "" or null."""
    height = len(columns["sku"])
    empty: dict[str, Any] = {
        name: pl.repeat("" if kind == pl.String else None, height, dtype=kind, eager=True)
        for name, kind in PRODUCT.items()
    }
    return pl.DataFrame(empty | columns).select(pl.col(name).cast(kind) for name, kind in PRODUCT.items())


def joined(kind: Kind, sieves: list[Sieve]) -> pl.DataFrame:
    """What passed several sieves of one kind, one row a key: sales add up, elsewhere the last counts."""
    frame = pl.concat([sieve.frame.drop(LINE) for sieve in sieves], how="diagonal")
    if kind == "sales":
        return summed(frame)
    return frame.unique(KEYS[kind], keep="last", maintain_order=True)


def summed(sales: pl.DataFrame) -> pl.DataFrame:
    """Sales with one row a key, in the order of the key."""
    key = KEYS["sales"]
    return sales.group_by(key).agg(pl.col("units").sum(), pl.col("promo").any()).sort(key)
