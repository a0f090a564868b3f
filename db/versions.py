"""Which state of the data a fit or a proposal was made from."""

import hashlib
import json
from collections.abc import Sequence

import polars as pl
from sqlmodel import Session, col, select

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
    few = skus is not None and len(skus) <= 500
    chosen = select(Product) if not few else select(Product).where(col(Product.sku).in_(skus or ()))
    seen: dict[str, list[object]] = {row.sku: [row.model_dump(mode="json")] for row in session.exec(chosen)}
    for sql in VERSIONED:
        grouped = f"{sql} {'WHERE sku IN :skus' if few else ''} GROUP BY sku"
        rows = frame(session, grouped, _VERSION_SCHEMA, **({"skus": list(skus or ())} if few else {}))
        for sku, *counts in rows.iter_rows():
            seen[sku] += [sql, str(counts)]
    wanted = seen if skus is None else {sku: seen[sku] for sku in skus}
    return {
        sku: hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest() for sku, parts in wanted.items()
    }
