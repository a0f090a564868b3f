"""Where a decided price goes: something outside that is told, and answers for what it took."""

import csv
import os
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from sqlmodel import Session, col, func, select

from db.columns import cents
from db.tables import Price, Proposal
from pricing.errors import PricingError

COLUMNS = ("sku", "price", "currency", "effective_from", "proposal", "version")


class SinkError(PricingError):
    """The outside did not take the price."""


class Sink(Protocol):
    """A door to the outside. Telling it the same change twice must do no harm."""

    @property
    def name(self) -> str: ...

    def publish(self, session: Session, change: Price) -> str:
        """Make the outside charge `change`, which `session` has already logged; returns its answer, for the receipt.

        Raises SinkError where it did not take it.
        """
        ...


@dataclass(frozen=True)
class CsvPriceList:
    """A file with the newest logged price of every product (COLUMNS), written whole, so a reader never sees a part."""

    path: Path
    name: str = "csv"

    def publish(self, session: Session, change: Price) -> str:
        count = self.write(session)
        return f"{self.path.name}: {change.sku} at {plain(change.price)} {change.currency}, {count} prices in all"

    def write(self, session: Session) -> int:
        """Rewrite the file from the price log; how many prices it holds now."""
        newest = select(func.max(Price.id)).group_by(col(Price.sku))
        rows = session.exec(
            select(Price, Proposal.version)
            .outerjoin(Proposal, col(Proposal.id) == Price.proposal_id)
            .where(col(Price.id).in_(newest))
            .order_by(Price.sku)
        ).all()
        self._replace([_row(price, version) for price, version in rows])
        return len(rows)

    def _replace(self, rows: list[tuple[object, ...]]) -> None:
        whole = self.path.with_name(f".{self.path.name}.new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with whole.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([COLUMNS, *rows])
                file.flush()
                os.fsync(file.fileno())
            whole.replace(self.path)
        except OSError as error:
            raise SinkError(
                f"The price list {self.path.name} cannot be written: {error.strerror}. "
                "Make its folder writable, then apply again."
            ) from None


def plain(price: Decimal) -> str:
    """A price with two decimals, or with as many as it has beyond that."""
    return f"{cents(price) if cents(price) == price else price.normalize():f}"


def _row(price: Price, version: int | None) -> tuple[object, ...]:
    return (price.sku, plain(price.price), price.currency, price.starts_at.isoformat(), price.proposal_id, version)
