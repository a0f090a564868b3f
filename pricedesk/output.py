"""What a command prints: a table for people, JSON for programs, a file where one is named."""

import csv
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from math import isfinite, isnan
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from pricing.errors import PricingError

Row = Mapping[str, Any]
FORMULA = frozenset("=+@-＝＋＠－")  # what a spreadsheet may take for the beginning of one, full-width forms too
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write a CSV file instead of a table.")]


def show(rows: Sequence[Row], as_json: bool, out: Path | None = None, columns: Sequence[str] = ()) -> None:
    """Print rows, or write them to `out` whole or not at all, in `columns` (all of the first row's where none)."""
    names = list(columns) or list(rows[0] if rows else ())
    if out is not None:
        _write(rows, names, out)
        Console(stderr=True).print(f"{len(rows)} rows written to {out}")
    elif as_json:
        print(_json([{n: row.get(n) for n in names} for row in rows]))
    else:
        _table(rows, names)


def say(value: Any, as_json: bool, text: str) -> None:
    """One result: JSON or words."""
    print(_json(value) if as_json else text)


def _json(value: Any) -> str:
    return json.dumps(_finite(value), ensure_ascii=False, indent=1)


def _finite(value: Any) -> Any:
    """JSON types alone; what is no number is null, as JSON has no word for it."""
    if isinstance(value, Mapping):
        return {str(key): _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    if isinstance(value, float):
        return float(value) if isfinite(value) else None
    return value if isinstance(value, str | int | None) else _finite(_plain(value))


def _table(rows: Sequence[Row], names: Sequence[str]) -> None:
    if not rows:
        print("Nothing to show.")
        return
    table = Table(*names, highlight=False)
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name in names))
    Console(width=None if sys.stdout.isatty() else 200, markup=False).print(table)


def _write(rows: Sequence[Row], names: Sequence[str], out: Path) -> None:
    partial = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with partial.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(names)
            writer.writerows([_safe(_cell(row.get(name))) for name in names] for row in rows)
        partial.replace(out)
    except OSError as error:
        raise PricingError(f"{out} cannot be written: {error.strerror}. Give another place.") from error
    finally:
        partial.unlink(missing_ok=True)


def _safe(cell: str) -> str:
    """A cell that a spreadsheet takes for text and not for a formula."""
    first = cell.lstrip()[:1]
    formula = first in FORMULA or cell[:1] in ("\t", "\r", "\n")
    return f"'{cell}" if formula and not (first == "-" and _is_number(cell)) else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.6g}" if isinstance(value, float) else str(_plain(value) if not isinstance(value, str) else value)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist()
    return str(value)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on standard error, fed with (stage, done, total)."""
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    ) as bar:  # fmt: skip
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield tell
