"""What a product's history holds of its prices and sales."""

from dataclasses import dataclass

import numpy as np

from pricing.panel import Floats, Panel
from pricing.ppml import Mask
from pricing.regressors import informative_weeks

LEAST_WEEKS = 12
LEAST_WEEKS_SOLD = 8
LEAST_CHANGE = 0.01  # spread of log prices below which the price never changed
RANGE_WEEKS = 104  # how far back prices count as tried
SAME_PRICE = 0.005  # log distance under which two prices are one


@dataclass(frozen=True)
class Evidence:
    """What a product's history holds."""

    weeks: int
    sold: int  # weeks with a sale
    prices: int
    changed: bool
    low: float
    high: float
    ever_sold: bool

    @property
    def gap(self) -> str:
        """What is missing for an estimate of the product's own, "" where nothing is."""
        if not self.ever_sold:
            return "no sale in the data; an elasticity needs sales at two prices or more"
        if self.weeks == 0:
            return "no week with both a known price and stock on hand; record prices and stock"
        if self.weeks < LEAST_WEEKS:
            return f"{_weeks(self.weeks)} of sales; {LEAST_WEEKS} are needed"
        if self.sold < LEAST_WEEKS_SOLD:
            return f"only {self.sold} of {self.weeks} weeks had a sale; {LEAST_WEEKS_SOLD} are needed"
        if not self.changed:
            return f"the price never changed in {self.weeks} weeks; run a price test"
        return ""


def evidence(panel: Panel) -> list[Evidence]:
    """One for every product of the panel."""
    keep = informative_weeks(panel)
    return [_seen(panel.units[i], panel.price[i], keep[i]) for i in range(len(panel.skus))]


def todays_price(panel: Panel) -> Floats:
    """The last known price (N,) outside promotions, the last one of all where there is none, NaN without any."""
    with np.errstate(invalid="ignore"):
        known = panel.price > 0
    calm = known & ~(np.nan_to_num(panel.promo) > 0)
    return np.where(calm.any(axis=1), last_known(panel.price, calm), last_known(panel.price, known))


def last_known(values: Floats, known: Mask) -> Floats:
    """The last known value (N,) of each row of (N, T), NaN where there is none."""
    last = values.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
    return np.where(known.any(axis=1), values[np.arange(len(values)), last], np.nan)


def _seen(units: Floats, price: Floats, keep: Mask) -> Evidence:
    tried = price[keep]
    ever_sold = bool(np.nansum(units) > 0)
    if not len(tried):
        return Evidence(0, 0, 0, False, np.nan, np.nan, ever_sold)
    logs = np.sort(np.log(tried))
    recent = price[-RANGE_WEEKS:][keep[-RANGE_WEEKS:]]
    recent = recent if len(recent) else tried
    low, high = np.quantile(recent, (0.025, 0.975))
    return Evidence(
        weeks=len(tried),
        sold=int((units[keep] > 0).sum()),
        prices=1 + int((np.diff(logs) > SAME_PRICE).sum()),
        changed=bool(logs.std() > LEAST_CHANGE),
        low=float(min(low, tried[-1])),
        high=float(max(high, tried[-1])),
        ever_sold=ever_sold,
    )


def _weeks(count: int) -> str:
    return f"{count} week" if count == 1 else f"{count} weeks"
