"""What will sell, how buyers react, what a price would do: what the desk knows of one product."""

from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Query
from pydantic import Field

from pricing.errors import PricingError
from pricing.forecast import LEVELS, Forecast
from pricing.risk import Interval, Risk
from serving.api import routing
from serving.api.contexts import Fresh, KnownSku
from serving.api.schemas import (
    MOST,
    TEA,
    FactOut,
    Figure,
    Number,
    Shape,
    Weeks,
    money,
    units,
)  # fmt: skip
from serving.api.security import needs
from tools.analogy import foreseen
from tools.context import Context
from tools.demand import tell_forecast
from tools.evidence import tell_left_out
from tools.fitted import Fitted, fitted, forecast_of
from tools.price import tell_elasticity, tell_offer
from tools.risk import risk_of, tell_risk

router = routing.router("analysis", dependencies=[Depends(needs("read"))])
Price = Annotated[float, Query(ge=0.0001, lt=MOST, description="In the product's currency.", examples=[5.45])]
Change = Annotated[float, Query(gt=-100, le=1000, description="Percent of today's price, signed.", examples=[-10])]


class WhichPriceError(PricingError):
    """A question about a price that names none, or two."""


class Week(Shape):
    """Units of one week: the mean and quantiles."""

    week_start: date = Field(description="A Monday.")
    mean: Number
    p05: Number
    p10: Number
    p50: Number
    p90: Number
    p95: Number


class ForecastOut(Shape):
    """What will sell over the coming weeks."""

    sku: str = Field(examples=[TEA])
    price: Figure = Field(description="The price it assumes.")
    total: Figure
    weeks: list[Week]
    history_weeks: int
    censored_weeks: int = Field(description="Weeks corrected for stock-outs.")
    method: str
    caution: str = Field(description="What the reader must know; empty where nothing.")
    facts: list[FactOut]


class ElasticityOut(Shape):
    """How strongly units react to the price, or why the data cannot say."""

    sku: str = Field(examples=[TEA])
    usable: bool
    reason: str = Field(description="Why it is not usable; empty where it is.")
    elasticity: Figure = Field(description="Null where nothing can be said.")
    level: str = Field(description="Whose data speaks most: the product's, its category's, or the store's.")
    weeks: int
    prices: int = Field(description="Distinct prices seen.")
    price_low: Figure = Field(description="From here to `price_high` history speaks.")
    price_high: Figure
    pooling: Number = Field(description="0: the product's own data alone; 1: its category's alone.")
    method: str
    facts: list[FactOut]


class OutcomeOut(Shape):
    """What a price would do against keeping today's, in the same worlds."""

    sku: str = Field(examples=[TEA])
    price: Figure
    current: Figure
    change_pct: Number
    weeks: int
    basis: str = Field(description="What money and change count: profit, or revenue where no cost is known.")
    units: Figure
    money: Figure
    change: Figure = Field(description="Against keeping today's price.")
    p_loss: Number = Field(description="Probability of doing worse than today's price.")
    worst_case: Figure = Field(description="Mean of the worst five in a hundred outcomes.")
    p_stock_out: Number
    risk: Literal["low", "medium", "high"]
    reasons: list[str]
    broken: list[str] = Field(description="Rules that forbid this price; empty where it is lawful.")
    neighbours: Figure | None = Field(description="The part that related products bring; null where unknown.")
    facts: list[FactOut]


def forecast_out(context: Context, sku: str, weeks: int, price: float | None) -> ForecastOut:
    """Raises UnknownProductError, and NotEnoughDataError where nothing can be said."""
    known = fitted(context, sku)
    made = foreseen(context, known, weeks) if price is None else forecast_of(context, known, weeks, price)
    tell_offer(context, known)
    tell_forecast(context, made, "units_expected" if price is None else "units_at_price")
    return ForecastOut(
        sku=sku,
        price=money(known.offer.price if price is None else price, known.offer.currency),
        total=units(made.total_mean, float(made.total[0]), float(made.total[-1])),
        weeks=_weeks(made),
        history_weeks=made.history_weeks,
        censored_weeks=made.censored_weeks,
        method=made.method,
        caution=made.caution,
        facts=_facts(context),
    )


def _weeks(made: Forecast) -> list[Week]:
    names = [f"p{round(100 * level):02d}" for level in LEVELS]
    rows = zip(made.weeks.tolist(), made.mean.tolist(), made.quantiles.T.tolist(), strict=True)
    return [
        Week.model_validate({"week_start": monday, "mean": mean} | dict(zip(names, quantiles, strict=True)))
        for monday, mean, quantiles in rows
    ]


def elasticity_out(context: Context, sku: str) -> ElasticityOut:
    known = fitted(context, sku)
    tell_offer(context, known)
    tell_elasticity(context, known)
    tell_left_out(context, known)
    fit, currency = known.elasticity, known.offer.currency
    return ElasticityOut(
        sku=sku,
        usable=fit.usable,
        reason=fit.reason,
        elasticity=Figure(value=fit.elasticity, unit="ratio", low=fit.ci_low, high=fit.ci_high),
        level=fit.level,
        weeks=fit.weeks,
        prices=fit.prices,
        price_low=money(fit.price_low, currency),
        price_high=money(fit.price_high, currency),
        pooling=fit.pooling,
        method=fit.method,
        facts=_facts(context),
    )


def outcome_out(
    context: Context, sku: str, weeks: int, price: float | None = None, change_pct: float | None = None
) -> OutcomeOut:
    """Raises WhichPriceError where not exactly one of price and change is given."""
    known = fitted(context, sku)
    found = risk_of(context, sku, _asked(known, price, change_pct), weeks)
    tell_risk(context, found)
    return _outcome(context, known, found)


def _asked(known: Fitted, price: float | None, change_pct: float | None) -> float:
    if (price is None) == (change_pct is None):
        raise WhichPriceError("Give either a price or a change in percent, one of the two.")
    changed = known.offer.price * (1 + (change_pct or 0) / 100)
    return price if price is not None else max(round(changed, 2), 0.01)


def _outcome(context: Context, known: Fitted, found: Risk) -> OutcomeOut:
    code = known.offer.currency
    return OutcomeOut(
        sku=found.sku,
        price=money(found.price, code),
        current=money(found.current, code),
        change_pct=100 * (found.price / found.current - 1),
        weeks=found.weeks,
        basis=found.basis,
        units=units(found.units.mean, found.units.low, found.units.high),
        money=_interval(found.money, code),
        change=_interval(found.change, code),
        p_loss=found.p_loss,
        worst_case=money(found.worst_case, code),
        p_stock_out=found.p_stock_out,
        risk=found.level,
        reasons=list(found.reasons),
        broken=[str(fact.value) for fact in context.facts.all("broken")],
        neighbours=_interval(found.neighbours, code) if found.neighbours else None,
        facts=_facts(context),
    )


def _interval(found: Interval, currency: str) -> Figure:
    return money(found.mean, currency, found.low, found.high)


def _facts(context: Context) -> list[FactOut]:
    return [FactOut.of(fact, "zh" if context.language == "zh" else "en") for fact in context.facts]


@router.get("/products/{sku:path}/forecast", summary="What will sell")
def forecast(context: Fresh, sku: KnownSku, weeks: Weeks = 4, price: Price | None = None) -> ForecastOut:
    """Units week by week, at today's price or at another one, with the 90 % interval."""
    return forecast_out(context, sku, weeks, price)


@router.get("/products/{sku:path}/elasticity", summary="How buyers react to the price")
def elasticity(context: Fresh, sku: KnownSku) -> ElasticityOut:
    """The price elasticity with its 90 % interval and what it rests on, or why the data cannot say."""
    return elasticity_out(context, sku)


@router.get("/products/{sku:path}/what-if", summary="What a price would do")
def what_if(
    context: Fresh, sku: KnownSku, price: Price | None = None, change_pct: Change | None = None, weeks: Weeks = 4
) -> OutcomeOut:
    """A price, or a change in percent, against keeping today's."""
    return outcome_out(context, sku, weeks, price, change_pct)


@router.get("/products/{sku:path}/risk", summary="What can go wrong with a price, in money")
def risk(context: Fresh, sku: KnownSku, price: Price, weeks: Weeks = 4) -> OutcomeOut:
    """Probability of a loss, worst case, stock-out, and the level that decides who must sign."""
    return outcome_out(context, sku, weeks, price)
