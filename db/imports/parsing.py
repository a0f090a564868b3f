"""Columns of text or of a parquet type, read as text, numbers and flags; what cannot be read is named cell by cell."""

from dataclasses import dataclass, field

import polars as pl

from db.imports.cells import unguarded
from db.imports.errors import ImportRefusedError

MENDED_NUMBER = "number written with a currency sign or separators"
MENDED_TEXT = "blanks around a code or key taken off"

_MONEY_WORDS = r"(?i:us|hk|c|a)?\$|[£€¥₹元]|(?i:gbp|usd|eur|cny|rmb|jpy)"
_THOUSANDS = r"^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$"
_DECIMAL_COMMA = r"^[-+]?(\d*,(\d{1,2}|\d{4,})|0,\d+|\d{1,3}(\.\d{3})+,\d+)$"
_DECIMAL_POINT = r"^[-+]?(\d*\.(\d{1,2}|\d{4,})|0\.\d+|\d{1,3}(,\d{3})+\.\d+)$"


@dataclass(frozen=True)
class Parsed:
    """One column: its values, what is wrong with each (null where nothing), and what was put right."""

    values: pl.Series
    problems: pl.Series
    mended: dict[str, int] = field(default_factory=dict)


def texts(column: pl.Series, limit: int, *, required: bool = False, exported: bool = True) -> Parsed:
    """Trimmed text of at most `limit` characters, "" where there is none. `exported` undoes the guard of `cells`."""
    raw = as_text(column)
    clean = raw.str.replace_all(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff]", "").str.strip_chars()
    mended = {MENDED_TEXT: changed} if required and (changed := int((clean != raw).sum())) else {}
    if exported and column.dtype == pl.String:
        clean = unguarded(clean)
    problems = _problem(clean.str.len_chars() > limit, f"{column.name} is longer than {limit:,} characters")
    if required:
        problems = _first(problems, _problem(clean == "", f"{column.name} is missing"))
    return Parsed(clean, problems, mended)


def as_text(column: pl.Series) -> pl.Series:
    """Any column as text, "" for null, a whole float without its point."""
    if column.dtype.is_float():
        whole = column.is_finite().all() and (column == column.round()).all() and (column.abs() < 2**53).all()
        column = column.cast(pl.Int64) if whole else column
    return column.cast(pl.String).fill_null("")


def numbers(
    column: pl.Series, low: float, high: float, *, required: bool = False, whole: bool = False, places: int = 4
) -> Parsed:
    """Finite numbers from `low` to `high`, rounded to `places`; null where there is none.

    Reads "£2.55", "1,234.50", "(3.20)", "1.234,50". Raises ImportRefusedError where one column writes decimals both
    with a comma and with a point.
    """
    if column.dtype == pl.String:
        values, missing, mended = _numbers_of_text(column)
    else:
        values, missing, mended = column.cast(pl.Float64, strict=False), column.is_null(), {}
    name = column.name
    problems = _problem(values.is_null() & ~missing, f"{name} is not a number")
    problems = _first(problems, _problem(~values.is_finite(), f"{name} is not finite"))
    if whole:
        problems = _first(problems, _problem(values != values.round(), f"{name} is not a whole number"))
    outside = (values < low) | (values > high)
    problems = _first(problems, _problem(outside, f"{name} is outside {low:,.12g} to {high:,.12g}"))
    if required:
        problems = _first(problems, _problem(missing, f"{name} is missing"))
    sound = values.set(problems.is_not_null(), None)
    return Parsed(sound.cast(pl.Int64) if whole else sound.round(places, mode="half_away_from_zero"), problems, mended)


def flags(column: pl.Series, *, default: bool) -> Parsed:
    """Yes or no, in the usual spellings; `default` where the cell is empty."""
    if column.dtype == pl.Boolean:
        return Parsed(column.fill_null(default), pl.repeat(None, len(column), dtype=pl.String, eager=True))
    words = as_text(column).str.strip_chars().str.to_lowercase()
    spelled = {"": default} | dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)
    values = words.replace_strict(spelled, default=None, return_dtype=pl.Boolean)
    return Parsed(values, _problem(values.is_null(), f"{column.name} is neither yes nor no"))


_YES = ("1", "true", "yes", "y", "t", "是", "有")
_NO = ("0", "false", "no", "n", "f", "否", "无")


def _numbers_of_text(column: pl.Series) -> tuple[pl.Series, pl.Series, dict[str, int]]:
    text = column.fill_null("").str.strip_chars()
    missing = text == ""
    values = text.cast(pl.Float64, strict=False)
    odd = values.is_null() & ~missing
    if not odd.any():
        return values, missing, {}
    clean = _bare(text)
    if clean.str.contains(_DECIMAL_COMMA).any():
        _refuse_mixed(column, clean)
        clean = clean.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    else:
        grouped = clean.str.contains(_THOUSANDS)
        clean = clean.str.replace_all(",", "", literal=True).zip_with(grouped, clean)
    values = clean.cast(pl.Float64, strict=False)
    mended = int((odd & values.is_not_null()).sum())
    return values, missing, {MENDED_NUMBER: mended} if mended else {}


def _bare(text: pl.Series) -> pl.Series:
    plain = text.str.normalize("NFKC").str.replace_all(r"[\s'’]", "").str.replace_all(_MONEY_WORDS, "")
    return plain.str.replace(r"^\((.*)\)$", "-$1").str.replace(r"^([-+]?[\d.,]+)%$", "$1").str.replace("−", "-")


def _refuse_mixed(column: pl.Series, clean: pl.Series) -> None:
    points = column.filter(clean.str.contains(_DECIMAL_POINT))
    if len(points):
        comma = column.filter(clean.str.contains(_DECIMAL_COMMA))[0]
        raise ImportRefusedError(
            f"Column {column.name} writes decimals both with a comma ({comma!r}) and with a point ({points[0]!r}). "
            "Write them all one way, best with a point, and import again."
        )


def _problem(where: pl.Series, text: str) -> pl.Series:
    none = pl.repeat(None, len(where), dtype=pl.String, eager=True)
    return none.set(where.fill_null(False), text) if where.any() else none


def _first(one: pl.Series, other: pl.Series) -> pl.Series:
    return one if other.null_count() == len(other) else one.zip_with(one.is_not_null(), other)
