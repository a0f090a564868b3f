"""Every table of the desk. Statuses and roles are plain strings, checked by the database."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, Column, Index, Integer, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db.columns import Moment, Money

ROLES = ("agent", "merchant", "approver", "admin", "system")
STATUSES = (
    "draft", "proposed", "approved", "rejected", "expired", "scheduled", "applied", "failed", "rolled_back",
)  # fmt: skip


def now() -> datetime:
    """The time that rows carry: UTC, to the second, with its zone."""
    return datetime.now(UTC).replace(microsecond=0)


def money(*, nullable: bool = True) -> Any:
    return Field(default=None, sa_column=Column(Money, nullable=nullable))


def moment(*, nullable: bool = True) -> Any:
    return Field(default=None, sa_column=Column(Moment, nullable=nullable))


class Product(SQLModel, table=True):
    """Something with a price. `price` is the one charged today."""

    sku: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=500)
    name_zh: str = Field(default="", max_length=500)
    category: str = Field(default="", max_length=200, index=True)
    description: str = Field(default="", sa_column=Column(Text, nullable=False))
    brand: str = Field(default="", max_length=200)
    currency: str = Field(max_length=3)
    price: Decimal | None = money()
    cost: Decimal | None = money()
    map_price: Decimal | None = money()
    stock: int | None = None
    launched_on: date | None = None
    status: str = Field(default="active", max_length=20)


class Sale(SQLModel, table=True):
    """One order line, or one product's day at one price (then `order_id` is ""). Negative units are returns."""

    __table_args__ = (
        UniqueConstraint("sku", "sold_on", "order_id", "customer_id", "channel", "price", name="sale_key"),
        Index("sale_by_day", "sold_on"),
        Index("sale_by_order", "order_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    sku: str = Field(foreign_key="product.sku", max_length=64)
    sold_on: date
    units: int
    price: Decimal = money(nullable=False)
    order_id: str = Field(default="", max_length=64)
    customer_id: str = Field(default="", max_length=64)
    channel: str = Field(default="", max_length=64)
    promo: bool = False


class CompetitorPrice(SQLModel, table=True):
    __tablename__: ClassVar[str] = "competitor_price"
    __table_args__ = (UniqueConstraint("sku", "seen_on", "competitor", name="competitor_price_key"),)
    id: int | None = Field(default=None, primary_key=True)
    sku: str = Field(foreign_key="product.sku", max_length=64)
    seen_on: date
    competitor: str = Field(max_length=200)
    price: Decimal = money(nullable=False)
    url: str = Field(default="", max_length=1000)
    in_stock: bool = True
    condition: str = Field(default="new", max_length=40)


class Review(SQLModel, table=True):
    review_id: str = Field(primary_key=True, max_length=64)
    sku: str = Field(foreign_key="product.sku", index=True, max_length=64)
    written_on: date
    rating: float | None = None
    text: str = Field(sa_column=Column(Text, nullable=False))
    language: str = Field(default="", max_length=8)
    sentiment: float | None = None  # 0 (displeased) to 1 (pleased), None where not read yet
    aspects: dict[str, float] | None = Field(default=None, sa_column=Column(JSON))  # the same, by aspect
    opinion_hash: str = Field(default="", max_length=64)  # of the text and the network that these two were read with


class Stock(SQLModel, table=True):
    """Units on hand at the end of a day."""

    sku: str = Field(foreign_key="product.sku", primary_key=True, max_length=64)
    counted_on: date = Field(primary_key=True)
    on_hand: int


class Promotion(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("sku", "starts_on", "kind", name="promotion_key"),)
    id: int | None = Field(default=None, primary_key=True)
    sku: str = Field(foreign_key="product.sku", max_length=64)
    starts_on: date
    ends_on: date
    kind: str = Field(max_length=40)
    discount_pct: float | None = None
    coupon: str = Field(default="", max_length=64)


class Price(SQLModel, table=True):
    """The price log: what was charged from when, and which proposal set it."""

    __table_args__ = (Index("price_by_sku", "sku", "starts_at"),)
    id: int | None = Field(default=None, primary_key=True)
    sku: str = Field(foreign_key="product.sku", max_length=64)
    price: Decimal = money(nullable=False)
    currency: str = Field(max_length=3)
    starts_at: datetime = moment(nullable=False)
    proposal_id: int | None = Field(default=None, foreign_key="proposal.id")


class Fit(SQLModel, table=True):
    """What the last refresh learned of a product: the elasticity or the forecast, as its dataclass in JSON."""

    sku: str = Field(foreign_key="product.sku", primary_key=True, max_length=64)
    kind: str = Field(primary_key=True, max_length=20)  # "elasticity" or "forecast"
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    data_version: str = Field(max_length=64)
    fitted_at: datetime = moment(nullable=False)


_lock = Column("lock", Integer, nullable=False)


class Proposal(SQLModel, table=True):
    """A price somebody may sign. `status` changes only in db/moves.py."""

    __table_args__ = (
        CheckConstraint("status in ({})".format(", ".join(f"'{s}'" for s in STATUSES)), name="proposal_status"),
        Index("proposal_queue", "status", "created_at"),
        Index(
            "proposal_of_batch",
            "batch_id",
            "sku",
            unique=True,
            sqlite_where=text("batch_id <> ''"),
            postgresql_where=text("batch_id <> ''"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    sku: str = Field(foreign_key="product.sku", index=True, max_length=64)
    version: int = 1  # an edit makes the next
    status: str = Field(default="draft", max_length=20)
    goal: str = Field(max_length=20)
    currency: str = Field(max_length=3)
    weeks: int
    current_price: Decimal = money(nullable=False)
    proposed_price: Decimal = money(nullable=False)
    basis: str = Field(max_length=10)  # what `change` counts: profit, or revenue where no cost is known
    expected_units: float
    units_low: float
    units_high: float
    expected_change: Decimal = money(nullable=False)  # of profit or revenue over the horizon, against keeping the price
    change_low: Decimal = money(nullable=False)
    change_high: Decimal = money(nullable=False)
    worst_case: Decimal = money(nullable=False)
    p_loss: float
    risk: str = Field(max_length=10)
    binding_rule: str = Field(default="", max_length=40)
    reason: str = Field(sa_column=Column(Text, nullable=False))  # rendered explanation
    trail: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))  # pricing.guardrails.Ruling
    facts: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))  # the ledger behind the reason
    curve: dict[str, Any] = Field(
        sa_column=Column(JSON, nullable=False)
    )  # prices, units and money with low, mean, high
    data_version: str = Field(max_length=64)
    content_hash: str = Field(max_length=64)  # of what a person sees; an approval binds to it
    thread_id: str = Field(default="", max_length=64)
    batch_id: str = Field(default="", index=True, max_length=64)
    created_by: str = Field(max_length=100)
    created_at: datetime = moment(nullable=False)
    expires_at: datetime = moment(nullable=False)
    decided_by: str = Field(default="", max_length=100)
    decided_at: datetime | None = moment()
    starts_at: datetime | None = moment()  # of a scheduled price
    ends_at: datetime | None = moment()  # when the price before comes back by itself
    rests_on: str = Field(default="", max_length=80)  # of a scheduled price: db/standing.py
    lock: int = Field(default=1, sa_column=_lock)  # the second of two concurrent writers fails
    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": _lock}


class Move(SQLModel, table=True):
    """Append-only audit: one row a move, chained by hash."""

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id", index=True)
    version: int
    from_status: str = Field(max_length=20)
    to_status: str = Field(max_length=20)
    actor: str = Field(max_length=100)
    role: str = Field(max_length=20)
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    content_hash: str = Field(max_length=64)
    moved_at: datetime = moment(nullable=False)
    previous_hash: str = Field(max_length=64, unique=True)  # so the chain cannot fork
    hash: str = Field(max_length=64, unique=True)


class Receipt(SQLModel, table=True):
    """What a sink said to one version of one proposal."""

    __table_args__ = (UniqueConstraint("proposal_id", "version", "sink", "action", name="receipt_key"),)
    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id")
    version: int
    sink: str = Field(max_length=40)
    action: str = Field(max_length=20)  # apply, rollback or revert
    detail: str = Field(default="", sa_column=Column(Text, nullable=False))
    received_at: datetime = moment(nullable=False)


class User(SQLModel, table=True):
    __tablename__: ClassVar[str] = "user_account"
    name: str = Field(primary_key=True, max_length=100)
    password_hash: str = Field(max_length=200)
    role: str = Field(max_length=20)  # merchant, approver or admin
    active: bool = True
    created_at: datetime = moment(nullable=False)
    subject: str = Field(default="", index=True, max_length=255)  # who that is at the OIDC provider; "" = signs in here
    language: str = Field(default="", max_length=8)  # wanted on the page; "" = the browser's


class ImportRun(SQLModel, table=True):
    """One import: what came in, what was mended, what was turned away."""

    __tablename__: ClassVar[str] = "import_run"
    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(max_length=500)  # file name as given
    digest: str = Field(index=True, max_length=64)  # SHA-256 of the bytes
    format: str = Field(max_length=40)
    report: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    imported_at: datetime = moment(nullable=False)


class StoreInfo(SQLModel, table=True):
    """Facts of the store as a whole, for example simulated = yes."""

    __tablename__: ClassVar[str] = "store_info"
    key: str = Field(primary_key=True, max_length=40)
    value: str = Field(max_length=500)
