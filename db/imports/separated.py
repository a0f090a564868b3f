"""CSV as people have it: with BOM, with ; or tabs, with line breaks in quotes, and damaged."""

import csv
import io
import re
import warnings
from pathlib import Path

import polars as pl

from db.imports.errors import ImportRefusedError

PROBLEM = "__problem"


def read_csv(path: Path) -> tuple[pl.DataFrame, pl.Series]:
    """Every cell as text (null where empty), and the line of the file on which each row begins.

    A row with more cells than the header has the column PROBLEM say so.
    Raises ImportRefusedError for an empty file, another encoding than UTF-8, a header that names a column twice, or a
    quote that never ends.
    """
    text, above = _from_header(_decoded(path))
    header, separator = _header(path, text)
    data = text.encode()
    frame = _read_fast(data, separator)
    if frame is None or frame.width != len(header):
        return _read_carefully(path, text, separator, above)
    frame.columns = header
    return frame, _lines(frame, data) + above


def _read_fast(data: bytes, separator: str) -> pl.DataFrame | None:
    """None where the reader stumbles: it does not say on which line, and at times it only warns."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            frame = pl.read_csv(data, separator=separator, infer_schema=False)
        except pl.exceptions.PolarsError:
            return None
    return None if any("malformed" in str(warning.message) for warning in told) else frame


def _from_header(text: str) -> tuple[str, int]:
    """The text from its header on, and how many lines (empty, or Excel's "sep=;") stand above it."""
    start = re.match(r"(\s*\n)?(sep=.\r?\n)?", text)
    end = start.end() if start else 0
    return text[end:], text.count("\n", 0, end)


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ImportRefusedError(f"{path.name} is UTF-16. {_SAVE}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ImportRefusedError(f"{path.name} is not UTF-8 (line {line}); {_guess(data)}. {_SAVE}") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ImportRefusedError(f"{path.name} is damaged: line {line} holds a zero byte. Export it again.")
    if not text.strip():
        raise ImportRefusedError(f"{path.name} is empty. Export it again, with its header and its data.")
    return text if "\n" in text else text.replace("\r", "\n")


_SAVE = 'Save it as "CSV UTF-8" and import again.'


def _guess(data: bytes) -> str:
    try:
        chinese = sum("\u4e00" <= letter <= "\u9fff" for letter in data[:100_000].decode("gb18030", errors="ignore"))
        data.decode("gb18030")
    except UnicodeDecodeError:
        chinese = 0
    return "it looks like GBK" if chinese > 1 else "it looks like Windows-1252"


def _header(path: Path, text: str) -> tuple[list[str], str]:
    first = text.split("\n", 1)[0].rstrip("\r")
    if "\r" in first:
        raise ImportRefusedError(f"{path.name} is damaged: its header is broken by a line end within. Export it again.")
    separator = max(",;\t", key=first.count)
    header = _named(next(csv.reader([first], delimiter=separator), []))
    twice = {name for name in header if header.count(name) > 1}
    if twice:
        raise ImportRefusedError(f"{path.name} names the column {min(twice)!r} twice. Keep one of them.")
    return header, separator


def _named(header: list[str]) -> list[str]:
    return [name if name.strip() else f"column {place}" for place, name in enumerate(header, 1)]


def _lines(frame: pl.DataFrame, data: bytes) -> pl.Series:
    """Where each row begins: one line a row, and one more for every line break inside a cell."""
    row = pl.int_range(2, 2 + frame.height, eager=True)
    if data.rstrip(b"\n").count(b"\n") <= frame.height:
        return row
    breaks = frame.select(pl.sum_horizontal(pl.all().str.count_matches("\n").fill_null(0))).to_series()
    return row + breaks.cast(pl.Int64).cum_sum().shift(1, fill_value=0)


def _read_carefully(path: Path, text: str, separator: str, above: int) -> tuple[pl.DataFrame, pl.Series]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str | None]] = []
    lines: list[int] = []
    begins = 1 + above
    try:
        header = _named(next(reader))
        begins = reader.line_num + 1 + above
        for row in reader:
            if row:
                rows.append(_fitted(row, len(header), separator))
                lines.append(begins)
            begins = reader.line_num + 1 + above
    except csv.Error as error:
        raise ImportRefusedError(
            f"{path.name} is damaged in the row that begins on line {begins} ({error}). "
            "Look for a double quote that is not closed there; inside a quoted text it is written twice."
        ) from None
    frame = pl.DataFrame(rows, schema=dict.fromkeys((*header, PROBLEM), pl.String), orient="row")
    sound = frame[PROBLEM].null_count() == frame.height
    return frame.drop(PROBLEM) if sound else frame, pl.Series(lines, dtype=pl.Int64)


def _fitted(row: list[str], width: int, separator: str) -> list[str | None]:
    """The row as wide as the header, and its problem; what is too much stays in the last cell."""
    cells: list[str | None] = [cell or None for cell in row[:width]] + [None] * (width - len(row))
    if len(row) <= width:
        return [*cells, None]
    cells[-1] = separator.join(row[width - 1 :])
    return [
        *cells,
        f"{len(row)} cells, but the header names {width} columns: a text with {separator!r} needs double quotes",
    ]
