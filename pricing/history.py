"""What would have sold: weekly units put right for stock-outs, and what drove them apart from level and season."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pricing.elasticity import Elasticity
from pricing.panel import Floats, Panel
from pricing.ppml import Mask
from pricing.regressors import LEAST_IN_STOCK

FULL_STOCK = 0.95  # share of a week on hand from which it counts as fully stocked
LARGEST_EFFECT = 2.0  # a past price explains at most this factor of a week's units
FORGOTTEN = 0.05  # of how often a product was on promotion, a week


@dataclass(frozen=True)
class History:
    """N products by T weeks. `units` is 0 where not `known`."""

    units: Floats  # (N, T) as if in stock all week
    known: Mask  # (N, T)
    full: Mask  # (N, T) on hand all week, so that what sold is what was wanted
    price: Floats  # (N, T) factor of the week's price against the last one
    promo: Floats  # (N, T) factor of the week's promotions
    holidays: Floats  # (T + H,) factor of the week's holidays, of weeks to come too
    last_price: Floats  # (N,) NaN where none is known
    censored: Floats  # (N,) weeks corrected or left out for stock-outs

    @property
    def effect(self) -> Floats:
        """Factor (N, T) of all that drove a week, against one at the last price, without promotion and holiday."""
        return self.price * self.promo * self.holidays[: self.units.shape[1]]

    @property
    def weeks(self) -> Floats:
        """Weeks (N,) with data."""
        return np.asarray(self.known.sum(axis=1), np.float64)

    def until(self, week: int) -> "History":
        """What was known before column `week`, and the calendar."""
        return replace(
            self,
            units=self.units[:, :week],
            known=self.known[:, :week],
            full=self.full[:, :week],
            price=self.price[:, :week],
            promo=self.promo[:, :week],
        )

    def usual_promotion(self) -> Floats:
        """Factor (N,) of being on promotion as often as of late."""
        weight = self.known * (1 - FORGOTTEN) ** np.arange(self.units.shape[1] - 1, -1, -1)
        return np.asarray(((weight * self.promo).sum(axis=1) + 1e-9) / (weight.sum(axis=1) + 1e-9))


def history(panel: Panel, elasticities: Sequence[Elasticity] | None) -> History:
    """The panel's demand, with no promotion and no holiday told apart yet.

    A week partly out of stock is scaled up; one mostly out of stock is left out, unless the product has no other.
    """
    seen = np.isfinite(panel.units)
    stocked = seen & (panel.in_stock >= LEAST_IN_STOCK)
    known = np.where(stocked.any(axis=1, keepdims=True), stocked, seen)
    share = np.clip(np.nan_to_num(panel.in_stock, nan=1.0), LEAST_IN_STOCK, 1)
    last = last_known(panel.price)
    return History(
        units=np.where(known, np.nan_to_num(panel.units) / share, 0),
        known=known,
        full=known & (panel.in_stock >= FULL_STOCK),
        price=_price_effect(panel.price, last, elasticities),
        promo=np.ones(known.shape),
        holidays=np.ones(known.shape[1]),
        last_price=last,
        censored=(seen & (panel.in_stock < FULL_STOCK)).sum(axis=1).astype(np.float64),
    )


def last_known(money: Floats) -> Floats:
    """The last finite entry of each row, NaN where there is none."""
    known = np.isfinite(money)
    last = money.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
    return np.where(known.any(axis=1), money[np.arange(len(money)), last], np.nan)


def _price_effect(price: Floats, last: Floats, elasticities: Sequence[Elasticity] | None) -> Floats:
    if elasticities is None:
        return np.ones_like(price)
    slope = np.array([e.elasticity if e.usable else 0.0 for e in elasticities])
    with np.errstate(invalid="ignore"):
        ratio = np.where(price > 0, price / last[:, None], 1)
    power = slope[:, None] * np.log(np.where(np.isfinite(ratio), ratio, 1))
    return np.asarray(np.exp(np.clip(power, -np.log(LARGEST_EFFECT), np.log(LARGEST_EFFECT))))
