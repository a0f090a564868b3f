"""The audit trail: every move of a proposal and every other event, and whether any was changed afterwards."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import Field
from sqlmodel import col, select

from db import audit as trail
from db import events as happenings
from db.dealings import Event
from db.tables import Move
from serving.api import routing
from serving.api.backing import Back
from serving.api.paging import Page, Paging
from serving.api.schemas import PRINTABLE, Shape
from serving.api.security import needs

router = routing.router("audit", dependencies=[Depends(needs("read"))])
Word = Annotated[str | None, Query(max_length=200, pattern=PRINTABLE)]


class MoveOut(Shape):
    """One move of a proposal. Rows are chained: each hash covers the one before it."""

    id: int
    proposal_id: int
    version: int
    from_status: str = Field(examples=["proposed"])
    to_status: str = Field(examples=["approved"])
    actor: str
    role: str
    reason: str
    content_hash: str
    moved_at: datetime
    previous_hash: str
    hash: str


class EventOut(Shape):
    """Something that happened. Rows are chained: each hash covers the one before it."""

    id: int
    kind: str = Field(examples=["rules.changed"])
    subject: str
    actor: str
    role: str
    body: dict[str, Any]
    made_at: datetime
    previous_hash: str
    hash: str


class VerifiedOut(Shape):
    """Whether both chains hold; where one does not, its first row that is wrong."""

    intact: bool
    broken_move: int | None
    broken_event: int | None


@router.get("/audit", summary="Every move of every proposal")
def list_moves(
    back: Back, paging: Paging, proposal: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None, actor: Word = None
) -> Page[MoveOut]:
    """Newest first. What is no move of a proposal is in /audit/events."""
    wanted = select(Move).order_by(col(Move.id).desc()).limit(paging.limit + 1)
    for column, value in ((Move.proposal_id, proposal), (Move.actor, actor)):
        wanted = wanted if value is None else wanted.where(col(column) == value)
    before = paging.number()
    with back.database.reading() as session:
        rows = list(session.exec(wanted if before is None else wanted.where(col(Move.id) < before)))
    return paging.page(rows, lambda row: row.id, lambda row: MoveOut.model_validate(row.model_dump()))


@router.get("/audit/events", summary="Everything that happened")
def list_events(
    back: Back, paging: Paging, kind: Word = None, subject: Word = None, actor: Word = None,
    order: Literal["newest", "oldest"] = "newest",
) -> Page[EventOut]:  # fmt: skip
    """What webhooks are told, in its order: rules changed, people and keys made, decisions, alarms. `oldest` first
    reads on from a cursor without a gap."""
    newest, at = order == "newest", paging.number()
    wanted = select(Event).order_by(col(Event.id).desc() if newest else col(Event.id)).limit(paging.limit + 1)
    for column, value in ((Event.kind, kind), (Event.subject, subject), (Event.actor, actor)):
        wanted = wanted if value is None else wanted.where(col(column) == value)
    if at is not None:
        wanted = wanted.where(col(Event.id) < at if newest else col(Event.id) > at)
    with back.database.reading() as session:
        rows = list(session.exec(wanted))
    return paging.page(rows, lambda row: row.id, lambda row: EventOut.model_validate(row.model_dump()))


@router.get("/audit/verify", summary="Whether the trail is intact")
def verify_audit(back: Back) -> VerifiedOut:
    """Reads both chains from their beginning and works every hash out anew."""
    with back.database.reading() as session:
        move, event = trail.verify(session), happenings.verify(session)
    return VerifiedOut(
        intact=move is None and event is None,
        broken_move=move.id if move else None,
        broken_event=event.id if event else None,
    )
