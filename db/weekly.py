"""Order lines into weeks: usual price, wholesale lines, promotions, stock and competitors, as the panel wants them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import chain
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sqlmodel import Session

from db.channels import steadied, told_apart
from db.packed import lines
from db.reading import frame
from db.tables import now
from db.versions import UnknownProductError
from pricing.panel import Days, Floats, Panel

WEEK = timedelta(days=7)
RUN_UP = 26  # weeks read before the panel begins, so that it begins with a known price
CARRY = 4  # weeks that a competitor's price is taken to hold
WHOLESALE_TIMES = 3  # a line this many times the product's usual line is of wholesale size
WHOLESALE_BELOW = 0.98  # and bought at less than this share of the usual price
PART = 250  # products read at a time

COLUMNS: tuple[tuple[str, str, Any], ...] = (  # of a line: its name, its SQL, its type
    ("sold_on", "sold_on", pl.Date),
    ("units", "units", pl.Int64),
    ("price", "price", pl.Float64),
    ("promo", "promo", pl.Boolean),
    ("ordered", "(order_id <> '')", pl.Boolean),
    ("channel", "REPLACE(channel, ',', ';')", pl.String),
)
LINES = """SELECT sku, sold_on, units, CAST(price AS DOUBLE PRECISION) AS price, promo, order_id <> '' AS ordered,
channel FROM sale WHERE sold_on BETWEEN :since AND :until"""
LINE_SCHEMA = {"sku": pl.String} | {name: kind for name, _, kind in COLUMNS}


def last_day(session: Session) -> date | None:
    """The newest day with a sale; None in a store without any."""
    day: date | None = frame(session, "SELECT MAX(sold_on) AS day FROM sale", {"day": pl.Date})["day"].item()
    return day


def last_week(session: Session) -> date | None:
    """Monday of the newest complete week: one that ends on the store's last trading day of a week, or on a Sunday."""
    newest = last_day(session)
    if newest is None:
        return None
    days = frame(
        session,
        "SELECT DISTINCT sold_on FROM sale WHERE sold_on > :since",
        {"day": pl.Date},
        since=newest - 9 * WEEK,
    )
    weeks = days.group_by(pl.col("day").dt.truncate("1w")).agg(last=pl.col("day").dt.weekday().max()).sort("day")
    usual = np.median(weeks["last"].to_numpy()[:-1]) if len(weeks) > 1 else 7
    monday = newest - timedelta(days=newest.weekday())
    return monday if newest.isoweekday() >= usual else monday - WEEK


@dataclass(frozen=True)
class Window:
    """The weeks that a panel speaks of, by the Mondays of the first and the last."""

    start: date
    end: date


def window(session: Session, weeks: int = 104) -> Window:
    """The last `weeks` complete weeks, fewer in a younger store; one without sales where no week is complete yet.

    Raises ValueError for fewer than one week.
    """
    if weeks < 1:
        raise ValueError(f"weeks: {weeks} cannot be; give 1 or more")
    end = last_week(session)
    if end is None:
        today = now().date()
        end = today - timedelta(days=today.weekday()) - WEEK
    first = frame(session, "SELECT MIN(sold_on) AS day FROM sale", {"day": pl.Date})["day"].item() or end
    start = max(end - (weeks - 1) * WEEK, first - timedelta(days=first.weekday()))
    return Window(min(start, end), end)


def panel(session: Session, skus: Sequence[str] | None = None, weeks: int = 104) -> Panel:
    """The last `weeks` complete weeks of `skus` (every product where None), in the order given.

    `price` is the price that most small lines of the week paid (their weighted median: a line counts once, a day's row
    by its units); `bulk` counts lines of WHOLESALE_TIMES the product's median line that paid less than that.
    Products are read PART at a time, so that the memory of a large store's lines is never held at once.
    Raises UnknownProductError for a product that the store lacks, ValueError for fewer than one week.
    """
    over = window(session, weeks)
    names = every(session) if skus is None else list(skus)
    return joined([part(session, names[i : i + PART], over) for i in range(0, max(len(names), 1), PART)])


def charged(session: Session, skus: Sequence[str]) -> Floats:
    """(N,) price charged today by the price list, NaN where there is none."""
    sql = "SELECT sku, CAST(price AS DOUBLE PRECISION) AS price FROM product WHERE price > 0"
    listed = dict(frame(session, sql, {"sku": pl.String, "price": pl.Float64}).iter_rows())
    return np.array([listed.get(sku, np.nan) for sku in skus], dtype=np.float64)


def every(session: Session) -> list[str]:
    """The SKU of every product, in order."""
    return frame(session, "SELECT sku FROM product", {"sku": pl.String})["sku"].sort().to_list()


def joined(parts: Sequence[Panel]) -> Panel:
    """One panel of the products of several over the same weeks."""
    names, rows = [f.name for f in fields(Panel)[:3]], [f.name for f in fields(Panel)[4:]]
    whole: dict[str, Any] = {name: tuple(chain(*(getattr(p, name) for p in parts))) for name in names}
    whole |= {name: np.concatenate([getattr(p, name) for p in parts]) for name in rows}
    return Panel(weeks=parts[0].weeks, **whole)


def part(session: Session, skus: Sequence[str], over: Window) -> Panel:
    """`panel` of some products over a window; what it says of a product does not depend on the others.

    Raises UnknownProductError.
    """
    products = _products(session, skus)
    if not skus:
        return _empty(products)
    begin = over.start - RUN_UP * WEEK
    sold = by_week(order_lines(session, skus, begin, over.end + timedelta(days=6)), steady=True)
    grid = _Grid(skus, over.start, over.end)
    wide = _Grid(skus, begin, over.end)
    units = grid.fill(sold, "units", 0.0)
    units[grid.mondays[None, :] < _first_weeks(session, skus)[:, None]] = np.nan
    return Panel(
        skus=tuple(skus),
        categories=tuple(products["category"]),
        currencies=tuple(products["currency"]),
        weeks=grid.mondays,
        units=units,
        bulk=np.where(np.isnan(units), np.nan, np.fmin(grid.fill(sold, "bulk", 0.0), units)),
        price=_carried(wide.fill(sold, "price"))[:, RUN_UP:],
        promo=np.maximum(grid.fill(sold, "promo", 0.0), _promoted(session, skus, grid)),
        in_stock=_stocked(session, skus, grid),
        competitor=_competitors(session, skus, wide)[:, RUN_UP:],
        cost=np.repeat(products["cost"].to_numpy().astype(float)[:, None], len(grid.mondays), axis=1),
    )


def by_week(lines: pl.DataFrame, *, steady: bool = False) -> pl.DataFrame:
    """Lines (LINE_SCHEMA) into sku, week, units (net, 0 or more), bulk, price (null where unknown), promo, revenue.

    A `steady` price does not move when buyers change from one channel or store to another that charges differently
    (db/channels.py); otherwise it is what most of the week's small lines paid, wherever that was.
    """
    lines = lines.filter(pl.col("price") > 0).with_columns(week=pl.col("sold_on").dt.truncate("1w"))
    bought = lines.filter(pl.col("units") > 0)
    sizes = bought.filter("ordered").group_by("sku").agg(size=pl.col("units").median())
    bought = bought.join(sizes, on="sku", how="left")
    small = bought.filter(~pl.col("ordered") | (pl.col("units") <= pl.col("size")))
    usual = _usual_price(small, "sku", "week").drop("lines")
    if steady:
        apart = _usual_price(told_apart(small), "sku", "channel", "week")
    bulk = (
        bought.filter("ordered", ~pl.col("promo"), pl.col("units") >= WHOLESALE_TIMES * pl.col("size"))
        .join(usual, on=["sku", "week"], how="inner")
        .filter(pl.col("price") < WHOLESALE_BELOW * pl.col("usual"))
        .group_by("sku", "week")
        .agg(bulk=pl.col("units").sum())
    )
    weeks = lines.group_by("sku", "week").agg(
        units=pl.col("units").sum().clip(lower_bound=0).cast(pl.Float64),
        revenue=(pl.col("units") * pl.col("price")).sum(),
        promo=(pl.col("promo") & (pl.col("units") > 0)).sum() / (pl.col("units") > 0).sum(),
    )
    if steady:
        usual = steadied(usual, apart)
    return (
        weeks.join(usual, on=["sku", "week"], how="left")
        .join(bulk, on=["sku", "week"], how="left")
        .rename({"usual": "price"})
        .with_columns(pl.col("promo").fill_nan(0), pl.col("bulk").fill_null(0).cast(pl.Float64))
        .sort("sku", "week")
    )


def _usual_price(small: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Weighted median price, `usual`, of each group and its weight, `lines`: an order line counts once, a day's row by
    its units."""
    weight = pl.when("ordered").then(1).otherwise(pl.col("units"))
    totals = small.group_by(*by, "price").agg(weight=weight.sum()).sort(*by, "price")
    run, whole = pl.col("weight").cum_sum().over(by), pl.col("weight").sum().over(by)
    return (
        totals.with_columns(lines=whole)
        .filter(2 * run >= pl.col("lines"))
        .group_by(by, maintain_order=True)
        .agg(usual=pl.col("price").first(), lines=pl.col("lines").first())
    )


class _Grid:
    """Products by Mondays, and long rows laid out on it."""

    def __init__(self, names: Sequence[str], start: date, end: date) -> None:
        self.mondays: Days = np.arange(np.datetime64(start), np.datetime64(end) + 1, 7)
        self.index = pl.DataFrame({"sku": names, "row": np.arange(len(names))}, schema_overrides={"sku": pl.String})

    def fill(self, rows: pl.DataFrame, column: str, empty: float = np.nan) -> Floats:
        """(N, T) values of `column`; rows of other products or weeks are left out."""
        rows = rows.select("sku", "week", column).drop_nulls().join(self.index, on="sku")
        at = (rows["week"].to_numpy().astype("datetime64[D]") - self.mondays[0]).astype(int) // 7
        inside = (at >= 0) & (at < len(self.mondays))
        out = np.full((len(self.index), len(self.mondays)), empty)
        out[rows["row"].to_numpy()[inside], at[inside]] = rows[column].to_numpy()[inside]
        return out


def _carried(values: Floats, most: int | None = None) -> Floats:
    """Each NaN takes the last value before it, at most `most` steps old."""
    steps = np.arange(values.shape[1])
    last = np.maximum.accumulate(np.where(np.isnan(values), -1, steps), axis=1)
    out = np.take_along_axis(values, np.maximum(last, 0), axis=1)
    out[(last < 0) | ((steps - last > most) if most is not None else False)] = np.nan
    return out


def _products(session: Session, skus: Sequence[str]) -> pl.DataFrame:
    sql = "SELECT sku, category, currency, CAST(cost AS DOUBLE PRECISION) AS cost FROM product WHERE sku IN :skus"
    schema = {"sku": pl.String, "category": pl.String, "currency": pl.String, "cost": pl.Float64}
    found = frame(session, sql, schema, skus=list(skus)) if skus else pl.DataFrame(schema=schema)
    unknown = set(skus) - set(found["sku"])
    if unknown:
        raise UnknownProductError(", ".join(sorted(unknown)))
    return pl.DataFrame({"sku": list(skus)}, schema={"sku": pl.String}).join(
        found, on="sku", how="left", maintain_order="left"
    )


def order_lines(session: Session, skus: Sequence[str], since: date, until: date) -> pl.DataFrame:
    """Order lines of LINE_SCHEMA."""
    columns = {name: (f"CAST({sql} AS INTEGER)" if kind is pl.Boolean else sql, kind) for name, sql, kind in COLUMNS}
    return lines(session, "sale", columns, "sold_on BETWEEN :since AND :until", skus, since=since, until=until)


def _first_weeks(session: Session, skus: Sequence[str]) -> NDArray[np.datetime64]:
    """(N,) Monday of each product's first sale, at the end of time where it never sold."""
    sql = "SELECT sku, MIN(sold_on) AS day FROM sale WHERE sku IN :skus GROUP BY sku"
    firsts = frame(session, sql, {"sku": pl.String, "day": pl.Date}, skus=list(skus))
    known = dict(zip(firsts["sku"], firsts["day"].dt.truncate("1w"), strict=True))
    return np.array([known.get(name, date.max) for name in skus], dtype="datetime64[D]")


def _promoted(session: Session, skus: Sequence[str], grid: _Grid) -> Floats:
    """(N, T) share of the week's days inside a promotion of the calendar."""
    since, until = grid.mondays[0].item(), grid.mondays[-1].item() + timedelta(days=6)
    columns = {"starts_on": ("starts_on", pl.Date), "ends_on": ("ends_on", pl.Date)}
    days = (
        lines(
            session, "promotion", columns, "starts_on <= :until AND ends_on >= :since", skus, since=since, until=until
        )
        .filter(pl.col("starts_on") <= pl.col("ends_on"))
        .with_columns(pl.col("starts_on").clip(since, until), pl.col("ends_on").clip(since, until))
        .with_columns(day=pl.date_ranges("starts_on", "ends_on"))
        .explode("day")
        .unique(["sku", "day"])
    )
    share = days.group_by("sku", pl.col("day").dt.truncate("1w").alias("week")).agg(share=pl.len() / 7)
    return grid.fill(share, "share", 0.0)


def _stocked(session: Session, skus: Sequence[str], grid: _Grid) -> Floats:
    """(N, T) share of a week's counts that found stock on hand; 1 where nothing was counted."""
    columns = {"counted_on": ("counted_on", pl.Date), "on_hand": ("on_hand", pl.Int64)}
    counts = lines(session, "stock", columns, "counted_on >= :since", skus, since=grid.mondays[0].item())
    share = counts.group_by("sku", pl.col("counted_on").dt.truncate("1w").alias("week")).agg(
        share=(pl.col("on_hand") > 0).mean()
    )
    return grid.fill(share, "share", 1.0)


def _competitors(session: Session, skus: Sequence[str], grid: _Grid) -> Floats:
    """(N, T) mean price of competitors that had it, carried up to CARRY weeks."""
    columns = {"seen_on": ("seen_on", pl.Date), "price": ("price", pl.Float64)}
    seen = lines(
        session, "competitor_price", columns, "in_stock AND seen_on >= :since", skus, since=grid.mondays[0].item()
    )
    mean = seen.group_by("sku", pl.col("seen_on").dt.truncate("1w").alias("week")).agg(pl.col("price").mean())
    return _carried(grid.fill(mean, "price"), CARRY)


def _empty(products: pl.DataFrame) -> Panel:
    nothing = np.empty((len(products), 0))
    return Panel(
        tuple(products["sku"]), tuple(products["category"]), tuple(products["currency"]),
        np.array([], dtype="datetime64[D]"), nothing, nothing, nothing, nothing, nothing, nothing, nothing,
    )  # fmt: skip
