"""An approved price becomes the price charged, once every sink has taken it, and goes back where it must."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from db import events, moves
from db.actors import Actor
from db.dealings import Dispatch
from db.engine import KeptError
from db.moves import OnItsWayError
from db.sinks import Sink, plain
from db.tables import Price, Product, Proposal, Receipt, now
from pricing.errors import PricingError

TRIES = 10  # after which a sink is given up
HEAD_START = timedelta(seconds=10)  # in which whoever ordered sends it, before `outbox.drain` does


class PriceMovedError(PricingError):
    """Somebody has set another price since, which this would overwrite."""


class ApplyFailedError(KeptError):
    """A sink did not take the price: the proposal is failed, or not rolled back, and the price is as it was."""


class TimeOverError(PricingError):
    """The time for which a price was scheduled is over."""


class NothingTakenError(PricingError):
    """There is nothing to take back: no sink has taken the price."""


@dataclass(frozen=True)
class Order:
    """What is to be sent, by whom and why."""

    action: str
    price: Decimal
    actor: Actor
    reason: str
    moment: datetime


def apply(
    session: Session,
    proposal_id: int,
    actor: Actor,
    sinks: Sequence[Sink],
    *,
    reason: str = "",
    at: datetime | None = None,
) -> list[Dispatch]:
    """Put an approved price on its way to the sinks; a row of the outbox for each, in this transaction.

    After the commit `outbox.deliver` (or the next `outbox.drain`) sends them. Asking again gives the same rows: what
    is under way is sent at once, what was given up is tried anew, what was taken stays. Raises what `move` raises,
    OnItsWayError where the product is being given another price, and PriceMovedError.
    """
    proposal, moment = moves.get(session, proposal_id), at or now()
    sent = outgoing(session, proposal, "apply")
    if sent and proposal.status == "applied":
        return sent
    moves.check_lawful(proposal, "applied", actor)
    if any(d.status == "waiting" for d in sent):
        return _hurried(sent, moment)
    _check_free(session, proposal)
    _check_time(proposal, moment)
    if any(d.status == "sent" for d in sent):
        _check_unmoved(session, proposal)
    else:
        moves.check_fresh(session, proposal, moment)
    names = [sink.name for sink in sinks]
    return _put(session, proposal, Order("apply", proposal.proposed_price, actor, reason, moment), names)


def rollback(
    session: Session,
    proposal_id: int,
    actor: Actor,
    sinks: Sequence[Sink],
    *,
    action: str = "rollback",
    reason: str = "",
    at: datetime | None = None,
) -> list[Dispatch]:
    """Put the price before an applied proposal on its way to the sinks that took it; so too for a failed one's.

    Doing so twice does nothing the second time. `action` is revert where the schedule asks. Raises what `move` raises,
    OnItsWayError, NothingTakenError, and PriceMovedError where the price is no longer the proposal's.
    """
    proposal, moment = moves.get(session, proposal_id), at or now()
    sent = outgoing(session, proposal, action)
    if sent and proposal.status == "rolled_back":
        return sent
    moves.check_lawful(proposal, "rolled_back", actor)
    if any(d.status == "waiting" for d in sent):
        return _hurried(sent, moment)
    _check_free(session, proposal)
    back = _price_before(session, proposal)
    names = _takers(session, proposal, sinks)
    return _put(session, proposal, Order(action, back, actor, reason, moment), names)


def outgoing(session: Session, proposal: Proposal, action: str) -> list[Dispatch]:
    """The rows of the outbox for this version of a proposal and this action, by sink."""
    rows = select(Dispatch).where(
        Dispatch.proposal_id == proposal.id, Dispatch.version == proposal.version, Dispatch.action == action
    )
    return sorted(session.exec(rows.execution_options(populate_existing=True)), key=lambda d: d.sink)


def conclude(session: Session, last: Dispatch, moment: datetime) -> None:
    """After `last` was taken or given up: charge the price if all sinks took it, fail if one never will."""
    proposal = moves.get(session, last.proposal_id)
    order = Order(last.action, last.price, Actor(last.actor, last.role), last.reason, moment)
    _conclude(session, proposal, order, outgoing(session, proposal, last.action))


def _conclude(session: Session, proposal: Proposal, order: Order, sent: Sequence[Dispatch]) -> None:
    dead = [d for d in sent if d.status == "dead"]
    if any(d.status == "waiting" for d in sent):
        return
    if dead and order.action == "apply":
        why = " ".join(d.error for d in dead)
        if proposal.status != "failed":
            moves.move(session, moves.number(proposal), "failed", order.actor, reason=why, at=order.moment)
    elif not dead:
        _charge(session, proposal, order)
        to = "applied" if order.action == "apply" else "rolled_back"
        moves.move(session, moves.number(proposal), to, order.actor, reason=order.reason, at=order.moment)


def _charge(session: Session, proposal: Proposal, order: Order) -> None:
    session.get_one(Product, proposal.sku, populate_existing=True).price = order.price
    session.add(
        Price(
            sku=proposal.sku, price=order.price, currency=proposal.currency, starts_at=order.moment,
            proposal_id=proposal.id,
        )
    )  # fmt: skip
    session.flush()
    body = moves.told(proposal, action=order.action, price=f"{order.price:f}")
    events.record(session, "price.applied", proposal.sku, order.actor, body)


def _put(session: Session, proposal: Proposal, order: Order, names: Iterable[str]) -> list[Dispatch]:
    """Order this of these sinks; what a sink has taken already stays taken."""
    known = outgoing(session, proposal, order.action)
    taken = {d.sink for d in known if d.status == "sent"}
    for former in known:
        if former.status == "dead":
            session.delete(former)
    session.flush()
    asked = [name for name in names if name not in taken]
    session.add_all(
        Dispatch(
            proposal_id=moves.number(proposal), version=proposal.version, action=order.action, sink=name,
            price=order.price, currency=proposal.currency, actor=order.actor.name, role=order.actor.role,
            next_at=order.moment + HEAD_START, made_at=order.moment, reason=order.reason,
        )
        for name in asked
    )  # fmt: skip
    session.flush()
    body = moves.told(proposal, action=order.action, price=f"{order.price:f}", sinks=asked, reason=order.reason)
    events.record(session, "price.ordered", proposal.sku, order.actor, body)
    sent = outgoing(session, proposal, order.action)
    _conclude(session, proposal, order, sent)
    return sent


def _hurried(sent: list[Dispatch], moment: datetime) -> list[Dispatch]:
    """Those that wait for another try wait no longer; those that are being sent are left alone."""
    for dispatch in sent:
        if dispatch.status == "waiting" and dispatch.error:
            dispatch.next_at = moment
    return sent


def _takers(session: Session, proposal: Proposal, sinks: Sequence[Sink]) -> list[str]:
    """The sinks that have taken this version, or may have (given up after many tries without an answer)."""
    receipts = session.exec(
        select(Receipt.sink).where(
            Receipt.proposal_id == proposal.id, Receipt.version == proposal.version, Receipt.action == "apply"
        )
    )
    unsure = {d.sink for d in outgoing(session, proposal, "apply") if d.status == "dead" and d.attempts >= TRIES}
    taken = set(receipts) | unsure
    if not taken and proposal.status == "failed":
        raise NothingTakenError(
            f"No sink has taken the price of proposal {proposal.id}, so there is nothing to roll back. "
            "Apply it again, or ask for a fresh one."
        )
    return [sink.name for sink in sinks if sink.name in taken]


def _price_before(session: Session, proposal: Proposal) -> Decimal:
    """The price to go back to. A failed proposal was never charged: what is charged now is what was before."""
    charged = session.get_one(Product, proposal.sku, populate_existing=True).price
    if proposal.status == "failed":
        return proposal.current_price if charged is None else charged
    newest = session.exec(select(Price).where(Price.sku == proposal.sku).order_by(col(Price.id).desc())).first()
    if newest is None or newest.proposal_id != proposal.id or charged != proposal.proposed_price:
        raise PriceMovedError(
            f"{proposal.sku} has been given another price since proposal {proposal.id}: it is {_said(charged)} now. "
            "Ask for a new price instead of rolling back."
        )
    return proposal.current_price


def _check_unmoved(session: Session, proposal: Proposal) -> None:
    """What some sinks have taken the others get, whatever was sold since, but not over a newer price."""
    charged = session.get_one(Product, proposal.sku, populate_existing=True).price
    if charged != proposal.current_price:
        raise PriceMovedError(
            f"{proposal.sku} has been given another price since proposal {proposal.id}: it is {_said(charged)} now. "
            "Roll the proposal back where it was taken, or ask for a new price."
        )


def _check_time(proposal: Proposal, moment: datetime) -> None:
    if proposal.ends_at is not None and proposal.ends_at <= moment:
        raise TimeOverError(
            f"Proposal {proposal.id} was to be charged until {proposal.ends_at:%Y-%m-%d %H:%M} UTC, and that is over. "
            "Ask for a fresh one."
        )


def _check_free(session: Session, proposal: Proposal) -> None:
    """One price of a product at a time is on its way, so that sinks cannot be told in the wrong order."""
    those = session.exec(select(Proposal.id).where(Proposal.sku == proposal.sku)).all()
    sent = session.exec(select(Dispatch).where(col(Dispatch.proposal_id).in_(those))).all()
    waiting = next((d for d in sent if d.status == "waiting"), None)
    if waiting is not None:
        raise OnItsWayError(
            f"{proposal.sku} is just being given the price of proposal {waiting.proposal_id}, which is on its way to "
            f"{waiting.sink}. Wait until it has arrived or was given up."
        )


def _said(price: Decimal | None) -> str:
    return "unknown" if price is None else plain(price)
