"""Prices for later: an approved one starts at its time, and the price before comes back at its end."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from db import charging, events, moves, outbox, standing
from db.actors import SYSTEM, Actor
from db.charging import PriceMovedError
from db.dealings import Dispatch
from db.engine import Database
from db.moves import StaleProposalError
from db.sinks import Sink
from db.tables import Proposal, now
from pricing.errors import PricingError

log = logging.getLogger(__name__)


class ScheduleError(PricingError):
    """These times make no schedule."""


@dataclass
class Ticked:
    """Numbers of the proposals whose time had come, and the refusals of those that wait for the next tick."""

    applied: list[int] = field(default_factory=list)
    reverted: list[int] = field(default_factory=list)
    expired: list[int] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)  # not reverted: somebody has set another price since
    put_off: dict[int, str] = field(default_factory=dict)


def put(
    session: Session,
    proposal_id: int,
    actor: Actor,
    starts_at: datetime,
    ends_at: datetime | None = None,
    *,
    reason: str = "",
    seen: str | None = None,
    at: datetime | None = None,
) -> Proposal:
    """Apply an approved price at `starts_at` by itself; at `ends_at`, where there is one, the price before comes back.

    Sales of the days until then do not make it stale, all else that it was signed on does (db/standing.py). Raises
    ScheduleError for times that are past, reversed or without a zone, and what `move` raises.
    """
    moment = at or now()
    starts, ends = _utc(starts_at), None if ends_at is None else _utc(ends_at)
    if starts <= moment:
        raise ScheduleError(f"{starts:%Y-%m-%d %H:%M} UTC is past. Give a later start, or apply the price now.")
    if ends is not None and ends <= starts:
        raise ScheduleError(f"The end {ends:%Y-%m-%d %H:%M} UTC is not after the start. Give a later end, or none.")
    proposal = moves.get(session, proposal_id)
    moves.check_lawful(proposal, "scheduled", actor)
    proposal.starts_at, proposal.ends_at = starts, ends
    proposal.rests_on = standing.rests_on(session, proposal.sku)
    return moves.move(session, proposal_id, "scheduled", actor, reason=reason, seen=seen, at=moment)


def off(session: Session, proposal_id: int, actor: Actor, *, reason: str = "", at: datetime | None = None) -> Proposal:
    """Take a price off the schedule: it is approved, waits for its application, and is stale once anything was sold.

    Raises what `move` raises.
    """
    proposal = moves.move(session, proposal_id, "approved", actor, reason=reason, at=at)
    proposal.starts_at = proposal.ends_at = None
    proposal.rests_on = ""
    session.flush()
    return proposal


def tick(database: Database, sinks: Sequence[Sink], at: datetime | None = None) -> Ticked:
    """Apply what is to start, and revert what is to end, each in a transaction of its own; then send them.

    A proposal that no longer rests on what it was scheduled on expires instead, as does one whose end came before it
    could be applied. Safe to call at any time and from several processes.
    """
    moment, done, ordered = at or now(), Ticked(), list[Dispatch]()
    with database.reading() as session:
        starting, ending = _starting(session, moment), _ending(session, moment)
    for one in starting:
        ordered += _started(database, one, sinks, moment, done)
    for one in ending:
        ordered += _ended(database, one, sinks, moment, done)
    outbox.send_many(database, sinks, [d.id or 0 for d in ordered], at)
    return done


def _started(database: Database, one: int, sinks: Sequence[Sink], moment: datetime, done: Ticked) -> Sequence[Dispatch]:
    def work(session: Session) -> Sequence[Dispatch]:
        if _is_over(session, one, moment):
            moves.move(
                session, one, "expired", SYSTEM, reason="its time was over before it could be applied", at=moment
            )
            done.expired.append(one)
            return ()
        ordered = charging.apply(session, one, SYSTEM, sinks, reason="its time on the schedule has come", at=moment)
        done.applied.append(one)
        return ordered

    return _tried(database, one, work, done)


def _ended(database: Database, one: int, sinks: Sequence[Sink], moment: datetime, done: Ticked) -> Sequence[Dispatch]:
    def work(session: Session) -> Sequence[Dispatch]:
        why = "its time on the schedule is over"
        try:
            ordered = charging.rollback(session, one, SYSTEM, sinks, action="revert", reason=why, at=moment)
        except PriceMovedError as refusal:
            _drop(session, one, str(refusal))
            done.dropped.append(one)
            return ()
        done.reverted.append(one)
        return ordered

    return _tried(database, one, work, done)


def _tried(
    database: Database, one: int, work: Callable[[Session], Sequence[Dispatch]], done: Ticked
) -> Sequence[Dispatch]:
    try:
        with database.session() as session:
            return work(session)
    except StaleProposalError:
        done.expired.append(one)
    except PricingError as refusal:
        log.warning("proposal %s waits for the next tick: %s", one, refusal)
        done.put_off[one] = str(refusal)
    return ()


def _drop(session: Session, one: int, why: str) -> None:
    """A newer price stands: nothing comes back, and the next tick does not ask again."""
    proposal = moves.get(session, one)
    events.record(session, "schedule.dropped", proposal.sku, SYSTEM, moves.told(proposal, reason=why))
    proposal.ends_at = None
    session.flush()


def _starting(session: Session, moment: datetime) -> list[int]:
    return _numbers(session, moment, "scheduled", "apply")


def _ending(session: Session, moment: datetime) -> list[int]:
    return _numbers(session, moment, "applied", "revert")


def _numbers(session: Session, moment: datetime, status: str, action: str) -> list[int]:
    """Those at this status whose time has come, and for which this was not ordered yet."""
    time = Proposal.starts_at if status == "scheduled" else Proposal.ends_at
    ordered = (
        select(Dispatch.id)
        .where(Dispatch.proposal_id == Proposal.id, Dispatch.version == Proposal.version, Dispatch.action == action)
        .exists()
    )
    wanted = select(Proposal.id).where(Proposal.status == status, col(time) <= moment, ~ordered)
    return [i for i in session.exec(wanted.order_by(col(Proposal.id))) if i is not None]


def _is_over(session: Session, one: int, moment: datetime) -> bool:
    ends = moves.get(session, one).ends_at
    return ends is not None and ends <= moment


def _utc(time: datetime) -> datetime:
    if time.tzinfo is None:
        raise ScheduleError(f"{time:%Y-%m-%d %H:%M} has no zone. Give one, as in {time:%Y-%m-%dT%H:%M}+00:00.")
    return time.astimezone(UTC).replace(microsecond=0)
