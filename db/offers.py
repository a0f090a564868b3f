"""What is known of many products on the day that their prices are set."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

import polars as pl
from sqlmodel import Session, col, select

from db import weekly
from db.reading import frame
from db.tables import Price, Product
from pricing.elasticity import Elasticity
from pricing.guardrails import Offer, Rules

DAYS = 30  # how long a competitor's price counts, and the usual days of the lawful prior price
WEEKS = 26  # how far back a sale tells the price of a product that has none

COMPETITORS = """SELECT sku, competitor, seen_on, CAST(price AS DOUBLE PRECISION) AS price, in_stock
FROM competitor_price WHERE sku IN :skus AND seen_on BETWEEN :since AND :today"""
COUNTED = """SELECT s.sku, s.on_hand FROM stock s JOIN (
SELECT sku, MAX(counted_on) AS newest FROM stock WHERE sku IN :skus AND counted_on <= :today GROUP BY sku) n
ON s.sku = n.sku AND s.counted_on = n.newest"""


def offers(
    session: Session,
    skus: Sequence[str],
    elasticities: Mapping[str, Elasticity],
    today: date,
    rules: Mapping[str, Rules] | None = None,
) -> dict[str, Offer]:
    """One for every product of `skus` that has a price, its own or that of its last sale in WEEKS weeks.

    The range of prices that history speaks for is that of its elasticity, where there is one. Competitors: the newest
    price of each, seen in the last DAYS days and in stock. The prior price: the lowest of the days that the
    rules of the product name (DAYS where none are given), charged or paid by small orders.
    """
    known = session.exec(select(Product).where(col(Product.sku).in_(skus))).all()
    since = today - timedelta(days=DAYS)
    prices = {p.sku: float(p.price) for p in known if p.price}
    prices |= _last_prices(session, [p.sku for p in known if p.sku not in prices])
    rivals, counted = _competitors(session, skus, since, today), _counted(session, skus, today)
    changed, lowest = _before(session, skus, rules or {}, today)
    found = {}
    for product in known:
        sku, elasticity = product.sku, elasticities.get(product.sku)
        if sku not in prices:
            continue
        found[sku] = Offer(
            sku,
            product.currency,
            prices[sku],
            cost=_float(product.cost),
            stock=_on_hand(counted.get(sku, product.stock)),
            map_price=_float(product.map_price),
            competitors=rivals.get(sku, ()),
            price_low=_widened(elasticity.price_low if elasticity else None, prices[sku], min),
            price_high=_widened(elasticity.price_high if elasticity else None, prices[sku], max),
            last_changed=changed.get(sku),
            lowest_30_days=lowest.get(sku),
        )
    return found


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))


def _widened(seen: float | None, today: float, most: Callable[[float, float], float]) -> float | None:
    """An end of the range of past prices, or today's where it lies beyond: a price that is charged is being tried."""
    return most(seen, today) if seen is not None and seen > 0 else None


def _on_hand(units: float | None) -> float | None:
    return None if units is None else max(float(units), 0.0)


def _competitors(session: Session, skus: Sequence[str], since: date, today: date) -> dict[str, tuple[float, ...]]:
    schema = {
        "sku": pl.String, "competitor": pl.String, "seen_on": pl.Date, "price": pl.Float64, "in_stock": pl.Boolean,
    }  # fmt: skip
    seen = frame(session, COMPETITORS, schema, skus=list(skus), since=since, today=today)
    newest = seen.sort("seen_on").unique(["sku", "competitor"], keep="last").filter("in_stock")
    listed = newest.sort("sku", "price").group_by("sku").agg("price")
    return {sku: tuple(prices) for sku, prices in listed.iter_rows()}


def _counted(session: Session, skus: Sequence[str], today: date) -> dict[str, float]:
    """Units on hand by the newest count."""
    return dict(
        frame(session, COUNTED, {"sku": pl.String, "on_hand": pl.Float64}, skus=list(skus), today=today).iter_rows()
    )


def _last_prices(session: Session, skus: Sequence[str]) -> dict[str, float]:
    newest = weekly.last_day(session) or date.max
    return _usual(session, skus, newest - WEEKS * weekly.WEEK, newest, pl.col("price").last())


def _usual(session: Session, skus: Sequence[str], since: date, until: date, of: pl.Expr) -> dict[str, float]:
    """One of the usual weekly prices that small orders paid in those days."""
    if not skus:
        return {}
    weeks = weekly.by_week(weekly.order_lines(session, skus, since, until)).drop_nulls("price").sort("week")
    return dict(weeks.group_by("sku", maintain_order=True).agg(of).iter_rows())


def _before(
    session: Session, skus: Sequence[str], rules: Mapping[str, Rules], today: date
) -> tuple[dict[str, date], dict[str, float]]:
    """Day of the last change, and lowest price of the days before, as many as the rules of each product name."""
    named = {sku: rules[sku].prior_price_days if sku in rules else DAYS for sku in skus}
    changed: dict[str, date] = {}
    lowest: dict[str, float] = {}
    for days in sorted(set(named.values())):
        some = [sku for sku in skus if named[sku] == days]
        found = _charged(session, some, today - timedelta(days=days), today)
        changed, lowest = changed | found[0], lowest | found[1]
    return changed, lowest


def _charged(
    session: Session, skus: Sequence[str], since: date, today: date
) -> tuple[dict[str, date], dict[str, float]]:
    """Day of the last change, and lowest price of the days from `since` to yesterday.

    A change made after `today` (the store's data is older than the clock) counts as made today.
    """
    wanted = select(col(Price.sku), col(Price.starts_at), col(Price.price)).where(col(Price.sku).in_(skus))
    logged = session.exec(wanted.order_by(col(Price.sku), col(Price.starts_at), col(Price.id))).all()
    changed, lowest = {}, _usual(session, skus, since, today - timedelta(days=1), pl.col("price").min())
    for sku, rows in groupby(logged, key=lambda row: row[0]):
        log = [(min(at.date(), today), float(price)) for _, at, price in rows]
        changes = [day for (day, price), (_, former) in zip(log[1:], log, strict=False) if price != former]
        if changes:
            changed[sku] = changes[-1]
        least = [price for day, price in log if day <= since][-1:]
        least += [price for day, price in log if since < day < today]
        if least:
            lowest[sku] = min(*least, lowest.get(sku, least[0]))
    return changed, lowest
