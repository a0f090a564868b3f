"""What sold: of a product, of a category, or of the whole store."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field

from db import sales
from serving.api import routing
from serving.api.backing import Back
from serving.api.contexts import Fresh, meant
from serving.api.schemas import PRINTABLE, Figure, Number, Shape, money, units
from serving.api.security import needs
from tools.context import Context

router = routing.router("sales", dependencies=[Depends(needs("read"))])


class SoldProduct(Shape):
    """One of the best sellers."""

    sku: str
    name: str
    units: int
    revenue: Figure
    profit: Figure | None = Field(description="Null where its cost is unknown.")


class SalesOut(Shape):
    """The weeks up to the last day of sales, against as many weeks before."""

    sku: str | None
    category: str | None
    since: date
    last_day: date
    weeks: int
    currency: str
    units: Figure
    revenue: Figure
    profit: Figure | None = Field(description="Null where the cost of anything sold is unknown.")
    units_before: Figure
    revenue_before: Figure
    units_change_pct: Number
    revenue_change_pct: Number
    top: list[SoldProduct] = Field(description="By revenue.")
    left_out: list[str] = Field(description="Other currencies, which no sum mixes in.")
    sql: str


def sales_out(context: Context, sku: str | None, category: str | None, weeks: int, n: int) -> SalesOut:
    """Raises UnknownProductError."""
    with context.database.reading() as session:
        made = sales.report(session, sku=sku, category=category, weeks=weeks, n=n)
    code = made.currency
    return SalesOut(
        sku=sku,
        category=category,
        since=made.since,
        last_day=made.last_day,
        weeks=made.weeks,
        currency=code,
        units=units(made.units),
        revenue=money(made.revenue, code),
        profit=None if made.profit is None else money(made.profit, code),
        units_before=units(made.units_before),
        revenue_before=money(made.revenue_before, code),
        units_change_pct=made.units_change_pct,
        revenue_change_pct=made.revenue_change_pct,
        top=[
            SoldProduct(
                sku=line.sku, name=line.name, units=line.units, revenue=money(line.revenue, code),
                profit=None if line.profit is None else money(line.profit, code),
            )
            for line in made.top
        ],
        left_out=list(made.left_out),
        sql=made.sql,
    )  # fmt: skip


@router.get("/sales", summary="What sold")
def sales_report(
    back: Back,
    context: Fresh,
    sku: Annotated[str | None, Query(min_length=1, max_length=64, pattern=PRINTABLE)] = None,
    category: Annotated[str | None, Query(max_length=200, pattern=PRINTABLE)] = None,
    weeks: Annotated[int, Query(ge=1, le=104, description="Weeks back from the last day of sales.")] = 4,
    n: Annotated[int, Query(ge=1, le=100, description="Best sellers told.")] = 10,
) -> SalesOut:
    """Units, revenue and profit of a product, of a category, or of the store where neither is named."""
    return sales_out(context, sku and meant(back, sku), category, weeks, n)
