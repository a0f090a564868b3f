"""What is said of the effect of one product's price on another's units, beside the truth of simulated stores."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from bench.crossed import CROSS_FORMS, Crossing, crossings_of
from bench.options import Options
from bench.stores import Mask
from bench.table import Cell, Table, percent
from bench.together import choices, table
from pricing.baskets import Baskets
from pricing.cross import CrossEffects, cross_effects
from pricing.elasticity import NORMAL_95
from pricing.names import NAMES_ALIKE, name_vectors
from pricing.pairs import Pairs, candidates
from pricing.panel import Floats, Panel
from pricing.ripple import Neighbour, ripple

HALF_A_YEAR, YEAR = 26, 52.18  # weeks
PRICED = 2  # stores a form that are priced
CHANGE = 1.1  # times today's price
COLUMNS = ("", "pairs", "covers", "covers true effects", "claimed", "right", "RMSE", "× zero")
NOTE = (
    "covers: 90 % intervals that hold the true cross elasticity at today's prices, over all pairs and over those that\n"
    "truly have one. claimed: pairs said to be known; right: claimed ones whose sign is true (none has no sign).\n"
    "together: units that all neighbours gain or lose when one price rises by a tenth, one row a product; its claims\n"
    "are sums whose sign is said to be known. × zero: error against saying that there is no effect."
)


@dataclass(frozen=True)
class Said:
    """P statements beside the truth."""

    truth: Floats  # (P,)
    guess: Floats
    low: Floats
    high: Floats
    claimed: Mask


def run(options: Options) -> Iterator[Table]:
    """A table a form of cross effects, then what prices set together earn; the own demand is of mixed forms."""
    priced: dict[str, list[dict[str, tuple[int, int, float, float]]]] = {}
    for form in CROSS_FORMS:
        ours, ols, sums = [], [], []
        for store in crossings_of(options, form):
            pairs = pairs_of(store)
            effects = cross_effects(store.panel, pairs)
            ours.append(_pairs(store, effects))
            ols.append(_ols(store, pairs))
            sums.append(_together(store, effects))
            if len(priced.setdefault(form, [])) < PRICED:
                priced[form].append(choices(store, effects))
        rows = [_row(name, _joined(s)) for name, s in (("Pricedesk", ours), ("OLS", ols), ("together", sums))]
        yield Table(f"Cross effects, {form}, seeds {options.seeds}", COLUMNS, rows, NOTE)
    yield table(priced)


def pairs_of(store: Crossing) -> Pairs:
    """The candidates that a merchant's own data suggest."""
    sold = store.store.sales.filter(pl.col("units") > 0)
    orders = Baskets.of(sold.group_by("order_id", maintain_order=True).agg("sku")["sku"].to_list())
    late = np.nansum(store.panel.units[:, -HALF_A_YEAR:], axis=1)
    names = name_vectors(store.store.products["name"].to_list())
    return candidates(store.panel.skus, store.panel.categories, late, names, orders, alike=NAMES_ALIKE)


def _pairs(store: Crossing, effects: tuple[CrossEffects, ...]) -> Said:
    place = {sku: i for i, sku in enumerate(store.panel.skus)}
    truth = np.concatenate([store.truth[[place[o] for o in e.others], place[e.sku]] for e in effects])
    guess, low, high = (
        np.concatenate([getattr(e, name) for e in effects]) for name in ("elasticity", "ci_low", "ci_high")
    )
    return Said(truth, guess, low, high, np.array([usable for e in effects for usable in e.usable], dtype=bool))


def _together(store: Crossing, effects: tuple[CrossEffects, ...]) -> Said:
    """All neighbours of each product, at the mean of their last half year's sales."""
    units = np.nan_to_num(np.nanmean(store.panel.units[:, -HALF_A_YEAR:], axis=1))
    beside = {
        sku: Neighbour(sku, sold, sold, sold, 1.0, "revenue")
        for sku, sold in zip(store.panel.skus, units.tolist(), strict=True)
    }
    found = [ripple(e, beside, CHANGE) for e in effects]
    place = {sku: i for i, sku in enumerate(store.panel.skus)}
    truth = [
        float(units[rows] @ (CHANGE ** store.truth[rows, i] - 1))
        for i, e in enumerate(effects)
        for rows in [[place[o] for o in e.others]]
    ]
    mean, low, high = (np.array([getattr(r.units, name) for r in found]) for name in ("mean", "low", "high"))
    return Said(np.array(truth), mean, low, high, np.array([r.known for r in found]))


def _ols(store: Crossing, pairs: Pairs) -> Said:
    """Per pair: log(units + 1) on both log prices, promotion, trend and season; claimed where 0 is not covered."""
    fits = np.array([_fit(store.panel, i, j) for i, j in zip(pairs.of.tolist(), pairs.to.tolist(), strict=True)])
    guess, half = fits[:, 0], NORMAL_95 * fits[:, 1]
    return Said(store.truth[pairs.of, pairs.to], guess, guess - half, guess + half, np.abs(guess) > half)


def _fit(panel: Panel, i: int, j: int) -> tuple[float, float]:
    """Cross elasticity and its standard error; none, and infinitely unsure, where it is not determined."""
    weeks = np.flatnonzero(np.isfinite(panel.units[i]) & (panel.price[i] > 0) & (panel.price[j] > 0))
    angle = 2 * np.pi * weeks / YEAR
    season = [f(k * angle) for f in (np.sin, np.cos) for k in (1, 2)]
    prices = [np.log(panel.price[k, weeks]) for k in (j, i)]
    x = np.stack([*prices, np.ones(len(weeks)), panel.promo[i, weeks], weeks / len(panel.weeks), *season], axis=1)
    if len(weeks) < x.shape[1] + 2 or prices[0].std() < 1e-6:
        return 0.0, np.inf
    inverse = np.linalg.pinv(x.T @ x)
    coef = inverse @ (x.T @ np.log(panel.units[i, weeks] + 1))
    residual = np.log(panel.units[i, weeks] + 1) - x @ coef
    return float(coef[0]), float(np.sqrt(residual @ residual / (len(weeks) - x.shape[1]) * inverse[0, 0]))


def _joined(parts: list[Said]) -> Said:
    names = ("truth", "guess", "low", "high", "claimed")
    return Said(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _row(name: str, said: Said) -> tuple[Cell, ...]:
    near = 1e-9
    inside = (said.low - near <= said.truth) & (said.truth <= said.high + near)
    real = np.abs(said.truth) > near
    right = said.claimed & real & (np.sign(said.guess) == np.sign(said.truth))
    error, size = (float(np.sqrt(np.mean(values**2))) for values in (said.guess - said.truth, said.truth))
    return (
        name,
        len(real),
        percent(float(inside.mean())),
        percent(float(inside[real].mean())) if real.any() else "",
        percent(float(said.claimed.mean())),
        percent(float(right.sum() / said.claimed.sum())) if said.claimed.any() else "",
        f"{error:.3f}",
        error / size if size > near else "",
    )
