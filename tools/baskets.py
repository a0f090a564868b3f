"""The store's orders, counted once and asked often."""

from dataclasses import dataclass
from threading import Lock

from db import sales
from db.engine import Database
from pricing.baskets import Baskets


@dataclass(frozen=True)
class Counted:
    baskets: Baskets
    sql: str


class BasketBook:
    """Counts are kept until the sales change (`sales.mark` is looked at for each question)."""

    def __init__(self) -> None:
        self._mark: tuple[int, int] | None = None
        self._counted: Counted | None = None
        self._lock = Lock()

    def of(self, database: Database) -> Counted:
        """Baskets of the newest orders, with the SQL that read them."""
        with self._lock, database.reading() as session:
            mark = sales.mark(session)
            if self._counted is None or mark != self._mark:
                read = sales.orders(session)
                self._mark, self._counted = mark, Counted(Baskets.of(read.orders), read.sql)
            return self._counted
