"""Many proposals applied or rolled back at once, item by item, in parts so that others get their turn to write."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from db import charging, outbox, proposals
from db.actors import Actor
from db.dealings import Dispatch
from db.engine import Database
from db.outbox import Progress
from db.sinks import Sink
from db.tables import Proposal

PART = 100  # items of one transaction
Work = Callable[[Session, int], list[Dispatch]]


@dataclass(frozen=True)
class Item:
    """What came of one proposal: where it stands now, and why it is not where it was to be ("" where it is)."""

    proposal: int
    done: bool
    status: str
    text: str = ""


def apply_many(
    database: Database,
    sinks: Sequence[Sink],
    ids: Sequence[int],
    actor: Actor,
    *,
    reason: str = "",
    at: datetime | None = None,
    progress: Progress | None = None,
) -> list[Item]:
    """Order and send the prices of many proposals; one that is refused leaves the others as they are."""

    def work(session: Session, one: int) -> list[Dispatch]:
        return charging.apply(session, one, actor, sinks, reason=reason, at=at)

    return _carried_out(database, sinks, ids, work, "applied", at, progress)


def rollback_many(
    database: Database,
    sinks: Sequence[Sink],
    ids: Sequence[int],
    actor: Actor,
    *,
    reason: str = "",
    at: datetime | None = None,
    progress: Progress | None = None,
) -> list[Item]:
    """Order and send the prices before many proposals; one that is refused leaves the others as they are."""

    def work(session: Session, one: int) -> list[Dispatch]:
        return charging.rollback(session, one, actor, sinks, reason=reason, at=at)

    return _carried_out(database, sinks, ids, work, "rolled_back", at, progress)


def _carried_out(
    database: Database,
    sinks: Sequence[Sink],
    ids: Sequence[int],
    work: Work,
    to: str,
    at: datetime | None,
    progress: Progress | None,
) -> list[Item]:
    refusals: dict[int, str] = {}
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        with database.session() as session:
            outcomes = proposals.each(session, part, lambda one: work(session, one))
            ordered = [d.id or 0 for outcome in outcomes for d in outcome.result or ()]
        refusals |= {o.proposal_id: str(o.refusal) for o in outcomes if o.refusal is not None}
        outbox.send_many(database, sinks, ordered, at)
        if progress:
            progress(to, start + len(part), len(ids))
    with database.reading() as session:
        return [_item(session, one, to, refusals.get(one, "")) for one in ids]


def _item(session: Session, one: int, to: str, refusal: str) -> Item:
    status = session.exec(select(Proposal.status).where(Proposal.id == one)).first() or ""
    if refusal or status == to:
        return Item(one, not refusal, status, refusal)
    errors = session.exec(select(Dispatch.error).where(Dispatch.proposal_id == one, col(Dispatch.status) != "sent"))
    return Item(one, False, status, " ".join(error for error in errors if error))
