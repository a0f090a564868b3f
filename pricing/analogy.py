"""What a new product will sell, told by products like it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pricing.forecast import Forecast
from pricing.history import last_known
from pricing.panel import Floats, Panel
from pricing.spread import LEVELS, UNTRIED

Rows = NDArray[np.int64]

LEAST_WEIGHT = 0.02  # of the most alike product's, below which another has no say
YOUNG = 8  # weeks of sales from which a product speaks for itself
MOST_PEERS = 40
WARMTH = 0.08  # likeness (cosine) by which one product counts e times as much as another
SAME_CATEGORY = 3.0  # how much more a product of the same category counts
PRICE_WIDTH = 0.8  # log price distance at which a product counts 0.6 times as much
SLOPE, SLOPE_SD = -0.5, 0.4  # of log level on log price among products alike, before they are seen
STORE_COUNTS = 3.0  # products' worth of the store's own spread of levels
START_SD = 0.4  # of a product's first weeks around what it sells later, where the store has not shown it
HIGHEST = 3.0  # times what nearly all products sell, which no new one is thought to
LEAST_STARTS = 10  # products that began within the panel, from which their start is learnt
LEAST_LEVEL = 0.1  # units a week, added before logs are taken
WIDEST = 2.0  # standard deviation of the log level: more says nothing
DRAWS = 4000
METHOD = "analogy with products alike in text, category and price"


@dataclass(frozen=True)
class _Level:
    """Log units a week of a new product."""

    mean: float
    sd: float
    shape: Floats  # (H,) of each week against the average one


def analogies(
    panel: Panel, found: Sequence[Forecast], rows: Rows, likeness: Floats, prices: Floats
) -> tuple[Forecast, ...]:
    """Forecasts of the products `rows` (M,), which have hardly sold, from those of the panel's others.

    `found` are the forecasts of all N products of the panel, `likeness` (M, N) says how alike their texts are (cosine;
    NaN or 0 where unknown), `prices` (M,) are today's. Levels of products alike in text, category and price are
    averaged in logs; how far they lie apart, and how new products of this store have started, is the width; a few
    weeks of own sales count by their information (normal-normal Bayes in logs). A product gets what `found` holds
    where no other product has sold for long. Raises ValueError for arrays that do not fit.
    """
    n = len(panel.skus)
    if len(found) != n or likeness.shape != (len(rows), n) or prices.shape != (len(rows),):
        raise ValueError(f"{n} products, {len(found)} forecasts, likeness {likeness.shape}, prices {prices.shape}")
    old = _settled(panel, found)
    old[rows] = False
    if not old.any():
        return tuple(found[i] for i in rows)
    start = _start(panel, len(found[0].weeks))
    return tuple(
        _told(panel, found, int(i), _peers(panel, old, int(i), alike, price), start, float(price))
        for i, alike, price in zip(rows, np.nan_to_num(likeness), prices, strict=True)
    )


def young(panel: Panel) -> Rows:
    """Rows of the products that have sold for too short a time to speak for themselves."""
    return np.flatnonzero(np.isfinite(panel.units).sum(axis=1) < YOUNG)


def _settled(panel: Panel, found: Sequence[Forecast]) -> NDArray[np.bool_]:
    """Products (N,) that have sold for long and are still selling."""
    selling = np.nansum(panel.units[:, -2 * YOUNG :], axis=1) > 0
    return np.asarray(np.array([f.history_weeks >= 2 * YOUNG and f.total_mean > 0 for f in found]) & selling)


def _peers(panel: Panel, old: NDArray[np.bool_], i: int, alike: Floats, price: float) -> tuple[Rows, Floats]:
    """The products most like product i, and how much each counts."""
    weight = np.where(old, np.exp((alike - alike[old].max()) / WARMTH), 0)
    same = np.array([bool(c) and c == panel.categories[i] for c in panel.categories])
    distance = np.log(last_known(panel.price) / price) if price > 0 else np.zeros(len(weight))
    weight = weight * np.where(same, SAME_CATEGORY, 1) * np.exp(-((np.nan_to_num(distance) / PRICE_WIDTH) ** 2) / 2)
    best = np.argsort(-weight, kind="stable")[:MOST_PEERS]
    best = best[weight[best] > weight[best[0]] * LEAST_WEIGHT]
    return best, weight[best] / weight[best].sum()


def _told(
    panel: Panel,
    found: Sequence[Forecast],
    i: int,
    peers: tuple[Rows, Floats],
    start: tuple[float, float],
    price: float,
) -> Forecast:
    others, weight = peers
    level = _level(panel, found, others, weight, price)
    centre, variance = level.mean + start[0], level.sd**2 + start[1] ** 2
    units = panel.units[i][np.isfinite(panel.units[i])]
    if len(units):
        own = np.log((units.sum() + 0.5) / len(units))
        doubt = 1 / (units.sum() + 0.5) + UNTRIED / len(units)
        centre, variance = (centre * doubt + own * variance) / (doubt + variance), doubt * variance / (doubt + variance)
    most = HIGHEST * float(np.nanquantile([f.mean.mean() for f in found], 0.95))
    draws = _draws(centre, min(float(np.sqrt(variance)), WIDEST), level.shape, most)
    total = draws.sum(axis=1)
    return Forecast(
        sku=panel.skus[i],
        weeks=found[i].weeks,
        mean=draws.mean(axis=0),
        quantiles=np.quantile(draws, LEVELS, axis=0),
        total=np.quantile(total, LEVELS),
        total_mean=float(total.mean()),
        price=price,
        history_weeks=len(units),
        censored_weeks=found[i].censored_weeks,
        method=METHOD,
        caution=_caution(len(units), len(others)),
    )


def _caution(weeks: int, others: int) -> str:
    if not weeks:
        return f"no sale yet: forecast by analogy with {others} other products; the interval is wide"
    known = f"{weeks} {'week' if weeks == 1 else 'weeks'}"
    return f"only {known} of sales: forecast by analogy with {others} other products too"


def _level(panel: Panel, found: Sequence[Forecast], others: Rows, weight: Floats, price: float) -> _Level:
    """Weighted mean of the peers' log levels at this price, and how far a product like them lies from it."""
    mean = np.array([found[j].mean for j in others])
    logs = np.log(mean.mean(axis=1) + LEAST_LEVEL)
    count = 1 / float((weight**2).sum())
    dear = np.nan_to_num(np.log(last_known(panel.price)[others] / price)) if price > 0 else np.zeros(len(others))
    centred, around = dear - weight @ dear, logs - weight @ logs
    noise = max(float(weight @ around**2), 0.1)
    precision = count * float(weight @ centred**2) / noise
    slope = (
        precision * _ratio(float(weight @ (centred * around)), float(weight @ centred**2)) + SLOPE / SLOPE_SD**2
    ) / (precision + 1 / SLOPE_SD**2)
    left = float(weight @ (around - slope * centred) ** 2)
    store = float(np.var([np.log(f.total_mean / len(f.weeks) + LEAST_LEVEL) for f in found if f.total_mean > 0]))
    variance = (count * left + STORE_COUNTS * store) / max(count + STORE_COUNTS - 1, 1)
    sd = float(np.sqrt(variance * (1 + 1 / count)))
    shape = weight @ (mean / np.maximum(mean.mean(axis=1, keepdims=True), 1e-9))
    return _Level(float(weight @ logs - slope * (weight @ dear)), sd, shape)


def _ratio(top: float, bottom: float) -> float:
    return top / bottom if bottom > 1e-12 else 0.0


def _start(panel: Panel, horizon: int) -> tuple[float, float]:
    """Mean and spread of log(units in a product's first weeks / units later), over those that began in the panel."""
    seen = np.isfinite(panel.units)
    first = np.argmax(seen, axis=1)
    logs = []
    for i in np.flatnonzero(seen.any(axis=1) & (first > 1)):
        units = panel.units[i, first[i] + 1 :]  # the first week is there because it sold
        early, later = units[:horizon], units[horizon:]
        if len(later) >= YOUNG and later.sum() > 0:
            logs.append(np.log((early.mean() + LEAST_LEVEL) / (later.mean() + LEAST_LEVEL)))
    if len(logs) < LEAST_STARTS:
        return 0.0, START_SD
    return float(np.median(logs)), float(
        np.clip(1.4826 * np.median(np.abs(logs - np.median(logs))), START_SD / 2, 3 * START_SD)
    )


def _draws(mean: float, sd: float, shape: Floats, most: float) -> Floats:
    """Units (DRAWS, H): a lognormal level, weeks that scatter around it, counts. The same in every run."""
    rng = np.random.default_rng(0)
    level = np.minimum(np.exp(mean + sd * rng.standard_normal((DRAWS, 1))), most)
    scatter = rng.gamma(1 / UNTRIED, UNTRIED, (DRAWS, len(shape)))
    return np.asarray(rng.poisson(level * shape * scatter), np.float64)
