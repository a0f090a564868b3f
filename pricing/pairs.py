"""Which products may answer to each other's prices: a bounded number of pairs a product."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import gammaincinv

from pricing.baskets import Baskets
from pricing.panel import Floats
from pricing.recommend import ALIKE, PRIOR

Ints = NDArray[np.int64]
Kind = Literal["substitute", "category", "complement"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST = (6, 4, 4)  # pairs a product of each kind
LEAST_TOGETHER = 5  # orders with both, for a complement
TINY = 1e-6
BLOCK = 500  # products compared at a time, so that memory stays flat


@dataclass(frozen=True)
class Pairs:
    """P ordered pairs by row of a panel: the units of `of` may answer to the price of `to`."""

    of: Ints  # (P,) ascending
    to: Ints  # (P,)
    kind: Ints  # (P,) place in KINDS
    share: Floats  # (P, 2) of `to` among all products of that kind that `of` has: by number, and by units sold

    def __len__(self) -> int:
        return len(self.of)


def candidates(
    skus: Sequence[str],
    categories: Sequence[str],
    sold: Floats,
    vectors: Floats | csr_array | None = None,
    baskets: Baskets | None = None,
    *,
    alike: float = ALIKE,
) -> Pairs:
    """Substitutes: products of one category whose texts are alike; neighbours: the best sellers among its others;
    complements: products whose orders together exceed chance with 95 % certainty. At most MOST of each kind a product.

    `sold` (N,) units of late, `vectors` (N, D) unit rows for the text of each product, 0 where there is none; texts are
    alike whose cosine is at least `alike`.
    A pair is of the first kind that it belongs to, complements before substitutes: what is bought together is not
    bought instead.
    """
    together = _together(skus, baskets)
    like = None if vectors is None else _Text(vectors, alike)
    found = [*_complements(together), *_neighbours(np.array(categories, dtype=str), sold, like, together)]
    of, to, kind, share = (np.concatenate(parts) for parts in zip(*found, strict=True)) if found else _none()
    order = np.lexsort((kind, of))
    return Pairs(of[order], to[order], kind[order], share[order])


Found = tuple[Ints, Ints, Ints, Floats]


def _none() -> Found:
    nothing = np.zeros(0, np.int64)
    return nothing, nothing, nothing, np.zeros((0, 2))


def _together(skus: Sequence[str], baskets: Baskets | None) -> csr_array:
    """(N, N) 5 % bound of the lift where it is above 1, else nothing."""
    if baskets is None or not baskets.skus:
        return csr_array((len(skus), len(skus)))
    row = {sku: i for i, sku in enumerate(skus)}
    place = np.array([row.get(sku, -1) for sku in baskets.skus])
    parts = [_lifts(baskets, begin) for begin in range(0, len(place), BLOCK)]
    low, one, other = (np.concatenate(p) for p in zip(*parts, strict=True))
    known = (place[one] >= 0) & (place[other] >= 0)
    return csr_array((low[known], (place[one[known]], place[other[known]])), shape=(len(skus), len(skus)))


def _lifts(baskets: Baskets, begin: int) -> tuple[Floats, Ints, Ints]:
    """Lift's 5 % bounds above 1 of a block of products with all others, and the two places."""
    block = baskets.products[begin : begin + BLOCK] @ baskets.orders
    counts = block.tocoo()
    one, other = counts.coords[0].astype(np.int64) + begin, counts.coords[1].astype(np.int64)
    often = (counts.data >= LEAST_TOGETHER) & (one != other)
    one, other, both = one[often], other[often], counts.data[often]
    weighed = baskets.chances[begin : begin + BLOCK] * baskets.pairs
    chance = (weighed @ baskets.chances.T)[one - begin, other]
    some = both > chance
    one, other = one[some], other[some]
    low = np.asarray(gammaincinv(both[some] + PRIOR, 0.05) / (chance[some] + PRIOR))
    return low[low > 1], one[low > 1], other[low > 1]


def _complements(together: csr_array) -> Iterator[Found]:
    found = together.tocoo()
    of, to = (axis.astype(np.int64) for axis in found.coords)
    chosen = _rank(of, found.data) < MOST[2]
    yield of[chosen], to[chosen], np.full(int(chosen.sum()), 2), np.ones((int(chosen.sum()), 2))


def _rank(group: Ints, worth: Floats) -> Ints:
    """Place (P,) of each within its group, the worthiest 0."""
    order = np.lexsort((-worth, group))
    begin = np.searchsorted(group[order], group[order])
    rank = np.empty(len(group), np.int64)
    rank[order] = np.arange(len(group)) - begin
    return rank


@dataclass(frozen=True)
class _Text:
    vectors: Floats | csr_array  # (N, D)
    alike: float

    def cosine(self, rows: Ints, members: Ints) -> Floats:
        product = self.vectors[rows] @ self.vectors[members].T
        return np.asarray(product.toarray() if isinstance(product, csr_array) else product)


def _neighbours(categories: NDArray[np.str_], sold: Floats, text: _Text | None, together: csr_array) -> Iterator[Found]:
    for name in np.unique(categories[categories != ""]):
        members = np.flatnonzero(categories == name)
        for rows in np.array_split(members, max(1, -(-len(members) // BLOCK))):
            free = (rows[:, None] != members) & (together[rows][:, members].toarray() == 0)
            like = np.zeros(free.shape) if text is None else text.cosine(rows, members)
            alike = free & (like >= (text.alike if text else np.inf))
            best_sellers = np.broadcast_to(sold[members], free.shape)
            yield _taken(rows, members, _Choice(alike, like, 0), sold)
            yield _taken(rows, members, _Choice(free & ~alike, best_sellers, 1), sold)


@dataclass(frozen=True)
class _Choice:
    may: NDArray[np.bool_]  # (n, M) pairs of that kind
    worth: Floats  # (n, M) by which they are taken
    kind: int


def _taken(rows: Ints, members: Ints, choice: _Choice, sold: Floats) -> Found:
    """The worthiest of those that may be taken."""
    may, most = choice.may, min(MOST[choice.kind], len(members))
    best = np.argpartition(-np.where(may, choice.worth, -np.inf), most - 1, axis=1)[:, :most]
    row, place = np.nonzero(np.take_along_axis(may, best, axis=1))
    of, to = rows[row], members[best[row, place]]
    number = 1 / np.maximum(may.sum(axis=1), 1)[row]
    units = (sold[to] + TINY) / (sold[of] + may[row] @ sold[members] + TINY)
    return of, to, np.full(len(row), choice.kind), np.stack([number, units], axis=1)
