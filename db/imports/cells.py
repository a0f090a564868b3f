"""Cells that no spreadsheet runs as a formula, and the way back."""

import polars as pl
import polars.selectors as cs

_BEGINS = r"[=+\-@\t\r\n＝＋－＠]"  # the full-width forms too, which some spreadsheets take for the others
_NUMBER = r"^[-+]?(\d+([.,]\d+)*|\.\d+)([eE][-+]?\d+)?%?$"


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts that a spreadsheet would take for a formula get a leading apostrophe; numbers are left alone."""
    text = cs.string()
    risky = text.str.contains(f"^'*{_BEGINS}") & ~text.str.contains(_NUMBER)
    return frame.with_columns(pl.when(risky).then(pl.lit("'") + text).otherwise(text).name.keep())


def unguarded(text: pl.Series) -> pl.Series:
    """Take the apostrophe of `guarded` off again."""
    if not text.str.starts_with("'").any():
        return text
    return text.str.replace(f"^'('*{_BEGINS})", "$1")
