"""An approved price becomes the price charged, and goes back where it must."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from db import moves
from db.engine import KeptError
from db.moves import Actor
from db.sinks import Sink, SinkError, plain
from db.tables import Price, Product, Proposal, Receipt, now
from pricing.errors import PricingError


class PriceMovedError(PricingError):
    """Somebody has set another price since, which a rollback would overwrite."""


class ApplyFailedError(KeptError):
    """The sink did not take the price; the proposal is now failed, and the price is as it was."""


def apply(
    session: Session, proposal_id: int, actor: Actor, sink: Sink, *, reason: str = "", at: datetime | None = None
) -> Receipt:
    """Charge the approved price: the product, the price log, the sink and a receipt, all or nothing.

    Applying the same version again gives the same receipt and does nothing. Raises what `move` raises, and
    ApplyFailedError where the sink did not take the price.
    """
    proposal, moment = moves.get(session, proposal_id), at or now()
    receipt = _receipt(session, proposal, sink, "apply")
    if receipt is not None and proposal.status == "applied":
        return receipt
    moves.check_lawful(proposal, "applied", actor)
    moves.check_fresh(session, proposal, moment)
    try:
        with session.begin_nested():
            detail = _charge(session, proposal, proposal.proposed_price, sink, moment)
    except SinkError as failure:
        if proposal.status != "failed":
            moves.move(session, proposal_id, "failed", actor, reason=str(failure), at=moment)
        raise ApplyFailedError(f"Proposal {proposal_id} is not applied. {failure}") from None
    moves.move(session, proposal_id, "applied", actor, reason=reason, at=moment)
    return _add(session, proposal, _Answer(sink.name, "apply", detail), moment)


def rollback(
    session: Session, proposal_id: int, actor: Actor, sink: Sink, *, reason: str = "", at: datetime | None = None
) -> Receipt:
    """Charge the price before an applied proposal again. Doing so twice does nothing the second time.

    Raises what `move` raises, PriceMovedError where the price is no longer the proposal's, and SinkError.
    """
    proposal, moment = moves.get(session, proposal_id), at or now()
    receipt = _receipt(session, proposal, sink, "rollback")
    if receipt is not None and proposal.status == "rolled_back":
        return receipt
    moves.check_lawful(proposal, "rolled_back", actor)
    newest = session.exec(select(Price).where(Price.sku == proposal.sku).order_by(col(Price.id).desc())).first()
    charged = session.get_one(Product, proposal.sku, populate_existing=True).price
    if newest is None or newest.proposal_id != proposal.id or charged != proposal.proposed_price:
        raise PriceMovedError(
            f"{proposal.sku} has been given another price since proposal {proposal_id}: it is {_said(charged)} now. "
            "Ask for a new price instead of rolling back."
        )
    with session.begin_nested():
        detail = _charge(session, proposal, proposal.current_price, sink, moment)
    moves.move(session, proposal_id, "rolled_back", actor, reason=reason, at=moment)
    return _add(session, proposal, _Answer(sink.name, "rollback", detail), moment)


def _charge(session: Session, proposal: Proposal, price: Decimal, sink: Sink, moment: datetime) -> str:
    session.get_one(Product, proposal.sku, populate_existing=True).price = price
    change = Price(sku=proposal.sku, price=price, currency=proposal.currency, starts_at=moment, proposal_id=proposal.id)
    session.add(change)
    session.flush()
    return sink.publish(session, change)


def _receipt(session: Session, proposal: Proposal, sink: Sink, action: str) -> Receipt | None:
    return session.exec(
        select(Receipt).where(
            Receipt.proposal_id == proposal.id, Receipt.version == proposal.version, Receipt.sink == sink.name,
            Receipt.action == action,
        )
    ).first()  # fmt: skip


def _said(price: Decimal | None) -> str:
    return "unknown" if price is None else plain(price)


@dataclass(frozen=True)
class _Answer:
    sink: str
    action: str
    detail: str


def _add(session: Session, proposal: Proposal, answer: _Answer, moment: datetime) -> Receipt:
    receipt = Receipt(
        proposal_id=moves.number(proposal), version=proposal.version, sink=answer.sink, action=answer.action,
        detail=answer.detail, received_at=moment,
    )  # fmt: skip
    session.add(receipt)
    session.flush()
    return receipt
