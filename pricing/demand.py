"""What a product may sell at each price of a ladder, as draws from all that is uncertain."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from pricing.elasticity import NORMAL_95, Elasticity
from pricing.errors import NotEnoughDataError
from pricing.forecast import LEVELS, Forecast
from pricing.panel import Floats
from pricing.shapes import Shape, multiple

FREEDOM, WIDER = 6.0, 1.25  # slopes are drawn from Student's t, wider than their standard errors: see _below_zero
SCALE = WIDER * NORMAL_95 / float(stdtrit(FREEDOM, 0.95))  # the 90 % interval is WIDER times the estimate's
SCORES = np.linspace(-6.0, 6.0, 2401)
QUANTILES = stdtrit(FREEDOM, ndtr(SCORES))  # of Student's t, by normal score
SAME = 1e-9  # relative difference under which two prices are one
NEAR = 1.3  # ratio up to which an elasticity still speaks for the price that it was not fitted at
LEAST = 0.02  # multiple of units below which a form says nothing of the price it was asked to start from
TAIL = (0.25, 4.0)  # how far the upper tail may be stretched so that the mean is the forecast's


@dataclass(frozen=True)
class Demand:
    """Draws of total units over a horizon. A row is one possible world: the same at every price, so that differences
    between prices are not noise (common random numbers)."""

    sku: str
    weeks: int
    prices: Floats  # (P,) ascending, the current price among them
    units: Floats  # (S, P)


def demand(
    forecast: Forecast, elasticity: Elasticity, prices: Floats, current: float, *, draws: int = 2000, seed: int = 0
) -> Demand:
    """Units at `prices` from the posteriors of level and elasticity, averaged over the shape of demand.

    Away from the current price the shape is itself uncertain, so draws are split over the elasticity's forms by their
    probability (constant, exponential and linear alike where it has none), each with the slope that it would have.
    Slopes are drawn from Student's t below 0: in no world do units rise with price. A forecast for another price than
    `current` is carried over in the same way. Draws are stratified and depend on `seed` alone.
    Raises NotEnoughDataError where there is no forecast, or where the elasticity is not usable and `prices` holds
    more than the current price. Raises ValueError for prices that do not ascend, are not above 0 or lack the current
    one, for fewer than 1 draw, and for a forecast and an elasticity of two products.
    """
    prices = np.asarray(prices, np.float64)
    _check(forecast, elasticity, prices, current, draws)
    level_at, slope_at, kind_at = _strata(seed, draws)
    total = _quantile(forecast, level_at)
    if not elasticity.usable:
        return Demand(elasticity.sku, len(forecast.weeks), prices, np.repeat(total[:, None], len(prices), axis=1))
    forms = _forms(elasticity)
    shares = np.cumsum([weight for _, weight, _, _ in forms])
    kind = np.searchsorted(shares / shares[-1], kind_at)
    units = np.empty((draws, len(prices)))
    for k, (shape, _, slope, se) in enumerate(forms):
        rows = kind == k
        world = _World(shape, _below_zero(slope, se, slope_at[rows])[:, None], _reference(elasticity, current))
        level = total[rows, None] * (world.change(forecast.price, current) if forecast.price > 0 else 1.0)
        units[rows] = level * world.change(current, prices)
    return Demand(elasticity.sku, len(forecast.weeks), prices, units)


@dataclass(frozen=True)
class _World:
    """Demand of one form whose slopes (S, 1) hold at the price `reference`."""

    shape: Shape
    slope: Floats
    reference: float

    def change(self, before: float, after: float | Floats) -> Floats:
        """Units at other prices as multiples of units at the price `before`."""
        usual = multiple(self.shape, self.slope, np.asarray(before / self.reference))
        wanted = multiple(self.shape, self.slope, np.asarray(after) / self.reference)
        return np.asarray(wanted / np.maximum(usual, LEAST))


def _forms(elasticity: Elasticity) -> tuple[tuple[Shape, float, float, float], ...]:
    """Shape, weight, slope and standard error of each form that demand may take; three equally likely where none was
    learnt."""
    if elasticity.forms:
        return elasticity.forms
    se = max(elasticity.se, 1e-6)
    return tuple((shape, 1.0, elasticity.elasticity, se) for shape in ("constant", "exponential", "linear"))


def _reference(elasticity: Elasticity, current: float) -> float:
    """The price at which the elasticity holds: today's, unless it has moved since the fit, but not out of sight."""
    moved = elasticity.reference / current
    return elasticity.reference if 1 / NEAR < moved < NEAR else current


def _check(forecast: Forecast, elasticity: Elasticity, prices: Floats, current: float, draws: int) -> None:
    if forecast.sku != elasticity.sku:
        raise ValueError(f"the forecast is of {forecast.sku}, the elasticity of {elasticity.sku}")
    if draws < 1:
        raise ValueError(f"at least 1 draw is needed, not {draws}")
    if prices.ndim != 1 or not len(prices) or not np.isfinite(prices).all() or prices[0] <= 0:
        raise ValueError("prices must be a row of finite numbers above 0")
    if (np.diff(prices) <= 0).any():
        raise ValueError("prices must ascend")
    here = np.abs(prices / current - 1) <= SAME if current > 0 else np.zeros(len(prices), bool)
    if not here.any():
        raise ValueError(f"the current price, {current}, must be among the prices")
    if not np.isfinite(forecast.total).all():
        raise NotEnoughDataError(f"{forecast.sku} has no forecast: {forecast.caution}")
    if not elasticity.usable and len(prices) > 1:
        raise NotEnoughDataError(f"{elasticity.sku} has no usable elasticity: {elasticity.reason}")


@lru_cache(maxsize=8)
def _strata(seed: int, draws: int) -> tuple[Floats, ...]:
    """Uniform draws for level, slope and form: one from each of `draws` equal slices of (0, 1), shuffled."""
    rng = np.random.default_rng(seed)
    found = tuple((rng.permutation(draws) + rng.uniform(0.001, 0.999, draws)) / draws for _ in range(3))
    for one in found:
        one.setflags(write=False)
    return found


def _quantile(forecast: Forecast, at: Floats) -> Floats:
    """Total units (S,) at probabilities: straight between the forecast's quantiles, an exponential tail above.

    Wide quantiles can speak of more units than the forecast's mean does; then all are drawn to the mean, so that money
    is reckoned from the units that the reader is told to expect.
    """
    high = LEVELS[-1]
    floor = max(0.0, 2 * forecast.total[0] - forecast.total[1])
    body = np.interp(at, (0.0, *LEVELS), (floor, *forecast.total))
    above = np.log((1 - high) / np.minimum(1 - at, 1 - high))
    drawn = np.asarray(body + _tail(forecast, floor) * above)
    return drawn * (forecast.total_mean / max(float(drawn.mean()), 1e-9)) if len(at) > 1 else drawn


def _tail(forecast: Forecast, floor: float) -> float:
    """Mean excess over the top quantile that brings the mean to the forecast's, near what p90 and p95 say."""
    knots, values = np.array((0.0, *LEVELS)), np.array((floor, *forecast.total))
    body = float(np.sum(np.diff(knots) * (values[1:] + values[:-1]) / 2))
    share = 1 - LEVELS[-1]
    natural = max(float(forecast.total[-1] - forecast.total[-2]), 0.0) / np.log((1 - LEVELS[-2]) / share)
    wanted = (forecast.total_mean - body) / share - float(forecast.total[-1])
    return float(np.clip(wanted, TAIL[0] * natural, TAIL[1] * natural))


def _below_zero(slope: float, se: float, at: Floats) -> Floats:
    """Elasticities (S,) of Student's t, given that they are below 0.

    Wider than the standard error says, with heavy tails: steps are taken where an estimate makes them look good, so
    the estimates acted on err more than all do (the optimiser's curse, Smith & Winkler 2006). Both numbers were chosen
    on simulated stores, so that the steps taken lose about as often as stated (`python -m bench uplift` prints both).
    """
    se = max(se * SCALE, 1e-6)
    scores = ndtri(at * stdtr(FREEDOM, -slope / se))
    return np.asarray(np.minimum(slope + se * np.interp(scores, SCORES, QUANTILES), -1e-9))
