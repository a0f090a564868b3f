"""A table of results for a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int | float


@dataclass(frozen=True)
class Table:
    """Rows under a header; floats keep two decimals."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    note: str = ""

    def __str__(self) -> str:
        cells = [self.columns, *(tuple(_text(c) for c in row) for row in self.rows)]
        widths = [max(len(row[k]) for row in cells) for k in range(len(self.columns))]
        lines = [
            "  ".join(_aligned(c, w, k) for k, (c, w) in enumerate(zip(row, widths, strict=True))) for row in cells
        ]
        parts = [self.title, "", lines[0], "  ".join("-" * w for w in widths), *lines[1:]]
        return "\n".join([*parts, *(["", self.note] if self.note else [])])


def _text(cell: Cell) -> str:
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column == 0 else cell.rjust(width)


def percent(share: float) -> str:
    """A share in percent, one decimal."""
    return f"{100 * share:.1f} %"
