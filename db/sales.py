"""What sold, at which price, beside which competitors: typed queries that only read, each with the SQL it ran."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from sqlmodel import Session, col, func, or_, select

from db.offers import offers
from db.reading import frame, shown
from db.tables import ImportRun, Product, Review, Sale, now
from db.versions import UnknownProductError, data_version, data_versions, product
from db.weekly import LINE_SCHEMA, LINES, WEEK, by_week, last_day, last_week, panel
from pricing.elasticity import Elasticity
from pricing.errors import PricingError
from pricing.guardrails import Offer, Rules

__all__ = [
    "UnknownProductError", "data_version", "data_versions", "history", "last_day", "last_week", "offer", "orders",
    "panel", "product", "products", "ratings", "report", "reviews",
]  # fmt: skip

LINES_AN_ORDER = 4  # that are looked at first to find the newest orders
LONG_AGO = date(1970, 1, 5)  # stands for the last day of a store that has none


class NoPriceError(PricingError):
    """The product has no price of its own, and no sale to read one from."""


@dataclass(frozen=True)
class History:
    """Weeks of one product, oldest first: week (Monday), units (net), revenue, price (null before the first sale)."""

    sku: str
    currency: str
    weeks: pl.DataFrame
    sql: str


@dataclass(frozen=True)
class ProductSales:
    sku: str
    name: str
    units: int
    revenue: float
    profit: float | None  # None where no cost is known


@dataclass(frozen=True)
class Report:
    """What sold in the `weeks` up to `last_day`, against as many weeks before. Money in `currency`."""

    since: date
    last_day: date
    weeks: int
    currency: str
    units: int
    revenue: float
    profit: float | None  # None where the cost of anything sold is unknown
    units_before: int
    revenue_before: float
    top: tuple[ProductSales, ...]  # by revenue, at most n
    left_out: tuple[str, ...]  # other currencies, which no sum mixes in
    sql: str

    @property
    def units_change_pct(self) -> float | None:
        """None where nothing sold before."""
        return 100 * (self.units / self.units_before - 1) if self.units_before > 0 else None

    @property
    def revenue_change_pct(self) -> float | None:
        return 100 * (self.revenue / self.revenue_before - 1) if self.revenue_before > 0 else None


@dataclass(frozen=True)
class Orders:
    """The newest orders of the store, each as its distinct SKUs."""

    orders: tuple[tuple[str, ...], ...]
    sql: str


@dataclass(frozen=True)
class Ratings:
    """Stars of one product: over all time, and over the last 90 days (None where none was written)."""

    count: int
    mean: float | None
    recent: float | None
    recent_count: int
    sql: str


def products(
    session: Session, query: str = "", category: str | None = None, limit: int = 50, offset: int = 0
) -> list[Product]:
    """Products by SKU whose SKU, name (either language) or brand contains `query`, whatever its case."""
    wanted = select(Product).order_by(Product.sku).limit(limit).offset(offset)
    if query:
        columns = (Product.sku, Product.name, Product.name_zh, Product.brand)
        wanted = wanted.where(or_(*(col(c).icontains(query, autoescape=True) for c in columns)))
    if category is not None:
        wanted = wanted.where(Product.category == category)
    return list(session.exec(wanted))


def reviews(session: Session, sku: str, limit: int = 1000) -> list[Review]:
    """Newest first."""
    newest = select(Review).where(Review.sku == sku).order_by(col(Review.written_on).desc(), Review.review_id)
    return list(session.exec(newest.limit(limit)))


RATINGS = """SELECT COUNT(rating) AS n, CAST(AVG(rating) AS DOUBLE PRECISION) AS mean,
COUNT(CASE WHEN written_on > :since THEN rating END) AS recent_n,
CAST(AVG(CASE WHEN written_on > :since THEN rating END) AS DOUBLE PRECISION) AS recent
FROM review WHERE sku = :sku AND written_on <= :today"""


def ratings(session: Session, sku: str, today: date) -> Ratings:
    values = {"sku": sku, "today": today, "since": today - timedelta(days=90)}
    schema = {"n": pl.Int64, "mean": pl.Float64, "recent_n": pl.Int64, "recent": pl.Float64}
    count, mean, recent_count, recent = frame(session, RATINGS, schema, **values).row(0)
    return Ratings(count, mean, recent, recent_count, shown(RATINGS, **values))


def history(session: Session, sku: str, weeks: int = 104) -> History:
    """The last complete weeks, from the first sale on; a week without a sale has 0 units and the price before it."""
    currency = product(session, sku).currency
    end = last_week(session) or LONG_AGO
    values = {"sku": sku, "since": end - (weeks - 1) * WEEK, "until": end + timedelta(days=6)}
    sql = f"{LINES} AND sku = :sku"
    sold = by_week(frame(session, sql, LINE_SCHEMA, **values)).select("week", "units", "revenue", "price")
    if len(sold):
        every = pl.DataFrame({"week": pl.date_range(sold["week"][0], end, "1w", eager=True)})
        sold = every.join(sold, on="week", how="left", maintain_order="left").with_columns(
            pl.col("units").fill_null(0), pl.col("revenue").fill_null(0), pl.col("price").forward_fill()
        )
    return History(sku, currency, sold, shown(sql, **values))


REPORT = """SELECT p.sku, p.name, p.currency, CAST(p.cost AS DOUBLE PRECISION) AS cost,
SUM(CASE WHEN s.sold_on >= :since THEN s.units ELSE 0 END) AS units,
CAST(SUM(CASE WHEN s.sold_on >= :since THEN s.units * s.price ELSE 0 END) AS DOUBLE PRECISION) AS revenue,
SUM(CASE WHEN s.sold_on < :since THEN s.units ELSE 0 END) AS units_before,
CAST(SUM(CASE WHEN s.sold_on < :since THEN s.units * s.price ELSE 0 END) AS DOUBLE PRECISION) AS revenue_before
FROM sale s JOIN product p ON p.sku = s.sku
WHERE s.sold_on BETWEEN :before AND :until AND s.price > 0"""
REPORT_SCHEMA = {
    "sku": pl.String, "name": pl.String, "currency": pl.String, "cost": pl.Float64, "units": pl.Int64,
    "revenue": pl.Float64, "units_before": pl.Int64, "revenue_before": pl.Float64,
}  # fmt: skip


def report(
    session: Session, sku: str | None = None, category: str | None = None, weeks: int = 4, n: int = 10
) -> Report:
    """Sales of a product, of a category, or of the store where neither is named.

    Raises UnknownProductError; a store without sales has a report of zeros up to today.
    """
    known = product(session, sku) if sku is not None else None
    until = last_day(session) or now().date()
    since = until - weeks * WEEK + timedelta(days=1)
    values: dict[str, object] = {"before": since - weeks * WEEK, "since": since, "until": until}
    sql = REPORT
    for name, value in (("sku", sku), ("category", category)):
        if value is not None:
            sql, values[name] = f"{sql} AND p.{name} = :{name}", value
    sql += " GROUP BY p.sku, p.name, p.currency, p.cost ORDER BY revenue DESC, p.sku"
    rows = frame(session, sql, REPORT_SCHEMA, **values).with_columns(
        profit=pl.col("revenue") - pl.col("units") * pl.col("cost")
    )
    money = rows.group_by("currency").agg(pl.col("revenue").sum()).sort("revenue", "currency", descending=[True, False])
    currency = money["currency"][0] if len(money) else known.currency if known else ""
    mine = rows.filter(pl.col("currency") == currency)
    sold = mine.filter((pl.col("units") != 0) | (pl.col("revenue") != 0))
    return Report(
        since, until, weeks, currency,
        units=int(mine["units"].sum()),
        revenue=float(mine["revenue"].sum()),
        profit=None if sold["cost"].null_count() or not len(sold) else float(sold["profit"].sum()),
        units_before=int(mine["units_before"].sum()),
        revenue_before=float(mine["revenue_before"].sum()),
        top=tuple(
            ProductSales(r["sku"], r["name"], r["units"], r["revenue"], r["profit"]) for r in sold.head(n).to_dicts()
        ),
        left_out=tuple(money["currency"][1:]),
        sql=shown(sql, **values),
    )  # fmt: skip


ORDERS = """SELECT order_id, sku FROM sale WHERE order_id IN (
SELECT order_id FROM sale WHERE id > :after AND order_id <> '' AND units > 0
GROUP BY order_id ORDER BY MAX(id) DESC LIMIT :limit)"""
FOUND = "SELECT COUNT(DISTINCT order_id) AS n FROM sale WHERE id > :after AND order_id <> '' AND units > 0"


def orders(session: Session, limit: int = 50_000) -> Orders:
    """The newest `limit` orders of the store."""
    newest, _ = mark(session)
    reach = LINES_AN_ORDER * limit
    while reach < newest and _orders_since(session, newest - reach) < limit:
        reach *= LINES_AN_ORDER
    values = {"limit": limit, "after": max(newest - reach, 0)}
    lines = frame(session, ORDERS, {"order_id": pl.String, "sku": pl.String}, **values)
    baskets = tuple(tuple(skus) for skus in lines.unique().group_by("order_id").agg("sku")["sku"].to_list())
    return Orders(baskets, shown(ORDERS, **values))


def _orders_since(session: Session, after: int) -> int:
    """How many orders have a line after that one: the whole store need not be looked through for the newest."""
    return int(frame(session, FOUND, {"n": pl.Int64}, after=after)["n"][0])


def mark(session: Session) -> tuple[int, int]:
    """The newest sale and the newest import: while both stay, no order has come or changed."""
    newest = [session.exec(select(func.max(of))).one() or 0 for of in (col(Sale.id), col(ImportRun.id))]
    return int(newest[0]), int(newest[1])


def offer(session: Session, sku: str, elasticity: Elasticity | None, today: date, rules: Rules | None = None) -> Offer:
    """What is known of a product on `today`, with the range of prices that `elasticity` says history speaks for.

    Competitors: the newest price of each, seen in the last 30 days and in stock. Raises UnknownProductError, and
    NoPriceError where neither the product nor a sale has a price.
    """
    ranges = {} if elasticity is None else {sku: elasticity}
    found = offers(session, [product(session, sku).sku], ranges, today, {} if rules is None else {sku: rules})
    if sku not in found:
        raise NoPriceError(f"{sku} has no price and no sale in 26 weeks. Give it a price in products, then ask again.")
    return found[sku]
