"""What passes and what is turned away, line by line, with the reason."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from db.imports.columns import Column
from db.imports.reading import LINE, Table
from db.imports.separated import PROBLEM

DUPLICATE = "the same line again"


class Sieve:
    """One table on its way in: `frame` holds the typed columns, LINE, and only the rows that passed so far."""

    def __init__(self, table: Table, names: Mapping[str, str], columns: Sequence[Column], today: date) -> None:
        """Read the cells of `columns`, found under the file's `names` (file column to column name)."""
        self.table = table
        self.mended: Counter[str] = Counter()
        self.duplicates = 0
        self._rejects: list[pl.DataFrame] = []
        fresh = self._without_duplicates(table.frame)
        here = {name: own for own, name in names.items()}
        line = fresh[LINE]
        told = fresh[PROBLEM] if PROBLEM in fresh.columns else pl.Series(_ROW, [None] * len(fresh), dtype=pl.String)
        values, problems = [line], [told.alias(_ROW)]
        for column in columns:
            cells = (
                fresh[here[column.name]]
                if column.name in here
                else pl.repeat(None, len(fresh), dtype=pl.String, eager=True)
            )
            parsed = column.parse(cells.alias(column.name), today, table.ending)
            values.append(parsed.values.alias(column.target))
            problems.append(parsed.problems.alias(column.name))
            self.mended.update(parsed.mended)
        self.frame = pl.DataFrame(values).with_columns(
            pl.DataFrame(problems).select(pl.coalesce(pl.all()).alias(_REASON))
        )
        self.turn_away(pl.col(_REASON).is_not_null(), pl.col(_REASON))
        self.frame = self.frame.drop(_REASON)

    def turn_away(self, where: pl.Expr, reason: str | pl.Expr) -> None:
        """Reject the rows `where` it is so."""
        said = pl.lit(reason) if isinstance(reason, str) else reason
        split = self.frame.with_columns(where.fill_null(False).alias(_AWAY))
        if split[_AWAY].any():
            self._rejects.append(split.filter(_AWAY).select(LINE, said.alias("reason")))
            self.frame = split.filter(~pl.col(_AWAY)).drop(_AWAY)

    def mend(self, reason: str, where: pl.Expr, **values: pl.Expr) -> None:
        """Put columns right in the rows `where` it is so."""
        number = int(self.frame.select(where.fill_null(False).sum()).item())
        if number:
            self.frame = self.frame.with_columns(
                pl.when(where).then(value).otherwise(pl.col(name)).alias(name) for name, value in values.items()
            )
            self.mended[reason] += number

    def keep_last(self, key: Sequence[str]) -> None:
        """Of rows with one key the last in the file counts."""
        last = self.frame.unique(key, keep="last", maintain_order=True)
        self.mended.update(
            {"several lines with one key; the last counts": n} if (n := len(self.frame) - len(last)) else {}
        )
        self.frame = last

    @property
    def rejected(self) -> Counter[str]:
        """How many lines were turned away, by reason."""
        found = self.rejects.group_by("reason").len().rows()
        return Counter(dict(found))

    @property
    def rejects(self) -> pl.DataFrame:
        """Line, reason and the file's own columns of every line turned away, in the file's order."""
        empty = pl.DataFrame(schema={LINE: pl.Int64, "reason": pl.String})
        lines = pl.concat([empty, *self._rejects])
        own = self.table.frame.drop(PROBLEM, strict=False).rename(
            {name: f"{name} (of the file)" for name in ("line", "reason")}, strict=False
        )
        return lines.join(own, on=LINE, how="left").sort(LINE)

    def _without_duplicates(self, frame: pl.DataFrame) -> pl.DataFrame:
        first = frame.select(pl.struct(pl.exclude(LINE)).is_first_distinct()).to_series()
        self.duplicates = int((~first).sum())
        return frame.filter(first) if self.duplicates else frame


_REASON, _AWAY, _ROW = "__reason", "__away", "__row"
