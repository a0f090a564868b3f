"""Clearing a stock by a date, as facts."""

from pricing.clearing import Plan, clearing, ways
from pricing.forecast import Forecast
from pricing.guardrails import Rules
from pricing.risk import interval
from tools.context import Context
from tools.facts import Fact, Source
from tools.fitted import Fitted, demand_of


def plan(context: Context, known: Fitted, forecast: Forecast, rules: Rules) -> Plan:
    """The prices that clear the stock within the forecast's weeks; its quote is for the first of them.

    Raises NotEnoughDataError where there is no stock or no elasticity, NoFeasiblePriceError where no price is left.
    """
    open_ = ways(known.offer, rules, context.today)
    demand = demand_of(context, known, forecast, rules, open_.prices)
    return clearing(demand, forecast, known.offer, rules, context.today, open_)


def tell_plan(context: Context, made: Plan, currency: str) -> tuple[Fact, ...]:
    """The path week by week, what it brings, and one price throughout to compare with."""
    facts, sku, path = context.facts, made.quote.sku, made.path
    how = f"dynamic program over {len(path.prices)} prices and {len(path.stages)} weeks, tried in 2000 draws of demand"
    source = Source("fit", how)
    left, taken = interval(float(path.levels[-1]) - path.runs.sold), interval(path.runs.taken)
    facts.add("clear_by", made.until, "date", source, sku)
    out = [
        facts.add("clear_stock", float(path.levels[-1]), "units", source, sku),
        facts.add("clear_chance", path.plan.p_clear, "probability", source, sku),
        facts.add("clear_left", left.mean, "units", source, sku, low=left.low, high=left.high),
        facts.add("clear_revenue", taken.mean, "money", source, sku, currency, low=taken.low, high=taken.high),
    ]
    if len({stage.price for stage in path.stages}) > 1:
        out += [
            facts.add("single_price", made.single.price, "money", source, sku, currency),
            facts.add("single_chance", made.single.p_clear, "probability", source, sku),
            facts.add("single_left", made.single.left, "units", source, sku),
        ]
    for n, (monday, stage) in enumerate(zip(made.weeks, path.stages, strict=True), 1):
        on_hand, money_in = stage.left, stage.revenue
        spread = (stage.price_low, stage.price_high) if stage.price_low < stage.price_high else (None, None)
        facts.add(f"week_of_{n}", monday, "date", source, sku)
        facts.add(f"week_price_{n}", stage.price, "money", source, sku, currency, *spread)
        facts.add(f"week_left_{n}", on_hand.mean, "units", source, sku, low=on_hand.low, high=on_hand.high)
        facts.add(f"week_revenue_{n}", money_in.mean, "money", source, sku, currency, money_in.low, money_in.high)
        facts.add(f"week_risk_{n}", stage.p_left, "probability", source, sku)
    return tuple(out)
