"""Prices that were applied: since when, until when, and how far the store's data reached then."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from db.tables import ImportRun, Move, Price, Product, Proposal


@dataclass(frozen=True)
class Change:
    """One applied proposal. `ended_at`: when another price took its place; None while it is charged."""

    proposal: Proposal
    product: Product
    applied_at: datetime
    ended_at: datetime | None
    data_until: date | None  # the last day of sales that had been imported by then; None where no import says
    ended_data: date | None


def applied(session: Session) -> list[Change]:
    """Every proposal that was ever applied, oldest first; also those rolled back since."""
    moves = select(Move.proposal_id, Move.moved_at).where(Move.to_status == "applied").order_by(col(Move.id))
    moments: dict[int, datetime] = dict(session.exec(moves).all())
    wanted = select(Proposal, Product).join(Product, col(Product.sku) == Proposal.sku)
    rows = session.exec(wanted.where(col(Proposal.id).in_(moments)).order_by(col(Proposal.id))).all()
    log = _log(session, {proposal.sku for proposal, _ in rows})
    reach = _reach(session)
    return [
        _change(proposal, product, moments[proposal.id], log[proposal.sku], reach)
        for proposal, product in rows
        if proposal.id is not None
    ]


def newest(session: Session) -> int:
    """The number of the last move: while it stays, no price was applied."""
    return session.exec(select(Move.id).order_by(col(Move.id).desc()).limit(1)).first() or 0


def known_until(moment: datetime, reach: list[tuple[datetime, date]]) -> date | None:
    days = [day for at, day in reach if at <= moment]
    return max(days) if days else None


def _change(
    proposal: Proposal, product: Product, at: datetime, log: list[Price], reach: list[tuple[datetime, date]]
) -> Change:
    mine = next((place for place, row in enumerate(log) if row.proposal_id == proposal.id), None)
    after = log[mine + 1] if mine is not None and mine + 1 < len(log) else None
    ended = after.starts_at if after is not None else None
    return Change(proposal, product, at, ended, known_until(at, reach), known_until(ended, reach) if ended else None)


def _log(session: Session, skus: set[str]) -> dict[str, list[Price]]:
    found: dict[str, list[Price]] = defaultdict(list)
    for row in session.exec(select(Price).where(col(Price.sku).in_(skus)).order_by(col(Price.id))):
        found[row.sku].append(row)
    return found


def _reach(session: Session) -> list[tuple[datetime, date]]:
    """When each import came, and the last day that it told of."""
    rows = session.exec(select(ImportRun.imported_at, ImportRun.report))
    return [(at, date.fromisoformat(str(report["last_day"]))) for at, report in rows if report.get("last_day")]
