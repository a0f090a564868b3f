"""Addresses that are told of events: made, changed, taken away, told again. What is sent, serving/jobs/deliveries.py
sends."""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete as delete_rows
from sqlalchemy import func, insert, literal
from sqlalchemy import select as rows
from sqlmodel import Session, col, select

from db import events
from db.actors import SYSTEM, Actor
from db.addresses import Reach
from db.columns import Moment
from db.dealings import Delivery, Event, Webhook
from db.moves import NotAllowedError
from db.tables import now
from pricing.errors import PricingError

KINDS: dict[str, str] = {
    "proposal.proposed": "a price waits for a signature, a fresh one or an edited one",
    "proposal.approved": "it was signed",
    "proposal.rejected": "it was turned down; the reason is in the data",
    "proposal.expired": "nobody decided in time, or data, price or rules changed",
    "proposal.scheduled": "it was signed and will be applied at its time",
    "proposal.applied": "the price list has it",
    "proposal.failed": "a sink did not take it",
    "proposal.rolled_back": "the former price is back",
    "price.ordered": "a decided price is on its way to a sink",
    "price.applied": "a sink took a price",
    "price.refused": "a sink did not take a price and was asked no more",
    "schedule.dropped": "a scheduled price, or the return of the former one, was called off",
    "rules.changed": "the rules of the store, a category or a product were edited",
    "guardrail.bound": "a rule changed or refused the best price of a product",
    "drift.alarm": "what sells departs from what was forecast",
    "store.imported": "somebody brought store data in",
    "job.done": "background work ended well",
    "job.failed": "background work ended with an error",
    "job.cancelled": "background work was cancelled",
    "user.created": "somebody was given an account",
    "user.changed": "a role or the right to sign in was changed",
    "user.password_set": "a password was set",
    "user.locked": "sign-in failed too often",
    "key.created": "a key for programs was made",
    "key.revoked": "a key for programs was taken back",
    "webhook.created": "an address is told of events from now on",
    "webhook.changed": "such an address was changed",
    "webhook.deleted": "such an address is told no more",
}
MANAGERS = ("admin", "system")


class UnknownWebhookError(PricingError):
    """No webhook has this number."""


class BadWebhookError(PricingError):
    """No webhook can be made or changed like this."""


@dataclass(frozen=True)
class Standing:
    """How it goes with a webhook. Failing: something was given up, or the event in hand was refused three times."""

    webhook: Webhook
    waiting: int
    dead: int
    failing: bool
    delivered_at: datetime | None  # of the last that arrived
    answer: str  # the last that was no success, "" where all went well


def create(
    session: Session, url: str, kinds: Sequence[str], actor: Actor, reach: Reach | None = None
) -> tuple[Webhook, str]:
    """A new webhook and its secret, which is shown to nobody again. No kinds: all of them.

    Raises NotAllowedError, ForbiddenAddressError and BadWebhookError.
    """
    _need(actor)
    (reach or Reach()).check(url)
    secret = _secret()
    made = Webhook(url=url, secret=secret, kinds=_checked(kinds), author=actor.name, made_at=now())
    session.add(made)
    session.flush()
    _record(session, "webhook.created", made, actor)
    return made, secret


def change(
    session: Session, webhook_id: int, actor: Actor, *, url: str | None = None, kinds: Sequence[str] | None = None,
    active: bool | None = None, reach: Reach | None = None,
) -> Webhook:  # fmt: skip
    """Change what is given. While inactive it is told nothing; `replay` tells it later what it missed.

    Raises NotAllowedError, UnknownWebhookError, ForbiddenAddressError, BadWebhookError.
    """
    _need(actor)
    webhook = get(session, webhook_id)
    if url is not None:
        (reach or Reach()).check(url)
        webhook.url = url
    if kinds is not None:
        webhook.kinds = _checked(kinds)
    if active is not None:
        webhook.active = active
    session.flush()
    _record(session, "webhook.changed", webhook, actor)
    return webhook


def renew(session: Session, webhook_id: int, actor: Actor) -> str:
    """Another secret in the place of the present one; shown to nobody again. For admins."""
    _need(actor)
    webhook = get(session, webhook_id)
    webhook.secret = _secret()
    session.flush()
    _record(session, "webhook.changed", webhook, actor)
    return webhook.secret


def delete(session: Session, webhook_id: int, actor: Actor) -> None:
    """Take a webhook away, with all that it has not been told. For admins."""
    _need(actor)
    webhook = get(session, webhook_id)
    session.connection().execute(delete_rows(Delivery).where(col(Delivery.webhook_id) == webhook_id))
    session.delete(webhook)
    session.flush()
    _record(session, "webhook.deleted", webhook, actor)


def retire(session: Session, webhook_id: int) -> None:
    """Make a webhook inactive that has said of itself that it is gone."""
    change(session, webhook_id, SYSTEM, active=False)


def get(session: Session, webhook_id: int) -> Webhook:
    """Raises UnknownWebhookError."""
    found = session.get(Webhook, webhook_id)
    if found is None:
        raise UnknownWebhookError(f"There is no webhook {webhook_id}. The list of webhooks shows their numbers.")
    return found


def everyone(session: Session) -> list[Standing]:
    """All webhooks, by number, and how it goes with each."""
    return [_standing(session, webhook) for webhook in session.exec(select(Webhook).order_by(col(Webhook.id)))]


def standing(session: Session, webhook_id: int) -> Standing:
    """How it goes with one. Raises UnknownWebhookError."""
    return _standing(session, get(session, webhook_id))


def deliveries(session: Session, webhook_id: int, n: int = 50) -> list[tuple[Delivery, Event]]:
    """The newest `n` of one webhook, newest event first. Raises UnknownWebhookError."""
    get(session, webhook_id)
    wanted = select(Delivery, Event).join(Event, col(Event.id) == col(Delivery.event_id))
    of_it = wanted.where(Delivery.webhook_id == webhook_id).order_by(col(Delivery.event_id).desc()).limit(n)
    return [(delivery, event) for delivery, event in session.exec(of_it)]


def replay(session: Session, webhook_id: int, from_event: int, actor: Actor) -> int:
    """Tell a webhook again all events of its kinds from this number on, in order; how many those are. For admins."""
    _need(actor)
    webhook = get(session, webhook_id)
    wanted = [col(Event.id) >= from_event, *([col(Event.kind).in_(webhook.kinds)] if webhook.kinds else [])]
    connection = session.connection()
    connection.execute(
        delete_rows(Delivery).where(col(Delivery.webhook_id) == webhook_id, col(Delivery.event_id) >= from_event)
    )
    columns = ["webhook_id", "event_id", "status", "attempts", "next_at", "answer"]
    fixed = (literal("waiting"), literal(0), literal(now(), Moment), literal(""))
    again = rows(literal(webhook_id), col(Event.id), *fixed).where(*wanted).order_by(col(Event.id))
    connection.execute(insert(Delivery).from_select(columns, again))
    told = select(func.count()).where(col(Delivery.webhook_id) == webhook_id, col(Delivery.event_id) >= from_event)
    return session.exec(told).one()


def _need(actor: Actor) -> None:
    if actor.role not in MANAGERS:
        raise NotAllowedError(
            f"Webhooks tell the outside what the store does, so only an admin may change them; {actor.name} is "
            f"{actor.role}."
        )


def _checked(kinds: Sequence[str]) -> list[str]:
    unknown = sorted(set(kinds) - KINDS.keys())
    if unknown:
        raise BadWebhookError(f"There is no kind of event {', '.join(unknown)}. Give some of {', '.join(KINDS)}.")
    return sorted(set(kinds))


def _secret() -> str:
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"


def _record(session: Session, kind: str, webhook: Webhook, actor: Actor) -> None:
    said = {"url": webhook.url, "kinds": webhook.kinds, "active": webhook.active}
    events.record(session, kind, str(webhook.id), actor, said)


def _standing(session: Session, webhook: Webhook) -> Standing:
    of_it = col(Delivery.webhook_id) == webhook.id
    by_status = select(Delivery.status, func.count()).where(of_it).group_by(col(Delivery.status))
    counted = dict(session.exec(by_status).all())
    last = session.exec(select(func.max(col(Delivery.delivered_at))).where(of_it)).one()
    trouble = session.exec(
        select(Delivery)
        .where(of_it, Delivery.status != "delivered", Delivery.answer != "")
        .order_by(col(Delivery.event_id).desc())
        .limit(1)
    ).first()
    hard = session.exec(select(func.max(Delivery.attempts)).where(of_it, Delivery.status == "waiting")).one() or 0
    dead = counted.get("dead", 0)
    return Standing(
        webhook, counted.get("waiting", 0), dead, bool(dead) or hard >= 3, last, trouble.answer if trouble else ""
    )
