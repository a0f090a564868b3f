"""The queue of proposals as an approver works through it: filtered, sorted and cut into pages by the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import inf
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, func, or_, select

from db import rulebook
from db.actors import Actor
from db.moves import MOVES
from db.tables import Move, Product, Proposal

AT_ONCE = 2000  # numbers that one query names
WORDS = 8  # of a search, at most
Numbers = Sequence[int]


@dataclass(frozen=True)
class Wanted:
    """Which proposals; a field that is left alone lets every one pass."""

    status: str = "proposed"  # "" for any
    words: str = ""  # each is in the product's name, its Chinese name or its SKU
    category: str | None = None  # "": products that have none
    risk: str = ""
    goal: str = ""
    basis: str = ""  # profit or revenue
    asked_by: str = ""
    batch: str = ""
    least: float = 0.0  # of what is expected to be won or lost, whatever the currency


@dataclass(frozen=True)
class Line:
    """One proposal as the list shows it. Money in `currency`."""

    id: int
    sku: str
    name: str
    name_zh: str
    category: str
    version: int
    status: str
    goal: str
    basis: str
    weeks: int
    currency: str
    current_price: Decimal
    proposed_price: Decimal
    expected_change: Decimal
    change_low: Decimal
    change_high: Decimal
    p_loss: float
    risk: str
    binding_rule: str
    batch_id: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    content_hash: str


@dataclass(frozen=True)
class Precedent:
    """The last decision on an earlier proposal for the same product."""

    proposal: int
    verdict: str  # approved or rejected
    price: Decimal
    currency: str
    by: str
    at: datetime
    reason: str


_GAIN = (col(Proposal.currency), col(Proposal.expected_change).desc())  # currencies are not compared
_STEP = func.abs(col(Proposal.proposed_price) / func.nullif(col(Proposal.current_price), 0) - 1)
ORDERS: dict[str, tuple[Any, ...]] = {
    "gain": _GAIN,
    "gain_up": (col(Proposal.currency), col(Proposal.expected_change)),
    "p_loss": (col(Proposal.p_loss),),
    "p_loss_down": (col(Proposal.p_loss).desc(),),
    "change": (_STEP.desc(),),
    "change_up": (_STEP,),
    "newest": (),
    "oldest": (col(Proposal.created_at), col(Proposal.id)),
    "expiry": (col(Proposal.expires_at),),
}
_LINE = (
    *(col(getattr(Proposal, name)) for name in ("id", "sku")),
    *(col(getattr(Product, name)) for name in ("name", "name_zh", "category")),
    *(col(getattr(Proposal, name)) for name in list(Line.__dataclass_fields__)[5:]),
)


def page(session: Session, wanted: Wanted, order: str = "gain", first: int = 0, n: int = 50) -> list[Line]:
    """`n` lines from the `first` on (0 is the top). Raises KeyError for an order that is none of ORDERS."""
    return lines(session, _ids(session, wanted, order, first, n))


def every(session: Session, wanted: Wanted, order: str = "gain") -> Iterator[Line]:
    """All lines, a page at a time."""
    for part in parts(_ids(session, wanted, order, 0, None)):
        yield from lines(session, part)


def lines(session: Session, ids: Numbers) -> list[Line]:
    """The proposals of these numbers, in this order."""
    chosen = _joined(*_LINE).where(col(Proposal.id).in_(ids))
    found = {row[0]: Line(*row) for row in session.execute(chosen)}
    return [found[one] for one in ids if one in found]


def seen(session: Session, wanted: Wanted, most: int) -> dict[int, str]:
    """The content hashes of all that match, by number: what a person signs who signs them all. The best first."""
    ids = _ids(session, wanted, "gain", 0, most)
    return {
        one: hashed
        for part in parts(ids)
        for one, hashed in session.exec(
            select(Proposal.id, Proposal.content_hash).where(col(Proposal.id).in_(part))
        ).all()
        if one is not None
    }


def choices(session: Session, status: str) -> dict[str, list[str]]:
    """What there is to filter by at this status: categories, who asked, and batches (the newest 100)."""
    wanted = matching(Wanted(status=status))
    newest = func.max(Proposal.id).desc()
    batches = _joined(col(Proposal.batch_id)).where(*wanted, col(Proposal.batch_id) != "")
    batches = batches.group_by(col(Proposal.batch_id)).order_by(newest).limit(100)
    return {
        "category": _distinct(session, col(Product.category), wanted),
        "asked_by": _distinct(session, col(Proposal.created_by), wanted),
        "batch": [str(row[0]) for row in session.execute(batches)],
    }


def precedents(session: Session, ids: Numbers) -> dict[int, Precedent]:
    """By number of a proposal: what was last decided on an earlier one for its product."""
    this, former = aliased(Proposal), aliased(Proposal)
    decided = or_(Move.to_status == "rejected", and_(Move.from_status == "proposed", Move.to_status == "approved"))
    newest = (
        select(this.id, func.max(Move.id))
        .join(former, and_(col(former.sku) == col(this.sku), col(former.id) < col(this.id)))
        .join(Move, and_(col(Move.proposal_id) == col(former.id), col(Move.version) == col(former.version), decided))
        .where(col(this.id).in_(ids))
        .group_by(col(this.id))
    )
    last = dict(session.exec(newest).all())
    columns: tuple[Any, ...] = (Move, Proposal.proposed_price, Proposal.currency)
    told: Select[Any] = select(*columns).join(Proposal, col(Proposal.id) == Move.proposal_id)
    found = {
        m.id: Precedent(m.proposal_id, m.to_status, price, currency, m.actor, m.moved_at, m.reason)
        for m, price, currency in session.execute(told.where(col(Move.id).in_(set(last.values()))))
    }
    return {one: found[move] for one, move in last.items() if one is not None}


def hindrances(session: Session, ids: Numbers, actor: Actor, to: str = "approved") -> dict[int, str]:
    """What stands in this person's way, by number, for those where something does.

    status: no such move from where it stands; role: others make this move; signers: the rules let others sign this
    risk; four_eyes: who asked or wrote it does not sign it. `db.moves.move` enforces the same.
    """
    return {one: why for part in parts(ids) for one, why in _hindered(session, part, actor, to) if why}


def matching(wanted: Wanted) -> list[ColumnElement[bool]]:
    """The conditions on Proposal and Product."""
    equal = {
        "status": wanted.status, "risk": wanted.risk, "goal": wanted.goal, "basis": wanted.basis,
        "created_by": wanted.asked_by, "batch_id": wanted.batch,
    }  # fmt: skip
    found: list[ColumnElement[bool]] = [col(getattr(Proposal, name)) == value for name, value in equal.items() if value]
    if wanted.category is not None:
        found.append(col(Product.category) == wanted.category)
    if wanted.least > 0:
        found.append(func.abs(col(Proposal.expected_change)) >= wanted.least)
    named = (col(Product.name), col(Product.name_zh), col(Product.sku))
    found += [or_(*(one.icontains(word, autoescape=True) for one in named)) for word in wanted.words.split()[:WORDS]]
    return found


def parts(ids: Numbers) -> Iterator[Numbers]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _joined(*columns: Any) -> Select[Any]:
    from_both: Select[Any] = select(*columns).select_from(Proposal)
    return from_both.join(Product, col(Product.sku) == Proposal.sku)


def _ids(session: Session, wanted: Wanted, order: str, first: int, n: int | None) -> list[int]:
    """Numbers alone: the wide rows behind them are read for one page only."""
    chosen = _joined(col(Proposal.id)).where(*matching(wanted))
    chosen = chosen.order_by(*ORDERS[order], col(Proposal.id).desc()).offset(max(0, first))
    return [int(row[0]) for row in session.execute(chosen if n is None else chosen.limit(n))]


def _distinct(session: Session, column: Any, wanted: Sequence[ColumnElement[bool]]) -> list[str]:
    return [str(row[0]) for row in session.execute(_joined(column).where(*wanted).distinct().order_by(column))]


def _hindered(session: Session, ids: Numbers, actor: Actor, to: str) -> Iterator[tuple[int, str]]:
    found = lines(session, ids)
    book = rulebook.book(session, [line.sku for line in found])
    written = _written(session, ids, actor.name)
    for line in found:
        yield line.id, _hindrance(line, actor, to, book.signing(line.sku, line.category), line.id in written)


def _hindrance(line: Line, actor: Actor, to: str, signing: rulebook.Signing, own: bool) -> str:
    roles = MOVES.get((line.status, to))
    if roles is None:
        return "status"
    if (line.status, to) != ("proposed", "approved"):
        return "" if actor.role in roles else "role"
    if not _signs(line, actor.role, signing):
        return "signers" if actor.role in roles else "role"
    return "four_eyes" if own and signing.needs_another(line.risk) else ""


def _signs(line: Line, role: str, signing: rulebook.Signing) -> bool:
    change = 100 * (line.proposed_price / line.current_price - 1) if line.current_price else inf
    return signing.may_sign(role, line.risk, float(change))


def _written(session: Session, ids: Numbers, name: str) -> set[int]:
    """Those that this person asked for, or whose present version is theirs."""
    asked = select(Proposal.id).where(col(Proposal.id).in_(ids), Proposal.created_by == name)
    wrote = (
        select(Proposal.id)
        .join(Move, and_(col(Move.proposal_id) == Proposal.id, col(Move.version) == Proposal.version))
        .where(col(Proposal.id).in_(ids), Move.actor == name, Move.to_status == "proposed")
    )
    return {one for one in (*session.exec(asked), *session.exec(wrote)) if one is not None}
