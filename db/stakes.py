"""What is at stake in a queue: sums of expected change per currency, by category and risk, with an interval."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlmodel import Session, col, func, select

from db.queue import Numbers, Wanted, matching, parts
from db.tables import Product, Proposal


@dataclass(frozen=True)
class Cell:
    """Proposals of one category, risk, currency and basis. `down` and `up`: how far their 90 % bounds lie away."""

    category: str
    risk: str
    currency: str
    basis: str  # profit or revenue, which are not added up
    count: int
    expected: float
    down: float
    up: float


@dataclass(frozen=True)
class Stake:
    """A sum of expected changes in one currency and of one basis, and its 90 % interval.

    Within a category the errors are taken to go together, since its products share one pooled elasticity and one
    season: bounds add up (they do exactly where one error drives them all, and the sum is too wide where it does
    not). Between categories they are taken to be independent: distances of the bounds add up as the root of the sum
    of squares, each side by itself. What moves the whole shop at once is not in it.
    """

    currency: str
    basis: str
    count: int
    expected: float
    low: float
    high: float


def cells(session: Session, wanted: Wanted, ids: Numbers | None = None) -> list[Cell]:
    """Of all that match, or of these numbers alone."""
    if ids is None:
        return _cells(session, matching(wanted))
    return _merged(cell for part in parts(ids) for cell in _cells(session, [col(Proposal.id).in_(part)]))


def stakes(of: Iterable[Cell]) -> list[Stake]:
    """One a currency and basis, the currency with the most proposals first."""
    together: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in of:
        together[cell.currency, cell.basis].append(cell)
    return sorted((_stake(*key, group) for key, group in together.items()), key=lambda s: (-s.count, s.currency))


def by(of: Iterable[Cell], name: Callable[[Cell], str]) -> dict[str, list[Stake]]:
    """Stakes by category or by risk."""
    together: dict[str, list[Cell]] = defaultdict(list)
    for cell in of:
        together[name(cell)].append(cell)
    return {key: stakes(group) for key, group in together.items()}


def _stake(currency: str, basis: str, group: Sequence[Cell]) -> Stake:
    down: dict[str, float] = defaultdict(float)
    up: dict[str, float] = defaultdict(float)
    for cell in group:
        down[cell.category] += cell.down
        up[cell.category] += cell.up
    expected = sum(cell.expected for cell in group)
    count = sum(cell.count for cell in group)
    return Stake(currency, basis, count, expected, expected - hypot(*down.values()), expected + hypot(*up.values()))


def _cells(session: Session, where: Sequence[ColumnElement[bool]]) -> list[Cell]:
    change, low, high = (col(c) for c in (Proposal.expected_change, Proposal.change_low, Proposal.change_high))
    keys = (col(Product.category), col(Proposal.risk), col(Proposal.currency), col(Proposal.basis))
    columns: tuple[Any, ...] = (*keys, func.count(), func.sum(change), func.sum(change - low), func.sum(high - change))
    wanted: Select[Any] = select(*columns).select_from(Proposal).join(Product, col(Product.sku) == Proposal.sku)
    rows = session.execute(wanted.where(*where).group_by(*keys).order_by(*keys)).all()
    return [Cell(*row[:5], *(float(amount) for amount in row[5:])) for row in rows]


def _merged(of: Iterable[Cell]) -> list[Cell]:
    together: dict[tuple[str, str, str, str], list[Cell]] = defaultdict(list)
    for cell in of:
        together[cell.category, cell.risk, cell.currency, cell.basis].append(cell)
    return [
        Cell(
            *key, sum(c.count for c in group), sum(c.expected for c in group), sum(c.down for c in group),
            sum(c.up for c in group),
        )
        for key, group in together.items()
    ]  # fmt: skip
