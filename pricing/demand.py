"""What a product may sell at each price of a ladder, as draws from all that is uncertain."""

from dataclasses import dataclass

from pricing.elasticity import Elasticity
from pricing.forecast import Forecast
from pricing.panel import Floats


@dataclass(frozen=True)
class Demand:
    """Draws of total units over a horizon. A row is one possible world: the same at every price, so that differences
    between prices are not noise (common random numbers)."""

    sku: str
    weeks: int
    prices: Floats  # (P,) ascending, the current price among them
    units: Floats  # (S, P)


def demand(
    forecast: Forecast, elasticity: Elasticity, prices: Floats, current: float, draws: int = 2000, seed: int = 0
) -> Demand:
    """Units at `prices` from the posteriors of level and elasticity, averaged over the shape of demand.

    Away from the current price the shape is itself uncertain, so draws are split over constant-elasticity,
    exponential and linear demand, all with the drawn elasticity at the current price.
    Raises NotEnoughDataError where the elasticity is not usable and `prices` holds more than the current price.
    """
    raise NotImplementedError
