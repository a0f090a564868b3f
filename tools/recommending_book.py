"""What the store's products taught of new ones, learnt once and asked often."""

from collections import Counter
from threading import Lock

import numpy as np
from sqlmodel import Session, col, select

from db import sales, weekly
from db.engine import Database
from db.tables import Product
from knowledge.store import Knowledge
from pricing.newcomer import Newcomers, debuts, newcomers
from pricing.panel import Panel

MOST = 3000  # products that are learnt from: the last ones by SKU of a larger catalogue


class LaunchBook:
    """Kept until the sales change. Names are embedded once; the embedder remembers them."""

    def __init__(self) -> None:
        self._mark: tuple[int, int] | None = None
        self._learnt: tuple[Newcomers, str] | None = None
        self._lock = Lock()

    def of(self, database: Database, knowledge: Knowledge) -> tuple[Newcomers, str]:
        """With the currency that most products are sold in. Raises NotEnoughDataError for a young store."""
        with self._lock:
            with database.reading() as session:
                mark = sales.mark(session)
                if self._learnt is not None and mark == self._mark:
                    return self._learnt
                panel, names, currency = _catalogue(session)
            vectors = np.asarray(knowledge.embed([names[sku] for sku in panel.skus]), np.float64)
            self._mark, self._learnt = mark, (newcomers(debuts(panel, vectors)), currency)
            return self._learnt


def _catalogue(session: Session) -> tuple[Panel, dict[str, str], str]:
    """Of the products in the currency that most are sold in."""
    rows = session.exec(select(Product.sku, Product.name, Product.currency).order_by(col(Product.sku))).all()
    currency = Counter(code for _, _, code in rows).most_common(1)[0][0] if rows else ""
    names = {sku: name for sku, name, code in rows if code == currency}
    return weekly.panel(session, list(names)[-MOST:]), names, currency
