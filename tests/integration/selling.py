"""Shops that take prices or do not, and the way of a proposal to them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import Session, select

from db import outbox, proposals
from db.dealings import Dispatch
from db.engine import Database
from db.proposals import Actor, Draft
from db.sinks import Answer, Change, Sink, SinkError
from db.tables import Product, Proposal, Receipt, now
from pricing.errors import PricingError

Drafts = Callable[..., Draft]
AGENT, SAM, KIM, SYSTEM = (
    Actor("desk", "agent"),
    Actor("sam", "approver"),
    Actor("kim", "approver"),
    Actor("pricedesk", "system"),
)


class ClosedShop:
    """A shop that takes nothing, for good or for now."""

    def __init__(self, name: str = "csv", refusal: SinkError | None = None) -> None:
        self.name, self.refusal = name, refusal or SinkError("The shop is closed. Try again later.")

    def publish(self, session: Session, changes: Sequence[Change]) -> list[Answer]:
        raise self.refusal


class Till:
    """A shop that charges what it is told, and counts how often it was told so."""

    def __init__(self, name: str = "till") -> None:
        self.name, self.told = name, list[Change]()

    def publish(self, session: Session, changes: Sequence[Change]) -> list[Answer]:
        self.told += changes
        return [f"{change.sku} at {change.price}" for change in changes]


def number(proposal: Proposal) -> int:
    assert proposal.id is not None
    return proposal.id


def put_forward(shop: Database, draft: Draft, batch: str = "") -> Proposal:
    with shop.session() as session:
        return proposals.create(session, draft, AGENT, asked_by="mei", batch_id=batch)


def approved(shop: Database, draft: Draft, batch: str = "") -> int:
    made = put_forward(shop, draft, batch)
    with shop.session() as session:
        return number(proposals.move(session, number(made), "approved", SAM, seen=made.content_hash))


Order = Callable[..., list[Dispatch]]


def carried_out(shop: Database, order: Order, one: int, actor: Actor, *sinks: Sink, reason: str = "") -> list[Receipt]:
    """Order a price and send it, as a button does; the receipts of this action."""
    with shop.session() as session:
        ordered = order(session, one, actor, sinks, reason=reason)
    outbox.deliver(shop, sinks, ordered)
    with shop.reading() as session:
        action = "apply" if order is proposals.apply else "rollback"
        return list(session.exec(select(Receipt).where(Receipt.proposal_id == one, Receipt.action == action)))


def apply(shop: Database, one: int, actor: Actor, *sinks: Sink) -> list[Receipt]:
    return carried_out(shop, proposals.apply, one, actor, *sinks)


def price_now(shop: Database) -> Decimal | None:
    with shop.reading() as session:
        return session.get_one(Product, "TEA-001").price


def later(hours: float = 1) -> datetime:
    return now() + timedelta(hours=hours)


def status(shop: Database, proposal_id: int) -> str:
    with shop.reading() as session:
        return session.get_one(Proposal, proposal_id).status


def tried(shop: Database, one: int, *sinks: Sink) -> str:
    """Apply as a button does; what a person is told where it is not done."""
    try:
        apply(shop, one, SYSTEM, *sinks)
    except PricingError as refusal:
        return str(refusal)
    return ""
