"""Which price to charge week by week until a stock must be gone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import toeplitz

from pricing.panel import Floats
from pricing.risk import Interval, interval
from pricing.weekly import Weekly, sampled

MOST_LEVELS = 150  # levels of stock told apart
WORLDS, SEED = 2000, 0  # of the runs that show the path
LEFT = (0.0, 1.0, 8.0)  # what it may cost to be left with a unit, in first prices
CAUTION = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.2)  # by how much the stock may be taken for larger
GONE = 0.5  # units under which nothing is left: worlds know halves of a unit, shelves do not
SAME = 1e-9  # share of the value under which two prices are as good, so that the dearer is taken

Policy = NDArray[np.int64]  # (W, P, B + 1) rung to charge: by week, rung of the week before, level of stock


@dataclass(frozen=True)
class Course:
    """What a way of pricing brings on average until the deadline."""

    value: float  # revenue and salvage
    revenue: float
    salvaged: float
    sell_through: float  # share of the stock that is sold at a price
    p_clear: float  # probability that nothing is left


@dataclass(frozen=True)
class Stage:
    """One week of a plan over the simulated runs, with 90 % intervals."""

    price: float  # the median of those charged
    price_low: float
    price_high: float
    left: Interval  # units at the week's end
    revenue: Interval  # of the week
    p_left: float  # probability that anything is left at its end


@dataclass(frozen=True)
class Runs:
    """What following the policy brings in each of S simulated runs: the draws' own worlds where there are any."""

    sold: Floats  # (S,) units until the deadline
    taken: Floats  # (S,) revenue


@dataclass(frozen=True)
class Markdown:
    """A policy for every stock in every week, and what following it brings against one price throughout."""

    prices: Floats  # (P,) descending
    levels: Floats  # (B + 1,) units, ascending from 0
    policy: Policy
    plan: Course
    keep: Course  # the first price throughout
    single: Course  # the best single price
    single_price: float
    path: tuple[float, ...]  # (W,) prices that are followed most often
    path_share: float  # how often, in simulated runs
    stages: tuple[Stage, ...]  # (W,)
    runs: Runs

    def price(self, week: int, left: float, last: float) -> float:
        """What to charge in `week` (0 the first) with `left` units on hand, after `last` was charged.

        Raises ValueError for a week, a stock or a price that the policy does not know.
        """
        rung = np.flatnonzero(np.isclose(self.prices, last, rtol=1e-9, atol=1e-9))
        if not (0 <= week < len(self.policy) and 0 <= left <= self.levels[-1] and rung.size):
            raise ValueError(f"the policy knows no week {week} with {left} units left after a price of {last}")
        level = int(_level(np.array([left]), self.levels)[0])
        return float(self.prices[self.policy[week, int(rung[0]), level]])


def markdown(
    weekly: Weekly,
    prices: Floats,
    stock: int,
    *,
    salvage: float = 0.0,
    every: int = 1,
    most_step_pct: float = 100.0,
    first: int = 0,
    opening: NDArray[np.bool_] | None = None,
    certainty: float | None = None,
) -> Markdown:
    """The descending prices that bring most from `stock` units until the weeks are over, by dynamic programming.

    Bellman's backward induction over week, stock and last price (Gallego & van Ryzin 1994; Bitran & Mondschein 1997):
    prices may fall every `every` weeks from week `first` on, by at most `most_step_pct` at once, and never rise; the
    first step goes to an `opening` (P,) price only. `salvage` is what a unit left over brings, below 0 what it costs
    to be left with it. The prices must be lawful, which `pricing/descent.py` sees to. The stock
    is told apart in MOST_LEVELS levels; lots that do not fit are shared between two levels so that means are kept.
    The induction takes weeks as independent. Where they hang together (Draws), plan and single prices are tried on
    the same worlds, and a single price is returned as the policy where it does better there.
    So the plan is never worse than keeping the first price, nor than any single one.
    With `certainty` the plan is, of those that leave nothing with that probability, the one that brings most, and the
    likeliest to leave nothing where none does. Tried are the single prices, and policies for which it costs so much to
    be left with a unit (LEFT) and which take the stock for larger than it is (CAUTION): where weeks hang together, a
    slow start goes on, which the induction does not know.
    Raises ValueError for prices that do not fall or fit, a stock below 1, and numbers that cannot be.
    """
    prices = np.asarray(prices, np.float64)
    _check(weekly, prices, stock, salvage, every)
    if first < 0 or (opening is not None and opening.shape != prices.shape):
        raise ValueError(f"the first week, {first}, is 0 or later, and opening marks one or more of the prices")
    levels = np.linspace(0.0, stock, min(stock, MOST_LEVELS) + 1)
    step = _Steps(prices, every, most_step_pct, first, opening)
    game = _Game(weekly, prices, levels, salvage)
    singles = np.flatnonzero(step.allowed(first)[0])
    policies = [_induced(game, step, salvage), *(_constant(game, int(r), first) for r in singles)]
    if certainty is not None:
        policies += _cautious(game, step, salvage)
    courses = [game.course(policy) for policy in policies]
    worth = [_worth(course, certainty) for course in courses]
    best = max(range(len(courses)), key=worth.__getitem__)
    single = max(range(1, 1 + len(singles)), key=worth.__getitem__)
    if certainty is None and courses[0].value >= courses[best].value - SAME * (1 + abs(courses[best].value)):
        best = 0
    told = game.told(policies[best])
    return Markdown(
        prices, levels, policies[best], courses[best], courses[1], courses[single], float(prices[singles[single - 1]]),
        *told,
    )  # fmt: skip


def _worth(course: Course, certainty: float | None) -> tuple[bool, float, float]:
    """What makes one course better than another."""
    if certainty is None or course.p_clear >= certainty:
        return True, course.value, course.p_clear
    return False, course.p_clear, course.value


def _check(weekly: Weekly, prices: Floats, stock: int, salvage: float, every: int) -> None:
    if prices.ndim != 1 or not prices.size or not np.isfinite(prices).all() or prices.min() <= 0:
        raise ValueError("prices must be a row of finite numbers above 0")
    if (np.diff(prices) >= 0).any():
        raise ValueError("prices must descend; a markdown never raises one")
    if weekly.shape[1] != prices.size or weekly.shape[0] < 1:
        raise ValueError(f"demand over {weekly.shape} weeks and prices does not fit {prices.size} prices")
    if stock < 1 or stock != int(stock):
        raise ValueError(f"stock: {stock} is not a whole number of units above 0")
    if not np.isfinite(salvage) or every < 1:
        raise ValueError(f"salvage {salvage} must be a number, and weeks between changes {every} at least 1")


@dataclass(frozen=True)
class _Steps:
    prices: Floats
    every: int
    most_pct: float
    first: int
    opening: NDArray[np.bool_] | None

    def allowed(self, week: int) -> NDArray[np.bool_]:
        """Which rung (columns) may follow which (rows) in a week."""
        stay = np.eye(self.prices.size, dtype=bool)
        if week < self.first or (week - self.first) % self.every:
            return stay
        low = self.prices[:, None] * (1 - self.most_pct / 100) - 1e-9
        down = np.triu(np.ones_like(stay))
        if week == self.first and self.opening is not None:
            return np.asarray(stay | (down & self.opening[None, :]))
        return np.asarray(stay | (down & (self.prices[None, :] >= low)))


class _Game:
    """The chain of weeks, levels of stock and prices."""

    def __init__(self, weekly: Weekly, prices: Floats, levels: Floats, salvage: float) -> None:
        self.weekly, self.prices, self.levels, self.salvage = weekly, prices, levels, salvage
        self.weeks = weekly.shape[0]
        self.chances = weekly.chances(len(levels) - 1, float(levels[1]))
        joint = weekly.joint
        self.worlds = sampled(self.chances, WORLDS, SEED) * levels[1] if joint is None else joint

    def moves(self, week: int, rung: int) -> Floats:
        """Probability (B + 1, B + 1) of one level of stock at the start of a week and another at its end."""
        found = np.tril(toeplitz(self.chances[week, rung]))
        found[:, 0] = 0.0
        found[:, 0] = 1.0 - found.sum(axis=1)
        return np.asarray(found)

    def course(self, policy: Policy) -> Course:
        return self._tried(policy) if self.weekly.joint is not None else self._counted(policy)

    def _counted(self, policy: Policy) -> Course:
        """By the chances of every state, week after week."""
        state = np.zeros((self.prices.size, self.levels.size))
        state[0, -1], revenue = 1.0, 0.0
        for week in range(self.weeks):
            after = np.zeros_like(state)
            for rung in np.unique(policy[week][state > 0]):
                here = np.where(policy[week] == rung, state, 0.0).sum(axis=0)
                after[rung] = here @ self.moves(week, int(rung))
                revenue += float(self.prices[rung] * ((here - after[rung]) @ self.levels))
            state = after
        left = state.sum(axis=0)
        return self._course(revenue, float(left @ self.levels), float(left[0]))

    def _tried(self, policy: Policy) -> Course:
        taken, left, _ = self._run(policy)
        over = left[:, -1]
        return self._course(float(taken.sum(axis=1).mean()), float(over.mean()), float(np.mean(over < GONE)))

    def _course(self, revenue: float, left: float, p_clear: float) -> Course:
        salvaged = self.salvage * left
        return Course(revenue + salvaged, revenue, salvaged, 1 - left / float(self.levels[-1]), p_clear)

    def _run(self, policy: Policy) -> tuple[Floats, Floats, Policy]:
        """Revenue, stock left and rungs charged, (S, W) each, in every world."""
        count = np.arange(len(self.worlds))
        on_hand, rung = np.full(count.size, self.levels[-1]), np.zeros(count.size, np.int64)
        taken, left = np.zeros((count.size, self.weeks)), np.zeros((count.size, self.weeks))
        rungs = np.zeros((count.size, self.weeks), np.int64)
        for week in range(self.weeks):
            rung = policy[week, rung, _level(on_hand, self.levels)]
            sold = np.minimum(self.worlds[count, week, rung], on_hand)
            on_hand = on_hand - sold
            taken[:, week], left[:, week], rungs[:, week] = sold * self.prices[rung], on_hand, rung
        return taken, left, rungs

    def told(self, policy: Policy) -> tuple[tuple[float, ...], float, tuple[Stage, ...], Runs]:
        """The prices that most worlds follow, the share that does, and what following the policy brings."""
        taken, left, rungs = self._run(policy)
        paths, times = np.unique(rungs, axis=0, return_counts=True)
        most = int(np.argmax(times))
        path = tuple(self.prices[paths[most]].tolist())
        charged = np.quantile(self.prices[rungs], (0.5, 0.05, 0.95), axis=0, method="nearest").T.tolist()
        stages = tuple(
            Stage(usual, low, high, interval(left[:, w]), interval(taken[:, w]), float(np.mean(left[:, w] >= GONE)))
            for w, (usual, low, high) in enumerate(charged)
        )
        runs = Runs(self.levels[-1] - left[:, -1], taken.sum(axis=1))
        return path, float(times[most] / times.sum()), stages, runs


def _level(left: Floats, levels: Floats) -> Policy:
    """The level that a stock counts as: the nearest, but 0 only where nothing is left."""
    near = np.rint(left / levels[1]).astype(np.int64)
    return np.asarray(np.where(left > 1e-9, np.maximum(near, 1), 0))


def _induced(game: _Game, step: _Steps, salvage: float) -> Policy:
    rungs, levels = game.prices.size, game.levels
    policy = np.zeros((game.weeks, rungs, levels.size), np.int64)
    value = np.tile(salvage * levels, (rungs, 1))
    for week in reversed(range(game.weeks)):
        earned = np.empty_like(value)
        for rung, price in enumerate(game.prices):
            moves = game.moves(week, rung)
            earned[rung] = price * (levels - moves @ levels) + moves @ value[rung]
        worth = np.where(step.allowed(week)[:, :, None], earned[None], -np.inf)
        best = worth.max(axis=1)
        policy[week] = np.argmax(worth >= (best - SAME * (1 + np.abs(best)))[:, None], axis=1)
        value = np.take_along_axis(worth, policy[week][:, None], axis=1)[:, 0]
    return policy


def _cautious(game: _Game, step: _Steps, salvage: float) -> Iterator[Policy]:
    levels = np.arange(game.levels.size)
    for left in LEFT:
        policy = _induced(game, step, salvage - left * float(game.prices[0]))
        for share in CAUTION:
            yield policy[:, :, np.minimum(np.ceil(levels * (1 + share)), levels[-1]).astype(np.int64)]


def _constant(game: _Game, rung: int, first: int) -> Policy:
    """Down to one rung in week `first`, and there to the end."""
    rungs = np.arange(game.prices.size)
    found = np.empty((game.weeks, rungs.size, game.levels.size), np.int64)
    found[:first], found[first:] = rungs[:, None], np.maximum(rungs, rung)[:, None]
    return found
