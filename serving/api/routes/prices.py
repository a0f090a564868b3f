"""Prices: the list as it is charged today, and what each product has cost over time."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field
from sqlmodel import Session, col, func, select

from db import sales
from db.tables import Price, Product
from serving.api import routing
from serving.api.backing import Back
from serving.api.contexts import KnownSku
from serving.api.paging import Page, Paging
from serving.api.schemas import PRINTABLE, TEA, Money, Shape
from serving.api.security import needs

router = routing.router("prices", dependencies=[Depends(needs("read"))])


class ChargedOut(Shape):
    """The price of a product today."""

    sku: str = Field(examples=[TEA])
    name: str
    price: Money | None = Field(description="Null where none is known.")
    currency: str
    since: datetime | None = Field(description="Null where no change of it was ever logged.")
    proposal_id: int | None = Field(description="Which proposal set it; null for an import.")


class LoggedOut(Shape):
    """A price and from when it was charged."""

    id: int
    price: Money
    currency: str
    starts_at: datetime
    proposal_id: int | None


def charged(session: Session, category: str | None, after: str | None, n: int) -> list[ChargedOut]:
    newest = select(func.max(Price.id)).where(Price.sku == Product.sku).correlate(Product).scalar_subquery()
    wanted = (
        select(Product, Price).outerjoin(Price, col(Price.id) == newest).order_by(col(Product.sku)).limit(n)
    )  # fmt: skip
    if category is not None:
        wanted = wanted.where(Product.category == category)
    if after is not None:
        wanted = wanted.where(col(Product.sku) > after)
    return [_charged(product, price) for product, price in session.exec(wanted)]


def _charged(product: Product, price: Price | None) -> ChargedOut:
    return ChargedOut(
        sku=product.sku, name=product.name, price=product.price, currency=product.currency,
        since=price.starts_at if price else None, proposal_id=price.proposal_id if price else None,
    )  # fmt: skip


@router.get("/prices", summary="The price list")
def list_prices(
    back: Back,
    paging: Paging,
    category: Annotated[str | None, Query(max_length=200, pattern=PRINTABLE)] = None,
) -> Page[ChargedOut]:
    """In the order of the products' codes."""
    with back.database.reading() as session:
        rows = charged(session, category, paging.text(), paging.limit + 1)
    return paging.page(rows, lambda row: row.sku, lambda row: row)


@router.get("/products/{sku:path}/prices", summary="What a product has cost")
def price_log(back: Back, paging: Paging, sku: KnownSku) -> Page[LoggedOut]:
    """Newest first."""
    wanted = select(Price).where(Price.sku == sku).order_by(col(Price.id).desc()).limit(paging.limit + 1)
    before = paging.number()
    with back.database.reading() as session:
        sales.product(session, sku)
        rows = list(session.exec(wanted if before is None else wanted.where(col(Price.id) < before)))
    return paging.page(rows, lambda row: row.id, lambda row: LoggedOut.model_validate(row.model_dump()))
