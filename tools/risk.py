"""What can go wrong with a price, in money."""

from langchain.tools import ToolRuntime, tool

from db import sales
from pricing.guardrails import judge
from pricing.risk import Risk, assess
from tools.context import Context
from tools.cross import beside
from tools.facts import Fact, Source
from tools.fitted import demand_of, fitted, forecast_of
from tools.price import tell_change, tell_elasticity, tell_offer
from tools.rivals import answered
from tools.saying import said


@tool
def price_risk(sku: str, price: float, weeks: int, runtime: ToolRuntime[Context]) -> str:
    """What can go wrong with a price: loss, stock-out, worst case."""
    return said(*tell_risk(runtime.context, risk_of(runtime.context, sku, price, weeks)))


def risk_of(context: Context, sku: str, price: float, weeks: int) -> Risk:
    """A stated price against keeping today's; the quote's own risk where this run has quoted that price.

    Raises NotEnoughDataError where the data cannot say.
    """
    quoted = context.quotes.get(sku)
    if quoted is not None and quoted.price == price:
        return quoted.risk
    known = fitted(context, sku)
    tell_offer(context, known)
    tell_elasticity(context, known)
    currency = known.offer.currency
    request = Source("request", "the price asked about")
    context.facts.add("price_asked", price, "money", request, sku, currency)
    change = 100 * (price / known.offer.price - 1)
    context.facts.add("asked_change", change, "percent", request, sku)
    for ruling in judge(price, known.offer, known.rules, context.today).trail:
        if ruling.binding:
            source = Source("rule", f"{ruling.rule}: {ruling.note}")
            context.facts.add("broken", ruling.note, "text", source, sku)
    forecast = forecast_of(context, known, weeks)
    demand = demand_of(context, known, forecast, known.rules, (price,))
    others = beside(context, known, price, weeks)
    return answered(context, known, demand, assess(demand, known.offer, price, others.draws if others else None))


def tell_risk(context: Context, risk: Risk) -> tuple[Fact, ...]:
    facts, sku = context.facts, risk.sku
    currency = next(f.currency for f in facts.all("price_now") if f.sku == sku)
    source = Source("fit", f"Monte Carlo over elasticity and forecast, {risk.weeks} weeks; docs/risk-levels.md")
    units = risk.units
    out = [
        facts.add("horizon", risk.weeks, "weeks", Source("request", "weeks asked for"), sku),
        facts.add("units_at_price", units.mean, "units", source, sku, low=units.low, high=units.high),
        *tell_change(context, risk, currency, source),
        facts.add("worst_case", risk.worst_case, "money", source, sku, currency),
        facts.add("risk_level", risk.level, "text", source, sku),
    ]
    if risk.p_stock_out is not None:
        out.append(facts.add("p_stock_out", risk.p_stock_out, "probability", source, sku))
    if risk.neighbours is not None:
        part = risk.neighbours
        out.append(facts.add("neighbours", part.mean, "money", source, sku, currency, low=part.low, high=part.high))
    out += [facts.add("risk_reason", reason, "text", source, sku) for reason in risk.reasons]
    return tuple(out)


@tool
def review_ratings(sku: str, runtime: ToolRuntime[Context]) -> str:
    """How buyers rate a product lately, against before."""
    with runtime.context.database.reading() as session:
        ratings = sales.ratings(session, sku, runtime.context.today)
    facts, source = runtime.context.facts, Source("sql", ratings.sql)
    if ratings.mean is None:
        return said(facts.add("no_reviews", "reviews", "text", source, sku))
    out = [
        facts.add("rating", ratings.mean, "ratio", source, sku),
        facts.add("reviews", ratings.count, "count", source, sku),
    ]
    if ratings.recent is not None:
        out.append(facts.add("rating_recent", ratings.recent, "ratio", source, sku))
    return said(*out)
