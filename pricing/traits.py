"""What a product shows of its elasticity before any price has changed."""

import numpy as np

from pricing.evidence import last_known, todays_price
from pricing.panel import Floats, Panel

HALF_A_YEAR = 26  # weeks
MARGINS = (0.1, 0.85)  # of the price; what lies beyond is taken for a wrong cost


def traits(panel: Panel) -> Floats:
    """Standardised (N, 1): the margin as a share of the usual price of late, 0 where the cost is unknown.

    A shop that prices by experience leaves its belief about buyers in its margins: at the best price the margin is
    −1 / elasticity (Lerner 1934). How much they say here is learnt from the estimates, so they may say nothing. The
    usual price, not today's: whatever moved today's may have moved the estimate too.
    """
    cost, usual = last_known(panel.cost, panel.cost > 0), _usual_price(panel)
    with np.errstate(invalid="ignore"):
        margin = np.where(usual > 0, np.clip(1 - cost / usual, *MARGINS), np.nan)
    return _standardised(margin)[:, None]


def _usual_price(panel: Panel) -> Floats:
    """Geometric mean (N,) of the last half year's prices outside promotions; the last one where there is none."""
    price, promo = panel.price[:, -HALF_A_YEAR:], np.nan_to_num(panel.promo[:, -HALF_A_YEAR:])
    with np.errstate(invalid="ignore"):
        calm = (price > 0) & ~(promo > 0)
    logs = np.where(calm, np.log(np.where(calm, price, 1.0)), 0.0)
    mean = logs.sum(axis=1) / np.maximum(calm.sum(axis=1), 1)
    return np.where(calm.any(axis=1), np.exp(mean), todays_price(panel))


def _standardised(values: Floats) -> Floats:
    known = np.isfinite(values)
    if known.sum() < 3 or values[known].std() < 1e-6:
        return np.zeros(len(values))
    centred = np.where(known, values - values[known].mean(), 0.0)
    return np.asarray(np.clip(centred / values[known].std(), -3, 3))
