"""An adapter put where the desk takes it from, whole or not at all."""

import shutil
from pathlib import Path

from agents.leaning import FILE as LEANING
from serving.llm.merging import CONFIG, WEIGHTS

CARD = "CARD.md"
REPORT = "training.json"


def install(adapter: Path, into: Path, card: str, leaning_into: Path | None = None) -> None:
    """Replace folder `into` by the adapter, its report and its card; the leaning that was fitted beside it goes into
    the same folder, or into `leaning_into`. Raises OSError, with everything as it was."""
    into.parent.mkdir(parents=True, exist_ok=True)
    scratch, old = (into.with_name(f".{into.name}.{what}") for what in ("new", "old"))
    for folder in (scratch, old):
        shutil.rmtree(folder, ignore_errors=True)
    scratch.mkdir()
    leaning = (leaning_into or scratch) / (f".{LEANING}" if leaning_into else LEANING)
    try:
        for name in (CONFIG, WEIGHTS, REPORT):
            _copy(adapter / name, scratch / name)
        _copy(adapter / LEANING, leaning)
        (scratch / CARD).write_text(card, "utf-8")
        if into.exists():
            into.rename(old)
        scratch.rename(into)
        if leaning_into and leaning.exists():
            leaning.replace(leaning_into / LEANING)
    except BaseException:
        if old.exists() and not into.exists():
            old.rename(into)
        raise
    finally:
        for folder in (scratch, old):
            shutil.rmtree(folder, ignore_errors=True)
        if leaning_into:
            leaning.unlink(missing_ok=True)


def _copy(file: Path, place: Path) -> None:
    if file.exists():
        shutil.copyfile(file, place)
