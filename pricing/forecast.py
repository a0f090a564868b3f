"""What will sell, week by week, with its uncertainty."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pricing import spread
from pricing.elasticity import Elasticity
from pricing.groups import Groups
from pricing.history import History, history
from pricing.level import candidates
from pricing.panel import Days, Floats, Panel
from pricing.rehearsal import Rehearsal, rehearse
from pricing.season import seasons
from pricing.spread import CLASSES, UNTRIED, Spread, learn

LEVELS = spread.LEVELS
LONGEST = 26
SHORT = 12  # weeks of history under which the reader is warned
ASLEEP = 13  # weeks without a sale after which the reader is warned
SAME, NEARLY_SAME = 1e-6, 0.005  # log distance from the last price that counts as none; the second without elasticity
METHOD = "smoothing at several speeds with pooled season, weighted by past errors; calibrated negative binomial"


@dataclass(frozen=True)
class Forecast:
    """Units of one product for H weeks to come, at one price throughout."""

    sku: str
    weeks: Days  # (H,) Mondays
    mean: Floats  # (H,) units
    quantiles: Floats  # (5, H) units at LEVELS
    total: Floats  # (5,) quantiles of the sum over the H weeks, at LEVELS
    total_mean: float
    price: float  # the price it assumes
    history_weeks: int
    censored_weeks: int  # weeks corrected for stock-outs
    method: str
    caution: str  # what the reader must know ("only 6 weeks of sales"), "" where nothing


@dataclass(frozen=True)
class _Move:
    """What prices other than the last do to N products."""

    factor: Floats  # (N,) on mean units; NaN where a wanted price has no elasticity behind it
    doubt: Floats  # (N,) dispersion that the elasticity's uncertainty adds
    price: Floats  # (N,) the price assumed


def forecasts(
    panel: Panel, horizon: int, prices: Floats | None = None, elasticities: Sequence[Elasticity] | None = None
) -> tuple[Forecast, ...]:
    """One forecast a product for `horizon` weeks (1 to 26) after the panel's end.

    `prices` (N,) is the price assumed; the last known price where None or NaN. A price other than the last needs a
    usable elasticity: it moves the level and widens the interval by its uncertainty; without one the product gets NaN
    and a caution. With elasticities, past weeks count at what they would have sold at the last price.
    Raises ValueError for a horizon outside 1 to 26, and for prices or elasticities that do not fit the panel.
    A product with no sale at all gets NaN and a caution.
    """
    if not 1 <= horizon <= LONGEST:
        raise ValueError(f"a forecast reaches 1 to {LONGEST} weeks ahead, not {horizon}")
    _check(panel, prices, elasticities)
    if not panel.skus:
        return ()
    past, groups = history(panel, elasticities), Groups.of(panel.categories)
    move = _moved(past.last_price, prices, elasticities)
    guess = candidates(past, seasons(past, groups, horizon), groups)
    tried = rehearse(past, groups, horizon, len(guess))
    shares = np.full(guess.shape[:2], 1 / len(guess)) if tried is None else tried.weights
    mean = np.einsum("mn,mnh->nh", shares, guess) * np.nan_to_num(move.factor, nan=1.0)[:, None]
    weekly, total = _spreads(tried, len(panel.skus))
    extra = move.doubt + _inexperience(past, mean)
    quantiles, totals = weekly.quantiles(mean, extra), _total(total, mean, extra)
    weeks = panel.weeks[-1] + 7 * np.arange(1, horizon + 1).astype("timedelta64[D]")
    answers = []
    for i, sku in enumerate(panel.skus):
        caution, said = _caution(past, move, i)
        blank = 1.0 if said else np.nan
        answers.append(
            Forecast(
                sku=sku,
                weeks=weeks,
                mean=mean[i] * blank,
                quantiles=quantiles[:, i] * blank,
                total=totals[:, i] * blank,
                total_mean=float(mean[i].sum() * blank),
                price=float(move.price[i]),
                history_weeks=int(past.weeks[i]),
                censored_weeks=int(past.censored[i]),
                method=METHOD,
                caution=caution,
            )
        )
    return tuple(answers)


def _check(panel: Panel, prices: Floats | None, elasticities: Sequence[Elasticity] | None) -> None:
    n = len(panel.skus)
    if prices is not None and prices.shape != (n,):
        raise ValueError(f"prices have shape {prices.shape}; the panel has {n} products")
    if prices is not None and (np.isinf(prices) | (prices <= 0)).any():
        raise ValueError("a price must be a finite number above 0")
    if elasticities is not None and tuple(e.sku for e in elasticities) != panel.skus:
        raise ValueError("the elasticities must be those of the panel's products, in its order")


def _moved(last: Floats, prices: Floats | None, elasticities: Sequence[Elasticity] | None) -> _Move:
    """Mean and variance of a lognormal change: (price / last)^elasticity with a normal elasticity."""
    price = last if prices is None else np.where(np.isnan(prices), last, prices)
    usable = np.zeros(len(last), bool) if elasticities is None else np.array([e.usable for e in elasticities])
    slope, se = np.full(len(last), np.nan), np.full(len(last), np.nan)
    for i, e in enumerate(elasticities or ()):
        slope[i], se[i] = e.elasticity, e.se
    step = np.log(price / last)
    kept = ~(np.abs(step) > np.where(usable, SAME, NEARLY_SAME))
    variance = np.where(kept | ~usable, 0, (np.nan_to_num(se) * np.nan_to_num(step)) ** 2)
    factor = np.where(kept, 1.0, np.where(usable, np.exp(slope * step + variance / 2), np.nan))
    return _Move(factor, np.expm1(variance), price)


def _spreads(tried: Rehearsal | None, n: int) -> tuple[Spread, Spread]:
    if tried is None:
        plain = Spread(np.full(n, UNTRIED), 0.05, np.tile(np.array(LEVELS), (len(CLASSES) + 1, 1)))
        return plain, plain
    return learn(tried.weekly), learn(tried.total)


def _total(total: Spread, mean: Floats, extra: Floats) -> Floats:
    """Quantiles (5, N) of the sum."""
    return np.asarray(total.quantiles(mean.sum(axis=1, keepdims=True), extra)[:, :, 0])


def _inexperience(past: History, mean: Floats) -> Floats:
    """Dispersion (N,) for a level known from few weeks: that of an average of so many noisy counts."""
    usual = np.maximum(mean.mean(axis=1), 0.3)
    return np.where(past.weeks < SHORT, (UNTRIED + 1 / usual) / np.maximum(past.weeks, 1), 0)


def _caution(past: History, move: _Move, i: int) -> tuple[str, bool]:
    """What the reader must know, and whether there is a forecast at all."""
    units, weeks = past.units[i], int(past.weeks[i])
    if not units.sum() > 0:
        return "no sale in the data: nothing to forecast from; wait for sales or look at a similar product", False
    if np.isnan(move.factor[i]):
        return "no usable elasticity: what another price would sell cannot be said; forecast at the last price", False
    if weeks < SHORT:
        return f"only {weeks} {'week' if weeks == 1 else 'weeks'} of sales: the interval is wide", True
    idle = int(np.argmax(units[::-1] > 0))
    if idle >= ASLEEP:
        return f"no sale in the last {idle} weeks: it may no longer be on offer", True
    if past.censored[i] > weeks / 2:
        return "out of stock in most weeks: demand is a guess", True
    return "", True
