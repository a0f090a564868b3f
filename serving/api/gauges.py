"""What the store knows of its own health, read anew whenever Prometheus asks."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.pool import QueuePool
from sqlmodel import Session, col, func, select

from db.dealings import Delivery, Dispatch, Event, Job
from db.engine import Database
from db.tables import Fit, Move, Proposal, now
from db.webhooks import everyone
from serving.api.backing import Backing

LATELY = timedelta(days=7)  # alarms of drift older than this say nothing of today
Family = GaugeMetricFamily | CounterMetricFamily


def gauges(back: Backing) -> bytes:
    """All of them, in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Reading(back))
    return generate_latest(registry)


class _Reading(Collector):
    def __init__(self, back: Backing) -> None:
        self.back = back

    def describe(self) -> Iterable[Metric]:
        return ()  # so that registering it reads nothing

    def collect(self) -> Iterator[Metric]:
        yield _of("pricedesk_model_state", "1 at the phase of the model server.", ("phase",), _phases(self.back))
        yield _of("pricedesk_store_open", "1 once the store is open.", (), [((), float(not _opening(self.back)))])
        yield _of("pricedesk_database_pool", "Connections of the pools.", ("pool", "state"), _pools(self.back.database))
        with self.back.database.reading() as session:
            for name, about, labels, read in SQL:
                yield _of(name, about, labels, read(session))


Rows = Iterable[tuple[tuple[str, ...], float]]


def _of(name: str, about: str, labels: tuple[str, ...], rows: Rows) -> Family:
    kind = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
    family: Family = kind(name, about, labels=labels)
    for values, number in rows:
        family.add_metric(values, number)
    return family


def _phases(back: Backing) -> Rows:
    phase = str(back.model().phase)
    return [((one,), float(one == phase)) for one in ("loading", "ready", "degraded", "stopped")]


def _opening(back: Backing) -> bool:
    store = back.opening()
    return bool(store.stage or store.trouble)


def _pools(database: Database) -> Rows:
    for name, engine in (("writing", database.engine), ("reading", database.reader)):
        if isinstance(pool := engine.pool, QueuePool):
            yield (name, "used"), pool.checkedout()
            yield (name, "idle"), pool.checkedin()
            yield (name, "most"), pool.size() + max(0, getattr(pool, "_max_overflow", 0))


def _proposals(session: Session) -> Rows:
    wanted = select(Proposal.status, Proposal.risk, func.count()).group_by(Proposal.status, Proposal.risk)
    return [((status, risk), n) for status, risk, n in session.exec(wanted)]


def _moves(session: Session) -> Rows:
    """Every move ever made; an append-only table counts by itself."""
    wanted = select(Move.to_status, Move.role, func.count()).group_by(Move.to_status, Move.role)
    return [((to, role), n) for to, role, n in session.exec(wanted)]


def _outbox(session: Session) -> Rows:
    found = dict(session.exec(select(Dispatch.status, func.count()).group_by(Dispatch.status)).all())
    return [((status,), found.get(status, 0)) for status in ("waiting", "sent", "dead")]


def _oldest(session: Session) -> Rows:
    return [((), _age(session.exec(select(func.min(Dispatch.made_at)).where(Dispatch.status == "waiting")).one()))]


def _deliveries(session: Session) -> Rows:
    found = dict(session.exec(select(Delivery.status, func.count()).group_by(Delivery.status)).all())
    return [((status,), found.get(status, 0)) for status in ("waiting", "delivered", "dead")]


def _failing(session: Session) -> Rows:
    return [((), sum(one.failing for one in everyone(session)))]


def _jobs(session: Session) -> Rows:
    wanted = select(Job.kind, Job.status, func.count()).group_by(Job.kind, Job.status)
    return [((kind, status), n) for kind, status, n in session.exec(wanted)]


def _fits(session: Session) -> Rows:
    return [((kind,), n) for kind, n in session.exec(select(Fit.kind, func.count()).group_by(Fit.kind))]


def _fit_age(session: Session) -> Rows:
    """Of the newest fit; nothing where nothing was ever fitted."""
    newest = session.exec(select(func.max(Fit.fitted_at))).one()
    return [] if newest is None else [((), _age(newest))]


def _drift(session: Session) -> Rows:
    lately = select(func.count()).select_from(Event).where(Event.kind == "drift.alarm", Event.made_at > now() - LATELY)
    return [((), session.exec(lately).one())]


def _overdue(session: Session) -> Rows:
    late = select(func.count()).select_from(Proposal).where(Proposal.status == "scheduled")
    return [((), session.exec(late.where(col(Proposal.starts_at) < now() - timedelta(minutes=5))).one())]


def _age(at: datetime | None) -> float:
    return 0.0 if at is None else max(0.0, (now() - at).total_seconds())


SQL: tuple[tuple[str, str, tuple[str, ...], Callable[[Session], Rows]], ...] = (
    ("pricedesk_proposals", "Proposals by where they stand.", ("status", "risk"), _proposals),
    ("pricedesk_moves_total", "Moves of proposals: decisions among them.", ("to", "role"), _moves),
    ("pricedesk_outbox", "Prices for sinks.", ("status",), _outbox),
    ("pricedesk_outbox_oldest_seconds", "Since the oldest price that no sink has taken was ordered.", (), _oldest),
    ("pricedesk_deliveries", "Events for webhooks.", ("status",), _deliveries),
    ("pricedesk_webhooks_failing", "Webhooks that fail.", (), _failing),
    ("pricedesk_jobs", "Background work.", ("kind", "status"), _jobs),
    ("pricedesk_fits", "What the last refresh learned.", ("kind",), _fits),
    ("pricedesk_refresh_age_seconds", "Since the newest fit was made.", (), _fit_age),
    ("pricedesk_drift_alarms", "Alarms of seven days that sales depart from the forecast.", (), _drift),
    ("pricedesk_schedule_overdue", "Prices that were to be charged five minutes ago.", (), _overdue),
)
