"""How strongly units sold react to price."""

from dataclasses import dataclass
from typing import Literal

from pricing.panel import Panel

Level = Literal["product", "category", "store"]


@dataclass(frozen=True)
class Elasticity:
    """Price elasticity of one product: percent change of units for one percent of price (−2 = twice as strong)."""

    sku: str
    elasticity: float  # NaN where nothing can be said
    ci_low: float  # 90 % interval
    ci_high: float
    level: Level  # whose data speaks most
    usable: bool
    reason: str  # why not usable, in words for a person; "" where usable
    weeks: int  # weeks with data behind it
    prices: int  # distinct prices seen
    price_low: float  # range of prices that history speaks for
    price_high: float
    pooling: float  # 0 = the product's own data alone, 1 = the category's alone
    method: str  # for example "PPML, product and week effects"

    @property
    def se(self) -> float:
        """Standard error implied by the 90 % interval."""
        return (self.ci_high - self.ci_low) / (2 * 1.6448536269514722)


def elasticities(panel: Panel) -> tuple[Elasticity, ...]:
    """One estimate a product, in the panel's order, refused (`usable=False`) where the data cannot say.

    PPML (Santos Silva & Tenreyro 2006) with product and week effects, promotion and stock-out controls, bulk lines
    left out, pooled towards the category by empirical Bayes.
    """
    raise NotImplementedError
