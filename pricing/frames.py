"""Between the simulated shop's arrays and the frames of its store folder."""

import numpy as np
import polars as pl

from pricing.market import COMPETITORS, Ints, Market, retail
from pricing.panel import Days, Floats


def product_frame(
    rng: np.random.Generator, goods: pl.DataFrame, truth: pl.DataFrame, market: Market, closing: Ints
) -> pl.DataFrame:
    """The `products` frame; a few have a minimum advertised price, which was always kept."""
    minimum = retail(0.9 * market.paid.min(axis=1))
    advertised = (rng.random(goods.height) < 0.06) & (minimum < market.price[:, -1])
    return goods.select(
        "sku", "name", "name_zh", "category", "description", "brand",
        cost=pl.Series(market.cost[:, -1]),
        price=pl.Series(market.price[:, -1]),
        currency=pl.lit("GBP"),
        stock=pl.Series(closing[:, -1]),
        map_price=pl.Series(np.where(advertised, minimum, np.nan), nan_to_null=True),
        launched_on=truth["launched_on"],
        status=pl.Series(np.where(truth["discontinued_on"].is_null(), "active", "discontinued")),
    )  # fmt: skip


def rival_frame(rng: np.random.Generator, truth: pl.DataFrame, market: Market) -> pl.DataFrame:
    """What each competitor asked on each Monday."""
    who, row, week = np.nonzero(~np.isnan(market.competitors))
    domain = pl.Series(("rowan.example", "giftbarn.example", "chayuwu.example"))
    frame = pl.DataFrame(
        {
            "date": market.weeks[week],
            "sku": truth["sku"].gather(row),
            "competitor": pl.Series(COMPETITORS).gather(who),
            "price": market.competitors[who, row, week],
            "url": domain.gather(who),
            "in_stock": rng.random(len(row)) < 0.96,
            "condition": ["new"] * len(row),
        }
    )
    address = pl.format("https://{}/{}", "url", pl.col("sku").str.to_lowercase())
    return frame.with_columns(url=address).sort("date", "sku", "competitor")


def stock_frame(truth: pl.DataFrame, market: Market, closing: Ints) -> pl.DataFrame:
    """Units on hand at the end of each day from the launch on."""
    n, days = closing.shape
    frame = pl.DataFrame(
        {
            "date": np.tile(market.days, n),
            "sku": truth["sku"].gather(np.repeat(np.arange(n), days)),
            "on_hand": closing.ravel(),
        }
    )
    known = frame.join(truth.select("sku", "launched_on"), on="sku", how="left", maintain_order="left")
    return known.filter(pl.col("date") >= pl.col("launched_on")).drop("launched_on")


def placed(frame: pl.DataFrame, skus: pl.Series, weeks: Days) -> pl.DataFrame:
    """The frame with its `row` and `week` in the panel."""
    rows = pl.DataFrame({"sku": skus}).with_row_index("row")
    week = (pl.col("date") - pl.lit(weeks[0].item())).dt.total_days() // 7
    return frame.with_columns(week=week).join(rows, on="sku", how="left", maintain_order="left")


def dense(cells: pl.DataFrame, shape: tuple[int, int]) -> Floats:
    """(N, T) from columns row, week, value; NaN where there is none."""
    values = np.full(shape, np.nan)
    values[cells["row"].to_numpy(), cells["week"].to_numpy()] = cells["value"].to_numpy()
    return values


def summed(lines: pl.DataFrame, name: str, shape: tuple[int, int]) -> Floats:
    """(N, T) sums of a column, 0 where there is none."""
    return np.nan_to_num(dense(lines.group_by("row", "week").agg(value=pl.col(name).sum()), shape))


def carried(values: Floats) -> Floats:
    """Gaps filled with the last value before them."""
    last = np.maximum.accumulate(np.where(np.isnan(values), 0, np.arange(values.shape[1])), axis=1)
    return np.take_along_axis(values, last, axis=1)
