"""Exports: the price list, the proposals, the audit, and the whole store in the format that imports read."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

import polars as pl
import xlsxwriter
from sqlalchemy import text
from sqlmodel import Session

from db.imports.cells import guarded
from db.imports.columns import KEYS, KINDS, Column, Kind
from db.imports.files import replacing
from db.imports.loading import TABLES
from db.imports.store_folder import STORE_KEYS
from pricing.errors import PricingError

What = Literal["prices", "proposals", "audit", "events"]
_XLSX_ROWS = 1_048_575
_XLSX_LETTERS = 32_767


class ExportRefusedError(PricingError):
    """The export cannot be written as asked; no file was changed."""


def export(session: Session, what: What, out: Path) -> int:
    """Write one list as .csv, .xlsx or .parquet, whole or not at all, and return its number of rows.

    prices: each product's price of today and since when. proposals: every proposal with its projection. audit: every
    move in its order. events: every other event in its order. Raises ExportRefusedError for another list or ending.
    """
    if what not in get_args(What):
        raise ExportRefusedError(f"{what!r} cannot be exported. Choose {', '.join(get_args(What))}.")
    frame = _frame(session, _LISTS[what], _QUERIES[what])
    write = _writer(out.suffix)
    with replacing(out) as draft:
        write(frame, draft)
    return frame.height


def export_store(session: Session, folder: Path, ending: str = ".csv") -> dict[str, int]:
    """Write the store folder (DESIGN section 4): importing it gives the same store. Returns rows by file.

    All files are written first and then moved into place. Raises ExportRefusedError for another ending.
    """
    write = _writer(ending)
    rows: dict[str, int] = {}
    with ExitStack() as drafts:
        for kind, columns in KINDS.items():
            frame = _frame(session, {column.name: column.kind for column in columns}, _store_query(kind, columns))
            write(frame, drafts.enter_context(replacing(folder / f"{kind}{ending}")))
            rows[kind] = frame.height
    return rows


_LISTS: Mapping[What, Mapping[str, str]] = {
    "prices": {
        "sku": "text", "name": "text", "price": "number", "currency": "text", "cost": "number", "since": "moment",
        "proposal_id": "whole",
    },
    "proposals": {
        "id": "whole", "sku": "text", "version": "whole", "status": "text", "goal": "text", "weeks": "whole",
        "currency": "text", "current_price": "number", "proposed_price": "number", "expected_units": "number",
        "units_low": "number", "units_high": "number", "basis": "text", "expected_change": "number",
        "change_low": "number", "change_high": "number", "worst_case": "number", "p_loss": "number", "risk": "text",
        "binding_rule": "text", "reason": "text", "created_by": "text", "created_at": "moment", "decided_by": "text",
        "decided_at": "moment", "expires_at": "moment",
    },
    "audit": {
        "id": "whole", "proposal_id": "whole", "sku": "text", "version": "whole", "from_status": "text",
        "to_status": "text", "actor": "text", "role": "text", "reason": "text", "moved_at": "moment",
        "content_hash": "text", "previous_hash": "text", "hash": "text",
    },
    "events": {
        "id": "whole", "kind": "text", "subject": "text", "actor": "text", "role": "text", "made_at": "moment",
        "body": "text", "previous_hash": "text", "hash": "text",
    },
}  # fmt: skip
_FROM: Mapping[What, str] = {
    "prices": """product LEFT JOIN price ON price.id = (
        SELECT id FROM price AS last WHERE last.sku = product.sku ORDER BY starts_at DESC, id DESC LIMIT 1)
        ORDER BY product.sku""",
    "proposals": "proposal ORDER BY proposal.id",
    "audit": "move JOIN proposal ON proposal.id = move.proposal_id ORDER BY move.id",
    "events": "event ORDER BY event.id",
}
_OWNER: Mapping[What, Mapping[str, str]] = {
    "prices": {"since": "price.starts_at", "proposal_id": "price.proposal_id"},
    "proposals": {},
    "audit": {"sku": "proposal.sku"},
    "events": {"body": "CAST(event.body AS TEXT)"},
}
_MAIN: Mapping[What, str] = {"prices": "product", "proposals": "proposal", "audit": "move", "events": "event"}
_CASTS = {"number": "CAST({} AS DOUBLE PRECISION)", "flag": "CAST({} AS INTEGER)", "date": "CAST({} AS TEXT)"}
_DTYPES = {
    "text": pl.String, "number": pl.Float64, "whole": pl.Int64, "flag": pl.Int64, "date": pl.String,
    "moment": pl.String,
}  # fmt: skip


def _list_query(what: What) -> str:
    owners = {name: _OWNER[what].get(name, f"{_MAIN[what]}.{name}") for name in _LISTS[what]}
    return f"SELECT {', '.join(_cast(_LISTS[what][name], owner) for name, owner in owners.items())} FROM {_FROM[what]}"


def _store_query(kind: Kind, columns: tuple[Column, ...]) -> str:
    chosen = ", ".join(_cast(column.kind, column.target) for column in columns)
    only = " WHERE key IN ({})".format(", ".join(f"'{key}'" for key in STORE_KEYS)) if kind == "store" else ""
    return f"SELECT {chosen} FROM {TABLES[kind]}{only} ORDER BY {', '.join(KEYS[kind])}"


def _cast(kind: str, column: str) -> str:
    return _CASTS.get(kind, "{}").format(column)


_QUERIES: Mapping[What, str] = {what: _list_query(what) for what in get_args(What)}


def _frame(session: Session, kinds: Mapping[str, str], query: str) -> pl.DataFrame:
    rows = [tuple(row) for row in session.connection().execute(text(query))]
    moments = [place for place, kind in enumerate(kinds.values()) if kind == "moment"]
    if moments:
        rows = [tuple(_moment(cell) if n in moments else cell for n, cell in enumerate(row)) for row in rows]
    frame = pl.DataFrame(rows, schema={name: _DTYPES[kind] for name, kind in kinds.items()}, orient="row")
    dates = [name for name, kind in kinds.items() if kind == "date"]
    flags = [name for name, kind in kinds.items() if kind == "flag"]
    return frame.with_columns(pl.col(dates).str.to_date("%Y-%m-%d"), pl.col(flags).cast(pl.Boolean))


def _moment(cell: object) -> str | None:
    """ISO in UTC, to the second; SQLite hands out text, PostgreSQL a datetime."""
    at = cell.astimezone(UTC) if isinstance(cell, datetime) else cell
    return None if at is None else str(at).replace(" ", "T")[:19] + "Z"


def _writer(ending: str) -> Callable[[pl.DataFrame, Path], None]:
    if ending.lower() not in _WRITERS:
        raise ExportRefusedError(f"{ending or 'no ending'} is none of {', '.join(_WRITERS)}. Name the file with one.")
    return _WRITERS[ending.lower()]


def _csv(frame: pl.DataFrame, path: Path) -> None:
    guarded(frame).write_csv(path)


def _xlsx(frame: pl.DataFrame, path: Path) -> None:
    longest = frame.select(pl.col(pl.String).str.len_chars().max()).rows()
    if frame.height > _XLSX_ROWS or any((length or 0) >= _XLSX_LETTERS for row in longest for length in row):
        raise ExportRefusedError(
            f"{frame.height:,} rows, or one of their texts, are too long for .xlsx. Use .csv or .parquet."
        )
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        guarded(frame).write_excel(book, worksheet="export")


def _parquet(frame: pl.DataFrame, path: Path) -> None:
    frame.write_parquet(path)


_WRITERS: Mapping[str, Callable[[pl.DataFrame, Path], None]] = {".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet}
