"""The store folder of six files, or one of its files."""

from collections.abc import Sequence

import polars as pl

from db.imports.batch import FREE, Batch, Known, joined, products_frame
from db.imports.columns import KEYS, KINDS, Kind, lacking, matched
from db.imports.errors import ImportRefusedError
from db.imports.reading import Table
from db.imports.sieve import Sieve

STORE_KEYS = ("name", "seed", "simulated")
_SIGNS = {"£": "GBP", "€": "EUR", "$": "USD"}
_DEFAULT_CURRENCY = "USD"


def read_batch(tables: Sequence[tuple[Kind, Table]], known: Known) -> Batch:
    """Clean rows of every table. Raises ImportRefusedError where a required column lacks."""
    sieves: dict[Kind, list[Sieve]] = {}
    for kind, table in tables:
        sieves.setdefault(kind, []).append(_sieve(kind, table, known))
    batch = Batch([sieve for several in sieves.values() for sieve in several])
    products = sieves.pop("products", [])
    currency, note = _currency(products, known)
    for sieve in products:
        _clean_products(sieve, known, currency)
    if products:
        frame = joined("products", products)
        batch.frames["products"] = products_frame(**{name: frame[name] for name in frame.columns})
        batch.notes += note
    batch.notes += [note for kind, table in tables for note in _unread(kind, table)]
    skus = pl.concat([known.products["sku"], *(sieve.frame["sku"] for sieve in products)]).unique()
    for kind, several in sieves.items():
        for sieve in several:
            _clean(kind, sieve, skus)
        batch.frames[kind] = joined(kind, several)
    return batch


def _sieve(kind: Kind, table: Table, known: Known) -> Sieve:
    missing = lacking(table.columns, KINDS[kind])
    if missing:
        raise ImportRefusedError(
            f"{table.source} has no column {', '.join(missing)}, which {kind} need. It has: {', '.join(table.columns)}."
        )
    return Sieve(table, matched(table.columns, KINDS[kind]), KINDS[kind], known.today)


def _unread(kind: Kind, table: Table) -> list[str]:
    found = {*matched(table.columns, KINDS[kind]), "line", "reason"}
    left = [name for name in table.columns if name not in found]
    return [f"{table.source}: columns left unread: {', '.join(left[:10])}"] if left else []


def _currency(products: Sequence[Sieve], known: Known) -> tuple[str, list[str]]:
    """The currency of rows that name none: as told, as the price signs say, as the store's, or dollars with a note."""
    if known.currency:
        return known.currency, []
    for sieve in products:
        for column in sieve.table.columns:
            if column.strip().lower() == "price" and sieve.table.frame[column].dtype == pl.String:
                signs = sieve.table.frame[column].str.extract(r"([£€$])").drop_nulls().unique().to_list()
                if len(signs) == 1:
                    return _SIGNS[signs[0]], []
    usual = known.products["currency"].mode().sort().to_list()
    if usual:
        return usual[0], []
    silent = any((sieve.frame["currency"] == "").any() for sieve in products)
    note = [f"some products name no currency; {_DEFAULT_CURRENCY} is taken (a column currency says otherwise)"]
    return _DEFAULT_CURRENCY, note if silent else []


def _clean_products(sieve: Sieve, known: Known, currency: str) -> None:
    _spell(sieve, known.products["sku"])
    new = ~pl.col("sku").is_in(known.products["sku"].implode())
    code = pl.col("currency").str.to_uppercase()
    sieve.turn_away(~pl.col("sku").is_first_distinct(), "the sku stands on an earlier line with other values")
    sieve.turn_away(new & (pl.col("name") == ""), "name is missing")
    sieve.turn_away(pl.col("price") <= 0, FREE)
    sieve.turn_away((code != "") & ~code.str.contains("^[A-Z]{3}$"), "currency is no three-letter code")
    unsaid = new & (code == "")
    sieve.frame = sieve.frame.with_columns(
        pl.when(unsaid).then(pl.lit(currency)).otherwise(code).alias("currency"),
        pl.col("status").str.to_lowercase(),
    )


def _clean(kind: Kind, sieve: Sieve, skus: pl.Series) -> None:
    if "sku" in sieve.frame.columns:
        _spell(sieve, skus)
        sieve.turn_away(~pl.col("sku").is_in(skus.implode()), "sku is not among the products")
    if "price" in sieve.frame.columns:
        sieve.turn_away(pl.col("price") <= 0, FREE)
    if kind == "promotions":
        sieve.turn_away(pl.col("ends_on") < pl.col("starts_on"), "ends_on is before starts_on")
    if kind == "store":
        sieve.turn_away(~pl.col("key").is_in(STORE_KEYS), f"key is none of {', '.join(STORE_KEYS)}")
    if kind == "competitor_prices":
        condition = pl.col("condition").str.to_lowercase()
        sieve.frame = sieve.frame.with_columns(
            pl.when(condition == "").then(pl.lit("new")).otherwise(condition).alias("condition")
        )
    if kind == "reviews":
        chinese = (pl.col("language") == "") & pl.col("text").str.contains(r"\p{Han}")
        sieve.frame = sieve.frame.with_columns(
            pl.when(chinese).then(pl.lit("zh")).otherwise("language").alias("language")
        )
    if kind != "sales":
        sieve.keep_last(KEYS[kind])


def _spell(sieve: Sieve, skus: pl.Series) -> None:
    """Write a code as the store does where only its capitals differ."""
    lower = pl.DataFrame({"sku": skus, "lower": skus.str.to_lowercase()}).filter(~pl.col("lower").is_duplicated())
    own = (
        pl.col("sku")
        .str.to_lowercase()
        .replace_strict(lower["lower"], lower["sku"], default=None, return_dtype=pl.String)
    )
    other = ~pl.col("sku").is_in(skus.implode()) & own.is_not_null()
    sieve.mend("code written with the store's capitals", other, sku=own)
