"""Products beside others: how alike they are in text, category and price, and what their like sold."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pricing.analogy import MOST_PEERS, PRICE_WIDTH, SAME_CATEGORY, WARMTH
from pricing.panel import Floats

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
FOLDS = 5
FEW = 5.0  # products' worth of the whole store that stand beside a category's own


@dataclass(frozen=True)
class Debuts:
    """N products at their beginning."""

    skus: tuple[str, ...]
    vectors: Floats  # (N, D) unit vectors of their texts
    categories: tuple[str, ...]
    prices: Floats  # (N,) over the first weeks
    units: Floats  # (N,) a week over the first weeks
    fresh: Mask  # (N,) whose first sale was seen

    def only(self, rows: Rows) -> Self:
        return type(self)(
            tuple(self.skus[i] for i in rows), self.vectors[rows], tuple(self.categories[i] for i in rows),
            self.prices[rows], self.units[rows], self.fresh[rows],
        )  # fmt: skip

    def newcomer(self, vector: Floats, category: str, price: float) -> Self:
        """One product that is not among them."""
        return type(self)(
            ("",), np.asarray(vector, np.float64).reshape(1, -1), (category,), np.array([price]), np.zeros(1),
            np.ones(1, bool),
        )  # fmt: skip

    def nearest(self, asked: Self, n: int) -> Rows:
        """(M, n) rows most alike in text and category."""
        return np.asarray(np.argsort(-_alike(self, asked, priced=False), axis=1, kind="stable")[:, :n], np.int64)

    def price_like(self, asked: Self) -> Floats:
        """(M,) mean log price of the products most alike in text and category."""
        return _mean(_alike(self, asked, priced=False), np.log(self.prices))


def neighbours(known: Debuts, asked: Debuts, actual: Floats, *, themselves: bool = False) -> Floats:
    """(M,) weighted mean of `actual` (N,) over the products most alike; with `themselves`, `asked` is `known` and no
    product speaks for itself."""
    return _mean(_alike(known, asked, priced=True, themselves=themselves), actual)


def category_level(known: Debuts, asked: Debuts, actual: Floats) -> Floats:
    """(M,) median of `actual` in each category; of the store for a category without products."""
    names = np.array(known.categories)
    levels = {name: float(np.median(actual[names == name])) for name in set(known.categories) if name}
    everywhere = float(np.median(actual))
    return np.array([levels.get(name, everywhere) for name in asked.categories])


def category_mean(known: Debuts, asked: Debuts, actual: Floats, *, themselves: bool = False) -> Floats:
    """(M,) mean of `actual` in each category, shrunk towards the store's.

    With `themselves`, `asked` is `known`, and each takes the mean of the products outside its own fold. Leaving out
    itself alone would tell it what it is: in one category such means differ by nothing but what was left out.
    """
    ids = np.unique([*known.categories, *asked.categories], return_inverse=True)[1]
    own, of = ids[: len(known.skus)], ids[len(known.skus) :]
    if not themselves:
        return _shrunk(own, actual, of)
    fold = np.random.default_rng(0).permutation(len(own)) % FOLDS
    found = np.empty(len(own))
    for k in range(FOLDS):
        found[fold == k] = _shrunk(own[fold != k], actual[fold != k], of[fold == k])
    return found


def _shrunk(own: Rows, actual: Floats, of: Rows) -> Floats:
    """Mean of `actual` in each of the categories `of`, with FEW products' worth of the whole."""
    size = int(max(own.max(), of.max())) + 1
    count = np.asarray(np.bincount(own, minlength=size)[of], np.float64)
    total = np.asarray(np.bincount(own, actual, minlength=size)[of], np.float64)
    return np.asarray((total + FEW * actual.mean()) / (count + FEW), np.float64)


def _alike(known: Debuts, asked: Debuts, *, priced: bool, themselves: bool = False) -> Floats:
    """(M, N) how much each known product counts, against the most alike."""
    cosine = asked.vectors @ known.vectors.T
    if themselves:
        np.fill_diagonal(cosine, -np.inf)
    weight = np.exp((cosine - cosine.max(axis=1, keepdims=True)) / WARMTH)
    ids = np.unique([*known.categories, *asked.categories], return_inverse=True)[1]
    named = np.array([bool(name) for name in asked.categories])
    same = (ids[len(known.skus) :, None] == ids[None, : len(known.skus)]) & named[:, None]
    weight = weight * np.where(same, SAME_CATEGORY, 1.0)
    if priced:
        apart = (np.log(asked.prices)[:, None] - np.log(known.prices)[None, :]) / PRICE_WIDTH
        weight = weight * np.exp(-(apart**2) / 2)
    return np.asarray(weight, np.float64)


def _mean(weight: Floats, values: Floats) -> Floats:
    """Over the MOST_PEERS that count most."""
    most = min(MOST_PEERS, weight.shape[1])
    first = np.argpartition(-weight, most - 1, axis=1)[:, :most]
    counted = np.take_along_axis(weight, first, axis=1) + 1e-12
    return np.asarray((counted * values[first]).sum(axis=1) / counted.sum(axis=1), np.float64)
