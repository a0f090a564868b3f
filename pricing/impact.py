"""What a change of price did: the promise, what happened, and what would have sold at the old price."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Literal

import numpy as np

from pricing.elasticity import NORMAL_95
from pricing.forecast import Forecast
from pricing.outcome import Basis
from pricing.panel import Floats

Verdict = Literal["kept", "better", "worse", "early"]

ENOUGH = 4  # weeks after which a verdict is given, fewer where the promise itself was for fewer
LEAST_PEERS = 3  # products whose movement is taken for that of their category
FAR = (
    2.8  # standard deviations of its own forecast from which a product has drifted: about one in two hundred by chance
)
SCARCE = 0.9  # share of the weeks on hand under which sales were held back by the stock


@dataclass(frozen=True)
class Band:
    """A figure and its 90 % interval."""

    mean: float
    low: float
    high: float

    def times(self, share: float) -> "Band":
        return Band(self.mean * share, self.low * share, self.high * share)


@dataclass(frozen=True)
class Movement:
    """How sales of a category moved against their forecasts for reasons other than our change: a factor on units."""

    factor: float = 1.0
    se: float = 0.0  # of its logarithm
    peers: int = 0


@dataclass(frozen=True)
class Promise:
    """What a proposal said of `weeks` weeks. `change` is money of its basis, against keeping the price."""

    sku: str
    weeks: int
    basis: Basis
    old: float
    new: float
    cost: float | None
    change: Band
    units: Band  # at the new price


@dataclass(frozen=True)
class Sold:
    """What came in W complete weeks at the new price."""

    units: Floats  # (W,) net
    revenue: float
    in_stock: float = 1.0  # share of the weeks on hand


@dataclass(frozen=True)
class Impact:
    """One change, reckoned over the weeks that have passed of those that were promised."""

    sku: str
    basis: Basis
    weeks: int
    units: float
    revenue: float
    profit: float | None  # None where no cost is known
    promised: Band  # money, for as many weeks
    promised_units: Band
    without: Band  # units that would have sold at the old price
    change: Band  # money, against them
    movement: Movement
    verdict: Verdict
    scarce: bool  # the stock held sales back

    @property
    def kept_units(self) -> bool:
        """Whether the units sold lie within the promised interval."""
        return self.promised_units.low <= self.units <= self.promised_units.high


@dataclass(frozen=True)
class Total:
    """A sum over changes of one currency and basis."""

    count: int
    promised: Band
    change: Band


@dataclass(frozen=True)
class Calibration:
    """How many of the changes that are judged ended within the promised 90 % interval."""

    judged: int
    money: int  # the interval widened by the doubt of the outcome, which is an estimate itself
    units: int  # units sold, which are counted


def movement(actual: Floats, forecasts: Sequence[Forecast]) -> Movement:
    """The common movement of P products whose price stayed: units `actual` (P,) against their forecasts.

    The mean of log ratios, each weighed by the precision of its forecast; its standard error is stretched where they
    differ more than the forecasts say (Birge's ratio), and the mean drawn to 0 by as much as it may be noise (positive
    part of James & Stein 1961), so that a category that did not move changes nothing. None with few peers.
    """
    told = [(a, f) for a, f in zip(actual, forecasts, strict=True) if np.isfinite(f.total).all() and f.total_mean >= 1]
    if len(told) < LEAST_PEERS:
        return Movement(peers=len(told))
    logs = np.array([np.log((a + 0.5) / (f.total_mean + 0.5)) for a, f in told])
    sds = np.array([_log_sd(f) for _, f in told])
    weights = 1 / sds**2
    mean = float((weights * logs).sum() / weights.sum())
    stretch = max(1.0, float((weights * (logs - mean) ** 2).sum()) / (len(told) - 1))
    se = float(np.sqrt(stretch / weights.sum()))
    kept = max(0.0, 1 - (se / mean) ** 2) if mean else 0.0
    return Movement(float(np.exp(kept * mean)), kept * se, len(told))


def impact(promise: Promise, sold: Sold, forecast: Forecast, moved: Movement, gap: int = 0) -> Impact:
    """What the change brought, against `forecast`, made of the weeks before it, at the old price.

    The counterfactual is the product's own forecast for the weeks that came, times the movement of its category that
    forecasts did not explain: a difference of differences on forecasts (as in Brodersen et al. 2015, with peers as
    controls). Its interval is the forecast's, widened by the doubt of the movement. What was paid beside the list price
    (promotions, wholesale) is taken to have been paid at the old price in the same measure. `gap`: weeks of the
    forecast that lie before the first complete week. Raises ValueError where the forecast is shorter than the sales.
    """
    weeks = len(sold.units)
    if len(forecast.mean) < gap + weeks or not weeks:
        raise ValueError(f"a forecast of {len(forecast.mean)} weeks does not speak for {gap} + {weeks}")
    units, cost = float(sold.units.sum()), promise.cost if promise.basis == "profit" else 0.0
    without = _without(forecast, moved, gap, weeks, min(1.0, sold.in_stock))
    paid = sold.revenue / (units * promise.new) if units > 0 else 1.0
    worth = promise.old * paid - (cost or 0.0)
    earned = sold.revenue - units * (cost or 0.0)
    ends = sorted((earned - without.low * worth, earned - without.high * worth))
    change = Band(earned - without.mean * worth, *ends)
    share = weeks / promise.weeks
    promised = promise.change.times(share)
    return Impact(
        sku=promise.sku,
        basis=promise.basis,
        weeks=weeks,
        units=units,
        revenue=sold.revenue,
        profit=None if promise.cost is None else sold.revenue - units * promise.cost,
        promised=promised,
        promised_units=promise.units.times(share),
        without=without,
        change=change,
        movement=moved,
        verdict=verdict(promised, change) if weeks >= min(ENOUGH, promise.weeks) else "early",
        scarce=sold.in_stock < SCARCE,
    )


def verdict(promised: Band, change: Band) -> Verdict:
    """Kept where the outcome lies in the promised interval, widened by the outcome's own doubt."""
    low, high = allowed(promised, change)
    return "worse" if change.mean < low else "better" if change.mean > high else "kept"


def allowed(promised: Band, change: Band) -> tuple[float, float]:
    """The interval in which the estimated outcome of a true promise lies nine times in ten."""
    low = promised.mean - hypot(promised.mean - promised.low, change.high - change.mean)
    return low, promised.mean + hypot(promised.high - promised.mean, change.mean - change.low)


def total(impacts: Iterable[Impact]) -> Total:
    """A sum; errors of different products are taken to be independent, so their distances add up as squares do."""
    known = list(impacts)
    return Total(len(known), _sum([one.promised for one in known]), _sum([one.change for one in known]))


def calibration(impacts: Iterable[Impact]) -> Calibration:
    judged = [one for one in impacts if one.verdict != "early"]
    return Calibration(len(judged), sum(i.verdict == "kept" for i in judged), sum(i.kept_units for i in judged))


def drift(actual: float, forecast: Forecast) -> float:
    """By how many of its forecast's standard deviations the total units went astray, on the scale of logarithms, so
    that half and double are as far; beyond FAR it is no chance. NaN where nothing was forecast."""
    if not np.isfinite(forecast.total).all() or forecast.total_mean < 1:
        return float("nan")
    return float(np.log((actual + 0.5) / (forecast.total_mean + 0.5)) / _log_sd(forecast))


def _log_sd(forecast: Forecast) -> float:
    low, high = float(forecast.total[0]), float(forecast.total[-1])
    return max(float(np.log((high + 0.5) / (low + 0.5))) / (2 * NORMAL_95), 1e-3)


def _without(forecast: Forecast, moved: Movement, gap: int, weeks: int, on_hand: float) -> Band:
    mean = float(forecast.mean[gap : gap + weeks].sum()) * moved.factor * on_hand
    share = mean / max(forecast.total_mean, 1e-9)
    fewer = 1 / np.sqrt(max(weeks / len(forecast.mean), 1e-9))  # the sum of fewer weeks is less sure
    down, up = (abs(forecast.total_mean - float(forecast.total[end])) * share * fewer for end in (0, -1))
    doubt = NORMAL_95 * moved.se * mean
    return Band(mean, max(0.0, mean - hypot(down, doubt)), mean + hypot(up, doubt))


def _sum(bands: Sequence[Band]) -> Band:
    mean = sum(band.mean for band in bands)
    return Band(
        mean,
        mean - hypot(*(band.mean - band.low for band in bands)),
        mean + hypot(*(band.high - band.mean for band in bands)),
    )
