"""Which price to charge week by week until a stock must be gone."""

from dataclasses import dataclass
from datetime import date
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import toeplitz

from pricing.coin import money
from pricing.errors import NoFeasiblePriceError
from pricing.guardrails import Offer, Rules, ladder, lawful_limits
from pricing.panel import Floats
from pricing.refusal import no_price
from pricing.weekly import Weekly, sampled

MOST_LEVELS = 150  # levels of stock told apart
WORLDS, SEED = 2000, 0  # of the runs that show the path
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

    def price(self, week: int, left: float, last: float) -> float:
        """What to charge in `week` (0 the first) with `left` units on hand, after `last` was charged.

        Raises ValueError for a week, a stock or a price that the policy does not know.
        """
        rung = np.flatnonzero(np.isclose(self.prices, last, rtol=1e-9, atol=1e-9))
        if not (0 <= week < len(self.policy) and 0 <= left <= self.levels[-1] and rung.size):
            raise ValueError(f"the policy knows no week {week} with {left} units left after a price of {last}")
        level = int(_level(np.array([left]), self.levels)[0])
        return float(self.prices[self.policy[week, int(rung[0]), level]])


def descent(offer: Offer, rules: Rules, today: date, rungs: int = 12) -> Floats:
    """Lawful prices from today's down, (P,) descending; the first is today's where the rules allow it.

    Raises NoFeasiblePriceError where the rules leave no price at or below today's.
    """
    if lawful_limits(offer, rules, today) is None:
        raise NoFeasiblePriceError(no_price(offer, rules, today))
    prices = [p for p in ladder(offer, rules, today, 4 * rungs) if p <= offer.price]
    if not prices:
        now = money(offer.price, offer.currency)
        raise NoFeasiblePriceError(
            f"{offer.sku}: every lawful price is above today's {now}, so it cannot be marked down. Raise it to "
            "a lawful price first, or relax the rule that forbids today's."
        )
    spread = np.unique(np.linspace(0, len(prices) - 1, min(rungs, len(prices))).round().astype(int))
    return np.array([prices[i] for i in spread[::-1]])


def weeks_between(rules: Rules) -> int:
    """Weeks that must lie between two changes of a price."""
    return max(1, ceil(rules.days_between_changes / 7))


def markdown(
    weekly: Weekly, prices: Floats, stock: int, *, salvage: float = 0.0, every: int = 1, most_step_pct: float = 100.0
) -> Markdown:
    """The descending prices that bring most from `stock` units until the weeks are over, by dynamic programming.

    Bellman's backward induction over week, stock and last price (Gallego & van Ryzin 1994; Bitran & Mondschein 1997):
    prices may fall every `every` weeks, by at most `most_step_pct` at once, and never rise. `salvage` is what a unit
    left over brings. The prices must be lawful, which `descent` sees to. The stock is told apart in MOST_LEVELS levels;
    lots that do not fit are shared between two levels so that means are kept.
    The induction takes weeks as independent. Where they hang together (Draws), plan and single prices are tried on
    the same worlds, and a single price is returned as the policy where it does better there.
    So the plan is never worse than keeping the first price, nor than any single one.
    Raises ValueError for prices that do not fall or fit, a stock below 1, and numbers that cannot be.
    """
    prices = np.asarray(prices, np.float64)
    _check(weekly, prices, stock, salvage, every)
    levels = np.linspace(0.0, stock, min(stock, MOST_LEVELS) + 1)
    step = _Steps(prices, every, most_step_pct)
    game = _Game(weekly, prices, levels, salvage)
    first = np.flatnonzero(step.allowed(0)[0])
    policies = [_induced(game, step), *(_constant(game, int(r)) for r in first)]
    courses = [game.course(policy) for policy in policies]
    best = max(range(len(courses)), key=lambda i: courses[i].value)
    single = 1 + max(range(len(first)), key=lambda i: courses[1 + i].value)
    if courses[0].value >= courses[best].value - SAME * (1 + abs(courses[best].value)):
        best = 0
    path, share = game.path(policies[best])
    return Markdown(
        prices, levels, policies[best], courses[best], courses[1], courses[single], float(prices[first[single - 1]]),
        path, share,
    )  # fmt: skip


def _check(weekly: Weekly, prices: Floats, stock: int, salvage: float, every: int) -> None:
    if prices.ndim != 1 or not prices.size or not np.isfinite(prices).all() or prices.min() <= 0:
        raise ValueError("prices must be a row of finite numbers above 0")
    if (np.diff(prices) >= 0).any():
        raise ValueError("prices must descend; a markdown never raises one")
    if weekly.shape[1] != prices.size or weekly.shape[0] < 1:
        raise ValueError(f"demand over {weekly.shape} weeks and prices does not fit {prices.size} prices")
    if stock < 1 or stock != int(stock):
        raise ValueError(f"stock: {stock} is not a whole number of units above 0")
    if not (np.isfinite(salvage) and salvage >= 0) or every < 1:
        raise ValueError(f"salvage {salvage} must be 0 or more, and weeks between changes {every} at least 1")


@dataclass(frozen=True)
class _Steps:
    prices: Floats
    every: int
    most_pct: float

    def allowed(self, week: int) -> NDArray[np.bool_]:
        """Which rung (columns) may follow which (rows) in a week."""
        stay = np.eye(self.prices.size, dtype=bool)
        if week % self.every:
            return stay
        low = self.prices[:, None] * (1 - self.most_pct / 100) - 1e-9
        return np.asarray(stay | (np.triu(np.ones_like(stay)) & (self.prices[None, :] >= low)))


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
        revenue, left, _ = self._run(policy)
        return self._course(float(revenue.mean()), float(left.mean()), float(np.mean(left < 1e-9)))

    def _course(self, revenue: float, left: float, p_clear: float) -> Course:
        salvaged = self.salvage * left
        return Course(revenue + salvaged, revenue, salvaged, 1 - left / float(self.levels[-1]), p_clear)

    def _run(self, policy: Policy) -> tuple[Floats, Floats, Policy]:
        """Revenue (S,), stock left (S,) and rungs charged (S, W) in every world."""
        count = np.arange(len(self.worlds))
        left = np.full(count.size, self.levels[-1])
        rung, revenue = np.zeros(count.size, np.int64), np.zeros(count.size)
        rungs = np.zeros((count.size, self.weeks), np.int64)
        for week in range(self.weeks):
            rung = policy[week, rung, _level(left, self.levels)]
            sold = np.minimum(self.worlds[count, week, rung], left)
            revenue += sold * self.prices[rung]
            left = left - sold
            rungs[:, week] = rung
        return revenue, left, rungs

    def path(self, policy: Policy) -> tuple[tuple[float, ...], float]:
        """The prices that most worlds follow, and the share that does."""
        paths, times = np.unique(self._run(policy)[2], axis=0, return_counts=True)
        most = int(np.argmax(times))
        return tuple(self.prices[paths[most]].tolist()), float(times[most] / times.sum())


def _level(left: Floats, levels: Floats) -> Policy:
    """The level that a stock counts as: the nearest, but 0 only where nothing is left."""
    near = np.rint(left / levels[1]).astype(np.int64)
    return np.asarray(np.where(left > 1e-9, np.maximum(near, 1), 0))


def _induced(game: _Game, step: _Steps) -> Policy:
    rungs, levels = game.prices.size, game.levels
    policy = np.zeros((game.weeks, rungs, levels.size), np.int64)
    value = np.tile(game.salvage * levels, (rungs, 1))
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


def _constant(game: _Game, rung: int) -> Policy:
    after = np.maximum(np.arange(game.prices.size), rung)
    return np.broadcast_to(after[None, :, None], (game.weeks, game.prices.size, game.levels.size)).copy()
