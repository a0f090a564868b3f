"""What an import did, for a person and for a program."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Report:
    """One import. `kept` counts lines whose content is in the store, so read = kept + rejected + duplicates."""

    source: str
    format: str
    read: int = 0  # lines in the files
    kept: int = 0
    duplicates: int = 0  # lines that repeat another one exactly
    mended: Mapping[str, int] = field(default_factory=dict)  # what was put right, and on how many lines
    rejected: Mapping[str, int] = field(default_factory=dict)  # why lines were turned away, and how many
    tables: Mapping[str, int] = field(default_factory=dict)  # rows written to each table
    products: int = 0  # distinct products the files spoke of
    first_day: date | None = None  # of sales
    last_day: date | None = None
    seconds: float = 0.0
    rejects_files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what the reader must know
    already_imported: bool = False  # the same bytes came in before: nothing was changed

    @property
    def rows_per_second(self) -> float:
        return self.read / self.seconds if self.seconds > 0 else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        plain = asdict(self) | {"rows_per_second": round(self.rows_per_second)}
        for day in ("first_day", "last_day"):
            plain[day] = plain[day].isoformat() if plain[day] else None
        return plain | {"seconds": round(self.seconds, 3), "rejects_files": list(self.rejects_files),
                        "notes": list(self.notes)}  # fmt: skip

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Report":
        """The report that `to_dict` wrote down."""
        known = {name: value for name, value in plain.items() if name in cls.__dataclass_fields__}
        for day in ("first_day", "last_day"):
            known[day] = date.fromisoformat(known[day]) if known.get(day) else None
        for many in ("rejects_files", "notes"):
            known[many] = tuple(known.get(many, ()))
        return cls(**known)

    def __str__(self) -> str:
        if self.already_imported:
            return f"{self.source} is already imported; nothing was changed."
        lines = [
            f"{self.source} ({self.format}): {self.read:,} lines in {self.seconds:.1f} s "
            f"({self.rows_per_second:,.0f} lines/s)",
            f"  kept        {self.kept:,}, of {self.products:,} products{self._span()}",
            f"  duplicates  {self.duplicates:,}",
            *_counted("mended", self.mended),
            *_counted("rejected", self.rejected),
            *(f"  rejects in  {file}" for file in self.rejects_files),
            *(f"  note        {note}" for note in self.notes),
        ]
        return "\n".join(lines)

    def _span(self) -> str:
        return f", sales from {self.first_day} to {self.last_day}" if self.first_day else ""


def _counted(title: str, counts: Mapping[str, int]) -> list[str]:
    most_first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [
        f"  {title:<11} {sum(counts.values()):,}",
        *(f"    {number:>9,}  {reason}" for reason, number in most_first),
    ]
