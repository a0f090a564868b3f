"""How far the opening of the desk is, for the page and the log."""

from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True)
class Opening:
    """`stage` is "" once all is done; `trouble` says what went wrong and what to do."""

    stage: str = "starting"
    done: int = 0
    total: int = 1
    trouble: str = ""


class OpeningBoard:
    """Written by the thread that opens the desk, read by any other."""

    def __init__(self) -> None:
        self._now, self._lock = Opening(), Lock()

    @property
    def now(self) -> Opening:
        with self._lock:
            return self._now

    def tell(self, stage: str, done: int, total: int) -> None:
        self._put(Opening(stage, done, total))

    def finish(self, trouble: str = "") -> None:
        self._put(Opening("", 1, 1, trouble))

    def _put(self, now: Opening) -> None:
        with self._lock:
            self._now = now
