"""What order lines say of products: their names and what they usually cost."""

from datetime import timedelta

import polars as pl

WINDOW = timedelta(weeks=4)


def names(lines: pl.DataFrame) -> pl.DataFrame:
    """sku and name: the description most lines carry, the later one of a tie. `lines` has sku, name and sold_on."""
    counted = lines.filter(pl.col("name") != "").group_by("sku", "name").agg(pl.len(), pl.col("sold_on").max())
    best = counted.sort("len", "sold_on", "name", descending=[True, True, False])
    return best.unique("sku", keep="first", maintain_order=True).select("sku", "name")


def usual_prices(sales: pl.DataFrame) -> pl.DataFrame:
    """sku, usual (the price), since (the first day it was paid), first_sold and last_sold.

    The price most small lines paid in the product's last four weeks of sales: small is at most the median quantity,
    so that order-size tiers do not count; lines on promotion count only where there is nothing else.
    """
    sold = sales.filter(pl.col("units") > 0)
    last = pl.col("sold_on").max().over("sku")
    recent = sold.filter(pl.col("sold_on") > last - WINDOW)
    regular = recent.filter(~pl.col("promo") | pl.col("promo").all().over("sku"))
    small = regular.filter(pl.col("units") <= pl.col("units").median().over("sku"))
    counted = small.group_by("sku", "price").agg(pl.len(), pl.col("sold_on").max().alias("last_paid"))
    best = counted.sort("len", "last_paid", "price", descending=[True, True, False]).unique("sku", keep="first")
    history = sold.group_by("sku", "price").agg(pl.col("sold_on").min().alias("since"))
    ends = sold.group_by("sku").agg(
        pl.col("sold_on").min().alias("first_sold"), pl.col("sold_on").max().alias("last_sold")
    )
    found = best.join(history, on=["sku", "price"]).join(ends, on="sku")
    return found.select(
        "sku", pl.col("price").round(2, mode="half_away_from_zero").alias("usual"), "since", "first_sold", "last_sold"
    ).filter(pl.col("usual") > 0)
