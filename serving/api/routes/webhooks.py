"""Webhooks: addresses that are told of events, signed, in order, and told again where they missed some."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import Field

from db import webhooks
from db.dealings import Delivery, Event
from db.webhooks import Standing
from serving.api import routing
from serving.api.backing import Back
from serving.api.schemas import PRINTABLE, Key, Shape, Wish, example
from serving.api.security import Caller, needs
from serving.jobs import deliveries
from serving.jobs.posting import UnreachableError

router = routing.router("webhooks")
Telling = Annotated[Caller, Depends(needs("webhooks"))]
Url = Annotated[str, Field(min_length=1, max_length=1000, pattern=PRINTABLE, examples=["https://example.com/prices"])]
Kinds = Annotated[
    list[Annotated[str, Field(max_length=60, pattern=PRINTABLE)]],
    Field(
        max_length=100, examples=[["proposal.applied"]],
        description="Of events; none: all. " + "; ".join(f"{kind}: {what}" for kind, what in webhooks.KINDS.items()),
    ),
]  # fmt: skip


class WebhookIn(Wish):
    """An address to be told."""

    model_config = example(url="https://example.com/prices", kinds=["proposal.applied"])

    url: Url
    kinds: Kinds = Field(default=[])


class WebhookChange(Wish):
    """What is to be changed; what is left out stays. While inactive it is told nothing."""

    model_config = example(active=False)

    url: Url | None = None
    kinds: Kinds | None = None
    active: bool | None = None


class WebhookOut(Shape):
    """An address, and how it goes with it. Its secret is never told again."""

    id: int
    url: str
    kinds: list[str]
    active: bool
    author: str
    made_at: datetime
    waiting: int = Field(description="Events that it is still to be told.")
    dead: int = Field(description="Events that were given up; a replay tells them again.")
    failing: bool
    delivered_at: datetime | None
    answer: str = Field(description="Its last that was no success; empty where all went well.")

    @classmethod
    def of(cls, one: Standing) -> "WebhookOut":
        row = one.webhook.model_dump(exclude={"secret"})
        return cls.model_validate(
            row | {"waiting": one.waiting, "dead": one.dead, "failing": one.failing,
                   "delivered_at": one.delivered_at, "answer": one.answer}
        )  # fmt: skip


class WebhooksOut(Shape):
    """All of them, by number."""

    items: list[WebhookOut]


class SecretOut(Shape):
    """What a receiver verifies signatures with (Standard Webhooks). It is shown this once."""

    id: int
    secret: str = Field(examples=["whsec_…"])


class DeliveryOut(Shape):
    """One event on its way to this address."""

    event: int
    kind: str
    subject: str
    status: Literal["waiting", "delivered", "dead"]
    attempts: int
    next_at: datetime
    delivered_at: datetime | None
    answer: str
    body: dict[str, Any]

    @classmethod
    def of(cls, delivery: Delivery, event: Event) -> "DeliveryOut":
        told = {"event": event.id, "kind": event.kind, "subject": event.subject, "body": event.body}
        return cls.model_validate(delivery.model_dump() | told)


class DeliveriesOut(Shape):
    """Newest event first."""

    items: list[DeliveryOut]


class ReplayIn(Wish):
    """From which event on it is told again."""

    model_config = example(from_event=1)

    from_event: int = Field(ge=1, le=2**31 - 1)


class ReplayOut(Shape):
    """How many events it is told again."""

    events: int


class PingOut(Shape):
    """What the receiver said to a signed ping."""

    reached: bool
    status: int | None = Field(description="Of its answer; null where there was none.")
    answer: str


@router.get("/webhooks", summary="Who is told of events")
def list_webhooks(back: Back, caller: Telling) -> WebhooksOut:
    """With how many events each still waits for, and its last trouble."""
    with back.database.reading() as session:
        return WebhooksOut(items=[WebhookOut.of(one) for one in webhooks.everyone(session)])


@router.post("/webhooks", summary="Tell an address of events", status_code=201)
@routing.shown_once
def create_webhook(back: Back, caller: Telling, wanted: WebhookIn) -> SecretOut:
    """An https address outside. Its secret is shown in this answer and never again."""
    with back.database.session() as session:
        made, secret = webhooks.create(session, wanted.url, wanted.kinds, caller.actor, back.reach)
    return SecretOut(id=made.id or 0, secret=secret)


@router.get("/webhooks/{key}", summary="One of them")
def get_webhook(back: Back, caller: Telling, key: Key) -> WebhookOut:
    """With how it goes with it."""
    with back.database.reading() as session:
        return WebhookOut.of(webhooks.standing(session, key))


@router.patch("/webhooks/{key}", summary="Change one")
def change_webhook(back: Back, caller: Telling, key: Key, wanted: WebhookChange) -> WebhookOut:
    """Its address, its kinds of events, or whether it is told anything."""
    with back.database.session() as session:
        webhooks.change(
            session, key, caller.actor, url=wanted.url, kinds=wanted.kinds, active=wanted.active, reach=back.reach
        )
        return WebhookOut.of(webhooks.standing(session, key))


@router.delete("/webhooks/{key}", summary="Tell an address nothing more", status_code=204)
def delete_webhook(back: Back, caller: Telling, key: Key) -> None:
    """With all that it has not been told."""
    with back.database.session() as session:
        webhooks.delete(session, key, caller.actor)


@router.post("/webhooks/{key}/secret", summary="Another secret")
@routing.shown_once
def renew_secret(back: Back, caller: Telling, key: Key) -> SecretOut:
    """In the place of the present one, which signs nothing more."""
    with back.database.session() as session:
        return SecretOut(id=key, secret=webhooks.renew(session, key, caller.actor))


@router.post("/webhooks/{key}/ping", summary="Try it out")
def ping_webhook(back: Back, caller: Telling, key: Key) -> PingOut:
    """A signed `webhook.ping` is sent now, and the answer told."""
    with back.database.reading() as session:
        webhook = webhooks.get(session, key)
    try:
        answer = deliveries.ping(webhook, back.reach)
    except UnreachableError as trouble:
        return PingOut(reached=False, status=None, answer=str(trouble))
    return PingOut(reached=True, status=answer.status, answer=answer.text[:2000])


@router.get("/webhooks/{key}/deliveries", summary="What an address was told")
def list_deliveries(
    back: Back, caller: Telling, key: Key, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> DeliveriesOut:
    """Newest event first, with what came of each."""
    with back.database.reading() as session:
        rows = webhooks.deliveries(session, key, limit)
    return DeliveriesOut(items=[DeliveryOut.of(*row) for row in rows])


@router.post("/webhooks/{key}/replay", summary="Tell an address again")
def replay_webhook(back: Back, caller: Telling, key: Key, wanted: ReplayIn) -> ReplayOut:
    """All events of its kinds from a number on, in their order; a receiver knows them by their numbers."""
    with back.database.session() as session:
        return ReplayOut(events=webhooks.replay(session, key, wanted.from_event, caller.actor))
