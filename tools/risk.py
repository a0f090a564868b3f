"""What can go wrong with a price, in money."""

from langchain.tools import ToolRuntime, tool

from pricing.guardrails import judge
from pricing.risk import Risk, assess
from tools.context import Context
from tools.cross import beside
from tools.facts import Fact, Source
from tools.fitted import demand_of, fitted, forecast_of
from tools.heard import heard, stars_of
from tools.price import tell_change, tell_elasticity, tell_offer
from tools.reviews import tell_tone
from tools.rivals import answered
from tools.saying import said
from tools.turning import tell_turn


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
    facts = runtime.context.facts
    known = heard(runtime.context.shop, sku, runtime.context.today)
    again = f", {known.copies} that say what another says counted with it" if known.copies else ""
    source = Source("sql", f"review, sku {sku}, up to {runtime.context.today}{again}")
    out: list[Fact] = []
    if known.stars is not None:
        out.append(facts.add("rating", stars_of(known.stars), "ratio", source, sku))
        out.append(facts.add("reviews", known.stars.count, "count", source, sku))
    if known.stars_recent is not None:
        out.append(facts.add("rating_recent", stars_of(known.stars_recent), "ratio", source, sku))
    if not known.reviews:
        out.append(facts.add("no_reviews", "reviews", "text", source, sku))
    return said(*out, *tell_tone(runtime.context, sku, known), *tell_turn(runtime.context, sku, known))
