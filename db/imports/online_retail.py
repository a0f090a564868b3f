"""UCI Online Retail, I and II, in the publisher's columns: order lines of a gift shop, in pounds."""

from collections.abc import Mapping, Sequence

import polars as pl

from db.imports.batch import FREE, Batch, Known, products_frame, summed
from db.imports.catalogue import names
from db.imports.columns import DAY, MOST_MONEY, MOST_UNITS, Column, normal
from db.imports.errors import ImportRefusedError
from db.imports.reading import Table
from db.imports.sieve import Sieve

CURRENCY = "GBP"
ALIASES: Mapping[str, str] = {
    "invoiceno": "order_id", "invoice": "order_id", "stockcode": "sku", "description": "name", "quantity": "units",
    "invoicedate": "date", "unitprice": "price", "price": "price", "customerid": "customer_id", "country": "channel",
}  # fmt: skip
COLUMNS = (
    Column("sku", required=True, filled=True), Column("order_id", required=True, filled=True), DAY,
    Column("units", "whole", required=True, filled=True, low=-MOST_UNITS, high=MOST_UNITS),
    Column("price", "number", required=True, filled=True, low=-MOST_MONEY),
    Column("name", length=500), Column("customer_id"), Column("channel"),
)  # fmt: skip
_SHOWN = {"order_id": "InvoiceNo", "sku": "StockCode", "units": "Quantity", "date": "InvoiceDate", "price": "UnitPrice"}

# Postage, carriage, fees, discounts, samples, vouchers, corrections: lines that sell nothing from the shelf.
SERVICE = r"^(POST|DOT|M|D|S|B|C2|C3|CRUK|PADS|AMAZONFEE|BANK ?CHARGES|GIFT.*|TEST.*|ADJUST.*)$"
ABSURD_UNITS = 10_000
CANCELLED_WITHIN_DAYS = 7


def is_online_retail(columns: Sequence[str]) -> bool:
    """Whether a table has the columns that only this source has."""
    return {"stockcode", "quantity", "invoicedate"} <= {normal(name) for name in columns}


def read_batch(tables: Sequence[Table], known: Known) -> Batch:
    """Clean order lines and the products that they speak of. Raises ImportRefusedError where a column lacks."""
    sieves = [_sieve(table, known) for table in tables]
    for sieve in sieves:
        _clean(sieve)
    lines = pl.concat([sieve.frame for sieve in sieves])
    named = lines.select("sku").unique(maintain_order=True).join(names(lines), on="sku", how="left")
    for sieve in sieves:
        described = pl.col("sku").is_in(named.filter(pl.col("name").is_not_null())["sku"].implode())
        sieve.mend("description taken from other lines of the product", (pl.col("name") == "") & described)
    products = products_frame(
        sku=named["sku"],
        name=named.select(_name(known)).to_series(),
        currency=pl.repeat(CURRENCY, len(named), dtype=pl.String, eager=True),
    )
    sales = summed(lines.drop("name").with_columns(pl.lit(False).alias("promo")))
    return Batch(sieves, {"products": products, "sales": sales}, price_from_sales=True)


def _name(known: Known) -> pl.Expr:
    """A new product without any description goes by its code; a known one keeps its name."""
    code = pl.when(~pl.col("sku").is_in(known.products["sku"].implode())).then(pl.col("sku"))
    return pl.coalesce("name", code, pl.lit("")).alias("name")


def _sieve(table: Table, known: Known) -> Sieve:
    found = {own: ALIASES[normal(own)] for own in table.columns if normal(own) in ALIASES}
    missing = [_SHOWN[column.name] for column in COLUMNS if column.required and column.name not in found.values()]
    if missing:
        raise ImportRefusedError(
            f"{table.source} looks like Online Retail but has no column {', '.join(missing)}. "
            f"It has: {', '.join(table.columns)}. Add it, or import the publisher's own file."
        )
    return Sieve(table, found, COLUMNS, known.today)


def _clean(sieve: Sieve) -> None:
    upper = pl.col("sku").str.to_uppercase()
    sieve.mend("code written in capitals", pl.col("sku") != upper, sku=upper)
    whole = pl.col("customer_id").str.replace(r"\.0$", "")
    sieve.frame = sieve.frame.with_columns(whole)
    sieve.turn_away(pl.col("sku").str.contains(SERVICE), "not a product: postage, fee, voucher, sample or correction")
    sieve.turn_away(
        _cancelled_pairs(sieve.frame),
        f"more than {ABSURD_UNITS:,} units, cancelled at once: an order and its cancellation",
    )
    sieve.turn_away(pl.col("price") <= 0, FREE)
    sieve.turn_away(pl.col("units") == 0, "no units")
    spaced = pl.col("name").str.replace_all(r"\s+", " ")
    sieve.frame = sieve.frame.with_columns(
        pl.when(spaced.str.contains(r"^\?+$")).then(pl.lit("")).otherwise(spaced).alias("name")
    )


def _cancelled_pairs(lines: pl.DataFrame) -> pl.Expr:
    """Lines of an absurd quantity that the same customer returned whole within days, and those returns."""
    big = lines.filter(pl.col("units").abs() > ABSURD_UNITS)
    same = ["sku", "customer_id", "price", "size"]
    sized = big.with_columns(pl.col("units").abs().alias("size")).sort("sold_on", "__line")
    sized = sized.with_columns(pl.col("__line").cum_count().over([*same, pl.col("units") > 0]).alias("nth"))
    orders, returns = sized.filter(pl.col("units") > 0), sized.filter(pl.col("units") < 0)
    pairs = orders.join(returns, on=[*same, "nth"])
    days = (pl.col("sold_on_right") - pl.col("sold_on")).dt.total_days()
    pairs = pairs.filter(days.is_between(0, CANCELLED_WITHIN_DAYS))
    return pl.col("__line").is_in(pl.concat([pairs["__line"], pairs["__line_right"]]).implode())
