"""True demand of the simulated shop: what would be wanted at any price in any week."""

from datetime import date
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from pricing.panel import Days, Floats

Form = Literal["constant", "linear", "logit", "exponential"]
FORMS: tuple[Form, ...] = ("constant", "linear", "logit", "exponential")
SEASON_WEEKS = 53
LAUNCH_START, LAUNCH_WEEKS = 0.4, 3.0  # a new product starts at 40 % of its level and nears it within weeks


def expected_units(
    truth: pl.DataFrame,
    price: ArrayLike,
    week: date | Days,
    *,
    promo: ArrayLike = 0.0,
    competitor: ArrayLike | None = None,
    substitutes: ArrayLike = 0.0,
) -> Floats:
    """Expected retail units wanted in a week, before stock-outs and returns: (R, K) for the R rows of `truth`.

    `price` paid, `promo` (share of the week, 0 to 1), `competitor` (mean competitor price; today's where None or NaN)
    and `substitutes` (mean log price of the product's substitutes against today's) broadcast to (R, K): a scalar,
    (K,) the same for every product, (R, 1) one a product, or (R, K). `week` is one day or (K,) days; each stands for
    the Monday week it lies in. 0 before the launch and after the end of a product. Wholesale comes on top: see
    `expected_wholesale`. Raises ValueError for a price that is not above 0.
    """
    paid = np.asarray(price, dtype=float)
    if not (paid > 0).all():
        raise ValueError("a price must be above 0")
    logs = _column(truth, "promo_lift") * np.asarray(promo, dtype=float)
    logs = logs + _column(truth, "substitute_effect") * np.asarray(substitutes, dtype=float)
    if competitor is not None:
        ratio = np.log(np.asarray(competitor, dtype=float) / _column(truth, "competitor_reference"))
        logs = logs + _column(truth, "competitor_effect") * np.nan_to_num(ratio)
    level = _column(truth, "base_week") * _calendar(truth, week) * on_sale(truth, week)
    units: Floats = level * demand_shape(truth, paid) * np.exp(logs)
    return units


def expected_wholesale(truth: pl.DataFrame, week: date | Days) -> Floats:
    """Expected wholesale units in a week, (R, K): standing custom, the same at any price and season."""
    units: Floats = _column(truth, "wholesale_lines") * _column(truth, "wholesale_units") * on_sale(truth, week)
    return units


def demand_shape(truth: pl.DataFrame, price: ArrayLike) -> Floats:
    """Demand at a price as a multiple of demand at the reference price, (R, K); `price` as in `expected_units`."""
    ratio = np.asarray(price, dtype=float) / _column(truth, "reference_price")
    slope, form = _column(truth, "elasticity"), _forms(truth)
    share = _column(truth, "logit_share")
    odds = np.clip(slope / (1 - share) * (ratio - 1), -700, 700)
    shapes = (
        ratio**slope,
        np.maximum(0.0, 1 + slope * (ratio - 1)),
        1 / (share + (1 - share) * np.exp(-odds)),
        np.exp(slope * (ratio - 1)),
    )
    return np.select([form == name for name in FORMS], shapes)


def elasticity_at(truth: pl.DataFrame, price: ArrayLike) -> Floats:
    """True own-price elasticity at a price, (R, K). −inf where linear demand has run out."""
    ratio = np.asarray(price, dtype=float) / _column(truth, "reference_price")
    slope, form = _column(truth, "elasticity"), _forms(truth)
    share = _column(truth, "logit_share")
    kept = 1 + slope * (ratio - 1)
    linear = np.where(kept > 0, slope * ratio / np.where(kept > 0, kept, 1.0), -np.inf)
    bought = share * demand_shape(truth, price)
    values = (slope + 0 * ratio, linear, slope * ratio * (1 - bought) / (1 - share), slope * ratio)
    return np.select([form == name for name in FORMS], values)


def mondays(week: date | Days) -> Days:
    """The Monday of each day, (K,)."""
    days = np.atleast_1d(np.asarray(week, dtype="datetime64[D]"))
    monday: Days = days - ((days.astype(np.int64) + 3) % 7).astype("timedelta64[D]")
    return monday


def season_index(week: date | Days) -> NDArray[np.int64]:
    """Which entry of a product's `season` a week uses, (K,): seven-day steps of the year, by its Thursday."""
    thursday = mondays(week) + 3
    into_year = thursday - thursday.astype("datetime64[Y]").astype("datetime64[D]")
    index: NDArray[np.int64] = into_year.astype(np.int64) // 7
    return index


def on_sale(truth: pl.DataFrame, week: date | Days) -> Floats:
    """How far a product has come since its launch, (R, K): 0 before it, 1 once known, 0 after its end."""
    monday = mondays(week)[None, :]
    weeks_out = (monday - _days(truth, "launched_on")).astype(np.int64) / 7
    grown = 1 - (1 - LAUNCH_START) * np.exp(-np.maximum(weeks_out, 0) / LAUNCH_WEEKS)
    ended = monday >= _days(truth, "discontinued_on")  # never where not discontinued: NaT compares false
    shares: Floats = np.where((weeks_out < 0) | ended, 0.0, grown)
    return shares


def _calendar(truth: pl.DataFrame, week: date | Days) -> Floats:
    season = np.array(truth["season"].to_list(), dtype=float)[:, season_index(week)]
    years = (mondays(week)[None, :] - _days(truth, "anchor")).astype(np.int64) / 364
    factors: Floats = season * np.exp(_column(truth, "trend") * years)
    return factors


def _column(truth: pl.DataFrame, name: str) -> Floats:
    return truth[name].cast(pl.Float64).to_numpy()[:, None]


def _forms(truth: pl.DataFrame) -> NDArray[np.str_]:
    return np.array(truth["form"].to_list())[:, None]


def _days(truth: pl.DataFrame, name: str) -> Days:
    days: Days = truth[name].to_numpy().astype("datetime64[D]")[:, None]
    return days
