"""The mixed-integer programme of many prices at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array
from scipy.sparse.csgraph import connected_components

from pricing.panel import Floats
from pricing.shelf import Item

Ints = NDArray[np.int64]

BATCH = 1000  # columns from which a set of products is solved by itself
INFEASIBLE = 2  # scipy's word for it
REACH = 0.5  # as far as linear cross effects are believed: half of a product's demand won or lost
CHOICE, BUDGET, REACHED = "one price", "the budget of changes", "the reach of cross effects"


@dataclass(frozen=True)
class Order:
    """`lower` costs no more than `upper`, less a gap: small and large, good and better."""

    lower: str
    upper: str
    gap: float = 0.0  # least difference, in money

    def __str__(self) -> str:
        return f"the order {self.lower} ≤ {self.upper}" + (f" less {self.gap:g}" if self.gap else "")


@dataclass(frozen=True)
class Solved:
    """Rungs that were found, and how good any others could be."""

    rungs: tuple[int, ...]
    score: float
    bound: float  # no choice scores more


@dataclass(frozen=True)
class Rows:
    """Linear rows low ≤ A v ≤ high, each with the constraint that it belongs to."""

    owner: list[str] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    columns: list[Any] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, owner: str, columns: Any, values: Any, low: float, high: float) -> None:
        self.owner.append(owner)
        self.columns.append(np.atleast_1d(columns))
        self.values.append(np.broadcast_to(values, self.columns[-1].shape))
        self.low.append(low)
        self.high.append(high)

    def constraint(self, width: int, without: frozenset[str]) -> LinearConstraint:
        kept = [i for i, owner in enumerate(self.owner) if owner not in without]
        columns = [self.columns[i] for i in kept]
        ends = np.cumsum([0, *map(len, columns)])
        matrix = csr_array(
            (np.concatenate([self.values[i] for i in kept]), np.concatenate(columns), ends), (len(kept), width)
        )
        return LinearConstraint(matrix, np.array(self.low)[kept], np.array(self.high)[kept])


class Programme:
    """One binary a rung; one product's demand shifted by others' prices times its own binary, made linear.

    Maximises Σ score x + Σ spill z with z = x G, G = Σ_j cross log(p_j / p_j today), the relative demand that the
    prices of others add. z is pinned by G_low x ≤ z ≤ G_high x and Σ z = G (McCormick 1976), exact for binary x.
    Line order is written rung by rung, which makes its relaxation tight.
    """

    def __init__(
        self,
        items: Sequence[Item],
        orders: Sequence[Order],
        most_changes: int | None,
        cross: Mapping[tuple[str, str], float],
    ) -> None:
        self.items = items
        self.place = {item.sku: i for i, item in enumerate(items)}
        self.starts = np.cumsum([0, *(item.prices.size for item in items)])
        self.width = int(self.starts[-1])
        self.rows = Rows()
        self.score = np.concatenate([item.score for item in items])
        self.low, self.high = np.zeros(self.width), np.ones(self.width)
        for i in range(len(items)):
            self.rows.add(CHOICE, self._columns(i), 1.0, 1.0, 1.0)
        for order in orders:
            self._order(order)
        if most_changes is not None:
            self._budget(most_changes)
        for i, sources in self._sources(cross).items():
            self._cross(i, sources)

    def solve(self, time_limit: float, gap: float, without: frozenset[str] = frozenset()) -> Solved | None:
        """The best rungs without some of the constraints, None where there are none. Raises TimeoutError.

        Products that no constraint ties together are solved apart, each batch with its share of `time_limit`.
        """
        rows = self.rows.constraint(len(self.score), without)
        values, score, bound = np.zeros(len(self.score)), 0.0, 0.0
        for columns in _batches(rows.A):
            found = self._part(rows, columns, time_limit * len(columns) / len(self.score), gap)
            if found is None:
                return None
            values[columns] = found.x
            score, bound = score - float(found.fun), bound - float(found.mip_dual_bound)
        chosen = (values[a:b] for a, b in pairwise(self.starts))
        return Solved(tuple(int(np.argmax(x)) for x in chosen), score, bound)

    def _part(self, rows: LinearConstraint, columns: Ints, time_limit: float, gap: float) -> Any:
        """What HiGHS finds for some columns and the rows that touch them; None where nothing keeps the rows."""
        matrix = rows.A[:, columns]
        touched = np.diff(matrix.indptr) > 0
        found = milp(
            -self.score[columns],
            integrality=(columns < self.width).astype(int),
            bounds=Bounds(self.low[columns], self.high[columns]),
            constraints=LinearConstraint(matrix[touched], rows.lb[touched], rows.ub[touched]),
            options={"time_limit": time_limit, "mip_rel_gap": gap},
        )
        if found.x is None and found.status != INFEASIBLE:
            raise TimeoutError(str(found.message))
        return found if found.x is not None else None

    def _columns(self, i: int) -> Any:
        return np.arange(self.starts[i], self.starts[i + 1])

    def _order(self, order: Order) -> None:
        lower, upper = self.place[order.lower], self.place[order.upper]
        mine, theirs = self._columns(lower), self._columns(upper)
        for r, price in enumerate(self.items[lower].prices):
            below = theirs[self.items[upper].prices < price + order.gap - 1e-9]
            if below.size:
                self.rows.add(str(order), np.concatenate([mine[r:], below]), 1.0, -np.inf, 1.0)

    def _budget(self, most: int) -> None:
        kept = [self.starts[i] + item.now for i, item in enumerate(self.items) if item.now is not None]
        if kept:
            self.rows.add(BUDGET, kept, 1.0, len(self.items) - most, np.inf)
        elif len(self.items) > most:  # every price must change: a row that nothing satisfies
            self.rows.add(BUDGET, self._columns(0), 1.0, 2.0, np.inf)

    def _sources(self, cross: Mapping[tuple[str, str], float]) -> dict[int, list[tuple[int, float]]]:
        found: dict[int, list[tuple[int, float]]] = {}
        for (sku, other), effect in cross.items():
            if effect and sku in self.place and other in self.place:
                found.setdefault(self.place[sku], []).append((self.place[other], effect))
        return found

    def _cross(self, i: int, sources: list[tuple[int, float]]) -> None:
        columns = np.concatenate([self._columns(j) for j, _ in sources])
        pushes = [effect * self.steps(j) for j, effect in sources]
        low = min(0.0, float(sum(push.min() for push in pushes)))
        high = max(0.0, float(sum(push.max() for push in pushes)))
        mine = self._columns(i)
        shifted = len(self.score) + np.arange(mine.size)
        self.score = np.append(self.score, self.items[i].spill)
        self.low, self.high = (
            np.append(self.low, np.full(mine.size, low)),
            np.append(self.high, np.full(mine.size, high)),
        )
        for x, z in zip(mine, shifted, strict=True):
            self.rows.add(CHOICE, [z, x], [1.0, -low], 0.0, np.inf)
            self.rows.add(CHOICE, [z, x], [1.0, -high], -np.inf, 0.0)
        values = np.concatenate([np.ones(mine.size), -np.concatenate(pushes)])
        self.rows.add(CHOICE, np.concatenate([shifted, columns]), values, 0.0, 0.0)
        if low < -REACH or high > REACH:
            self.rows.add(REACHED, shifted, 1.0, -REACH, REACH)

    def steps(self, j: int) -> Floats:
        """Log of every rung over today's price."""
        return np.asarray(np.log(self.items[j].prices / self.items[j].current))


def _batches(matrix: csr_array) -> list[Ints]:
    """Columns (C,) that the rows do not tie to any others, small sets of them put together up to BATCH."""
    width = matrix.shape[1]
    tied = block_array([[None, matrix.T], [matrix, None]])
    label = connected_components(tied, directed=False)[1][:width]
    order = np.argsort(label, kind="stable")
    sets = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    batches: list[list[Ints]] = [[]]
    for columns in sets:
        if sum(map(len, batches[-1])) + len(columns) > BATCH and batches[-1]:
            batches.append([])
        batches[-1].append(columns)
    return [np.sort(np.concatenate(batch)) for batch in batches]
