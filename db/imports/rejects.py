"""The file of the lines that were turned away."""

import re
from collections.abc import Sequence
from pathlib import Path

from db.imports.cells import guarded
from db.imports.files import replacing
from db.imports.reading import LINE
from db.imports.sieve import Sieve


def write_rejects(sieves: Sequence[Sieve], folder: Path) -> tuple[str, ...]:
    """Write `<file>-rejects.csv` into `folder` for each table that lost lines: line, reason, the file's own columns."""
    written = []
    for sieve in sieves:
        rejects = sieve.rejects
        if rejects.height:
            name = re.sub(r"\.(csv|xlsx|parquet)", "", sieve.table.source, flags=re.IGNORECASE)
            path = folder / (re.sub(r"[^\w\- ]+", "_", name) + "-rejects.csv")
            with replacing(path) as draft:
                guarded(rejects.rename({LINE: "line"})).write_csv(draft)
            written.append(str(path))
    return tuple(written)
