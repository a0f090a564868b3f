"""What the last refresh learned of each product, as the dataclasses of pricing/, with the data it was learned from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from math import isfinite
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from db.tables import Fit, Product, now


class Fitted(Protocol):
    """A frozen dataclass of pricing/ that speaks of one product: Elasticity, Forecast, Opportunity."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def sku(self) -> str: ...


F = TypeVar("F", bound=Fitted)


@dataclass(frozen=True)
class Stored(Generic[F]):
    """A fit as it was saved; compare `data_version` with `sales.data_version` to know whether it still holds."""

    fit: F
    data_version: str
    fitted_at: datetime


def save(session: Session, fits: Sequence[Fitted], versions: Mapping[str, str], at: datetime | None = None) -> int:
    """Store fits of one kind, each in place of the product's former one; `versions` is `sales.data_versions` as it was
    before the fit. Returns how many. Raises KeyError for a product that `versions` lacks."""
    moment = at or now()
    rows = [
        {"sku": f.sku, "kind": _kind(type(f)), "body": _body(f), "data_version": versions[f.sku], "fitted_at": moment}
        for f in fits
    ]
    if not rows:
        return 0
    connection = session.connection()
    insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(Fit)
    changed = {name: insert.excluded[name] for name in ("body", "data_version", "fitted_at")}
    connection.execute(insert.on_conflict_do_update(index_elements=["sku", "kind"], set_=changed), rows)
    return len(rows)


def load(session: Session, sku: str, kind: type[F]) -> Stored[F] | None:
    """The product's last fit; None where there is none, or one that an older Pricedesk wrote in another shape."""
    row = session.get(Fit, (sku, _kind(kind)), populate_existing=True)
    return _stored(row, kind) if row is not None else None


def load_all(session: Session, kind: type[F], category: str | None = None) -> list[Stored[F]]:
    """Every product's last fit, by SKU, of one category or of the store."""
    wanted = select(Fit).where(Fit.kind == _kind(kind)).order_by(Fit.sku)
    if category is not None:
        wanted = wanted.join(Product, col(Product.sku) == Fit.sku).where(Product.category == category)
    found = (_stored(row, kind) for row in session.exec(wanted))
    return [one for one in found if one is not None]


def _kind(kind: type[Fitted]) -> str:
    return kind.__name__.lower()


def _stored(row: Fit, kind: type[F]) -> Stored[F] | None:
    if set(row.body) != {field.name for field in fields(kind)}:
        return None
    return Stored(kind(**{name: _read(value) for name, value in row.body.items()}), row.data_version, row.fitted_at)


def _body(fit: Fitted) -> dict[str, Any]:
    return {field.name: _plain(getattr(fit, field.name)) for field in fields(fit)}


def _plain(value: Any) -> Any:
    """JSON knows no array, no date and no NaN: each is written with a tag that `_read` takes off."""
    if isinstance(value, np.ndarray):
        listed = (value.astype(str) if value.dtype.kind == "M" else value).tolist()
        return {"dtype": value.dtype.str, "array": _plain(listed)}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    return {"float": str(value)} if isinstance(value, float) and not isfinite(value) else value


def _read(value: Any) -> Any:
    if isinstance(value, dict) and "array" in value:
        return np.array(_read(value["array"]), dtype=value["dtype"])
    if isinstance(value, dict) and "float" in value:
        return float(value["float"])
    return tuple(_read(one) for one in value) if isinstance(value, list) else value
