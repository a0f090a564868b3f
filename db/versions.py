"""Which state of the data a fit or a proposal was made from."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import polars as pl
from sqlalchemy import bindparam, text
from sqlmodel import Session, col, func, select

from db.reading import frame
from db.tables import Product
from pricing.errors import PricingError


class UnknownProductError(PricingError):
    """No product has this SKU."""

    def __init__(self, sku: str) -> None:
        super().__init__(f"No product has the SKU {sku}. Search by its name, or import it with products.")


def product(session: Session, sku: str) -> Product:
    """Raises UnknownProductError."""
    found = session.get(Product, sku)
    if found is None:
        raise UnknownProductError(sku)
    return found


def known_as(session: Session, skus: Sequence[str]) -> dict[str, str]:
    """The SKU that is meant by each: itself where a product has it, else the only one that differs in case alone.

    What no product has, or several might be meant by, is left out.
    """
    found: dict[str, str] = {}
    for start in range(0, len(skus), FEW):
        part = skus[start : start + FEW]
        own = set(session.exec(select(Product.sku).where(col(Product.sku).in_(part))))
        found |= {sku: sku for sku in part if sku in own}
        found |= _in_another_case(session, [sku for sku in part if sku not in own])
    return found


def _in_another_case(session: Session, skus: Sequence[str]) -> dict[str, str]:
    if not skus:
        return {}
    folded = {sku.lower() for sku in skus}
    alike: dict[str, list[str]] = {}
    for sku in session.exec(select(Product.sku).where(func.lower(Product.sku).in_(folded))):
        alike.setdefault(sku.lower(), []).append(sku)
    return {sku: alike[sku.lower()][0] for sku in skus if len(alike.get(sku.lower(), ())) == 1}


FEW = 500  # products that a query names one by one
_CENTS = "CAST(ROUND(price * 10000) AS BIGINT)"
VERSIONED = (
    f"SELECT sku, COUNT(*), MAX(sold_on), SUM(units), SUM(units * {_CENTS}), "
    "SUM(CASE WHEN promo THEN 1 ELSE 0 END) FROM sale",
    f"SELECT sku, COUNT(*), MAX(seen_on), SUM(CASE WHEN in_stock THEN {_CENTS} ELSE 0 END), 0, 0 FROM competitor_price",
    "SELECT sku, COUNT(*), MAX(counted_on), SUM(on_hand), 0, 0 FROM stock",
    "SELECT sku, COUNT(*), MAX(ends_on), 0, 0, 0 FROM promotion",
)
_VERSION_SCHEMA = {
    "sku": pl.String, "n": pl.Int64, "newest": pl.Date, "sum": pl.Int64, "worth": pl.Int64, "flags": pl.Int64,
}  # fmt: skip


def data_version(session: Session, sku: str) -> str:
    """A hash that any change of the product's row, sales, stock, competitors or promotions changes."""
    return data_versions(session, [product(session, sku).sku])[sku]


def data_versions(session: Session, skus: Sequence[str] | None = None) -> dict[str, str]:
    """`data_version` of many products at once; of every product where None."""
    few = skus if skus is not None and len(skus) <= FEW else None
    chosen = select(Product) if few is None else select(Product).where(col(Product.sku).in_(few))
    seen: dict[str, list[object]] = {row.sku: [row.model_dump(mode="json")] for row in session.exec(chosen)}
    for sql in VERSIONED:
        for sku, counts in _every(session, sql) if few is None else _some(session, sql, few):
            seen[sku] += [sql, str(counts)]
    wanted = seen if skus is None else {sku: seen[sku] for sku in skus}
    return {
        sku: hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest() for sku, parts in wanted.items()
    }


def _every(session: Session, sql: str) -> Iterator[tuple[str, list[Any]]]:
    for sku, *counts in frame(session, f"{sql} GROUP BY sku", _VERSION_SCHEMA).iter_rows():
        yield sku, counts


def _some(session: Session, sql: str, skus: Sequence[str]) -> Iterator[tuple[str, list[Any]]]:
    """The same of a few products; a frame for one row costs more than the query."""
    named = text(f"{sql} WHERE sku IN :skus GROUP BY sku").bindparams(bindparam("skus", expanding=True))
    for sku, number, newest, *sums in session.connection().execute(named, {"skus": list(skus)}):
        day = date.fromisoformat(newest) if isinstance(newest, str) else newest
        yield sku, [number, day, *(None if one is None else int(one) for one in sums)]
