"""Files to tables: every cell as text from CSV and Excel, as it is typed from parquet, each row with its line."""

from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl

from db.imports.errors import ImportRefusedError
from db.imports.separated import PROBLEM, read_csv

LINE = "__line"
ENDINGS = (".csv", ".xlsx", ".parquet")


@dataclass(frozen=True)
class Table:
    """The rows of a file or of one sheet; `frame` has LINE (and PROBLEM, where rows have one) beside the
    file's own columns."""

    source: str  # file name, with the sheet where a workbook has several
    ending: str
    frame: pl.DataFrame

    @property
    def columns(self) -> list[str]:
        return [name for name in self.frame.columns if name not in (LINE, PROBLEM)]


def read(path: Path, *, may_be_empty: bool = False) -> list[Table]:
    """The tables of a file; `may_be_empty` lets a header stand alone.

    Raises ImportRefusedError where the file is missing, damaged, empty or of another kind.
    """
    ending = path.suffix.lower()
    if not path.is_file():
        raise ImportRefusedError(f"There is no file {path}. Give the path of a file or of a store folder.")
    if ending not in ENDINGS:
        raise ImportRefusedError(f"{path.name} is none of {', '.join(ENDINGS)}. Save it as one of these.")
    tables = [table for table in _READERS[ending](path) if table.columns]
    if not tables or not (may_be_empty or any(table.frame.height for table in tables)):
        raise ImportRefusedError(f"{path.name} holds no rows. Export it again, with its header and its data.")
    return tables


def _csv(path: Path) -> list[Table]:
    frame, lines = read_csv(path)
    return [Table(path.name, ".csv", _filled(frame, lines))]


def _xlsx(path: Path) -> list[Table]:
    try:
        book = fastexcel.read_excel(path)
        sheets = {name: book.load_sheet(name, dtypes="string").to_polars() for name in book.sheet_names}
    except fastexcel.FastExcelError as error:
        raise ImportRefusedError(
            f"{path.name} is no readable workbook ({str(error).splitlines()[0]}). Open it and save it again as .xlsx."
        ) from None
    several = len(sheets) > 1
    return [
        Table(f"{path.name} [{name}]" if several else path.name, ".xlsx", _filled(frame, _numbered(frame, 2)))
        for name, frame in sheets.items()
    ]


def _parquet(path: Path) -> list[Table]:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ImportRefusedError(f"{path.name} is no readable parquet file ({error}). Export it again.") from None
    nested = [name for name, kind in frame.schema.items() if kind.is_nested() or kind in (pl.Binary, pl.Object)]
    if nested:
        raise ImportRefusedError(f"{path.name}: column {nested[0]} holds lists or bytes. Store plain values in it.")
    return [Table(path.name, ".parquet", _filled(frame, _numbered(frame, 1)))]


def _filled(frame: pl.DataFrame, lines: pl.Series) -> pl.DataFrame:
    """Without rows that are empty from end to end."""
    numbered = frame.with_columns(lines.alias(LINE))
    columns = [pl.col(name) for name in frame.columns]
    return numbered.filter(~pl.all_horizontal(column.is_null() for column in columns)) if columns else numbered


def _numbered(frame: pl.DataFrame, first: int) -> pl.Series:
    return pl.int_range(first, first + frame.height, eager=True)


_READERS = {".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet}
