"""What to offer to whom: products are chosen by what was bought, prices are each product's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from sqlmodel import Session, col, select

from db import rulebook, sales
from db.reading import frame
from db.tables import Product
from pricing.errors import NotEnoughDataError
from pricing.guardrails import judge
from pricing.offering import MOST, Purchases, Taste, first_of
from pricing.segments import segments
from tools.context import Context

TRIED = 50  # best products of a customer that are looked at
LEAST_MEMBERS = 5  # customers of a segment that is shown: fewer would be a person
BOUGHT = """SELECT customer_id, sku, order_id, sold_on FROM sale
WHERE customer_id <> '' AND order_id <> '' AND units > 0 AND price > 0"""
SCHEMA = {"customer_id": pl.String, "sku": pl.String, "order_id": pl.String, "sold_on": pl.Date}


@dataclass(frozen=True)
class Suggestion:
    """A product to offer at its own price, which is the same for everybody."""

    sku: str
    name: str
    price: float
    currency: str
    new: bool  # not bought before, by whom it is offered to


@dataclass(frozen=True)
class SegmentOffer:
    """What to offer to customers who acted alike."""

    segment: str
    customers: int
    offers: tuple[Suggestion, ...]


def offers_to(context: Context, customer: str, n: int = 5) -> tuple[Suggestion, ...]:
    """The `n` products that a customer is likeliest to want next, each at its own price where the rules allow it.

    Raises NotEnoughDataError for a customer without orders, and where too few customers are known.
    """
    purchases, taste = _learnt(context)
    if customer not in purchases.customers:
        raise NotEnoughDataError(
            f"No order is known of customer {customer}. Offer what sells best, or what goes with the basket."
        )
    row = purchases.customers.index(customer)
    mine = purchases.orders[[row]]
    ranked = [purchases.skus[i] for i in first_of(taste.scores(mine), TRIED)[0]]
    held = {purchases.skus[i] for i in mine.indices}
    with context.database.reading() as session:
        return _lawful(context, session, ranked, held, n)


def offers_by_segment(context: Context, n: int = 3) -> tuple[SegmentOffer, ...]:
    """For each segment of customers the products that it is likeliest to want next, the largest segment first."""
    purchases, taste = _learnt(context)
    with context.database.reading() as session:
        of = _segments(session, purchases)
        names, rows = np.unique(np.array(of), return_inverse=True)
        out = []
        for k, name in enumerate(names):
            members = np.flatnonzero(rows == k)
            if len(members) < LEAST_MEMBERS:
                continue
            mean = taste.scores(purchases.orders[members]).mean(axis=0, keepdims=True)
            ranked = [purchases.skus[i] for i in first_of(mean, TRIED)[0]]
            out.append(SegmentOffer(str(name), len(members), _lawful(context, session, ranked, set(), n)))
    return tuple(sorted(out, key=lambda one: (-one.customers, one.segment)))


def _learnt(context: Context) -> tuple[Purchases, Taste]:
    with context.database.reading() as session:
        lines = frame(session, BOUGHT, SCHEMA)
    purchases = purchases_of(lines, lines["sold_on"].max() if len(lines) else context.today)
    return purchases, Taste.of(purchases)


def purchases_of(lines: pl.DataFrame, day: object, most: int = MOST) -> Purchases:
    """From order lines with customer_id, sku, order_id and sold_on, as old as they are on `day`."""
    ages = lines.select((pl.lit(day) - pl.col("sold_on")).dt.total_days().alias("age"))["age"]
    who, what, which = (lines[name].to_list() for name in ("customer_id", "sku", "order_id"))
    return Purchases.of(who, what, which, ages.to_numpy(), most)


def _segments(session: Session, purchases: Purchases) -> tuple[str, ...]:
    lines = frame(session, BOUGHT, SCHEMA)
    last: date = lines["sold_on"].max()  # type: ignore[assignment]
    categories = dict(session.exec(select(Product.sku, Product.category)).all())
    about = lines.with_columns(category=pl.col("sku").replace_strict(categories, default="", return_dtype=pl.String))
    known = about.group_by("customer_id").agg(
        last_order_days=(pl.lit(last) - pl.col("sold_on").max()).dt.total_days(),
        orders=pl.col("order_id").n_unique(),
        category=pl.col("category").mode().sort().first(),
    )
    order = pl.DataFrame({"customer_id": purchases.customers}).join(known, on="customer_id", how="left")
    return segments({name: order[name].to_list() for name in ("last_order_days", "orders", "category")})


def _lawful(
    context: Context, session: Session, ranked: Sequence[str], held: set[str], n: int
) -> tuple[Suggestion, ...]:
    """The first `n` that are in stock and whose own price keeps the rules."""
    rows = {row.sku: row for row in session.exec(select(Product).where(col(Product.sku).in_(ranked)))}
    rules = rulebook.effective(session, list(rows), context.shop.rules)
    out: list[Suggestion] = []
    for sku in ranked:
        row = rows.get(sku)
        if row is None or not row.price or row.stock == 0 or len(out) == n:
            continue
        price = float(row.price)
        offer = sales.offer(session, sku, None, context.today, rules[sku])
        if judge(price, offer, rules[sku], context.today).price == price:
            name = row.name_zh if context.language == "zh" and row.name_zh else row.name
            out.append(Suggestion(sku, name, price, row.currency, sku not in held))
    return tuple(out)
