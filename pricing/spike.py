"""Cross effects drawn to none or to what their kind and category show."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp, ndtr

from pricing.crossing import Block, Crossings
from pricing.pairs import Ints, Pairs
from pricing.panel import Floats

SIZES = np.geomspace(0.025, 2.4, 9)  # of the mean effect of a kind's products together
SPREADS, ALONE = (0.4, 1.5), (0.1, 0.4)  # around a mean, as its multiple; and where the mean is none
HOLDS = ((0.15, 0.3), (0.4, 0.3), (0.8, 0.4))  # share of the pairs with an effect at all, and its belief: never all,
# so that no pair is claimed on what the others show alone


class Belief(NamedTuple):
    """About a kind of pairs, before any data."""

    none: float  # that it has no effects
    scattered: float  # that it has some of either sign
    positive: float  # of the rest, that they are positive
    usual: float  # size of its mean effect, as a total over products (per pair for complements)


BELIEFS = (Belief(0.1, 0.1, 0.95, 0.3), Belief(0.4, 0.2, 0.6, 0.1), Belief(0.3, 0.2, 0.1, 0.1))
FACTOR = 1.0  # log standard deviation of that size (Auer & Papies 2020: brands' cross elasticities average 0.26)
BORROWED = (0.0, 0.03, 0.1, 0.3, 1.0)  # how much other categories may count
TEMPER = 0.5  # effects follow no such mixture exactly: two pairs count as one
FIRST = 0.3  # standard deviation of an effect before anything is known
POINTS = 32  # hyperparameters that stand for all of a group's, equally likely
HALVINGS = 18  # of the interval searched for a quantile
CHUNK = 20_000  # pairs at a time
LEAST_SAY, MOST_WORTH = 1e-6, 50.0


@dataclass(frozen=True)
class Crossed:
    """Posterior of P cross elasticities."""

    mean: Floats  # (P,)
    se: Floats  # (P,)
    shared: Floats  # (P,) part of `se` that all pairs of the kind and category have in common
    low: Floats  # (P,) 90 % interval
    high: Floats
    positive: Floats  # (P,) probability that it is above 0
    negative: Floats  # (P,) that it is below; the rest is that of none
    expected: Floats  # (P,) before its own weeks speak
    variance: Floats  # (P,) of that

    @property
    def belief(self) -> tuple[Floats, Floats]:
        return self.expected, self.variance


FIELDS = tuple(field.name for field in fields(Crossed))


@dataclass(frozen=True)
class _Grid:
    """H beliefs about a kind: a pair has an effect with probability `holds`, then normal, times its share."""

    mean: Floats  # (H,)
    sd: Floats
    holds: Floats
    by: Ints  # (H,) which share: by number of products, or by units
    prior: Floats  # (H,) log

    def scale(self, share: Floats) -> Floats:
        """(P, H) of a slab, from shares (P, 2)."""
        return np.asarray(share[:, self.by])


def crossed(
    found: Crossings, pairs: Pairs, category: Ints, before: Crossed | None = None, *, spans: bool = True
) -> Crossed:
    """Empirical Bayes with a spike at zero (Stephens 2017), whose mean, spread and weight are integrated over.

    Each kind has one group a category (of the product whose units answer; `category` (N,) numbered from 0). How much
    groups borrow from the kind in the whole store is what best predicts each from the others. Pairs of one product
    are freed of each other under the normal belief that fits the mixture of the round `before` best (expectation
    propagation, Minka 2001). Log likelihoods count as much less as `found.common` says that pairs share their errors.
    Without `spans` the intervals, which take half of the time, are left out.
    """
    count = len(pairs)
    out = Crossed(*np.zeros((len(FIELDS), count)))
    out.variance[:] = FIRST**2
    estimate, se = _messages(found.blocks, *(out if before is None else before).belief)
    for kind in np.unique(pairs.kind):
        mine = np.flatnonzero(pairs.kind == kind)
        group = np.unique(category[pairs.of[mine]], return_inverse=True)[1].astype(np.int64)
        part = _Part(_grid(int(kind)), estimate[mine], se[mine], pairs.share[mine], group)
        likely = _group_beliefs(part, float(found.common[kind]))
        for name, values in zip(FIELDS, (*_posterior(part, likely, spans), *_normal(part, likely)), strict=True):
            getattr(out, name)[mine] = values
    return out


def _grid(kind: int) -> _Grid:
    belief = BELIEFS[kind]
    likely = np.exp(-((np.log(SIZES / belief.usual) / FACTOR) ** 2) / 2)
    directed = (1 - belief.none - belief.scattered) * likely / likely.sum() / len(SPREADS)
    slabs = [
        (sign * size, spread * size, holds, weight * much * up)
        for sign, up in ((1, belief.positive), (-1, 1 - belief.positive))
        for size, weight in zip(SIZES, directed, strict=True)
        for spread in SPREADS
        for holds, much in HOLDS
    ]
    alone = [(0.0, sd, holds, belief.scattered * much / len(ALONE)) for sd in ALONE for holds, much in HOLDS]
    mean, sd, holds, prior = np.array([(0.0, 1.0, 0.0, belief.none), *alone, *slabs]).T
    by = np.repeat([0, 1], len(mean))
    twice = [np.tile(values, 2) for values in (mean, sd, holds, prior / 2)]
    return _Grid(twice[0], twice[1], twice[2], by, np.log(twice[3]))


@dataclass(frozen=True)
class _Part:
    """The pairs of one kind."""

    grid: _Grid
    estimate: Floats  # (P,)
    se: Floats
    share: Floats  # (P, 2)
    group: Ints

    def chunks(self) -> Iterator["_Part"]:
        for begin in range(0, len(self.se), CHUNK):
            rows = slice(begin, begin + CHUNK)
            yield _Part(self.grid, self.estimate[rows], self.se[rows], self.share[rows], self.group[rows])


def _messages(blocks: tuple[Block, ...], mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """What the data alone say of each pair: estimate and standard error (P,), the product's other pairs integrated
    out under normal beliefs."""
    estimate, se = np.zeros_like(mean), np.full_like(mean, np.inf)
    for block in blocks:
        filled = block.pair >= 0
        m = np.where(filled, mean[block.pair], 0.0)
        sure = np.where(filled, 1 / np.maximum(variance[block.pair], 1e-8), 1.0)
        diagonal = sure[:, :, None] * np.eye(sure.shape[1])
        cov = np.linalg.inv(block.information + diagonal)
        there = np.einsum("nkl,nl->nk", cov, block.score + sure * m)
        own = np.einsum("nkk->nk", cov)
        say = np.maximum(1 / own - sure, LEAST_SAY)
        what = (there / own - sure * m) / say
        estimate[block.pair[filled]], se[block.pair[filled]] = what[filled], 1 / np.sqrt(say[filled])
    return estimate, se


def _density(x: Floats, variance: Floats) -> Floats:
    return np.asarray(-(x**2 / variance + np.log(variance)) / 2)


def _group_beliefs(part: _Part, common: float) -> Floats:
    """Log posterior (G, H) of each group's hyperparameters."""
    prior = part.grid.prior
    worth = np.zeros((int(part.group.max()) + 1, len(prior)))
    for some in part.chunks():
        np.add.at(worth, some.group, _worth(some))
    worth *= TEMPER / common
    rest = worth.sum(axis=0) - worth
    tried = [_normalised(prior + borrowed * rest) for borrowed in BORROWED]
    predicted = [float(logsumexp(belief + worth, axis=1).sum()) for belief in tried]
    return _normalised(tried[int(np.argmax(predicted))] + worth)


def _worth(part: _Part) -> Floats:
    """Log likelihood (P, H), less that of no effect."""
    grid, scale, estimate = part.grid, part.grid.scale(part.share), part.estimate[:, None]
    null = _density(estimate, part.se[:, None] ** 2)
    slab = _density(estimate - scale * grid.mean, part.se[:, None] ** 2 + (scale * grid.sd) ** 2) - null
    return np.asarray(np.log(1 - grid.holds + grid.holds * np.exp(np.minimum(slab, MOST_WORTH))))


def _normalised(logs: Floats) -> Floats:
    return np.asarray(logs - logsumexp(logs, axis=1, keepdims=True))


def _normal(part: _Part, likely: Floats) -> tuple[Floats, Floats]:
    """Mean and variance (P,) of an effect before its own weeks speak."""
    grid, group, count = part.grid, part.group, len(part.se)
    mean, square = np.zeros(count), np.zeros(count)
    for by in (0, 1):
        weight = np.exp(likely) * (grid.by == by) * grid.holds
        mean += (weight @ grid.mean)[group] * part.share[:, by]
        square += (weight @ (grid.mean**2 + grid.sd**2))[group] * part.share[:, by] ** 2
    return mean, np.maximum(square - mean**2, 1e-8)


def _posterior(part: _Part, likely: Floats, spans: bool) -> tuple[Floats, ...]:
    points = _resampled(likely)
    told = [_mixture(some, points[some.group]).told(spans) for some in part.chunks()]
    return tuple(np.concatenate(column) for column in zip(*told, strict=True))


@dataclass(frozen=True)
class _Mixture:
    """P effects: with `weight` each of K beliefs holds, under which one is normal with probability `real`, else 0."""

    weight: Floats  # (P, K)
    real: Floats
    mean: Floats
    sd: Floats

    def told(self, spans: bool) -> tuple[Floats, ...]:
        each = self.real * self.mean
        mean = (self.weight * each).sum(axis=1)
        square = (self.weight * self.real * (self.mean**2 + self.sd**2)).sum(axis=1)
        shared = (self.weight * (each - mean[:, None]) ** 2).sum(axis=1)
        negative = (self.weight * self.real * ndtr(-self.mean / self.sd)).sum(axis=1)
        zero = (self.weight * (1 - self.real)).sum(axis=1)
        low, high = (self._quantile(level, negative, zero) if spans else mean for level in (0.05, 0.95))
        se = np.sqrt(np.maximum(square - mean**2, 0.0))
        return mean, se, np.sqrt(shared), low, high, 1 - zero - negative, negative

    def _quantile(self, level: float, negative: Floats, zero: Floats) -> Floats:
        """By halving on whichever side of the spike it lies."""
        left, right = negative >= level, negative + zero < level
        far = (np.abs(self.mean) + 6 * self.sd).max(axis=1)
        low, high = np.where(left, -far, 0.0), np.where(right, far, 0.0)
        wanted = level - np.where(right, zero, 0.0)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            below = (self.weight * self.real * ndtr((middle[:, None] - self.mean) / self.sd)).sum(axis=1) < wanted
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray(np.where(left | right, (low + high) / 2, 0.0))


def _mixture(part: _Part, at: Ints) -> _Mixture:
    """Under the hyperparameters `at` (P, K), each as likely."""
    grid, estimate, variance = part.grid, part.estimate[:, None], part.se[:, None] ** 2
    scale, holds = np.take_along_axis(part.share, grid.by[at], axis=1), grid.holds[at]
    mean, sd = grid.mean[at] * scale, grid.sd[at] * scale
    slab = _density(estimate - mean, variance + sd**2) - _density(estimate, variance)
    odds = holds * np.exp(np.minimum(slab, MOST_WORTH))
    drawn = sd**2 / (sd**2 + variance)
    weight = np.full(at.shape, 1 / at.shape[1])
    return _Mixture(weight, odds / (odds + 1 - holds), mean + drawn * (estimate - mean), np.sqrt(drawn * variance))


def _resampled(likely: Floats) -> Ints:
    """(G, POINTS) hyperparameters at even steps of their cumulative probability (systematic resampling)."""
    reached = np.cumsum(np.exp(likely), axis=1)
    steps = (np.arange(POINTS) + 0.5) / POINTS
    return np.array([np.searchsorted(row, steps * row[-1]) for row in reached], np.int64)
