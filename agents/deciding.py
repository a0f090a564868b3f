"""A person's decision on a proposal, as data, and the one way in which it is carried out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlmodel import Session

from agents.proposing import redraft
from agents.request import Decision
from db import outbox, proposals
from db.dealings import Dispatch
from db.moves import Actor, get, move
from db.sinks import Sink
from db.tables import Proposal
from pricing.errors import PricingError
from tools.context import Context, Shop
from tools.day import today


class NoPriceGivenError(PricingError):
    """An edit without a price."""


@dataclass(frozen=True)
class Deed:
    """What a person wants done. `seen` is the content hash of what was on their screen."""

    proposal: int
    decision: Decision
    seen: str | None = None
    price: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of it: the proposal's status now, or why nothing was done."""

    proposal: int
    done: bool
    status: str = ""
    text: str = ""  # the refusal, where nothing was done
    seen: str = ""  # hash of what the proposal now says
    kind: str = ""  # the refusal's class, where nothing was done


Signer = Callable[[Deed, Actor], Outcome]


@dataclass(frozen=True)
class Desk:
    """What carrying out a decision needs."""

    context: Context
    sinks: Sequence[Sink]
    lasting: timedelta


Carrier = Callable[[Session, Deed, Actor, Desk], Sequence[Dispatch]]  # what is to be sent after the commit


def signer(shop: Shop, sinks: Sequence[Sink], lasting: timedelta) -> Signer:
    """A function that carries out decisions on this shop, each in one transaction, refusals as outcomes.

    A price that is to be applied or rolled back is sent to the sinks right after the commit.
    """

    def sign(deed: Deed, actor: Actor) -> Outcome:
        desk = Desk(Context(shop, today(shop.database)), sinks, lasting)
        try:
            return _carried_out(deed, actor, desk)
        except PricingError as refusal:
            return Outcome(deed.proposal, False, text=str(refusal), kind=type(refusal).__name__)

    return sign


def _carried_out(deed: Deed, actor: Actor, desk: Desk) -> Outcome:
    database = desk.context.database
    with database.session() as session:
        proposals.remember_rules(session, desk.context.shop.rules)
        ordered = CARRIERS[deed.decision](session, deed, actor, desk)
        row = get(session, deed.proposal)
    if ordered:
        outbox.deliver(database, desk.sinks, ordered)
        with database.reading() as reader:
            row = reader.get_one(Proposal, deed.proposal)
    return Outcome(deed.proposal, True, row.status, seen=row.content_hash)


def _approve(session: Session, deed: Deed, actor: Actor, desk: Desk) -> Sequence[Dispatch]:
    move(session, deed.proposal, "approved", actor, reason=deed.reason, seen=deed.seen)
    return ()


def _reject(session: Session, deed: Deed, actor: Actor, desk: Desk) -> Sequence[Dispatch]:
    move(session, deed.proposal, "rejected", actor, reason=deed.reason, seen=deed.seen)
    return ()


def _edit(session: Session, deed: Deed, actor: Actor, desk: Desk) -> Sequence[Dispatch]:
    if deed.price is None or not deed.price.is_finite() or deed.price <= 0:
        raise NoPriceGivenError("An edit needs the new price, above zero.")
    proposals.edit(
        session, deed.proposal, deed.price, actor,
        lambda former, price: redraft(desk.context, session, former, price),
        reason=deed.reason, seen=deed.seen, lasting=desk.lasting,
    )  # fmt: skip
    return ()


def _apply(session: Session, deed: Deed, actor: Actor, desk: Desk) -> Sequence[Dispatch]:
    return proposals.apply(session, deed.proposal, actor, desk.sinks, reason=deed.reason)


def _rollback(session: Session, deed: Deed, actor: Actor, desk: Desk) -> Sequence[Dispatch]:
    return proposals.rollback(session, deed.proposal, actor, desk.sinks, reason=deed.reason)


CARRIERS: dict[Decision, Carrier] = {
    "approve": _approve,
    "reject": _reject,
    "edit": _edit,
    "apply": _apply,
    "rollback": _rollback,
}
