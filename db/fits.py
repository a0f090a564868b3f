"""What the last refresh learned of each product, as the dataclasses of pricing/, with the data it was learned from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from math import isfinite
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from db.tables import Fit, Product, StoreInfo, now

ROWS = 500  # written by one statement
RUN = "refresh"  # what StoreInfo calls the last run


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


@dataclass(frozen=True)
class Run:
    """How far a refresh has come; complete once all products are weighed on today's terms."""

    data: str  # hash of the data of every product, and of what they are fitted by
    terms: str = ""  # hash of the rules and the day that best prices were weighed on
    products: int = 0
    elasticities: bool = False  # stored
    forecasts: bool = False
    weighed: int = 0  # products, in the order of their SKU, whose best price has been looked for
    usable: int = 0  # of the elasticities
    opportunities: int = 0


def last_run(session: Session) -> Run | None:
    """The last refresh, done or not; None where there is none, or one that another Pricedesk noted."""
    row = session.get(StoreInfo, RUN, populate_existing=True)
    said = json.loads(row.value) if row is not None else {}
    return Run(**said) if set(said) == {field.name for field in fields(Run)} else None


def note(session: Session, run: Run) -> None:
    """Keep how far a refresh has come, in the transaction that stores its fits."""
    session.merge(StoreInfo(key=RUN, value=json.dumps(asdict(run))))


def save(session: Session, fits: Sequence[Fitted], versions: Mapping[str, str], at: datetime | None = None) -> int:
    """Store fits of one kind, each in place of the product's former one; `versions` is `sales.data_versions` as it was
    before the fit. Returns how many. Raises KeyError for a product that `versions` lacks."""
    moment = at or now()
    connection = session.connection()
    insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(Fit)
    changed = {name: insert.excluded[name] for name in ("body", "data_version", "fitted_at")}
    write = insert.on_conflict_do_update(index_elements=["sku", "kind"], set_=changed)
    for first in range(0, len(fits), ROWS):
        connection.execute(write, [_row(f, versions[f.sku], moment) for f in fits[first : first + ROWS]])
    return len(fits)


def forget(session: Session, kind: type[Fitted], skus: Sequence[str]) -> None:
    """Take away the fits of one kind of these products: they say nothing more."""
    for first in range(0, len(skus), ROWS):
        some = col(Fit.sku).in_(skus[first : first + ROWS])
        session.connection().execute(delete(Fit).where(col(Fit.kind) == _kind(kind), some))


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


def _row(fit: Fitted, version: str, moment: datetime) -> dict[str, Any]:
    kind = _kind(type(fit))
    return {"sku": fit.sku, "kind": kind, "body": _body(fit), "data_version": version, "fitted_at": moment}


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
        whole = value.dtype.kind != "f" or bool(np.isfinite(value).all())
        return {"dtype": value.dtype.str, "array": listed if whole else _plain(listed)}
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
