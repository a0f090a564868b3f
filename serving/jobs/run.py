"""One run of a job, as its work sees it: arguments, steps that are remembered, progress, and when to stop."""

import json
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import date
from decimal import Decimal
from threading import Thread
from typing import Any, TypeVar
from uuid import uuid4

from db.moves import Actor
from pricing.errors import PricingError

log = logging.getLogger(__name__)
GRACE = 3.0  # seconds that the item in hand is given when the desk stops

T = TypeVar("T")
Step = Callable[[str, Callable[[], Any]], Any]  # does the work, or tells what it told the first time


class CancelledError(BaseException):
    """Somebody cancelled the job; raised between two items."""


class PausedError(BaseException):
    """The desk stops; the next one goes on with the job."""


class FaultError(Exception):
    """Something broke; the log has it under this number."""

    def __init__(self, fault: str) -> None:
        super().__init__(f"Something went wrong; fault {fault}. The log of the desk tells more.")


class Run:
    """What `work(run)` of a kind is given. Only `tell` may be called within a step."""

    def __init__(
        self, job_id: str, args: dict[str, Any], actor: Actor, step: Step, tell: Callable[[str, int, int], None],
        check: Callable[[], None], stopping: "Future[None]",
    ) -> None:  # fmt: skip
        self.id, self.args, self.actor = job_id, args, actor
        self._step, self._tell, self._check, self._stopping = step, tell, check, stopping

    def tell(self, stage: str, done: int, total: int) -> None:
        """Show how far the work is. Raises CancelledError or PausedError where it shall not go on."""
        self._tell(stage, done, total)
        self._check()

    def once(self, name: str, work: Callable[[], Any]) -> Any:
        """The result of `work` as plain JSON, remembered: after a stop in mid-job it is not done again.

        Raises PricingError with the words of a refusal, and FaultError where the work broke.
        """
        self._check()
        kept = self._step(name, lambda: _kept(lambda: self._aside(work)))
        if "refusal" in kept:
            raise PricingError(kept["refusal"])
        if "fault" in kept:
            raise FaultError(kept["fault"])
        return kept["result"]

    def each(self, stage: str, items: Sequence[T], work: Callable[[T], Any]) -> list[Any]:
        """`once` for every item. One that is refused or breaks leaves the others as they are; its result is
        {"item", "reason"}.

        A kill between the end of an item's work and the note of it lets that one item be done again, so `work` must
        find out whether it has been done.
        """
        made: list[Any] = []
        for done, item in enumerate(items):
            self.tell(stage, done, len(items))
            made.append(self._one(stage, item, work))
        self._tell(stage, len(items), len(items))
        return made

    def _one(self, stage: str, item: T, work: Callable[[T], Any]) -> Any:
        try:
            return self.once(stage, lambda: work(item))
        except (PricingError, FaultError) as wrong:
            return {"item": item, "reason": str(wrong)}

    def _aside(self, work: Callable[[], T]) -> T:
        """In a thread that does not keep a stopping process alive."""
        made: Future[T] = Future()
        Thread(target=_fill, args=(made, work), name="job-item", daemon=True).start()
        first: tuple[Future[Any], ...] = (made, self._stopping)
        wait(first, return_when=FIRST_COMPLETED)
        if not made.done():
            wait((made,), GRACE)
        if not made.done():
            raise PausedError
        return made.result()


def plain(value: Any) -> Any:
    """JSON types alone; money and dates as text."""
    return json.loads(json.dumps(value, default=_text))


def _text(value: Any) -> str:
    if isinstance(value, Decimal | date):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def _fill(made: "Future[Any]", work: Callable[[], Any]) -> None:
    try:
        made.set_result(work())
    except BaseException as error:  # handed on to the thread that waits
        made.set_exception(error)


def _kept(work: Callable[[], Any]) -> dict[str, Any]:
    """What came of a step, in a form that can be remembered: its result, its refusal, or the number of its fault."""
    try:
        return {"result": plain(work())}
    except PricingError as refusal:
        return {"refusal": str(refusal)}
    except Exception:
        fault = uuid4().hex[:8]
        log.exception("fault %s in a job", fault)
        return {"fault": fault}
