"""What else the page may tell of or set going, where it is there."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from db.actors import Actor
from db.addresses import Reach
from db.dealings import Job, Webhook


class Jobs(Protocol):
    """Work in the background: asked for, followed, cancelled."""

    def submit(self, kind: str, args: Mapping[str, Any] | None = None, actor: Actor = ...) -> Job: ...

    def status(self, job_id: str) -> Job: ...

    def cancel(self, job_id: str, actor: Actor = ...) -> Job: ...


class Answer(Protocol):
    """What a webhook's receiver said."""

    @property
    def status(self) -> int: ...


@dataclass(frozen=True)
class Behind:
    """Nothing of this is needed for the page to stand."""

    rejects: Path | None = None  # where lines that an import turned away are written
    scopes: Mapping[str, Collection[str]] = field(default_factory=dict)  # by role, what a key may be permitted at most
    reach: Reach = field(default_factory=Reach)  # how far webhooks may go
    ping: Callable[[Webhook], Answer] | None = None
    model: str = ""  # which model is set up
    adapter: Path | None = None  # the folder of its adapter, with its card and scores
    country: str = ""  # whose holidays a forecast knows
