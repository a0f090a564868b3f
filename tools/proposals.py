"""Proposals as plain data, for a page, a program, or a file."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from db.engine import Database
from db.tables import Product, Proposal


def as_json(database: Database, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Proposals by id, in the order asked for, each with its product's names."""
    with database.reading() as session:
        rows = {row.id: plain(row, *_names(session, row.sku)) for row in _rows(session, ids)}
    return [rows[i] for i in ids if i in rows]


def listed(database: Database, status: str | None = "proposed", n: int = 200) -> list[dict[str, Any]]:
    """The newest `n` proposals of a status (None = of any), newest first."""
    wanted = select(Proposal).order_by(col(Proposal.id).desc()).limit(n)
    with database.reading() as session:
        rows = session.exec(wanted if status is None else wanted.where(Proposal.status == status)).all()
        return [plain(row, *_names(session, row.sku)) for row in rows]


def _rows(session: Session, ids: Sequence[int]) -> Sequence[Proposal]:
    return session.exec(select(Proposal).where(col(Proposal.id).in_(ids))).all()


def _names(session: Session, sku: str) -> tuple[str, str]:
    """The product's name, and its Chinese one ("" where there is none)."""
    product = session.get(Product, sku)
    return (product.name, product.name_zh) if product else (sku, "")


def plain(row: Proposal, name: str, name_zh: str = "") -> dict[str, Any]:
    """One proposal in JSON types: money as text with its decimals, moments in ISO format."""
    return {"name": name, "name_zh": name_zh} | {key: _value(value) for key, value in row.model_dump().items()}


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value.quantize(Decimal("0.01"))) if value == value.quantize(Decimal("0.01")) else str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value
