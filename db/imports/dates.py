"""Columns of dates, in ISO or in the one other order that the column itself proves."""

from datetime import date

import polars as pl

from db.imports.errors import ImportRefusedError
from db.imports.parsing import Parsed

_TIME = r"[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[AaPp][Mm]|[+-]\d{2}:?\d{2})?$"
_EXCEL_EPOCH = date(1899, 12, 30)


def dates(column: pl.Series, first: date, last: date, *, required: bool = False, serial: bool = False) -> Parsed:
    """Days from `first` to `last`, null where there is none; a time of day is cut off.

    Reads ISO (also with / . or 年月日, or as 8 digits), 01-Dec-2010, and day/month/year or month/day/year where the
    column shows which it is. `serial` also reads Excel's day numbers. Raises ImportRefusedError for an order that
    cannot be known.
    """
    if column.dtype.is_temporal() and column.dtype not in (pl.Time, pl.Duration):
        values, given = column.cast(pl.Date), column.is_not_null()
    else:
        text = column.cast(pl.String).fill_null("").str.strip_chars()
        values, given = _days(text, serial), text != ""
    name = pl.lit(column.name)
    frame = pl.select(value=values, given=given)
    bad = pl.col("given") & pl.col("value").is_null()
    problem = (
        pl.when(bad).then(name + " is not a date")
        .when(pl.col("value") > last).then(name + f" is later than {last}")
        .when(pl.col("value") < first).then(name + f" is earlier than {first}")
        .when(~pl.col("given") & required).then(name + " is missing")
    )  # fmt: skip
    return Parsed(values, frame.select(problem.cast(pl.String)).to_series())


def _days(text: pl.Series, serial: bool) -> pl.Series:
    distinct = text.unique().rename("text")
    plain = distinct.str.replace(_TIME, "").str.strip_chars()
    frame = pl.select(text=distinct, plain=plain.str.replace_all(r"[/.年月]", "-").str.strip_suffix("日"))
    day_first = _order(text, frame)
    found = frame.select("text", day=pl.coalesce(*_readings(day_first, serial)))
    return text.replace_strict(found["text"], found["day"], default=None, return_dtype=pl.Date)


def _readings(day_first: bool, serial: bool) -> list[pl.Expr]:
    plain = pl.col("plain")
    short = plain.str.replace(r"^(\d{1,2}-\d{1,2})-(\d{2})$", "${1}-20$2")
    readings = [
        _iso(plain, r"^(\d{4})-(\d{1,2})-(\d{1,2})$", (1, 2, 3)),
        _iso(plain, r"^(\d{4})(\d{2})(\d{2})$", (1, 2, 3)),
        _iso(short, r"^(\d{1,2})-(\d{1,2})-(\d{4})$", (3, 2, 1) if day_first else (3, 1, 2)),
        *(plain.str.replace_all(r"[\s,]+", "-").str.to_date(form, strict=False) for form in ("%d-%b-%Y", "%d-%B-%Y")),
    ]
    if serial:
        number = plain.str.replace("-", ".").cast(pl.Float64, strict=False)
        whole = pl.when(number.is_between(1, 80_000)).then(number.cast(pl.Int64, strict=False))
        readings.append(pl.lit(_EXCEL_EPOCH) + pl.duration(days=whole))
    return readings


def _iso(plain: pl.Expr, pattern: str, order: tuple[int, int, int]) -> pl.Expr:
    parts = [plain.str.extract(pattern, group).str.zfill(2) for group in order]
    return pl.concat_str(parts, separator="-").str.to_date("%Y-%m-%d", strict=False)


def _order(text: pl.Series, frame: pl.DataFrame) -> bool:
    """Whether a day stands before its month; only a column that proves it, or does not need it, has an answer."""
    pattern = r"^(\d{1,2})-(\d{1,2})-(\d{4}|\d{2})$"
    one, two = (pl.col("plain").str.extract(pattern, group).cast(pl.Int8) for group in (1, 2))
    pair = frame.select("text", one=one, two=two).drop_nulls()
    day_first = pair.filter((pl.col("one") > 12) & (pl.col("two") <= 12))["text"]
    month_first = pair.filter((pl.col("two") > 12) & (pl.col("one") <= 12))["text"]
    open_ = pair.filter((pl.col("one") != pl.col("two")) & (pl.col("one") <= 12) & (pl.col("two") <= 12))["text"]
    if len(day_first) and len(month_first):
        raise ImportRefusedError(
            f"Column {text.name} mixes day/month ({day_first[0]!r}) and month/day ({month_first[0]!r}). {_ISO}"
        )
    if len(open_) and not len(day_first) and not len(month_first):
        raise ImportRefusedError(
            f"Column {text.name} does not show whether {open_.sort()[0]!r} has the day or the month first. {_ISO}"
        )
    return len(day_first) > 0


_ISO = "Write dates as year-month-day (2011-12-09) and import again."
