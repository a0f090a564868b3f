"""Tables of the desk's dealings with the world around it: rules, keys, prices on their way, events, work in hand."""

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.tables import moment, money


def _json() -> Any:
    return Field(sa_column=Column(JSON, nullable=False))


class RuleSet(SQLModel, table=True):
    """One edit of the rules of the store, a category or a product; the newest version of each is in force."""

    __tablename__: ClassVar[str] = "rule_set"
    __table_args__ = (UniqueConstraint("kind", "scope", "version", name="rule_set_key"),)
    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=20)  # store, category or product
    scope: str = Field(default="", max_length=200)  # the category or the SKU; "" for the store
    version: int
    body: dict[str, Any] = _json()  # only what differs from the wider scope; empty: nothing does any more
    author: str = Field(max_length=100)
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    made_at: datetime = moment(nullable=False)


class ApiKey(SQLModel, table=True):
    """A machine's way in. The secret itself is shown once and kept nowhere."""

    __tablename__: ClassVar[str] = "api_key"
    id: str = Field(primary_key=True, max_length=32)  # the public part of the key
    secret_hash: str = Field(max_length=64)  # SHA-256 of a secret of 256 random bits
    name: str = Field(max_length=100)
    owner: str = Field(foreign_key="user_account.name", max_length=100)  # it may never do what the owner may not
    scopes: list[str] = _json()
    made_at: datetime = moment(nullable=False)
    expires_at: datetime | None = moment()
    used_at: datetime | None = moment()
    revoked_at: datetime | None = moment()


class Replay(SQLModel, table=True):
    """The answer to a request that carried an Idempotency-Key, for whoever sends it again."""

    caller: str = Field(primary_key=True, max_length=120)
    key: str = Field(primary_key=True, max_length=255)
    digest: str = Field(max_length=64)  # SHA-256 of method, path and body
    status: int  # 0 while the first request is still being answered
    body: str = Field(default="", sa_column=Column(Text, nullable=False))
    made_at: datetime = moment(nullable=False)


class Dispatch(SQLModel, table=True):
    """The outbox: a price on its way to a sink, written in the transaction that decided it."""

    __table_args__ = (
        UniqueConstraint("proposal_id", "version", "action", "sink", name="dispatch_key"),
        Index("dispatch_due", "status", "next_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id")
    version: int
    action: str = Field(max_length=20)  # apply, rollback or revert
    sink: str = Field(max_length=40)
    price: Decimal = money(nullable=False)
    currency: str = Field(max_length=3)
    actor: str = Field(max_length=100)
    role: str = Field(max_length=20)
    status: str = Field(default="waiting", max_length=20)  # waiting, sent or dead
    attempts: int = 0
    next_at: datetime = moment(nullable=False)
    error: str = Field(default="", sa_column=Column(Text, nullable=False))
    made_at: datetime = moment(nullable=False)
    sent_at: datetime | None = moment()
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))  # why it was asked for, for the audit row


class Event(SQLModel, table=True):
    """What happened, in order, chained by hash: what webhooks tell, and the audit of what is no move of a proposal."""

    __table_args__ = (Index("event_by_kind", "kind"), Index("event_by_subject", "subject"))
    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=60)  # proposal.approved, rules.changed, guardrail.bound, drift.alarm, user.created …
    subject: str = Field(max_length=200)  # the proposal's number, the SKU, the user
    actor: str = Field(max_length=100)
    role: str = Field(max_length=20)
    body: dict[str, Any] = _json()
    made_at: datetime = moment(nullable=False)
    previous_hash: str = Field(max_length=64, unique=True)  # so the chain cannot fork
    hash: str = Field(max_length=64, unique=True)


class Webhook(SQLModel, table=True):
    """An address that is told of events."""

    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(max_length=1000)
    secret: str = Field(max_length=100)  # signs what is sent, so it must be kept; shown once
    kinds: list[str] = _json()  # of events; empty: all
    active: bool = True
    author: str = Field(max_length=100)
    made_at: datetime = moment(nullable=False)


class Delivery(SQLModel, table=True):
    """One event on its way to one address."""

    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id", name="delivery_key"),
        Index("delivery_due", "status", "next_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    webhook_id: int = Field(foreign_key="webhook.id")
    event_id: int = Field(foreign_key="event.id")
    status: str = Field(default="waiting", max_length=20)  # waiting, delivered or dead
    attempts: int = 0
    next_at: datetime = moment(nullable=False)
    answer: str = Field(default="", sa_column=Column(Text, nullable=False))
    delivered_at: datetime | None = moment()


class Job(SQLModel, table=True):
    """Work that outlives the request that asked for it."""

    __table_args__ = (Index("job_by_time", "made_at"),)
    id: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=40)
    args: dict[str, Any] = _json()
    status: str = Field(default="waiting", max_length=20)  # waiting, running, done, failed or cancelled
    stage: str = Field(default="", max_length=100)
    done: int = 0
    total: int = 0
    result: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    error: str = Field(default="", sa_column=Column(Text, nullable=False))
    author: str = Field(max_length=100)
    role: str = Field(max_length=20)
    made_at: datetime = moment(nullable=False)
    started_at: datetime | None = moment()
    ended_at: datetime | None = moment()


class EndedSession(SQLModel, table=True):
    """A person's session that was signed out of, remembered until it would have ended by itself."""

    __tablename__: ClassVar[str] = "ended_session"
    id: str = Field(primary_key=True, max_length=64)
    until: datetime = moment(nullable=False)


class Talk(SQLModel, table=True):
    """A conversation in its owner's list. What was said in it the desk remembers by itself."""

    __table_args__ = (Index("talk_by_owner", "owner", "used_at"),)
    id: str = Field(primary_key=True, max_length=64)  # the thread
    owner: str = Field(max_length=100)
    title: str = Field(max_length=200)
    made_at: datetime = moment(nullable=False)
    used_at: datetime = moment(nullable=False)
    hidden: bool = False


class Worked(SQLModel, table=True):
    """How the answer to one question of a conversation came about: the analysts' steps."""

    id: int | None = Field(default=None, primary_key=True)
    talk_id: str = Field(index=True, max_length=64)
    question: str = Field(sa_column=Column(Text, nullable=False))
    steps: list[dict[str, Any]] = _json()
    made_at: datetime = moment(nullable=False)
