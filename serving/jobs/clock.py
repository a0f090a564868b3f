"""Work that comes round: each kind in a thread of its own, and in one process at a time."""

import logging
from collections.abc import Sequence
from threading import Event, Thread

from serving.jobs.kinds import Periodic
from serving.jobs.locks import Locks

log = logging.getLogger(__name__)
LONGEST = 300.0  # seconds between two tries of work that fails


class Clock:
    def __init__(self, works: Sequence[Periodic]) -> None:
        self._works = works
        self._stop = Event()
        self._threads: list[Thread] = []

    def start(self, locks: Locks) -> None:
        self._stop.clear()
        self._threads = [
            Thread(target=self._go_round, args=(work, locks), name=f"clock-{work.name}", daemon=True)
            for work in self._works
        ]
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 5) -> None:
        """Begin nothing more, and give what is being done some seconds to end."""
        self._stop.set()
        for thread in self._threads:
            thread.join(seconds)
        self._threads = []

    def _go_round(self, work: Periodic, locks: Locks) -> None:
        pause = work.seconds
        while not self._stop.wait(pause):
            try:
                if locks.take(f"clock-{work.name}"):
                    work.work()
                pause = work.seconds
            except Exception:
                pause = min(pause * 2, max(LONGEST, work.seconds))
                log.exception("%s failed; the next try is in %g s", work.name, pause)
