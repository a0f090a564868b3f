"""Both chains as one list: moves of proposals, and every other event, filtered, newest first, page by page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, literal, or_, union_all
from sqlalchemy import select as rows
from sqlmodel import Session, col, select

from db.dealings import Event
from db.tables import Move, Proposal

SIZE = 100
OF_MOVES = "proposal."  # events of this name tell webhooks what a move says already


@dataclass(frozen=True)
class Filter:
    """What is looked for; "" and None: everything. Both days are whole days in UTC."""

    person: str = ""
    kind: str = ""  # an event's kind, or the status a proposal came to
    subject: str = ""  # a proposal's number, a SKU, or what else an event is about
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Entry:
    """One row of either chain."""

    chain: Literal["move", "event"]
    id: int
    at: datetime
    actor: str
    role: str
    kind: str  # an event's kind, or the status a proposal came to
    subject: str
    reason: str = ""
    body: dict[str, Any] | None = None
    from_status: str = ""
    version: int = 0
    sku: str = ""


def page(session: Session, wanted: Filter, number: int = 0, size: int = SIZE) -> tuple[list[Entry], int]:
    """The entries of one page, counted from 0, and how many there are altogether."""
    both = union_all(_moves(wanted), _events(wanted)).subquery()
    total = session.connection().execute(rows(func.count()).select_from(both)).scalar_one()
    order = (both.c.at.desc(), both.c.chain, both.c.id.desc())
    some = session.connection().execute(
        rows(both.c.chain, both.c.id).order_by(*order).limit(size).offset(number * size)
    )
    keys = [(chain, number) for chain, number in some]
    found = {**_of_moves(session, keys), **_of_events(session, keys)}
    return [found[key] for key in keys], total


def people(session: Session) -> list[str]:
    """Everybody who is named in either chain."""
    return sorted({*session.exec(select(Move.actor).distinct()), *session.exec(select(Event.actor).distinct())})


def kinds(session: Session) -> list[str]:
    """What has happened so far, by kind."""
    moved = session.exec(select(Move.to_status).distinct())
    happened = session.exec(select(Event.kind).distinct().where(~col(Event.kind).startswith(OF_MOVES)))
    return sorted(moved) + sorted(happened)


def _moves(wanted: Filter) -> Select[Any, Any, Any]:
    chosen: Select[Any, Any, Any] = rows(
        literal("move").label("chain"), col(Move.id).label("id"), col(Move.moved_at).label("at")
    )
    chosen = chosen.where(*_common(wanted, col(Move.actor), col(Move.moved_at)))
    if wanted.kind:
        chosen = chosen.where(col(Move.to_status) == wanted.kind)
    if wanted.subject:
        of_product = rows(col(Proposal.id)).where(func.lower(col(Proposal.sku)) == wanted.subject.lower())
        number = int(wanted.subject) if wanted.subject.isdecimal() and len(wanted.subject) < 10 else -1
        chosen = chosen.where(or_(col(Move.proposal_id).in_(of_product), col(Move.proposal_id) == number))
    return chosen


def _events(wanted: Filter) -> Select[Any, Any, Any]:
    chosen: Select[Any, Any, Any] = rows(
        literal("event").label("chain"), col(Event.id).label("id"), col(Event.made_at).label("at")
    )
    chosen = chosen.where(~col(Event.kind).startswith(OF_MOVES), *_common(wanted, col(Event.actor), col(Event.made_at)))
    if wanted.kind:
        chosen = chosen.where(col(Event.kind) == wanted.kind)
    if wanted.subject:
        chosen = chosen.where(func.lower(col(Event.subject)).contains(wanted.subject.lower(), autoescape=True))
    return chosen


def _common(wanted: Filter, actor: Any, at: Any) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.person:
        conditions.append(actor == wanted.person)
    if wanted.since:
        conditions.append(at >= _midnight(wanted.since))
    if wanted.until:
        conditions.append(at < _midnight(wanted.until + timedelta(days=1)))
    return conditions


def _of_moves(session: Session, keys: list[tuple[str, int]]) -> dict[tuple[str, int], Entry]:
    ids = [number for chain, number in keys if chain == "move"]
    joined = select(Move, Proposal.sku).join(Proposal, col(Proposal.id) == col(Move.proposal_id))
    return {
        ("move", move.id or 0): Entry(
            "move", move.id or 0, move.moved_at, move.actor, move.role, move.to_status, str(move.proposal_id),
            move.reason, None, move.from_status, move.version, sku,
        )
        for move, sku in session.exec(joined.where(col(Move.id).in_(ids)))
    }  # fmt: skip


def _of_events(session: Session, keys: list[tuple[str, int]]) -> dict[tuple[str, int], Entry]:
    ids = [number for chain, number in keys if chain == "event"]
    return {
        ("event", event.id or 0): Entry(
            "event", event.id or 0, event.made_at, event.actor, event.role, event.kind, event.subject,
            str(event.body.get("reason", "")), event.body,
        )
        for event in session.exec(select(Event).where(col(Event.id).in_(ids)))
    }  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
