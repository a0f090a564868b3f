"""What will sell, week by week, with its uncertainty."""

from collections.abc import Sequence
from dataclasses import dataclass

from pricing.elasticity import Elasticity
from pricing.panel import Days, Floats, Panel

LEVELS = (0.05, 0.10, 0.50, 0.90, 0.95)


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
    panel: Panel, horizon: int, prices: Floats | None = None, elasticities: Sequence[Elasticity] | None = None
) -> tuple[Forecast, ...]:
    """One forecast a product for `horizon` weeks (1 to 26) after the panel's end.

    `prices` (N,) is the price assumed; the last known price where None or NaN. A price other than the last needs a
    usable elasticity: it moves the level and widens the interval by its uncertainty.
    Raises ValueError for a horizon outside 1 to 26. A product with no sale at all gets NaN and a caution.
    """
    raise NotImplementedError
