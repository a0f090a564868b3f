"""What a product that was never sold will sell in its first weeks, told by its text, its category and its price."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pricing.errors import NotEnoughDataError
from pricing.head import Head
from pricing.panel import Floats, Panel
from pricing.resembling import Debuts, category_level, neighbours

Way = Literal["category", "neighbours", "head"]
WAYS: tuple[Way, ...] = ("category", "neighbours", "head")
FIRST = 6  # whole weeks of a product that count as its first
LEAST = 40  # products to learn from
FOLDS = 5
LEVELS = (0.05, 0.5, 0.95)
HALF = (0.25, 0.75)  # of products so alike, half are priced between


@dataclass(frozen=True)
class Launch:
    """A new product: units a week over its first weeks at its price, and what products like it are priced at."""

    way: Way  # which of them told it: the best on the store's own products
    units: float  # a week, expected
    units_low: float  # 90 % interval
    units_high: float
    price_low: float  # half of the products so alike are priced between these
    price_mid: float
    price_high: float
    price: float  # that the units are for
    like: tuple[str, ...]  # SKUs most like it, the most alike first
    learnt_from: int  # products
    errors: dict[Way, float]  # mean absolute error in log1p units a week, of each way on products it had not seen


@dataclass(frozen=True)
class Newcomers:
    """What a store's own products taught of new ones. Residuals are of products held out (cross-conformal)."""

    known: Debuts
    way: Way
    residuals: Floats  # of log1p units a week, actual less told
    price_residuals: Floats  # of log price
    errors: dict[Way, float]
    head: Head | None

    def launch(self, vector: Floats, category: str, price: float | None = None) -> Launch:
        """Of one new product; at `price`, or at the middle of what its like are priced at."""
        asked = self.known.newcomer(vector, category, price or 1.0)
        centre = float(self.known.price_like(asked)[0])
        low, mid, high = np.exp(centre + conformal(self.price_residuals, (HALF[0], 0.5, HALF[1])))
        at = price or float(mid)
        asked = self.known.newcomer(vector, category, at)
        told = float(told_by(self.way, self.known, asked, self.head)[0])
        below, _, above = conformal(self.residuals, LEVELS)
        units = np.expm1(np.minimum(told + self.residuals, np.log1p(self.known.units.max())))
        return Launch(
            way=self.way,
            units=float(np.maximum(units, 0).mean()),
            units_low=float(max(np.expm1(told + below), 0.0)),
            units_high=float(np.expm1(told + above)),
            price_low=float(low),
            price_mid=float(mid),
            price_high=float(high),
            price=at,
            like=tuple(self.known.skus[i] for i in self.known.nearest(asked, 3)[0]),
            learnt_from=len(self.known.skus),
            errors=self.errors,
        )


def debuts(panel: Panel, vectors: Floats, first: int = FIRST) -> Debuts:
    """The first `first` whole weeks on sale of each product that had so many; `vectors` (N, D) are of the texts.

    `fresh` are those that began within the panel: what sold in its first week had been sold before, perhaps.
    """
    seen = np.isfinite(panel.units)
    start = np.argmax(seen, axis=1) + 1  # the first week is there because it sold, and rarely whole
    span = start[:, None] + np.arange(first)
    fits = seen.any(axis=1) & (span[:, -1] < panel.units.shape[1])
    span = np.minimum(span, panel.units.shape[1] - 1)
    units = np.nanmean(np.nan_to_num(np.take_along_axis(panel.units, span, axis=1)), axis=1)
    prices = np.take_along_axis(panel.price, span, axis=1)
    priced = np.isfinite(prices) & (prices > 0)
    paid = np.where(priced, prices, 0).sum(axis=1) / np.maximum(priced.sum(axis=1), 1)
    kept = np.flatnonzero(fits & priced.any(axis=1))
    return Debuts(
        skus=tuple(panel.skus[i] for i in kept),
        vectors=np.asarray(vectors[kept], np.float64),
        categories=tuple(panel.categories[i] for i in kept),
        prices=paid[kept],
        units=np.maximum(units[kept], 0.0),
        fresh=start[kept] > 1 + first // 2,
    )


def newcomers(known: Debuts) -> Newcomers:
    """Learn from a store's products, and choose the way that tells best those that it had not seen.

    The head stays out unless it beats nearest neighbours there. Raises NotEnoughDataError below LEAST products.
    """
    if len(known.skus) < LEAST:
        raise NotEnoughDataError(
            f"{len(known.skus)} products have sold for {FIRST} weeks; {LEAST} are needed to foresee a new one. "
            "Set a price by its cost and by the market, and test it."
        )
    told, prices = held_out(known)
    actual = np.log1p(known.units)
    new = known.fresh if known.fresh.sum() >= LEAST else np.ones(len(actual), bool)
    errors: dict[Way, float] = {way: float(np.abs(actual - told[way])[new].mean()) for way in WAYS}
    way = min(WAYS, key=lambda one: errors[one])
    head = Head.of(known, actual) if way == "head" else None
    return Newcomers(known, way, (actual - told[way])[new], (np.log(known.prices) - prices)[new], errors, head)


def held_out(known: Debuts, folds: int = FOLDS) -> tuple[dict[Way, Floats], Floats]:
    """What each way says of every product when it has not seen it: log1p units a week, and log price."""
    n = len(known.skus)
    fold = np.random.default_rng(0).permutation(n) % folds
    told: dict[Way, Floats] = {way: np.zeros(n) for way in WAYS}
    prices = np.zeros(n)
    for k in range(folds):
        rows, out = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        seen, unseen = known.only(rows), known.only(out)
        head = Head.of(seen, np.log1p(seen.units))
        for way in WAYS:
            told[way][out] = told_by(way, seen, unseen, head)
        prices[out] = seen.price_like(unseen)
    return told, prices


def told_by(way: Way, known: Debuts, asked: Debuts, head: Head | None) -> Floats:
    """Log1p units a week of the products `asked` for (M,)."""
    actual = np.log1p(known.units)
    if way == "category":
        return category_level(known, asked, actual)
    if way == "neighbours" or head is None:
        return neighbours(known, asked, actual)
    return head.told(known, asked)


def conformal(residuals: Floats, levels: Sequence[float]) -> Floats:
    """Quantiles of residuals that a new one exceeds with the probability said (split conformal, finite sample)."""
    n = len(residuals)
    ordered = np.sort(residuals)
    places = [int(np.floor((n + 1) * q)) if q < 0.5 else int(np.ceil((n + 1) * q)) for q in levels]
    return np.array([ordered[min(max(place, 1), n) - 1] for place in places])
