"""What will sell, week by week, with its uncertainty."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pricing import spread
from pricing.calendar import holiday_factors, home
from pricing.elasticity import Elasticity
from pricing.groups import Groups
from pricing.habits import Habits, habits
from pricing.history import History, history
from pricing.level import candidates
from pricing.panel import Days, Floats, Panel
from pricing.plan import Move, checked, moved, of_the_sum, promoted
from pricing.promotion import Lift, lifts
from pricing.rehearsal import Rehearsal, rehearse
from pricing.season import seasons
from pricing.spread import UNTRIED, learn, untried

LEVELS = spread.LEVELS
LONGEST = 26
SHORT = 12  # weeks of history under which the reader is warned
ASLEEP = 13  # weeks without a sale after which the reader is warned
MOST_MENDED = 1.5  # factor by which the calibrated distribution may move the mean
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


def forecasts(
    panel: Panel,
    horizon: int,
    prices: Floats | None = None,
    elasticities: Sequence[Elasticity] | None = None,
    *,
    promos: Floats | None = None,
    country: str | None = None,
) -> tuple[Forecast, ...]:
    """One forecast a product for `horizon` weeks (1 to 26) after the panel's end.

    `prices` (N,) or (N, H) is the price assumed; the last known price where None or NaN. A price other than the last
    needs a usable elasticity: it moves the level and widens the interval by its uncertainty; without one the product
    gets NaN and a caution. With elasticities, past weeks count at what they would have sold at the last price.
    `promos` (N, H) is the share of each week on promotion; as often as of late where None or NaN. `country` (ISO 3166)
    is the one whose holidays count; that of the currency where None, none where "".
    Raises ValueError for a horizon outside 1 to 26, and for a plan or elasticities that do not fit the panel;
    UnknownCountryError for a country without a calendar. A product with no sale at all gets NaN and a caution.
    """
    if not 1 <= horizon <= LONGEST:
        raise ValueError(f"a forecast reaches 1 to {LONGEST} weeks ahead, not {horizon}")
    checked(panel, horizon, prices, promos, elasticities)
    if not panel.skus:
        return ()
    groups = Groups.of(panel.categories)
    past, lift = _explained(panel, groups, horizon, elasticities, country)
    move = moved(past.last_price, horizon, prices, elasticities)
    promoting, unsure = promoted(past, lift, horizon, promos)
    season, t = seasons(past, groups, horizon), len(panel.weeks)
    guess = candidates(past, season, groups) * promoting * past.holidays[t:]
    tried = rehearse(past, groups, horizon, len(guess), promos is not None)
    shares = np.full(guess.shape[:2], 1 / len(guess)) if tried is None else tried.weights
    seen = habits(past, season[:, :t], (past.holidays[t:] * np.exp(season[:, t:])).mean(axis=1))
    plain = np.einsum("mn,mnh->nh", shares, guess)
    told = _Told(plain, np.nan_to_num(move.factor, nan=1.0), move.doubt + unsure, seen)
    mean, quantiles, totals = _distributed(past, tried, told)
    weeks = panel.weeks[-1] + 7 * np.arange(1, horizon + 1).astype("timedelta64[D]")
    weeks_of, answers = past.weeks, []
    for i, sku in enumerate(panel.skus):
        caution, said = _caution(past, move, weeks_of, i)
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
                history_weeks=int(weeks_of[i]),
                censored_weeks=int(past.censored[i]),
                method=METHOD,
                caution=caution,
            )
        )
    return tuple(answers)


def _explained(
    panel: Panel, groups: Groups, horizon: int, elasticities: Sequence[Elasticity] | None, country: str | None
) -> tuple[History, Lift]:
    """The past, with what holidays and promotions did to it."""
    past, land = history(panel, elasticities), home(panel.currencies) if country is None else country
    past = replace(past, holidays=holiday_factors(past, panel.weeks, horizon, land or None))
    lift = lifts(past, panel.promo, groups)
    return replace(past, promo=lift.factor(panel.promo)), lift


@dataclass(frozen=True)
class _Told:
    """What is expected of N products in H weeks."""

    plain: Floats  # (N, H) mean units at the last price
    factor: Floats  # (N, H) of the prices planned
    doubt: Floats  # (N, H) dispersion that the plan adds
    habits: Habits


def _distributed(past: History, tried: Rehearsal | None, told: _Told) -> tuple[Floats, Floats, Floats]:
    """Mean (N, H), quantiles (5, N, H) and quantiles of the sum (5, N).

    The mean is that of the calibrated distribution, so that it says the same as the quantiles do.
    """
    usual = told.plain.mean(axis=1)
    traits, young, mean = told.habits.traits(usual), _inexperience(past, usual), told.plain * told.factor
    weekly, total = (
        (untried(*traits.shape),) * 2 if tried is None else (learn(tried.weekly), learn(tried.total, narrow=False))
    )
    quantiles = weekly.quantiles(mean, young[:, None] + told.doubt, traits)
    whole = mean.sum(axis=1, keepdims=True)
    totals = total.quantiles(whole, (young + of_the_sum(mean, told.doubt))[:, None], traits)[:, :, 0]
    right = weekly.implied(usual, young, traits) / np.maximum(usual, 1e-9)
    return mean * np.clip(right, 1 / MOST_MENDED, MOST_MENDED)[:, None], quantiles, totals


def _inexperience(past: History, usual: Floats) -> Floats:
    """Dispersion (N,) for a level known from few weeks: that of an average of so many noisy counts."""
    weeks = past.weeks
    return np.where(weeks < SHORT, (UNTRIED + 1 / np.maximum(usual, 0.3)) / np.maximum(weeks, 1), 0)


def _caution(past: History, move: Move, known: Floats, i: int) -> tuple[str, bool]:
    """What the reader must know, and whether there is a forecast at all."""
    units, weeks = past.units[i], int(known[i])
    if not units.sum() > 0:
        return "no sale in the data: nothing to forecast from; wait for sales or look at a similar product", False
    if np.isnan(move.factor[i]).any():
        return "no usable elasticity: what another price would sell cannot be said; forecast at the last price", False
    if weeks < SHORT:
        return f"only {weeks} {'week' if weeks == 1 else 'weeks'} of sales: the interval is wide", True
    idle = int(np.argmax(units[::-1] > 0))
    if idle >= ASLEEP:
        return f"no sale in the last {idle} weeks: it may no longer be on offer", True
    if past.censored[i] > weeks / 2:
        return "out of stock in most weeks: demand is a guess", True
    return "", True
