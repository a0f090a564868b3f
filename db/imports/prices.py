"""Today's prices as an import knows them, and the entries that they make in the price log."""

from datetime import timedelta

import polars as pl

from db.imports.batch import PRODUCT, Batch, Known, products_frame
from db.imports.catalogue import usual_prices

_USUAL = {"sku": pl.String, "usual": pl.Float64, "since": pl.Date, "first_sold": pl.Date, "last_sold": pl.Date}


def priced(batch: Batch, known: Known) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The products to write, today's price in them where it is known, and the log: sku, price, currency, starts_on.

    A price that the files state counts; else what was usually paid, for a product without a price, or (where files
    state none at all) for one that was sold after its last entry in the log.
    """
    sales = batch.frame("sales")
    usual = pl.DataFrame(schema=_USUAL) if sales.is_empty() else usual_prices(sales)
    products = _all_products(batch, usual)
    old = known.products.select("sku", "logged_on", old="price", own="currency")
    wide = products.join(old, on="sku", how="left", maintain_order="left").join(
        usual, on="sku", how="left", maintain_order="left"
    )
    newer = pl.col("logged_on").is_null() | (pl.col("last_sold") > pl.col("logged_on"))
    takes_usual = pl.col("old").is_null() | (newer & pl.lit(batch.price_from_sales))
    wide = wide.with_columns(pl.coalesce("price", pl.when(takes_usual).then(pl.col("usual"))).alias("price"))
    changes = wide.filter(pl.col("price").is_not_null() & pl.col("price").ne_missing(pl.col("old")))
    log = changes.select("sku", "price", _currency(), _start(known).alias("starts_on"))
    return wide.select(list(PRODUCT)), log


def _all_products(batch: Batch, usual: pl.DataFrame) -> pl.DataFrame:
    """Those of the batch, and an empty row for each that was only sold."""
    products = batch.frames.get("products", pl.DataFrame(schema=PRODUCT))
    sold = usual.join(products, on="sku", how="anti", maintain_order="left")["sku"]
    return pl.concat([products, products_frame(sku=sold)])


def _currency() -> pl.Expr:
    said = pl.col("currency")
    return pl.when(said == "").then("own").otherwise(said).alias("currency")


def _start(known: Known) -> pl.Expr:
    """The first day the price was paid, as far as the sales tell; else the launch, the first sale, or today."""
    today = pl.lit(known.today)
    paid = pl.when(pl.col("price") == pl.col("usual")).then(pl.col("since"))
    first = pl.coalesce(paid, "launched_on", "first_sold", today)
    after = pl.max_horizontal(paid, pl.col("logged_on") + timedelta(days=1))
    later = pl.when(paid.is_not_null()).then(after).otherwise(today)
    return pl.min_horizontal(pl.when(pl.col("old").is_null()).then(first).otherwise(later), today)
