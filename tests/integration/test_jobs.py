"""Jobs in this process: followed, cancelled, stopped and gone on with."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlmodel import select

from db import jobs as rows
from db.dealings import Event as Happening
from db.dealings import Job
from db.engine import Database
from db.jobs import JobEndedError, UnknownJobError
from db.moves import Actor, NotAllowedError
from db.tables import Product
from pricing.errors import PricingError
from serving.jobs.kinds import BadJobError, Kind
from serving.jobs.locks import locks_of
from serving.jobs.run import Run
from serving.jobs.runner import Jobs, JobTimeoutError
from serving.jobs.works import RefreshArgs, importing
from tools.context import Context

MEI, ADA = Actor("mei", "merchant"), Actor("ada", "admin")
EVERYBODY = ("merchant", "approver", "admin", "system")


class Bench:
    """Ten items that wait for the test where it says so; it keeps what was done."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.go, self.held = Event(), Event()
        self.go.set()
        self.hold_at = -1

    def work(self, run: Run) -> Mapping[str, Any]:
        return {"squares": run.each("items", range(10), self.one)}

    def one(self, item: int) -> int:
        if item == self.hold_at:
            self.held.set()
            self.go.wait(30)
        self.done.append(item)
        return item * item

    def hold(self, item: int) -> None:
        self.hold_at = item
        self.go.clear()

    def wait_held(self) -> None:
        assert self.held.wait(30), "the item did not begin"

    def kind(self) -> Kind:
        return Kind("items", self.work, roles=EVERYBODY)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library's own tables, made once, so that not every test has to wait for them."""
    folder = tmp_path_factory.mktemp("prepared")
    database = Database(f"sqlite:///{folder / 'pricedesk.db'}")
    database.migrate()
    with started(on(database, [])):
        pass
    database.dispose()
    return folder / "pricedesk.jobs.db"


@pytest.fixture
def lite(sqlite_database: Database, prepared: Path, tmp_path: Path) -> Database:
    """SQLite, where the engine does not matter."""
    shutil.copy(prepared, tmp_path / prepared.name)
    return sqlite_database


@pytest.fixture
def running(lite: Database, bench: Bench) -> Iterator[Jobs]:
    with started(on(lite, [bench.kind()])) as jobs:
        yield jobs


def on(database: Database, kinds: list[Kind]) -> Jobs:
    """Jobs that look for work more often than a desk does."""
    return Jobs(database, kinds, poll=0.05)


@contextmanager
def started(jobs: Jobs) -> Iterator[Jobs]:
    jobs.start(wait=True)
    try:
        yield jobs
    finally:
        jobs.stop()


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def _events(database: Database, subject: str) -> list[tuple[str, dict[str, Any]]]:
    with database.reading() as session:
        return [(e.kind, e.body) for e in session.exec(select(Happening).where(Happening.subject == subject))]


def test_a_job_runs_and_tells_its_result_and_its_end(database: Database, bench: Bench) -> None:
    with started(on(database, [bench.kind()])) as jobs:
        asked = jobs.submit("items", {}, MEI)
        ended = jobs.wait(asked.id, 30)
    assert (asked.status, ended.status, ended.author) == ("waiting", "done", "mei")
    assert (ended.stage, ended.done, ended.total) == ("items", 10, 10)
    assert ended.result == {"squares": [n * n for n in range(10)]}
    assert ended.started_at is not None
    assert ended.ended_at is not None
    assert _events(database, ended.id) == [("job.done", {"kind": "items", "author": "mei", "error": ""})]


def test_progress_is_seen_by_every_process(running: Jobs, bench: Bench) -> None:
    bench.hold(6)
    job = running.submit("items")
    elsewhere = on(running.database, [])
    _until(lambda: elsewhere.status(job.id).done == 6)
    assert elsewhere.status(job.id).status == "running"
    with pytest.raises(JobTimeoutError, match="still running"):
        elsewhere.wait(job.id, 0.1)
    bench.go.set()
    assert running.wait(job.id, 30).status == "done"


def test_a_cancelled_job_stops_at_its_next_item_and_what_it_finished_stands(running: Jobs, bench: Bench) -> None:
    bench.hold(3)
    job = running.submit("items", {}, MEI)
    bench.wait_held()
    cancelled = running.cancel(job.id, MEI)
    bench.go.set()
    _until(lambda: len(bench.done) == 4)
    time.sleep(0.2)
    assert bench.done == [0, 1, 2, 3]
    ended = running.status(job.id)
    assert (cancelled.status, ended.status, ended.error) == ("cancelled", "cancelled", "cancelled by mei")
    assert [kind for kind, _ in _events(running.database, job.id)] == ["job.cancelled"]


def test_a_job_that_was_cancelled_elsewhere_stops_too(running: Jobs, bench: Bench) -> None:
    bench.hold(3)
    job = running.submit("items")
    bench.wait_held()
    on(running.database, []).cancel(job.id)
    time.sleep(0.4)
    bench.go.set()
    time.sleep(0.2)
    assert bench.done == [0, 1, 2, 3]


def test_a_job_that_waits_can_be_cancelled_before_it_begins(lite: Database, bench: Bench) -> None:
    jobs = on(lite, [bench.kind()])
    job = jobs.submit("items", {}, MEI)
    jobs.cancel(job.id, ADA)
    with started(jobs):
        time.sleep(0.3)
    assert bench.done == []
    with pytest.raises(JobEndedError, match="cancelled: there is nothing left to cancel"):
        jobs.cancel(job.id, ADA)


def test_only_who_asked_or_an_admin_may_cancel(lite: Database, bench: Bench) -> None:
    jobs = on(lite, [bench.kind()])
    job = jobs.submit("items", {}, MEI)
    with pytest.raises(NotAllowedError, match="mei, who asked for job"):
        jobs.cancel(job.id, Actor("sam", "approver"))
    assert jobs.status(job.id).status == "waiting"
    assert jobs.cancel(job.id, ADA).status == "cancelled"


def test_a_job_asked_for_before_the_start_is_taken_up(lite: Database, bench: Bench) -> None:
    jobs = on(lite, [bench.kind()])
    job = jobs.submit("items")
    with started(jobs):
        assert jobs.wait(job.id, 30).status == "done"


def test_after_a_stop_a_job_goes_on_behind_its_last_item(database: Database, bench: Bench) -> None:
    jobs = on(database, [bench.kind()])
    with started(jobs):
        bench.hold(4)
        job = jobs.submit("items")
        bench.wait_held()
        jobs._stopping.set_result(None)  # the stop begins while item 4 is in hand, and waits for it
        bench.go.set()
    assert jobs.status(job.id).status == "running"
    before = list(bench.done)
    with started(jobs):
        ended = jobs.wait(job.id, 30)
    assert before == [0, 1, 2, 3, 4]
    assert bench.done == list(range(10))
    assert ended.result == {"squares": [n * n for n in range(10)]}


def test_an_item_that_is_refused_or_breaks_leaves_the_others_as_they_are(
    lite: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def one(item: int) -> int:
        if item == 1:
            raise PricingError("One is not for sale. Leave it out.")
        return 6 // (item - 2)

    with started(on(lite, [Kind("items", lambda run: {"rows": run.each("items", range(4), one)})])) as jobs:
        ended = jobs.wait(jobs.submit("items").id, 30)
    assert ended.status == "done"
    assert ended.result is not None
    first, refused, broken, last = ended.result["rows"]
    assert (first, last) == (-3, 6)
    assert refused == {"item": 1, "reason": "One is not for sale. Leave it out."}
    fault = broken["reason"].split("fault ")[1].split(".")[0]
    assert fault in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_a_job_that_cannot_be_done_says_why(lite: Database) -> None:
    def refuse(run: Run) -> Mapping[str, Any]:
        raise PricingError("No sales yet. Import some.")

    def break_down(run: Run) -> Mapping[str, Any]:
        return {"x": run.once("first", lambda: 1 // len(run.args))}

    with started(on(lite, [Kind("refused", refuse), Kind("broken", break_down)])) as jobs:
        refused, broken = (jobs.wait(jobs.submit(kind).id, 30) for kind in ("refused", "broken"))
    assert (refused.status, refused.error) == ("failed", "No sales yet. Import some.")
    assert broken.status == "failed"
    assert broken.error.startswith("Something went wrong; fault ")
    ((kind, body),) = _events(lite, broken.id)
    assert (kind, body["error"]) == ("job.failed", broken.error)


def test_progress_within_a_long_transaction_waits_for_nothing(lite: Database) -> None:
    seen: list[int] = []

    def load(run: Run) -> int:
        with lite.session() as session:
            session.add(Product(sku="TEA-001", name="Tea", currency="GBP"))
            session.flush()  # from here on nobody else can write
            for n in range(20):
                run.tell("writing", n, 20)
                seen.append(jobs.status(run.id).done)
        return 20

    with started(on(lite, [Kind("load", lambda run: {"n": run.once("load", lambda: load(run))})])) as jobs:
        ended = jobs.wait(jobs.submit("load").id, 20)
    assert (ended.status, seen) == ("done", list(range(20)))


def test_several_may_run_in_one_process(lite: Database, postgresql_database: Database, bench: Bench) -> None:
    other = Bench()
    first, second = on(lite, [bench.kind()]), on(postgresql_database, [other.kind()])
    with started(second):
        with started(first):
            assert first.wait(first.submit("items").id, 30).status == "done"
            other.hold(5)
            job = second.submit("items")
            other.wait_held()
            other.go.set()
        assert second.wait(job.id, 30).status == "done"
        bench.done.clear()
    assert (bench.done, other.done) == ([], list(range(10)))


def test_the_one_that_stays_goes_on_when_the_first_of_a_process_leaves(
    lite: Database, postgresql_database: Database, bench: Bench
) -> None:
    other = Bench()
    first, second = on(lite, [bench.kind()]), on(postgresql_database, [other.kind()])
    first.start(wait=True)
    with started(second):
        other.hold(5)
        job = second.submit("items")
        other.wait_held()
        first.stop()
        other.go.set()
        assert second.wait(job.id, 30).status == "done"
    assert set(other.done) == set(range(10))


def test_what_cannot_be_a_job_is_refused(lite: Database, bench: Bench) -> None:
    jobs = on(lite, [bench.kind(), Kind("fit", bench.work, RefreshArgs)])
    with pytest.raises(BadJobError, match=r"'magic' is no kind of job. Give one of items, fit"):
        jobs.submit("magic")
    with pytest.raises(BadJobError, match=r"engine: .*local"):
        jobs.submit("fit", {"engine": "steam"})
    with pytest.raises(BadJobError, match="surprise: Extra inputs"):
        jobs.submit("items", {"surprise": 1})
    with pytest.raises(NotAllowedError, match="is for admin or system; mei is merchant"):
        jobs.submit("fit", {}, MEI)
    with pytest.raises(UnknownJobError, match="There is no job 'x'"):
        jobs.status("x")
    assert jobs.recent() == []


def test_jobs_are_listed_newest_first_and_by_status_and_author(lite: Database, bench: Bench) -> None:
    jobs = on(lite, [bench.kind()])
    mine, other = jobs.submit("items", {}, MEI), jobs.submit("items", {}, ADA)
    jobs.cancel(other.id)
    with lite.session() as session:
        session.get_one(Job, mine.id).made_at = mine.made_at.replace(year=2020)
    assert [job.id for job in jobs.recent()] == [other.id, mine.id]
    assert [job.id for job in jobs.recent(statuses=rows.UNFINISHED)] == [mine.id]
    assert [job.id for job in jobs.recent(author="ada")] == [other.id]


def test_an_import_reads_nothing_outside_the_folder_of_uploads(lite: Database, tmp_path: Path) -> None:
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (tmp_path / "secrets.csv").write_text("secret")
    (uploads / "link").symlink_to(tmp_path / "secrets.csv")
    read: list[Path] = []
    kind = importing(lambda: pytest.fail("no fit"), lambda tell: None, lambda path, *rest: read.append(path), uploads)
    names = ("../secrets.csv", "/etc/passwd", ".", "link", "missing.csv")
    with started(on(lite, [kind])) as jobs:
        ended = [jobs.wait(job.id, 30) for job in [jobs.submit("import", {"file": name}) for name in names]]
    assert [(job.status, job.error.partition(" '")[0]) for job in ended] == [
        ("failed", "There is no uploaded file")
    ] * len(names)
    assert read == []


def test_a_lock_has_one_holder_and_is_free_again_when_that_one_goes(database: Database) -> None:
    one, other = locks_of(database), locks_of(database)
    assert [one.take("clock"), one.take("clock"), other.take("clock"), other.take("door")] == [True, True, False, True]
    one.drop("clock")
    assert other.take("clock")
    other.close()
    assert [one.take("clock"), one.take("door")] == [True, True]
    one.close()


@pytest.mark.parametrize("refused", [False, True])
def test_what_was_handed_in_is_kept_until_it_is_read_or_refused(lite: Database, tmp_path: Path, refused: bool) -> None:
    uploads, read = tmp_path / "uploads", []
    for name in ("0a1b", "other"):
        (uploads / name).mkdir(parents=True)
        (uploads / name / "sales.csv").write_text("date,sku\n")

    def load(path: Path, *rest: object) -> dict[str, int]:
        read.append(path.read_text())
        if refused:
            raise PricingError("There is nothing in it. Hand in another file.")
        return {"rows": 0}

    def contexts() -> Context:
        raise PricingError("There is nothing to fit.")

    kind = importing(contexts, lambda tell: None, load, uploads)
    jobs = on(lite, [kind])
    with started(jobs):
        jobs.wait(jobs.submit("import", {"file": "0a1b/sales.csv"}).id, 30)
    assert len(read) == 1
    assert [path.name for path in uploads.iterdir()] == ["other"]
