"""The catalogue as a person looks through it: searched, filtered, sorted and cut into pages by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, case
from sqlmodel import Session, col, func, or_, select

from db.tables import Fit, Price, Product, Proposal

PAGE = 50
WORDS = 8  # of a search, at most
OPEN = ("proposed", "approved", "scheduled")

Sort = Literal["best", "sku", "name", "price", "margin", "stock"]
SORTS: tuple[Sort, ...] = ("best", "sku", "name", "price", "margin", "stock")


@dataclass(frozen=True)
class Wanted:
    """Which products; a field that is left alone lets every one pass."""

    words: str = ""  # each is in the SKU, the name in either language, the brand or the category
    meant: Sequence[str] = ()  # SKUs that the words may mean, the likeliest first: they pass too, and come first
    category: str | None = None  # "": products that have none
    status: str = ""
    usable: bool = False  # an elasticity that can be acted on
    open: bool = False  # a proposal that waits for a decision or for its day
    sort: Sort = "best"  # the likeliest first, else by SKU


@dataclass(frozen=True)
class Line:
    """One product as the list shows it. Money in `currency`."""

    sku: str
    name: str
    name_zh: str
    category: str
    currency: str
    price: Decimal | None
    cost: Decimal | None
    stock: int | None
    status: str
    usable: bool | None = None  # its elasticity; None before the first refresh
    elasticity: float | None = None  # where usable
    open: int = 0  # proposals

    @property
    def margin_pct(self) -> float | None:
        """Of the price; None where price or cost is not known."""
        return float((self.price - self.cost) / self.price) * 100 if self.price and self.cost is not None else None


@dataclass(frozen=True)
class Page:
    """Lines `first` to `first` + len(lines) − 1 of `total`, counted from 1."""

    lines: tuple[Line, ...]
    first: int
    total: int


@dataclass(frozen=True)
class Charged:
    """One row of the price log, with the proposal that set it and who signed that."""

    row: Price
    signed_by: str = field(default="")


def page(session: Session, wanted: Wanted, number: int = 0) -> Page:
    """Page `number` (from 0) of PAGE lines; the last one where there are fewer."""
    where = _matching(wanted)
    total = session.exec(select(func.count()).select_from(Product).where(*where)).one()
    number = max(0, min(number, (total - 1) // PAGE))
    rows = session.exec(select(Product).where(*where).order_by(*_order(wanted)).limit(PAGE).offset(number * PAGE)).all()
    return Page(_lines(session, rows), number * PAGE + 1, total)


def categories(session: Session) -> list[str]:
    """Every category that a product names, in order."""
    return sorted(one for one in session.exec(select(Product.category).distinct()) if one)


def statuses(session: Session) -> list[str]:
    return sorted(session.exec(select(Product.status).distinct()))


def named(session: Session, skus: Sequence[str]) -> dict[str, Product]:
    """These products by SKU; what the store lacks is left out."""
    return {row.sku: row for row in session.exec(select(Product).where(col(Product.sku).in_(skus)))}


def price_log(session: Session, sku: str, most: int = 50) -> list[Charged]:
    """What was charged, newest first."""
    wanted = (
        select(Price, Proposal.decided_by)
        .outerjoin(Proposal, col(Proposal.id) == col(Price.proposal_id))
        .where(Price.sku == sku)
        .order_by(col(Price.starts_at).desc(), col(Price.id).desc())
        .limit(most)
    )
    return [Charged(row, signed or "") for row, signed in session.exec(wanted)]


def open_proposals(session: Session, sku: str) -> list[Proposal]:
    """Those that wait for a decision or for their day, newest first."""
    wanted = select(Proposal).where(Proposal.sku == sku, col(Proposal.status).in_(OPEN))
    return list(session.exec(wanted.order_by(col(Proposal.id).desc())))


def _matching(wanted: Wanted) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.words.split():
        where.append(or_(_worded(wanted.words), col(Product.sku).in_(wanted.meant)))
    if wanted.category is not None:
        where.append(col(Product.category) == wanted.category)
    if wanted.status:
        where.append(col(Product.status) == wanted.status)
    if wanted.usable:
        fits = select(Fit.sku).where(Fit.kind == "elasticity", col(Fit.body)["usable"].as_boolean())
        where.append(col(Product.sku).in_(fits))
    if wanted.open:
        where.append(col(Product.sku).in_(select(Proposal.sku).where(col(Proposal.status).in_(OPEN))))
    return where


def _worded(words: str) -> ColumnElement[bool]:
    columns = (Product.sku, Product.name, Product.name_zh, Product.brand, Product.category)
    each = [or_(*(col(c).icontains(word, autoescape=True) for c in columns)) for word in words.split()[:WORDS]]
    whole: ColumnElement[bool] = each[0]
    for one in each[1:]:
        whole = whole & one
    return whole


def _order(wanted: Wanted) -> list[Any]:
    margin = (col(Product.price) - col(Product.cost)) / func.nullif(col(Product.price), 0)
    columns: dict[Sort, Any] = {
        "name": func.lower(col(Product.name)),
        "price": col(Product.price).desc().nulls_last(),
        "margin": margin.asc().nulls_last(),
        "stock": col(Product.stock).desc().nulls_last(),
    }
    if wanted.sort == "best" and wanted.meant:
        places = {sku: place for place, sku in enumerate(wanted.meant)}
        return [case(places, value=col(Product.sku), else_=len(places)), col(Product.sku)]
    return [columns[wanted.sort], col(Product.sku)] if wanted.sort in columns else [col(Product.sku)]


def _lines(session: Session, rows: Sequence[Product]) -> tuple[Line, ...]:
    skus = [row.sku for row in rows]
    known = _elasticities(session, skus)
    waiting = select(Proposal.sku, func.count()).where(col(Proposal.sku).in_(skus), col(Proposal.status).in_(OPEN))
    counts: dict[str, int] = dict(session.exec(waiting.group_by(col(Proposal.sku))).all())
    return tuple(
        Line(
            row.sku, row.name, row.name_zh, row.category, row.currency, row.price, row.cost, row.stock, row.status,
            usable=known.get(row.sku, (None, None))[0], elasticity=known.get(row.sku, (None, None))[1],
            open=counts.get(row.sku, 0),
        )
        for row in rows
    )  # fmt: skip


def _elasticities(session: Session, skus: Sequence[str]) -> dict[str, tuple[bool, float | None]]:
    bodies = session.exec(select(Fit.sku, Fit.body).where(Fit.kind == "elasticity", col(Fit.sku).in_(skus)))
    return {sku: (bool(body.get("usable")), _figure(body)) for sku, body in bodies}


def _figure(body: Mapping[str, Any]) -> float | None:
    value = body.get("elasticity")
    return float(value) if body.get("usable") and isinstance(value, (int, float)) else None
