"""Jobs: asked for, run in the background, followed and cancelled; they survive a kill of the process."""

import hashlib
import logging
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread
from types import ModuleType
from typing import Any
from uuid import uuid4

from db import jobs
from db.dealings import Job
from db.engine import Database
from db.moves import SYSTEM, Actor
from pricing.errors import PricingError
from serving.jobs.board import Board
from serving.jobs.clock import Clock
from serving.jobs.kinds import Kind, Periodic, checked
from serving.jobs.locks import Locks, locks_of
from serving.jobs.run import GRACE, CancelledError, FaultError, PausedError, Run

log = logging.getLogger(__name__)
LOOK = 0.3  # seconds between two looks whether a running job was cancelled by another process
SWEEP = 30.0  # seconds between two looks for jobs that nobody runs
POLL = 1.0  # seconds between two looks for work
KEPT = timedelta(days=2)  # how long the steps of an ended job are remembered


class JobTimeoutError(PricingError):
    """The job has not ended within the time that was given."""


class Jobs:
    """All background work of one database.

    `submit`, `status`, `cancel` and `wait` work before `start` and in processes that never start (the command line): a
    job is a row, and whichever process has started takes it up. Several may be started in one process.
    """

    def __init__(
        self,
        database: Database,
        kinds: Iterable[Kind],
        periodic: Iterable[Periodic] = (),
        sweep: float = SWEEP,
        poll: float = POLL,
    ) -> None:
        self.database = database
        self.kinds: Mapping[str, Kind] = {kind.name: kind for kind in kinds}
        self.key = hashlib.sha256(database.url.encode()).hexdigest()[:16]
        self.poll = poll
        self._board = Board(database)
        self._clock = Clock([*periodic, Periodic("sweep", sweep, self.sweep)])
        self._starting: Thread | None = None
        self._durable: ModuleType | None = None
        self._locks: Locks | None = None
        self._ended = Event()  # stop was called
        self._stopping: Future[None] = Future()
        self._running: dict[str, Event] = {}  # by job, set where it shall be cancelled
        self._guard = Lock()

    @property
    def system_url(self) -> str:
        """Where the library keeps its own tables: a file beside SQLite, a schema in PostgreSQL."""
        url = self.database.engine.url
        if not self.database.is_sqlite:
            return url.render_as_string(hide_password=False)
        return f"sqlite:///{Path(url.database or '').absolute().with_suffix('.jobs.db')}"

    @property
    def locks(self) -> Locks:
        if self._locks is None:
            self._locks = locks_of(self.database)
        return self._locks

    def start(self, *, wait: bool = False, after: float = 0) -> None:
        """Begin to run jobs, `after` some seconds, in a thread, so that nothing waits; `wait` for it in tests."""
        if self._starting is not None:
            return
        self._ended.clear()
        self._starting = Thread(target=self._start, args=(after,), name="jobs-start", daemon=True)
        self._starting.start()
        if wait:
            self._starting.join()

    def stop(self) -> None:
        """Run no more jobs; those in hand stop at their next item and go on at the next start."""
        if self._starting is None:
            return
        self._ended.set()
        self._starting.join()
        self._clock.stop()
        if self._durable is not None:
            self._durable.leave(self)
            self._durable = None
        self._board.stop()
        self.locks.close()
        self._locks, self._starting = None, None

    def _start(self, after: float) -> None:
        if self._ended.wait(after):
            return
        from serving.jobs import durable  # noqa: PLC0415 - takes a second to import, which no page shall wait for

        self._board.start()
        self._durable = durable
        try:
            durable.join(self)
        except Exception:
            self._durable = None
            log.exception("no job can run")
        else:
            self._clock.start(self.locks)

    def pause(self) -> None:
        """Stop the jobs in hand at their next item; the library calls this."""
        if not self._stopping.done():
            self._stopping.set_result(None)
        deadline = time.monotonic() + GRACE + 2
        while self._running and time.monotonic() < deadline:
            time.sleep(0.02)

    def resume(self) -> None:
        """Go on; the library calls this."""
        if self._stopping.done():
            self._stopping = Future()
        self.sweep()

    def submit(self, kind: str, args: Mapping[str, Any] | None = None, actor: Actor = SYSTEM) -> Job:
        """Ask for work. Raises BadJobError for an unknown kind or wrong arguments, NotAllowedError for the role."""
        wanted = checked(self.kinds, kind, args or {}, actor)
        with self.database.session() as session:
            job = jobs.create(session, kind, wanted, actor)
        if self._durable is not None:
            self._durable.enqueue(self, job.id)
        return job

    def status(self, job_id: str) -> Job:
        """The job as it stands. Raises UnknownJobError."""
        with self.database.reading() as session:
            job = jobs.get(session, job_id)
        stand = self._board.now(job_id)
        if stand is not None and job.status == "running":
            job.stage, job.done, job.total = stand
        return job

    def recent(self, n: int = 50, statuses: tuple[str, ...] = (), author: str | None = None) -> list[Job]:
        """The newest `n` jobs, newest first."""
        with self.database.reading() as session:
            return jobs.recent(session, n, statuses, author)

    def cancel(self, job_id: str, actor: Actor = SYSTEM) -> Job:
        """End a job before it is done: it stops at its next item, and what it has finished stands.

        Raises UnknownJobError, JobEndedError, NotAllowedError.
        """
        with self.database.session() as session:
            job = jobs.cancel(session, job_id, actor)
        with self._guard:
            if cancelled := self._running.get(job_id):
                cancelled.set()
        return job

    def wait(self, job_id: str, seconds: float = 60) -> Job:
        """The job once it has ended. Raises JobTimeoutError where that takes longer than `seconds`."""
        deadline, pause = time.monotonic() + seconds, 0.05
        while (job := self.status(job_id)).status in jobs.UNFINISHED:
            if time.monotonic() > deadline:
                raise JobTimeoutError(f"Job {job_id} is still {job.status} after {seconds:g} s. Look again later.")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.5)
        return job

    def sweep(self) -> None:
        """Take up what nobody runs: jobs of processes that died, jobs whose submitter died before they were queued."""
        durable = self._durable
        if durable is None:
            return
        durable.adopt(self)
        with self.database.reading() as session:
            open_ones = jobs.unfinished(session)
        for job_id in open_ones:
            self._take_up(durable, job_id)
        if old := durable.ended((datetime.now(UTC) - KEPT).isoformat()):
            durable.forget(old)

    def _take_up(self, durable: ModuleType, job_id: str) -> None:
        state = durable.state(job_id)
        if state is None:
            durable.enqueue(self, job_id)
        elif state in durable.FAILED:
            self._end(job_id, "failed", error="The desk stopped again and again while this job ran. The log says why.")
        elif state == "SUCCESS" and self.is_open(job_id):
            durable.again(self, job_id)

    def is_open(self, job_id: str) -> bool:
        """Whether it still waits or runs."""
        with self.database.reading() as session:
            return jobs.get(session, job_id).status in jobs.UNFINISHED

    def perform(self, job_id: str) -> None:
        """Run a job to its end; called by the library, again after each stop in between."""
        with self.database.session() as session:
            job = jobs.begin(session, job_id)
        if job is None:
            return
        with self._guard:
            cancelled = self._running.setdefault(job_id, Event())
        try:
            self._work(job, cancelled)
        finally:
            with self._guard:
                self._running.pop(job_id, None)
            self._board.close(job_id)

    def _work(self, job: Job, cancelled: Event) -> None:
        stopping, durable = self._stopping, self._durable
        if durable is None:
            raise PausedError
        check, tell = _Check(self, job.id, cancelled, stopping), partial(self._board.tell, job.id)
        run = Run(job.id, job.args, Actor(job.author, job.role), durable.step, tell, check, stopping)
        try:
            result = self.kinds[job.kind].work(run)
            self._board.flush(job.id)
            self._end(job.id, "done", result)
        except CancelledError:
            return
        except (PricingError, FaultError) as refusal:
            self._end(job.id, "failed", error=str(refusal))
        except Exception:
            if stopping.done():
                raise PausedError from None
            fault = uuid4().hex[:8]
            log.exception("fault %s in job %s", fault, job.id)
            self._end(job.id, "failed", error=str(FaultError(fault)))

    def _end(self, job_id: str, status: str, result: Mapping[str, Any] | None = None, error: str = "") -> None:
        with self.database.session() as session:
            jobs.end(session, job_id, status, result, error)


class _Check:
    """Raises where a run shall not go on."""

    def __init__(self, owner: Jobs, job_id: str, cancelled: Event, stopping: "Future[None]") -> None:
        self._owner, self._job_id, self._cancelled, self._stopping = owner, job_id, cancelled, stopping
        self._looked = time.monotonic()

    def __call__(self) -> None:
        if self._cancelled.is_set():
            raise CancelledError
        if self._stopping.done():
            raise PausedError
        if time.monotonic() - self._looked > LOOK:
            self._looked = time.monotonic()
            if not self._owner.is_open(self._job_id):
                raise CancelledError
