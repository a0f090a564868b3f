"""Alarms of the closed loop, recorded as the data moves: after each refresh, and by the clock where sales have come."""

from collections.abc import Callable
from threading import Lock

from db import sales
from tools.alarms import watch
from tools.context import Context


class Watch:
    """Looks for alarms; `if_moved` looks only where sales have come or changed since the last look of this process.

    An alarm is one event for its product and week, whoever looks and how often (`tools.alarms.watch`).
    """

    def __init__(self, contexts: Callable[[], Context]) -> None:
        self._contexts = contexts
        self._seen: tuple[int, int] | None = None
        self._one_by_one = Lock()

    def look(self) -> int:
        """How many alarms are new."""
        with self._one_by_one:
            return self._look(self._contexts())

    def if_moved(self) -> int:
        """The same; 0 where no sale is newer than those that were looked at."""
        with self._one_by_one:
            context = self._contexts()
            return 0 if self._mark(context) == self._seen else self._look(context)

    def _look(self, context: Context) -> int:
        mark = self._mark(context)
        new = watch(context)
        self._seen = mark
        return len(new)

    def _mark(self, context: Context) -> tuple[int, int]:
        with context.database.reading() as session:
            return sales.mark(session)
