"""Jobs in processes of their own, which are killed in the middle of a batch."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from jobs_child import batches, lines, tallies
from sqlmodel import col, select

from db import audit
from db.engine import Database
from db.moves import Actor
from db.tables import Proposal
from tests.small_store import WARES, small_home, small_knowledge, small_shop
from tools.context import Shop

__all__ = ["small_home", "small_knowledge", "small_shop"]
HERE = Path(__file__).parent
MEI = Actor("mei", "merchant")
Process = subprocess.Popen[bytes]


@contextmanager
def desk(database: Database, folder: Path, kind: str = "tally") -> Iterator[Process]:
    """A process that does jobs; killed at the end, if the test has not done so."""
    ready = len(lines(folder / "ready"))
    environment = os.environ | {"PYTHONPATH": f"{HERE}{os.pathsep}{HERE.parent}", "OMP_NUM_THREADS": "1"}
    url = database.engine.url.render_as_string(hide_password=False)
    with (folder / "log").open("a") as log:
        command = [sys.executable, str(HERE / "jobs_child.py"), url, str(folder), kind]
        child = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        until(lambda: len(lines(folder / "ready")) > ready or child.poll() is not None)
        assert child.poll() is None, (folder / "log").read_text()
        yield child
    finally:
        kill(child)


def kill(child: Process) -> None:
    if child.poll() is None:
        os.kill(child.pid, signal.SIGKILL)
    child.wait(30)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_batch_that_is_killed_proposes_every_product_once(small_shop: Shop, tmp_path: Path) -> None:
    jobs = batches(small_shop.database, tmp_path)
    job = jobs.submit("propose_many", {"goal": "units", "tests": True}, MEI)
    with desk(small_shop.database, tmp_path, "batch") as child:
        until(lambda: jobs.status(job.id).done >= 4)
        kill(child)
    assert jobs.status(job.id).status == "running"
    with small_shop.database.reading() as session:
        before = session.exec(select(Proposal.id)).all()
    with desk(small_shop.database, tmp_path, "batch"):
        ended = jobs.wait(job.id, 90)
    assert ended.status == "done", ended.error
    assert ended.result is not None
    rows = {row["sku"]: row for row in ended.result["rows"]}
    assert sorted(rows) == sorted(ware.sku for ware in WARES)
    with small_shop.database.reading() as session:
        made = session.exec(select(Proposal).order_by(col(Proposal.id))).all()
        assert audit.verify(session) is None
    assert 0 < len(before) < len(made)
    assert {p.sku: p.id for p in made} == {sku: row["id"] for sku, row in rows.items() if row["id"] is not None}
    assert max(Counter(p.sku for p in made).values()) == 1
    assert {(p.status, p.batch_id, p.created_by) for p in made} == {("proposed", job.id, "mei")}
    assert ended.result["proposed"] == len(made)


@pytest.mark.slow
def test_a_job_goes_on_behind_the_item_at_which_it_was_killed(database: Database, tmp_path: Path) -> None:
    jobs = tallies(database, tmp_path)
    job = jobs.submit("tally")
    with desk(database, tmp_path) as child:
        until(lambda: len(lines(tmp_path / "items")) >= 4)
        kill(child)
    before = len(lines(tmp_path / "items"))
    with desk(database, tmp_path):
        ended = jobs.wait(job.id, 90)
    assert ended.result == {"squares": [n * n for n in range(10)]}
    done = [int(item) for _, item, _ in lines(tmp_path / "items")]
    assert done in (list(range(10)), [*range(before), *range(before - 1, 10)])  # the item in hand perhaps once more


@pytest.mark.slow
def test_two_processes_on_one_database_share_the_work_and_one_takes_over_when_the_other_is_killed(
    postgresql_database: Database, tmp_path: Path
) -> None:
    jobs = tallies(postgresql_database, tmp_path)
    with desk(postgresql_database, tmp_path) as one, desk(postgresql_database, tmp_path) as other:
        asked = [jobs.submit("tally") for _ in range(6)]
        until(lambda: {line[2] for line in lines(tmp_path / "items")} == {str(one.pid), str(other.pid)})
        until(lambda: len(lines(tmp_path / "items")) >= 10)
        kill(one)
        ended = [jobs.wait(job.id, 90) for job in asked]
        survivor = str(other.pid)
    assert {job.status for job in ended} == {"done"}
    assert all(job.result == {"squares": [n * n for n in range(10)]} for job in ended)
    done = Counter((job, item) for job, item, _ in lines(tmp_path / "items"))
    assert set(done) == {(job.id, str(n)) for job in asked for n in range(10)}
    twice = [item for item, times in done.items() if times > 1]
    assert len(twice) <= 2  # at most the item in hand of each job that was cut off, noted on the paper and not yet kept
    assert lines(tmp_path / "items")[-1][2] == survivor


@pytest.mark.slow
def test_what_comes_round_is_done_by_one_process_at_a_time(sqlite_database: Database, tmp_path: Path) -> None:
    with desk(sqlite_database, tmp_path) as one:
        until(lambda: len(lines(tmp_path / "ticks")) >= 2)
        with desk(sqlite_database, tmp_path) as other:
            before = len(lines(tmp_path / "ticks"))
            until(lambda: len(lines(tmp_path / "ticks")) >= before + 4)
            assert {pid for _, pid in lines(tmp_path / "ticks")} == {str(one.pid)}
            kill(one)
            until(lambda: lines(tmp_path / "ticks")[-1][1] == str(other.pid))
