"""What happened, in order: appended in the transaction in which it happens, chained by hash, told to webhooks."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from sqlmodel import Session, col, select

from db import audit
from db.actors import Actor
from db.dealings import Delivery, Event, Webhook
from db.tables import now


def record(session: Session, kind: str, subject: str, actor: Actor, body: Mapping[str, Any]) -> Event:
    """Append an event and put it on its way to every webhook that wants its kind. `body` is plain JSON."""
    audit.alone(session)
    event = Event(
        kind=kind, subject=subject, actor=actor.name, role=actor.role, body=dict(body), made_at=now(),
        previous_hash="", hash="",
    )  # fmt: skip
    newest = session.exec(select(Event.hash).order_by(col(Event.id).desc()).limit(1)).first()
    event.previous_hash = newest or audit.FIRST
    event.hash = digest(event)
    session.add(event)
    session.flush()
    for webhook in session.exec(select(Webhook).where(col(Webhook.active))):
        if not webhook.kinds or kind in webhook.kinds:
            session.add(Delivery(webhook_id=_id(webhook.id), event_id=_id(event.id), next_at=event.made_at))
    session.flush()
    return event


def verify(session: Session) -> Event | None:
    """The first event that was changed, or that follows one which was taken out or slipped in; None where all holds."""
    previous = audit.FIRST
    chain = select(Event).order_by(col(Event.id)).execution_options(yield_per=1000)
    with closing(session.exec(chain)) as rows:
        for event in rows:
            if event.previous_hash != previous or event.hash != digest(event):
                return event
            previous = event.hash
    return None


def digest(event: Event) -> str:
    """SHA-256 of what the event says and of the hash before it."""
    said = [
        event.previous_hash, event.kind, event.subject, event.actor, event.role, event.body, event.made_at.isoformat(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _id(known: int | None) -> int:
    if known is None:
        raise ValueError("the row has not been saved yet")
    return known
