"""Forecasts made again at past dates, to weigh the methods and to measure their errors."""

from dataclasses import dataclass

import numpy as np

from pricing.groups import Groups
from pricing.habits import Habits, habits
from pricing.history import History
from pricing.level import candidates
from pricing.panel import Floats
from pricing.season import seasons
from pricing.spread import STEP_WEEKS, Trials

MOST_ORIGINS = 12  # how many past dates, STEP_WEEKS apart
LEAST_PAST = 8  # weeks of history at a past date
PRIOR_ORIGINS = 4.0  # the store's verdict on the methods, in dates, against the product's own
BELIEF = 1.0  # how sharply the methods' errors part their weights


@dataclass(frozen=True)
class Rehearsal:
    """What forecasts at past dates taught."""

    weights: Floats  # (M, N) share of each method; columns sum to 1
    weekly: Trials  # errors week by week
    total: Trials  # errors of sums over the horizon (or as much of it as the past allows)


def rehearse(past: History, groups: Groups, horizon: int, methods: int, planned: bool) -> Rehearsal | None:
    """Rolling-origin evaluation; everything is learnt anew from what was known at each date. None where the panel is
    too short for a single one. Methods are weighed by squared error over variance, a product's own record
    counting against the store's by the number of dates. Promotions to come were known then if they are `planned` now.
    """
    t = past.units.shape[1]
    ahead = min(horizon, max(t // 3, 1))
    origins = list(range(t - ahead, LEAST_PAST - 1, -STEP_WEEKS))[:MOST_ORIGINS]
    if not origins:
        return None
    runs = [_at(past, groups, origin, horizon, methods, planned) for origin in origins]
    guess = np.concatenate([r.guess for r in runs], axis=2)
    actual, weight = np.concatenate([r.actual for r in runs], axis=1), np.concatenate([r.weight for r in runs], axis=1)
    shares = _weigh(guess, actual, weight, len(origins))
    means = [np.einsum("mn,mnh->nh", shares, r.guess) for r in runs]
    traits = np.array([r.habits.traits(mean.mean(axis=1)) for r, mean in zip(runs, means, strict=True)])
    sums = [_summed(r, mean, ahead) for r, mean in zip(runs, means, strict=True)]
    expected, sold, whole = (np.stack([s[k] for s in sums], axis=1) for k in range(3))
    dates, long = np.arange(len(runs)), [r.actual.shape[1] for r in runs]
    total = Trials(expected, sold, whole, np.zeros(len(sums)), dates, traits)
    ahead_of = np.concatenate([np.arange(weeks) for weeks in long]).astype(np.float64)
    weekly = Trials(np.concatenate(means, axis=1), actual, weight, ahead_of, np.repeat(dates, long), traits)
    return Rehearsal(shares, weekly, total)


@dataclass(frozen=True)
class _Run:
    """Forecasts at one date, and what came."""

    guess: Floats  # (M, N, h)
    actual: Floats  # (N, h)
    weight: Floats  # (N, h)
    habits: Habits


def _at(past: History, groups: Groups, origin: int, horizon: int, methods: int, planned: bool) -> _Run:
    """For the price of that date: later prices were not known then."""
    end = min(origin + horizon, past.units.shape[1])
    before = past.until(origin)
    season, holidays = seasons(before, groups, end - origin), past.holidays[origin:end]
    promo = past.promo[:, origin:end] if planned else before.usual_promotion()[:, None]
    guess = candidates(before, season, groups) * before.price[:, -1:] * promo * holidays
    if len(guess) < methods:  # no season could be learnt yet: the seasonal methods speak as their plain twins do
        plain = len(guess) - 1
        guess = np.concatenate([guess[:plain], guess[:plain], guess[plain:]])
    weight = past.full[:, origin:end] * (before.weeks > 0)[:, None]
    outlook = (holidays * np.exp(season[:, origin:])).mean(axis=1)
    seen = habits(before, season[:, :origin], outlook)
    return _Run(guess, past.units[:, origin:end], weight.astype(np.float64), seen)


def _weigh(guess: Floats, actual: Floats, weight: Floats, origins: int) -> Floats:
    scale = (guess.mean(axis=0) + 0.3 * guess.mean(axis=0) ** 2 + 0.1)[None]
    loss = np.minimum((guess - actual[None]) ** 2 / scale, 25) * weight[None]
    seen = weight.sum(axis=1)
    own = loss.sum(axis=2) / np.maximum(seen, 1)
    store = loss.sum(axis=(1, 2)) / max(float(seen.sum()), 1)
    dates = origins * seen / max(float(seen.max(initial=0)), 1)
    mixed = (own * dates + PRIOR_ORIGINS * store[:, None]) / (dates + PRIOR_ORIGINS)
    share = (mixed / np.maximum(mixed.min(axis=0), 1e-9) + 1e-3) ** -BELIEF
    return np.asarray(share / share.sum(axis=0))


def _summed(run: _Run, mean: Floats, ahead: int) -> tuple[Floats, Floats, Floats]:
    """Sums (N,) over the first `ahead` weeks, forecast and sold, and where all of them are known."""
    weight = run.weight[:, :ahead]
    whole = (weight > 0).all(axis=1) & (weight.shape[1] == ahead)
    return mean[:, :ahead].sum(axis=1), run.actual[:, :ahead].sum(axis=1), whole.astype(np.float64)
