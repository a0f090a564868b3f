"""Where a decided price goes: something outside that is told, and answers for what it took."""

import csv
import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from sqlmodel import Session, col, func, select

from db.columns import cents
from db.dealings import Dispatch
from db.tables import Price, Proposal
from pricing.errors import PricingError

COLUMNS = ("sku", "price", "currency", "effective_from", "proposal", "version")


class SinkError(PricingError):
    """The outside did not take the price, and will not take it by being asked again."""


class SinkBusyError(SinkError):
    """The outside did not take the price now; it may later, in `seconds` at the earliest."""

    def __init__(self, text: str, seconds: float = 0) -> None:
        super().__init__(text)
        self.seconds = seconds


@dataclass(frozen=True)
class Change:
    """A price that a sink is told. `key` is the same each time it is told: telling it twice must do no harm."""

    key: str
    sku: str
    price: Decimal
    currency: str
    former: Decimal  # charged until then
    proposal: int
    version: int
    action: str  # apply, rollback or revert
    decided_at: datetime


Answer = str | SinkError  # a receipt, or why it was not taken


class Sink(Protocol):
    """A door to the outside."""

    @property
    def name(self) -> str: ...

    def publish(self, session: Session, changes: Sequence[Change]) -> Sequence[Answer]:
        """Make the outside charge these prices, and answer for each in its place.

        `session` only reads, and sees each change as a row of the outbox. May raise SinkError where the answer is the
        same for all. Has to end within `outbox.LEASE`.
        """
        ...


@dataclass(frozen=True)
class CsvPriceList:
    """A file with the newest price of every product that has one (COLUMNS), written whole: no reader sees a part."""

    path: Path
    name: str = "csv"

    def publish(self, session: Session, changes: Sequence[Change]) -> list[Answer]:
        count = self.write(session)
        return [f"{self.path.name}: {c.sku} at {plain(c.price)} {c.currency}, {count} prices in all" for c in changes]

    def write(self, session: Session) -> int:
        """Rewrite the file from the price log and from what is on its way here; how many prices it holds now.

        Writers take turns, and each reads after its turn has come, so the last one knows what the others were told.
        """
        try:
            with self._turn():
                rows = {price.sku: _logged(price, version) for price, version in _newest(session)}
                rows |= {sku: _ordered(sku, dispatch) for sku, dispatch in _under_way(session, self.name)}
                self._replace([rows[sku] for sku in sorted(rows)])
        except OSError as error:
            raise SinkError(
                f"The price list {self.path.name} cannot be written: {error.strerror}. "
                "Make its folder writable, then apply again."
            ) from None
        return len(rows)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _replace(self, rows: Sequence[tuple[object, ...]]) -> None:
        whole = self.path.with_name(f".{self.path.name}.new")
        with whole.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *rows])
            file.flush()
            os.fsync(file.fileno())
        whole.replace(self.path)


def _newest(session: Session) -> Iterator[tuple[Price, int | None]]:
    newest = select(func.max(Price.id)).group_by(col(Price.sku))
    yield from session.exec(
        select(Price, Proposal.version)
        .outerjoin(Proposal, col(Proposal.id) == Price.proposal_id)
        .where(col(Price.id).in_(newest))
    )


def _under_way(session: Session, sink: str) -> Iterator[tuple[str, Dispatch]]:
    """The newest price that each product was sent here with, where not all sinks have taken it yet."""
    newest = (
        select(func.max(Dispatch.id))
        .join(Proposal, col(Proposal.id) == Dispatch.proposal_id)
        .where(Dispatch.sink == sink, Dispatch.status != "dead")
        .group_by(col(Proposal.sku))
    )
    rows = session.exec(
        select(Proposal.sku, Proposal.status, Dispatch)
        .join(Dispatch, col(Dispatch.proposal_id) == Proposal.id)
        .where(col(Dispatch.id).in_(newest))
    )
    for sku, status, dispatch in rows:
        if status != ("applied" if dispatch.action == "apply" else "rolled_back"):
            yield sku, dispatch


def plain(price: Decimal) -> str:
    """A price with two decimals, or with as many as it has beyond that."""
    return f"{cents(price) if cents(price) == price else price.normalize():f}"


def _logged(price: Price, version: int | None) -> tuple[object, ...]:
    return (price.sku, plain(price.price), price.currency, price.starts_at.isoformat(), price.proposal_id, version)


def _ordered(sku: str, sent: Dispatch) -> tuple[object, ...]:
    return (sku, plain(sent.price), sent.currency, sent.made_at.isoformat(), sent.proposal_id, sent.version)
