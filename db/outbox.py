"""Prices on their way to the sinks: sent after the commit that ordered them, again until taken or given up."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform
from uuid import uuid4

from sqlmodel import Session, col, or_, select

from db import audit, charging, events
from db.actors import Actor
from db.charging import TRIES, ApplyFailedError
from db.dealings import Dispatch
from db.engine import Database
from db.moves import OnItsWayError
from db.sinks import Answer, Change, Sink, SinkBusyError, SinkError
from db.tables import Proposal, Receipt, now
from pricing.errors import PricingError

LEASE = timedelta(minutes=2)  # how long who sends has it alone; after a crash it is sent again when this is over
FIRST_WAIT, LONGEST_WAIT = 5.0, 3600.0  # seconds before the second try, and before any
AT_ONCE = 100  # how many changes a sink is told together
Progress = Callable[[str, int, int], None]
log = logging.getLogger(__name__)


class NotDeadError(PricingError):
    """Only what was given up is asked for again."""


@dataclass(frozen=True)
class Tally:
    """What came of a round: taken, to be tried again, given up."""

    sent: int = 0
    waiting: int = 0
    dead: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.sent + other.sent, self.waiting + other.waiting, self.dead + other.dead)


@dataclass(frozen=True)
class Claim:
    """A row of the outbox that this process alone sends; `attempts` tells it from a later claim."""

    dispatch_id: int
    attempts: int
    change: Change


def due(session: Session, at: datetime | None = None) -> list[int]:
    """Numbers of the rows whose time has come, oldest first; those that a crash cut off are among them."""
    wanted = select(Dispatch.id).where(Dispatch.status == "waiting", Dispatch.next_at <= (at or now()))
    return [i for i in session.exec(wanted.order_by(col(Dispatch.id))) if i is not None]


def drain(
    database: Database, sinks: Sequence[Sink], at: datetime | None = None, progress: Progress | None = None
) -> Tally:
    """Send all that is due. Safe to call at any time and from several processes: each row is sent by one of them."""
    with database.reading() as session:
        ids = due(session, at)
    return send_many(database, sinks, ids, at, progress)


def send(database: Database, sinks: Sequence[Sink], dispatch_id: int, at: datetime | None = None) -> Tally:
    """Send one row now, if it is due or was never tried."""
    return send_many(database, sinks, [dispatch_id], at)


def send_many(
    database: Database,
    sinks: Sequence[Sink],
    ids: Sequence[int],
    at: datetime | None = None,
    progress: Progress | None = None,
) -> Tally:
    """Send these rows, AT_ONCE together; rows that another process is sending are left to it."""
    tally = Tally()
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        for name, claims in _claimed(database, part, at).items():
            answers = _published(database, next((s for s in sinks if s.name == name), None), name, claims)
            tally += _settled(database, claims, answers, at)
        if progress:
            progress("outbox", start + len(part), len(ids))
    return tally


def deliver(
    database: Database, sinks: Sequence[Sink], ordered: Sequence[Dispatch], at: datetime | None = None
) -> Tally:
    """Send what `charging.apply` or `rollback` has just ordered for a person, who waits to see what came of it.

    Raises ApplyFailedError where a sink refused, OnItsWayError where one is tried again later.
    """
    ids = [dispatch.id or 0 for dispatch in ordered]
    tally = send_many(database, sinks, ids, at)
    with database.reading() as session:
        rows = list(session.exec(select(Dispatch).where(col(Dispatch.id).in_(ids))))
    waiting = [d for d in rows if d.status == "waiting"]
    dead = [d for d in rows if d.status == "dead"]
    if waiting:
        raise OnItsWayError(
            f"Proposal {waiting[0].proposal_id} is on its way: {', '.join(d.sink for d in waiting)} has not taken the "
            f"price yet and is asked again by itself. {waiting[0].error}".strip()
        )
    if dead:
        undone = "applied" if dead[0].action == "apply" else "rolled back"
        raise ApplyFailedError(f"Proposal {dead[0].proposal_id} is not {undone}. {' '.join(d.error for d in dead)}")
    return tally


def retry(
    session: Session, dispatch_id: int, actor: Actor, sinks: Sequence[Sink], at: datetime | None = None
) -> list[Dispatch]:
    """Order again what was given up; `deliver` sends it. Raises NotDeadError and what `charging` raises."""
    dispatch = session.get(Dispatch, dispatch_id)
    if dispatch is None or dispatch.status != "dead":
        raise NotDeadError(
            f"There is nothing to retry under the number {dispatch_id}. `pricedesk outbox` lists what was given up."
        )
    asked, reason = dispatch.proposal_id, dispatch.reason
    if dispatch.action == "apply":
        return charging.apply(session, asked, actor, sinks, reason=reason, at=at)
    return charging.rollback(session, asked, actor, sinks, action=dispatch.action, reason=reason, at=at)


def unsent(session: Session, n: int = 1000) -> list[tuple[Dispatch, str]]:
    """What is under way or was given up, newest first, each with its SKU."""
    wanted = (
        select(Dispatch, Proposal.sku)
        .join(Proposal, col(Proposal.id) == Dispatch.proposal_id)
        .where(col(Dispatch.status).in_(("waiting", "dead")))
        .order_by(col(Dispatch.id).desc())
    )
    return list(session.exec(wanted.limit(n)))


def wait_after(attempts: int) -> float:
    """Seconds before the next try: doubled each time, with jitter (half to all of it) so that tries spread out."""
    return min(FIRST_WAIT * 2.0 ** (attempts - 1), LONGEST_WAIT) * uniform(0.5, 1.0)


def _claimed(database: Database, ids: Sequence[int], at: datetime | None) -> dict[str, list[Claim]]:
    """Take the rows for LEASE, by sink; a row that another process holds is skipped."""
    moment = at or now()
    mine: dict[str, list[Claim]] = {}
    with database.session() as session:
        for dispatch, proposal in _free(session, ids, moment):
            dispatch.attempts += 1
            dispatch.next_at = moment + LEASE
            dispatch.error = ""
            claim = Claim(dispatch.id or 0, dispatch.attempts, _change(dispatch, proposal))
            mine.setdefault(dispatch.sink, []).append(claim)
    return mine


def _free(session: Session, ids: Sequence[int], moment: datetime) -> Iterator[tuple[Dispatch, Proposal]]:
    yield from session.exec(
        select(Dispatch, Proposal)
        .join(Proposal, col(Proposal.id) == Dispatch.proposal_id)
        .where(
            col(Dispatch.id).in_(ids), Dispatch.status == "waiting",
            or_(Dispatch.next_at <= moment, Dispatch.attempts == 0),
        )
        .order_by(col(Dispatch.id))
        .with_for_update(of=Dispatch, skip_locked=True)
    ).all()  # fmt: skip


def _change(dispatch: Dispatch, proposal: Proposal) -> Change:
    former = proposal.current_price if dispatch.action == "apply" else proposal.proposed_price
    return Change(
        key=f"pricedesk-{dispatch.proposal_id}-{dispatch.version}-{dispatch.action}-{dispatch.sink}",
        sku=proposal.sku, price=dispatch.price, currency=dispatch.currency, former=former,
        proposal=dispatch.proposal_id, version=dispatch.version, action=dispatch.action, decided_at=dispatch.made_at,
    )  # fmt: skip


def _published(database: Database, sink: Sink | None, name: str, claims: Sequence[Claim]) -> Sequence[Answer]:
    """The sink's answer to each; a sink that breaks down holds up neither the others nor the next round."""
    if sink is None:
        return [SinkBusyError(f"No sink called {name} is set up here. Set it up, or roll the proposal back.")] * len(
            claims
        )
    try:
        with database.reading() as session:
            answers = sink.publish(session, [claim.change for claim in claims])
        if len(answers) != len(claims):
            raise ValueError(f"{name} gave {len(answers)} answers to {len(claims)} changes")
    except SinkError as refusal:
        return [refusal] * len(claims)
    except Exception:
        fault = uuid4().hex[:8]
        log.exception("fault %s in sink %s", fault, name)
        return [SinkBusyError(f"The sink {name} broke down (fault {fault} in the log).")] * len(claims)
    return answers


def _settled(database: Database, claims: Sequence[Claim], answers: Sequence[Answer], at: datetime | None) -> Tally:
    """Write down what the sink said, and what follows from it, in one transaction."""
    moment, tally = at or now(), Tally()
    with database.session() as session:
        audit.alone(session)
        for claim, answer in zip(claims, answers, strict=True):
            dispatch = session.get(Dispatch, claim.dispatch_id, populate_existing=True)
            if dispatch is not None and dispatch.status == "waiting":
                tally += _settle(session, dispatch, claim, answer, moment)
    return tally


def _settle(session: Session, dispatch: Dispatch, claim: Claim, answer: Answer, moment: datetime) -> Tally:
    if isinstance(answer, str):
        return _taken(session, dispatch, answer, moment)
    if dispatch.attempts != claim.attempts:  # the lease ran out, and whoever has it now will say
        return Tally()
    dispatch.error = _short(str(answer))
    if isinstance(answer, SinkBusyError) and dispatch.attempts < TRIES:
        dispatch.next_at = moment + timedelta(seconds=max(wait_after(dispatch.attempts), answer.seconds))
        return Tally(waiting=1)
    dispatch.status = "dead"
    session.flush()
    _tell(session, dispatch, "price.refused", error=dispatch.error)
    charging.conclude(session, dispatch, moment)
    return Tally(dead=1)


def _taken(session: Session, dispatch: Dispatch, detail: str, moment: datetime) -> Tally:
    dispatch.status, dispatch.sent_at, dispatch.error = "sent", moment, ""
    session.add(
        Receipt(
            proposal_id=dispatch.proposal_id, version=dispatch.version, sink=dispatch.sink, action=dispatch.action,
            detail=_short(detail), received_at=moment,
        )
    )  # fmt: skip
    session.flush()
    charging.conclude(session, dispatch, moment)
    return Tally(sent=1)


def _tell(session: Session, dispatch: Dispatch, kind: str, **more: str) -> None:
    body = {"id": dispatch.proposal_id, "sink": dispatch.sink, "action": dispatch.action, **more}
    events.record(session, kind, str(dispatch.proposal_id), Actor(dispatch.actor, dispatch.role), body)


def _short(text: str) -> str:
    """What an outsider says, on one line and of a length to be shown."""
    line = " ".join(text.split())
    return line if len(line) <= 500 else f"{line[:499]}…"
