"""What a scheduled price is held to until its start: all that it was signed on, but not what is sold from then on.

Days go by on a schedule, and their sales with them: those alone make no stale approval. The product itself, its rules,
its promotions and the complete weeks that the price was made from still do.
"""

import hashlib
import json
from datetime import date, timedelta

from sqlalchemy import Date, bindparam, text
from sqlmodel import Session, col, func, select

from db import rulebook
from db.tables import Promotion, Proposal
from db.versions import VERSIONED, product
from db.weekly import last_week

FACTS = {"price", "cost", "map_price", "currency", "category", "status"}  # of the product; its stock moves by itself
_SOLD = text(f"{VERSIONED[0]} WHERE sku = :sku AND sold_on <= :until GROUP BY sku").bindparams(
    bindparam("until", type_=Date)
)


def rests_on(session: Session, sku: str) -> str:
    """The last complete day of the data now, and a hash of what the price of this product rests on."""
    week = last_week(session)
    return _said(session, sku, date.min if week is None else week + timedelta(days=6))


def holds(session: Session, proposal: Proposal) -> bool:
    """Whether what it rested on when it was scheduled is as it was."""
    until = date.fromisoformat(proposal.rests_on.partition(" ")[0])
    return proposal.rests_on == _said(session, proposal.sku, until)


def _said(session: Session, sku: str, until: date) -> str:
    sold = session.connection().execute(_SOLD, {"sku": sku, "until": until}).all()
    promoted = session.exec(select(func.count(), func.max(Promotion.ends_on)).where(col(Promotion.sku) == sku)).one()
    known = [
        product(session, sku).model_dump(mode="json", include=FACTS),
        [str(value) for row in sold for value in row],
        [str(value) for value in promoted],
        rulebook.stamp(session, sku),
    ]
    return f"{until} {hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()}"
