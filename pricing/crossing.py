"""What each pair's own weeks say of a cross effect, before pairs borrow from each other."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pricing.pairs import KINDS, Ints, Pairs
from pricing.panel import Floats
from pricing.ppml import LAGS, Mask, freedom, weights
from pricing.reaction import Own
from pricing.regressors import PRICE, PROMO
from pricing.siblings import families

BLOCK = 500  # products at a time, so that memory stays flat
USUAL_PRODUCTS = 3.0  # products' worth of belief that residuals hang together as the store's do
LEAST_EXCESS = 0.5
TINY = 1e-9


@dataclass(frozen=True)
class Block:
    """Linearised likelihood of the cross effects of n products, K slots each, freed of all that moves the product."""

    pair: Ints  # (n, K) place among the pairs, −1 where a slot is empty
    information: Floats  # (n, K, K) per squared effect; errors that hang together over weeks are counted
    score: Floats  # (n, K)

    @property
    def filled(self) -> Floats:
        """(n, K) 1 where a slot holds a pair."""
        return (self.pair >= 0).astype(np.float64)


@dataclass(frozen=True)
class Crossings:
    """What the panel says of P pairs."""

    blocks: tuple[Block, ...]
    weeks: Floats  # (P,) in which both were on sale, at known prices
    moved: Floats  # (P,) spread of the other's log price over them
    apart: Floats  # (P,) share of that movement that the product's own price does not make too
    kin: Mask  # (P,) repriced together, so that they have no say
    common: Floats  # (kinds,) by how much the errors of all pairs together exceed those of independent products


def crossings(own: Own, pairs: Pairs, held: Floats) -> Crossings:
    """Newton's step from the effects `held` (P,), on which `own` was settled, for all pairs of a product jointly.

    The working residuals of the product's own PPML are regressed on the log prices of the others, everything within
    its own model (price, promotion, rivals, siblings, season, drift) partialled out under the same priors (Frisch,
    Waugh & Lovell). Variances are Newey–West's (1987) by product; `common` compares those of the sum over products,
    whose weeks may share what no season explains (Driscoll & Kraay 1998).
    """
    slots = _slots(pairs, len(own.data.y))
    measured = np.zeros((3, len(pairs)))
    sums, apart = np.zeros((len(KINDS), own.data.y.shape[1])), np.zeros(len(KINDS))
    found, excess = [], []
    silent = _kin(own, pairs)
    for rows in _parts(slots):
        part = _part(own, pairs, slots[rows], rows, silent, held)
        filled = part.block.pair >= 0
        measured[:, part.block.pair[filled]] = part.measured[:, filled]
        found.append(part.block)
        excess.append(part.excess)
        for kind in range(len(KINDS)):
            mine = np.where(filled & (pairs.kind[part.block.pair] == kind), pairs.share[part.block.pair, 0], 0.0)
            pushed = np.einsum("nk,nkt->nt", mine, part.influence)
            sums[kind] += pushed.sum(axis=0)
            apart[kind] += _long_run(pushed).sum()
    common = np.maximum(_long_run(sums) / np.maximum(apart, TINY), 1.0)
    return Crossings(tuple(_honest(found, excess)), measured[0], measured[1], measured[2], silent, common)


def pushed(own: Own, pairs: Pairs, effect: Floats) -> Floats:
    """Log demand (N, T) that effects (P,) at past prices made."""
    out = np.zeros_like(own.offset)
    slots, silent = _slots(pairs, len(out)), _kin(own, pairs)
    for rows in _parts(slots):
        filled = (slots[rows] >= 0) & ~silent[slots[rows]]
        other = np.where(filled, pairs.to[slots[rows]], 0)
        both = own.data.keep[rows][:, None, :] & own.data.keep[other] & filled[:, :, None]
        price = _centred(own.data.x[other, :, PRICE], both)
        out[rows] = np.einsum("nk,nkt->nt", np.where(filled, effect[slots[rows]], 0.0), price)
    return out


def _honest(blocks: list[Block], excess: list[Floats]) -> Iterator[Block]:
    """Blocks that say as much less as their products' errors hang together over weeks, drawn to the store's."""
    store = float(np.mean(np.concatenate(excess))) if excess else 1.0
    for block, own in zip(blocks, excess, strict=True):
        less = np.maximum((own + USUAL_PRODUCTS * store) / (1 + USUAL_PRODUCTS), LEAST_EXCESS)[:, None]
        yield Block(block.pair, block.information / less[:, :, None], block.score / less)


@dataclass(frozen=True)
class _Part:
    block: Block
    influence: Floats  # (n, K, T) of each week on the score
    excess: Floats  # (n,) long-run variance of the scores over the model's
    measured: Floats  # (3, n, K) weeks, moved, apart


def _kin(own: Own, pairs: Pairs) -> Mask:
    """Pairs (P,) that are repriced together.

    They say nothing: where one price lags the other it mostly shows what the merchant foresaw of their demand.
    """
    calm = own.data.keep & (own.data.x[:, :, PROMO] == 0)
    family = families(own.data.x[:, :, PRICE], calm, own.groups)
    return np.asarray(family[pairs.of] == family[pairs.to])


def _slots(pairs: Pairs, products: int) -> Ints:
    """(N, K) places of each product's pairs, −1 where there are fewer."""
    count = np.bincount(pairs.of, minlength=products)
    begin = np.concatenate([[0], np.cumsum(count)[:-1]])
    slots = np.full((products, int(count.max(initial=0))), -1, np.int64)
    slots[pairs.of, np.arange(len(pairs)) - begin[pairs.of]] = np.arange(len(pairs))
    return slots


def _parts(slots: Ints) -> Iterator[Ints]:
    rows = np.flatnonzero((slots >= 0).any(axis=1)) if slots.size else np.zeros(0, np.int64)
    return iter(np.array_split(rows, max(1, -(-len(rows) // BLOCK)))) if len(rows) else iter(())


def _part(own: Own, pairs: Pairs, slots: Ints, rows: Ints, silent: Mask, held: Floats) -> _Part:
    data, fitted = own.data, own.fitted
    filled = (slots >= 0) & ~silent[slots]
    other = np.where(filled, pairs.to[slots], 0)
    keep, x, mu = data.keep[rows], data.x[rows], fitted.mu[rows]
    both = keep[:, None, :] & data.keep[other] & filled[:, :, None]
    price = _centred(data.x[other, :, PRICE], both)
    weight = weights(data, fitted.mu, fitted.spread, fitted.scale)[rows]
    heavy = weight * mu
    shared = np.matmul(np.swapaxes(x * heavy[:, :, None], 1, 2), np.swapaxes(price, 1, 2))  # (n, X, K)
    made = np.matmul(fitted.cov[rows], shared)
    free = price - np.swapaxes(np.matmul(x, made), 1, 2)
    information = np.matmul(price * heavy[:, None, :], np.swapaxes(price, 1, 2)) - np.matmul(
        np.swapaxes(shared, 1, 2), made
    )
    influence = free * (weight * (data.y[rows] - mu))[:, None, :]
    already = np.where(filled, held[slots], 0.0)
    block = Block(slots, information, influence.sum(axis=2) + np.einsum("nkl,nl->nk", information, already))
    measured = np.stack([both.sum(axis=2), *_movement(price, both, x[:, :, PRICE])])
    own_say = np.einsum("nkk->nk", information)
    ratio = np.where(own_say > TINY, _long_run(influence) / np.maximum(own_say, TINY), 0.0)
    weeks = keep.sum(axis=1)
    ratio *= (weeks / np.maximum(weeks - freedom(data, fitted)[rows], 1))[:, None]
    return _Part(block, influence, ratio.sum(axis=1) / np.maximum((own_say > TINY).sum(axis=1), 1), measured)


def _centred(values: Floats, both: Mask) -> Floats:
    """Less their mean over the last axis where both were on sale, 0 elsewhere."""
    values = np.where(both, values, 0.0)
    mean = values.sum(axis=-1, keepdims=True) / np.maximum(both.sum(axis=-1, keepdims=True), 1)
    return np.where(both, values - mean, 0.0)


def _movement(price: Floats, both: Mask, own_price: Floats) -> tuple[Floats, Floats]:
    """Spread (n, K) of the other's log price, and the share of it that the own price does not make."""
    square = (price**2).sum(axis=2)
    mine = _centred(np.broadcast_to(own_price[:, None, :], both.shape), both)
    product = (price * mine).sum(axis=2)
    made = product**2 / np.maximum(square * (mine**2).sum(axis=2), TINY)
    return np.sqrt(square / np.maximum(both.sum(axis=2), 1)), 1 - made


def _long_run(series: Floats) -> Floats:
    """Newey–West variance (…) of the sum over the last axis."""
    total = (series**2).sum(axis=-1)
    for lag in range(1, LAGS + 1):
        total = total + 2 * (1 - lag / (LAGS + 1)) * (series[..., lag:] * series[..., :-lag]).sum(axis=-1)
    return np.asarray(np.maximum(total, 0.0))
