"""The life of a proposal: made, edited, decided, applied, rolled back. Its moves are those of db/moves.py."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, Generic, TypeVar

from sqlmodel import Session, col, select

from db import audit, events, moves, rulebook
from db.charging import ApplyFailedError, NothingTakenError, PriceMovedError, apply, rollback
from db.columns import cents
from db.engine import KeptError
from db.moves import (
    MOVES,
    SUPERSEDED,
    SYSTEM,
    Actor,
    NoReasonError,
    NotAllowedError,
    OnItsWayError,
    StaleProposalError,
    UnknownProposalError,
    UnlawfulMoveError,
    move,
    remember_rules,
)  # fmt: skip
from db.sinks import plain
from db.tables import Move, Proposal, now
from db.versions import product
from pricing.errors import PricingError

__all__ = [
    "MOVES", "SYSTEM", "Actor", "ApplyFailedError", "Decision", "Draft", "InBatchAlreadyError", "NoReasonError",
    "NotAllowedError", "NothingTakenError", "OnItsWayError", "Outcome", "PriceMovedError", "RejectedBeforeError",
    "StaleProposalError", "UnknownProposalError", "UnlawfulMoveError", "apply", "create", "decide_many", "each",
    "edit", "expire_overdue", "move", "rejected_before", "remember_rules", "rollback", "supersede",
]  # fmt: skip

T = TypeVar("T")
LASTING = timedelta(days=14)
NEAR = Decimal("0.01")  # a hundredth, about the step of a ladder of prices: to a person who said no, the same price
MEASURES = ("expected_units", "units_low", "units_high", "p_loss")


class RejectedBeforeError(PricingError):
    """A person has turned down this price, and nothing is known since that was not known then."""


class InBatchAlreadyError(PricingError):
    """A batch has one proposal of a product."""


@dataclass(frozen=True)
class Draft:
    """What a proposal says, before anybody has put it forward. Money in `currency`; JSON types in the last three."""

    sku: str
    goal: str
    currency: str
    weeks: int
    current_price: Decimal
    proposed_price: Decimal
    basis: str  # profit or revenue
    expected_units: float
    units_low: float
    units_high: float
    expected_change: Decimal
    change_low: Decimal
    change_high: Decimal
    worst_case: Decimal
    p_loss: float
    risk: str  # low, medium, high
    reason: str
    data_version: str  # sales.data_version, read in the same session as the data that the draft was made from
    binding_rule: str = ""
    trail: Sequence[Mapping[str, Any]] = ()
    facts: Sequence[Mapping[str, Any]] = ()
    curve: Mapping[str, Any] | None = None


Recompute = Callable[[Proposal, Decimal], Draft]


def create(
    session: Session,
    draft: Draft,
    actor: Actor,
    *,
    asked_by: str = "",
    thread_id: str = "",
    batch_id: str = "",
    lasting: timedelta = LASTING,
    at: datetime | None = None,
) -> Proposal:
    """Save a draft and put it forward. `asked_by` is the person for whom an agent works.

    Raises UnknownProductError, NotAllowedError, InBatchAlreadyError, and RejectedBeforeError where the desk brings back
    what a person rejected on the same data.
    """
    product(session, draft.sku)
    _refuse_second(session, draft.sku, batch_id)
    ground = moves.ground(session, draft.sku, draft.data_version)
    if actor.role == "agent":
        _refuse_rejected(session, rejected_before(session, draft.sku, draft.proposed_price, ground))
    moment = at or now()
    proposal = Proposal(
        **_columns(draft),
        data_version=ground,
        content_hash="",
        thread_id=thread_id,
        batch_id=batch_id,
        created_by=asked_by or actor.name,
        created_at=moment,
        expires_at=moment + _lasting(session, draft.sku, lasting),
    )
    proposal.version = 1
    proposal.content_hash = moves.content_hash(proposal)
    session.add(proposal)
    session.flush()
    move(session, moves.number(proposal), "proposed", actor, at=moment)
    _tell_bound(session, proposal, actor)
    return proposal


def edit(
    session: Session,
    proposal_id: int,
    price: Decimal,
    actor: Actor,
    recompute: Recompute,
    *,
    reason: str = "",
    seen: str | None = None,
    lasting: timedelta = LASTING,
    at: datetime | None = None,
) -> Proposal:
    """Another price in the place of the one proposed: a new version, projected anew, that has to be signed anew.

    Raises what `move` and `recompute` raise, and ValueError where `recompute` answers for another product or price.
    """
    proposal, moment = moves.get(session, proposal_id), at or now()
    moves.check_lawful(proposal, "proposed", actor)
    moves.check_seen(proposal, seen)
    draft = recompute(proposal, price)
    if (draft.sku, draft.proposed_price) != (proposal.sku, price):
        raise ValueError(f"asked to project {proposal.sku} at {price}, got {draft.sku} at {draft.proposed_price}")
    for name, value in _columns(draft).items():
        setattr(proposal, name, value)
    proposal.version += 1
    proposal.data_version = moves.ground(session, proposal.sku, draft.data_version)
    proposal.expires_at = moment + _lasting(session, proposal.sku, lasting)
    proposal.content_hash = moves.content_hash(proposal)
    return move(session, proposal_id, "proposed", actor, reason=reason, at=moment)


def _lasting(session: Session, sku: str, usual: timedelta) -> timedelta:
    """How long a proposal waits for a person: as the rules say, else as usual."""
    return rulebook.policy(session, sku).lasting(usual)


def rejected_before(session: Session, sku: str, price: Decimal, ground: str | None = None) -> Proposal | None:
    """The newest rejection of this price, or of one that is NEAR it, on the same data and rules (`moves.ground`)."""
    return session.exec(
        select(Proposal)
        .where(
            Proposal.sku == sku,
            Proposal.status == "rejected",
            col(Proposal.proposed_price).between(price * (1 - NEAR), price * (1 + NEAR)),
            Proposal.data_version == (ground or moves.ground(session, sku)),
        )
        .order_by(col(Proposal.decided_at).desc())
    ).first()


def supersede(session: Session, fresh: Proposal, at: datetime | None = None) -> list[int]:
    """One proposal a product waits at a time: the older ones expire, with a reason that names the newer."""
    older = select(Proposal.id).where(Proposal.sku == fresh.sku, Proposal.status == "proposed", Proposal.id != fresh.id)
    ids = [i for i in session.exec(older) if i is not None]
    for i in ids:
        move(session, i, "expired", SYSTEM, reason=f"{SUPERSEDED}{fresh.id}", at=at)
    return ids


def expire_overdue(session: Session, at: datetime | None = None) -> int:
    """Expire what nobody decided in time; how many."""
    moment = at or now()
    overdue = session.exec(select(Proposal.id).where(Proposal.status == "proposed", Proposal.expires_at <= moment))
    ids = [i for i in overdue if i is not None]
    for i in ids:
        move(session, i, "expired", SYSTEM, reason="nobody decided it in time", at=moment)
    return len(ids)


@dataclass(frozen=True)
class Decision:
    """One line of a batch."""

    proposal_id: int
    to: str  # approved or rejected
    seen: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What came of one item of a batch: its result, or the refusal."""

    proposal_id: int
    result: T | None
    refusal: PricingError | None


def decide_many(session: Session, decisions: Iterable[Decision], actor: Actor) -> list[Outcome[Proposal]]:
    """Decide item by item: a refused one leaves the others as they are."""
    named = {d.proposal_id: d for d in decisions}

    def decide(proposal_id: int) -> Proposal:
        d = named[proposal_id]
        if d.to not in ("approved", "rejected"):
            raise UnlawfulMoveError(f"{d.to!r} is no decision. Approve or reject.")
        return move(session, proposal_id, d.to, actor, reason=d.reason, seen=d.seen)

    return each(session, named, decide)


def of_batch(session: Session, batch_id: str, *statuses: str) -> list[int]:
    """Numbers of the proposals made together that stand at one of these statuses, oldest first."""
    wanted = select(Proposal.id).where(Proposal.batch_id == batch_id, col(Proposal.status).in_(statuses))
    return [i for i in session.exec(wanted.order_by(col(Proposal.id))) if i is not None]


def each(session: Session, ids: Iterable[int], work: Callable[[int], T]) -> list[Outcome[T]]:
    """`work` for every proposal, each in a savepoint of its own, so that one refusal undoes one item only."""
    return [_one(session, i, work) for i in ids]


def _one(session: Session, proposal_id: int, work: Callable[[int], T]) -> Outcome[T]:
    savepoint = session.begin_nested()
    try:
        result = work(proposal_id)
    except KeptError as refusal:
        savepoint.commit()
        return Outcome(proposal_id, None, refusal)
    except PricingError as refusal:
        savepoint.rollback()
        return Outcome(proposal_id, None, refusal)
    except BaseException:
        savepoint.rollback()
        raise
    savepoint.commit()
    return Outcome(proposal_id, result, None)


def _columns(draft: Draft) -> dict[str, Any]:
    """The draft as the proposal's columns, money and measures as the database will hold them: so the content hash is
    the same when they are read back."""
    named = {name: getattr(draft, name) for name in Draft.__dataclass_fields__ if name != "data_version"}
    rows = {name: value for name, value in named.items() if name not in ("trail", "facts", "curve")}
    money = {name: cents(value, "0.0001") for name, value in rows.items() if isinstance(value, Decimal)}
    measured = {name: float(rows[name]) for name in MEASURES}
    told = {"trail": _json(draft.trail), "facts": _json(draft.facts), "curve": _json(draft.curve or {})}
    return rows | money | measured | told


def _json(value: Any) -> Any:
    """Plain data: NaN and infinity, which JSON lacks, become null; money and dates become text."""
    if isinstance(value, Mapping):
        return {str(key): _json(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(one) for one in value]
    if isinstance(value, float):
        return float(value) if isfinite(value) else None
    return str(value) if isinstance(value, (Decimal, date)) else value


def _refuse_second(session: Session, sku: str, batch_id: str) -> None:
    if not batch_id:
        return
    audit.alone(session)
    made = session.exec(select(Proposal.id).where(Proposal.batch_id == batch_id, Proposal.sku == sku)).first()
    if made is not None:
        raise InBatchAlreadyError(
            f"The batch {batch_id} has a price for {sku} already, proposal {made}. Edit that one, or ask outside the "
            "batch."
        )


def _refuse_rejected(session: Session, former: Proposal | None) -> None:
    if former is not None:
        why = select(Move.reason).where(Move.proposal_id == former.id, Move.to_status == "rejected")
        reason = session.exec(why.order_by(col(Move.id).desc())).first() or ""
        raise RejectedBeforeError(
            f"{former.decided_by} rejected {plain(former.proposed_price)} {former.currency} for {former.sku} "
            f"(proposal {former.id}) for this reason: “{' '.join(reason.split())}”. "
            "Neither the data nor the rules have changed since. "
            "Ask for another goal or price, or import newer sales."
        )


def _tell_bound(session: Session, proposal: Proposal, actor: Actor) -> None:
    """An event where a guardrail kept the price from being what it would have been."""
    if proposal.binding_rule:
        rulings = [dict(one) for one in proposal.trail if one.get("rule") == proposal.binding_rule]
        body = moves.told(proposal, rule=proposal.binding_rule, rulings=rulings)
        events.record(session, "guardrail.bound", proposal.sku, actor, body)
