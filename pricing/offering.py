"""What a customer is likely to want next, from what customers bought."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack
from scipy.sparse import csr_array

from pricing.errors import NotEnoughDataError
from pricing.panel import Floats

MOST = 4000  # products that are learnt of: those that most customers bought
TUNED = 1200  # products on which penalty and habit are chosen: a matrix of N products is inverted in N³
HALF_LIFE = 120.0  # days after which an order says half as much of a habit
LEAST_CUSTOMERS = 30  # that bought two products or more
PENALTIES = (100.0, 300.0, 1000.0)
HABITS = (0.0, 0.1, 0.2, 0.4, 0.8, 1.6)
SHOWN = 10  # products in a list
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Purchases:
    """U customers by N products: in how many orders each has bought each, older ones counting for less."""

    customers: tuple[str, ...]  # U
    skus: tuple[str, ...]  # N
    orders: csr_array  # (U, N)

    @classmethod
    def of(
        cls, customers: Sequence[str], skus: Sequence[str], orders: Sequence[str], ages: Codes, most: int = MOST
    ) -> Self:
        """From lines of orders, one customer, product, order and its age in days each; the same line twice counts once.

        Of the products, the `most` that the most customers bought are kept.
        """
        people, who = np.unique(np.asarray(customers, dtype=object).astype(str), return_inverse=True)
        wares, what = np.unique(np.asarray(skus, dtype=object).astype(str), return_inverse=True)
        _, which = np.unique(np.asarray(orders, dtype=object).astype(str), return_inverse=True)
        _, once = np.unique(np.stack([who, what, which]), axis=1, return_index=True)
        weight = 0.5 ** (np.asarray(ages, np.float64)[once] / HALF_LIFE)
        counted = csr_array((weight, (who[once], what[once])), shape=(len(people), len(wares)), dtype=np.float64)
        buyers = np.bincount(counted.indices, minlength=len(wares))
        kept = np.sort(np.argsort(-buyers, kind="stable")[:most])
        return cls(tuple(people.tolist()), tuple(wares[kept].tolist()), csr_array(counted[:, kept]))

    @property
    def popularity(self) -> Floats:
        """(N,) customers who bought each."""
        return np.bincount(self.orders.indices, minlength=len(self.skus)).astype(np.float64)

    def busiest(self, most: int) -> Codes:
        """Columns of the `most` products that the most customers bought."""
        return np.sort(np.argsort(-self.popularity, kind="stable")[:most])


@dataclass(frozen=True)
class Taste:
    """What is wanted by whom: EASE^R (Steck 2019), and beside it a customer's own habits.

    A customer's score of a product is the sum of the weights of what they bought, and `habit` times the log of one
    more than the orders in which they bought it.
    """

    skus: tuple[str, ...]
    weights: NDArray[np.float32]  # (N, N); [i, j]: how much having bought i speaks for j; 0 on the diagonal
    habit: float
    penalty: float

    @classmethod
    def of(cls, purchases: Purchases, penalty: float = PENALTIES[1], habit: float = HABITS[3]) -> Self:
        """Closed form: B = I − P / diag(P), P = (XᵀX + λI)⁻¹, X binary.

        Raises NotEnoughDataError where fewer than LEAST_CUSTOMERS customers bought two products or more.
        """
        held = csr_array(purchases.orders, copy=True)
        held.data[:] = 1.0
        learnt = int((np.diff(held.indptr) > 1).sum())
        if learnt < LEAST_CUSTOMERS:
            raise NotEnoughDataError(
                f"{learnt} customers bought two products or more; an offer needs {LEAST_CUSTOMERS}. "
                "Import sales with customer_id, or use what is bought together."
            )
        gram = np.asarray((held.T @ held).todense(), np.float64, order="F")
        gram[np.diag_indices_from(gram)] += penalty
        factor, bad = lapack.dpotrf(gram, lower=1, overwrite_a=1)
        half, worse = lapack.dpotri(factor, lower=1, overwrite_c=1)
        if bad or worse:
            raise NotEnoughDataError("The purchases make no matrix that can be inverted. Import more orders.")
        inverse = np.tril(half) + np.tril(half, -1).T
        weights = -inverse / np.diag(inverse)
        weights[np.diag_indices_from(weights)] = 0.0
        return cls(purchases.skus, weights.astype(np.float32), habit, penalty)

    def scores(self, orders: csr_array) -> NDArray[np.float32]:
        """(V, N) of V customers with these `orders` (V, N): the higher, the likelier the next purchase."""
        held = csr_array(orders, copy=True).astype(np.float32)
        habits = np.log1p(np.asarray(held.todense()))
        held.data[:] = 1.0
        return np.asarray(held @ self.weights + np.float32(self.habit) * habits, np.float32)


def best_terms(before: Purchases, after: csr_array) -> tuple[float, float]:
    """Penalty and habit that rank best what was bought `after` (U, N), by NDCG of the first ten, among the products
    that most customers bought.

    Raises NotEnoughDataError where nobody bought again.
    """
    some = before.busiest(TUNED)
    known, sought = csr_array(before.orders[:, some]), csr_array(after[:, some])
    wanted = np.flatnonzero(np.diff(sought.indptr))
    if not len(wanted):
        raise NotEnoughDataError("No customer bought again after that day. Choose an earlier one.")
    few = Purchases(before.customers, tuple(before.skus[i] for i in some), known)
    habits = np.log1p(np.asarray(known[wanted].todense(), np.float32))
    found: list[tuple[float, float, float]] = []
    for penalty in PENALTIES:
        scores = Taste.of(few, penalty, 0.0).scores(known[wanted])
        found += [
            (quality(np.asarray(scores + habit * habits, np.float32), csr_array(sought[wanted])).ndcg, penalty, habit)
            for habit in HABITS
        ]
    return max(found)[1:]


@dataclass(frozen=True)
class Quality:
    """Of the first ten of each list, over customers who bought anything later."""

    recall: float  # hits over the smaller of ten and what was bought
    ndcg: float
    customers: int


def quality(scores: NDArray[np.float32], after: csr_array, n: int = SHOWN) -> Quality:
    """How well `scores` (V, N) rank what V customers bought `after` (V, N)."""
    first = first_of(scores, n)
    held = np.asarray(after.todense()) > 0
    sought = held.sum(axis=1)
    hits = np.take_along_axis(held, first, axis=1)
    gains = 1.0 / np.log2(np.arange(2, n + 2))
    ideal = np.cumsum(gains)[np.minimum(sought, n) - 1]
    real = sought > 0
    recall = hits.sum(axis=1)[real] / np.minimum(sought[real], n)
    ndcg = (hits @ gains)[real] / ideal[real]
    return Quality(float(recall.mean()), float(ndcg.mean()), int(real.sum()))


def first_of(scores: NDArray[np.float32], n: int) -> Codes:
    """(V, n) columns with the highest scores, the highest first; the earlier column of equal ones."""
    n = min(n, scores.shape[1])
    some = np.sort(np.argpartition(-scores, n - 1, axis=1)[:, :n], axis=1)
    order = np.argsort(-np.take_along_axis(scores, some, axis=1), axis=1, kind="stable")
    return np.asarray(np.take_along_axis(some, order, axis=1), np.int64)
