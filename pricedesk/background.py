"""What goes on behind the page: the jobs that can be asked for, and what comes round by itself."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from db import outbox, proposals, schedule
from db.addresses import Reach
from db.engine import Database
from db.imports.loading import load
from db.sinks import Sink
from pricedesk.settings import Settings
from pricedesk.texts import index_texts
from serving.jobs import deliveries, works
from serving.jobs.kinds import Periodic
from serving.jobs.runner import Jobs
from serving.jobs.watching import Watch
from tools.context import Context, Shop
from tools.day import today
from tools.refresh import Progress

OUTBOX, SCHEDULE, WEBHOOKS, EXPIRE, ALARMS = 2.0, 20.0, 2.0, 60.0, 600.0  # seconds from one round to the next


def reach_of(settings: Settings) -> Reach:
    """How far webhooks may go."""
    return Reach(settings.webhook_private)


def uploads_of(settings: Settings) -> Path:
    """Where files lie that a job may import."""
    return settings.home / "uploads"


def jobs_of(settings: Settings, shop: Shop, sinks: Sequence[Sink]) -> Jobs:
    """All background work of the desk; nothing runs until it is started."""
    database, reach = shop.database, reach_of(settings)

    def contexts() -> Context:
        return Context(shop, today(database))

    def index(tell: Progress) -> object:
        return index_texts(shop, tell)

    def imported(path: Path, form: str, currency: str, tell: Progress) -> dict[str, Any]:
        return load(database, path, form, tell, settings.home / "rejects", currency=currency).to_dict()

    watch = Watch(contexts)
    chores: dict[str, tuple[float, Callable[[Progress], object]]] = {
        "outbox": (OUTBOX, lambda tell: outbox.drain(database, sinks, progress=tell)),
        "schedule": (SCHEDULE, lambda tell: schedule.tick(database, sinks)),
        "webhooks": (WEBHOOKS, lambda tell: deliveries.deliver(database, reach)),
        "expire": (EXPIRE, lambda tell: _expire(database)),
        "alarms": (ALARMS, lambda tell: {"alarms": watch.if_moved()}),
    }
    kinds = [
        works.batch(contexts, settings.lasting),
        works.refreshing(contexts, watch.look),
        works.indexing(index),
        works.importing(contexts, index, imported, uploads_of(settings), watch.look),
        *(works.chore(name, work) for name, (_, work) in chores.items()),
    ]
    return Jobs(database, kinds, [Periodic(n, s, partial(work, _quietly)) for n, (s, work) in chores.items()])


def _expire(database: Database) -> dict[str, int]:
    with database.session() as session:
        return {"expired": proposals.expire_overdue(session)}


def _quietly(stage: str, done: int, total: int) -> None:
    """Periodic work has nobody who watches."""
