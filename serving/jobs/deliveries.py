"""Events on their way to webhooks, by the Standard Webhooks specification: signed, in order, tried again."""

import json
import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import func, update
from sqlmodel import Session, col, select
from standardwebhooks import Webhook as Signer

from db import webhooks
from db.addresses import ForbiddenAddressError, Reach
from db.dealings import Delivery, Event, Webhook
from db.engine import Database
from db.tables import now
from serving.jobs.posting import SECONDS, Answer, UnreachableError, post

log = logging.getLogger(__name__)
ATTEMPTS = 10  # then an event is given up, a day or more after the first try
FIRST_WAIT, LONGEST_WAIT = 5.0, 12 * 3600.0  # seconds before the second try, and before any; four times longer each
LEASE = timedelta(seconds=6 * SECONDS)  # how long who sends has an event alone; after a crash it is sent again then
IN_A_ROUND = 200  # events of one webhook, so that all get their turn
AT_ONCE = 8  # webhooks that are told side by side

Post = Callable[[str, bytes, dict[str, str]], Answer]


@dataclass(frozen=True)
class Told:
    """What came of a round."""

    delivered: int = 0
    refused: int = 0  # to be tried again
    dead: int = 0

    def __add__(self, other: "Told") -> "Told":
        return Told(self.delivered + other.delivered, self.refused + other.refused, self.dead + other.dead)


@dataclass(frozen=True)
class _Claim:
    delivery_id: int
    attempts: int  # with this one
    webhook: Webhook
    event: Event


def deliver(database: Database, reach: Reach, at: datetime | None = None, seconds: float = SECONDS) -> Told:
    """Tell every webhook what is due, each in the order of its events: while one is refused, later ones wait until it
    is delivered or given up. Safe from several processes: each event is sent by one of them.
    """
    with database.reading() as session:
        due = _due(session, at or now())
    if not due:
        return Told()
    send = partial(post, reach=reach, seconds=seconds)
    with ThreadPoolExecutor(min(len(due), AT_ONCE), "webhook") as crew:
        return sum(crew.map(lambda webhook_id: _tell_all(database, webhook_id, send, at), due), Told())


def ping(webhook: Webhook, reach: Reach) -> Answer:
    """Send a signed `webhook.ping` now, outside the order of events, and tell what the receiver said.

    Raises ForbiddenAddressError, and UnreachableError where it did not answer.
    """
    moment = now()
    said = {"id": 0, "kind": "webhook.ping", "subject": str(webhook.id), "made_at": moment.isoformat(), "data": {}}
    body = json.dumps(said).encode()
    return post(webhook.url, body, signed(webhook.secret, f"ping-{int(moment.timestamp())}", body), reach)


def signed(secret: str, message_id: str, body: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks."""
    moment = datetime.now(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Signer(secret).sign(message_id, moment, body.decode()),
    }


def told(event: Event) -> bytes:
    """The body of an event: {"id", "kind", "subject", "made_at", "data"}."""
    said = {"id": event.id, "kind": event.kind, "subject": event.subject, "made_at": event.made_at.isoformat()}
    return json.dumps(said | {"data": event.body}, ensure_ascii=False).encode()


def _due(session: Session, at: datetime) -> list[int]:
    """Webhooks whose next event may be sent."""
    first = (
        select(func.min(Delivery.event_id).label("event"), col(Delivery.webhook_id).label("webhook"))
        .where(Delivery.status == "waiting")
        .group_by(col(Delivery.webhook_id))
        .subquery()
    )
    wanted = (
        select(Delivery.webhook_id)
        .join(first, (first.c.event == Delivery.event_id) & (first.c.webhook == Delivery.webhook_id))
        .join(Webhook, col(Webhook.id) == col(Delivery.webhook_id))
        .where(col(Webhook.active), Delivery.next_at <= at)
    )
    return list(session.exec(wanted))


def _tell_all(database: Database, webhook_id: int, send: Post, at: datetime | None) -> Told:
    total = Told()
    for _ in range(IN_A_ROUND):
        claim = _claim(database, webhook_id, at or now())
        if claim is None:
            break
        came = _tell(database, claim, send, at)
        total += came
        if came.refused:
            break
    return total


def _claim(database: Database, webhook_id: int, at: datetime) -> _Claim | None:
    """The next event of a webhook, ours alone for a while; None where it is not due or another has it."""
    with database.session() as session:
        webhook = session.get(Webhook, webhook_id)
        found = session.exec(
            select(Delivery)
            .where(Delivery.webhook_id == webhook_id, Delivery.status == "waiting")
            .order_by(col(Delivery.event_id))
            .limit(1)
        ).first()
        if webhook is None or not webhook.active or found is None or found.id is None or found.next_at > at:
            return None
        taken = session.connection().execute(
            update(Delivery)
            .where(
                col(Delivery.id) == found.id,
                col(Delivery.status) == "waiting",
                col(Delivery.attempts) == found.attempts,
            )
            .values(attempts=found.attempts + 1, next_at=at + LEASE)
        )
        event = session.get_one(Event, found.event_id)
        return _Claim(found.id, found.attempts + 1, webhook, event) if taken.rowcount else None


def _tell(database: Database, claim: _Claim, send: Post, at: datetime | None) -> Told:
    body = told(claim.event)
    wait = 0.0
    try:
        answer = send(claim.webhook.url, body, signed(claim.webhook.secret, str(claim.event.id), body))
    except (UnreachableError, ForbiddenAddressError) as trouble:
        said = str(trouble)
    else:
        if 200 <= answer.status < 300:
            return _settle(database, claim, "delivered", "")
        said, wait = f"{answer.status}: {' '.join(answer.text.split())}"[:500], answer.retry_after
        if answer.status == 410:
            return _gone(database, claim, said)
    if claim.attempts >= ATTEMPTS:
        log.warning("webhook %s is not told of event %s: %s", claim.webhook.id, claim.event.id, said)
        return _settle(database, claim, "dead", said)
    pause = max(min(wait, LONGEST_WAIT), _pause(claim.attempts))
    return _settle(database, claim, "waiting", said, (at or now()) + timedelta(seconds=pause))


def _pause(attempts: int) -> float:
    """Four times longer each time, and never the same for all that failed together."""
    return float(min(FIRST_WAIT * 4 ** (attempts - 1), LONGEST_WAIT) * random.uniform(0.8, 1.2))


def _settle(database: Database, claim: _Claim, status: str, said: str, again: datetime | None = None) -> Told:
    """Write down what came of a claim, unless it has run out and another has it, or the event is told anew."""
    values = {"status": status, "answer": said, "delivered_at": now() if status == "delivered" else None}
    with database.session() as session:
        session.connection().execute(
            update(Delivery)
            .where(
                col(Delivery.id) == claim.delivery_id,
                col(Delivery.attempts) == claim.attempts,
                col(Delivery.status) == "waiting",
            )
            .values(**values, **({} if again is None else {"next_at": again}))
        )
    return Told(int(status == "delivered"), int(status == "waiting"), int(status == "dead"))


def _gone(database: Database, claim: _Claim, said: str) -> Told:
    """The receiver says that it is gone for good: it is told nothing more until somebody makes it active again."""
    with database.session() as session:
        webhooks.retire(session, claim.webhook.id or 0)
    return _settle(database, claim, "dead", said)
