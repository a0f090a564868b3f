"""What a product shows of its elasticity before any price has changed."""

import numpy as np

from pricing.evidence import last_known
from pricing.panel import Floats, Panel

MARGINS = (1.2, 5.0)  # price over margin: what a merchant who prices well believes the elasticity to be (Lerner 1934)


def traits(panel: Panel, reference: Floats) -> Floats:
    """Standardised (N, 1): the logarithm of price over margin, 0 where the cost is unknown.

    A shop that prices by experience leaves its belief about buyers in its margins. How much these say is learnt from
    the estimates, so they may say nothing.
    """
    cost = last_known(panel.cost, panel.cost > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        margin = np.where(reference > cost, np.clip(reference / (reference - cost), *MARGINS), np.nan)
    return _standardised(np.log(margin))[:, None]


def _standardised(values: Floats) -> Floats:
    known = np.isfinite(values)
    if known.sum() < 3 or values[known].std() < 1e-6:
        return np.zeros(len(values))
    centred = np.where(known, values - values[known].mean(), 0.0)
    return np.asarray(np.clip(centred / values[known].std(), -3, 3))
