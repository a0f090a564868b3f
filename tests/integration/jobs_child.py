"""A desk's background work in a process of its own, to be killed: `python jobs_child.py URL FOLDER tally|batch`.

It runs slowly, says `ready` once it can, and writes down which process did which item.
"""

import os
import sys
import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from db.engine import Database
from serving.jobs.kinds import Kind, Periodic
from serving.jobs.run import Run
from serving.jobs.runner import Jobs

ITEM, SWEEP = 0.25, 1.0  # seconds


def tallies(database: Database, folder: Path) -> Jobs:
    """`tally`: ten items, each noted; and a clock that ticks."""

    def tally(run: Run) -> Mapping[str, Any]:
        def one(item: int) -> int:
            time.sleep(ITEM)
            write(folder / "items", f"{run.id} {item}")
            return item * item

        return {"squares": run.each("items", range(10), one)}

    def tick() -> None:
        write(folder / "ticks", "tick")

    return Jobs(database, [Kind("tally", tally)], [Periodic("tick", 0.2, tick)], SWEEP, poll=0.1)


def batches(database: Database, folder: Path) -> Jobs:
    """`propose_many` on the small shop."""
    from small_store import TODAY  # noqa: PLC0415 - seconds of imports that the other desks do without

    from knowledge.store import Knowledge  # noqa: PLC0415
    from pricing.guardrails import Rules  # noqa: PLC0415
    from serving.jobs.works import batch  # noqa: PLC0415
    from tools.context import Context, Shop  # noqa: PLC0415

    shop = Shop(database, Knowledge(folder / "knowledge"), Rules())

    def contexts() -> Context:
        time.sleep(ITEM)
        return Context(shop, TODAY)

    return Jobs(database, [batch(contexts, timedelta(days=14))], sweep=SWEEP, poll=0.1)


MAKERS = {"tally": tallies, "batch": batches}


def write(file: Path, line: str) -> None:
    with file.open("a") as opened:
        opened.write(f"{line} {os.getpid()}\n")


def lines(file: Path) -> list[list[str]]:
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


def main() -> None:
    folder = Path(sys.argv[2])
    jobs = MAKERS[sys.argv[3]](Database(sys.argv[1]), folder)
    jobs.start(wait=True)
    write(folder / "ready", "ready")
    threading.Event().wait()


if __name__ == "__main__":
    main()
