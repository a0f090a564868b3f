"""How far the running jobs are: kept in memory, written to their rows a few times a second by a thread of its own, so
that work within a long transaction can tell its progress without waiting for the database."""

import logging
from threading import Event, Lock, Thread

from db import jobs
from db.engine import Database
from pricing.errors import PricingError

log = logging.getLogger(__name__)
PAUSE = 0.3  # seconds between two writes

Stand = tuple[str, int, int]  # stage, done, total


class Board:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._now: dict[str, Stand] = {}
        self._fresh: set[str] = set()
        self._guard, self._wake, self._stop = Lock(), Event(), Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        self._stop.clear()
        self._thread = Thread(target=self._write_on, name="job-progress", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(10)

    def tell(self, job_id: str, stage: str, done: int, total: int) -> None:
        with self._guard:
            self._now[job_id] = (stage, done, total)
            self._fresh.add(job_id)
        self._wake.set()

    def now(self, job_id: str) -> Stand | None:
        with self._guard:
            return self._now.get(job_id)

    def flush(self, job_id: str) -> None:
        """Write the stand of a job at once."""
        self._write([job_id])

    def close(self, job_id: str) -> None:
        """The same for the last time."""
        self._write([job_id])
        with self._guard:
            self._now.pop(job_id, None)
            self._fresh.discard(job_id)

    def _write_on(self) -> None:
        while not self._stop.is_set():
            self._wake.wait()
            self._wake.clear()
            with self._guard:
                due, self._fresh = sorted(self._fresh), set()
            try:
                self._write(due)
            except PricingError as busy:
                log.info("progress waits: %s", busy)
                with self._guard:
                    self._fresh.update(due)
            self._stop.wait(PAUSE)

    def _write(self, due: list[str]) -> None:
        with self._guard:
            stands = [(job_id, self._now[job_id]) for job_id in due if job_id in self._now]
        if stands:
            with self._database.session() as session:
                for job_id, stand in stands:
                    jobs.note(session, job_id, *stand)
