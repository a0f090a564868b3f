"""What will sell, and what has sold."""

from langchain.tools import ToolRuntime, tool

from db import sales
from pricing.forecast import Forecast
from tools.analogy import foreseen
from tools.context import Context
from tools.facts import Fact, Source
from tools.fitted import fitted, forecast_of
from tools.saying import said


@tool
def demand_forecast(sku: str, weeks: int, runtime: ToolRuntime[Context]) -> str:
    """How many units will sell over the coming weeks at today's price."""
    forecast = foreseen(runtime.context, fitted(runtime.context, sku), weeks)
    return said(*tell_forecast(runtime.context, forecast))


@tool
def demand_at_price(sku: str, price: float, weeks: int, runtime: ToolRuntime[Context]) -> str:
    """How many units would sell over the coming weeks at another price."""
    known = fitted(runtime.context, sku)
    forecast = forecast_of(runtime.context, known, weeks, price)
    request, currency = Source("request", "the price asked about"), known.offer.currency
    asked = runtime.context.facts.add("price_asked", price, "money", request, sku, currency)
    return said(asked, *tell_forecast(runtime.context, forecast, "units_at_price"))


def tell_forecast(context: Context, forecast: Forecast, label: str = "units_expected") -> tuple[Fact, ...]:
    source = Source("fit", f"{forecast.method}; {forecast.history_weeks} weeks of sales")
    facts, sku, low, high = context.facts, forecast.sku, float(forecast.total[0]), float(forecast.total[4])
    out = [
        facts.add("horizon", len(forecast.weeks), "weeks", Source("request", "weeks asked for"), sku),
        facts.add(label, forecast.total_mean, "units", source, sku, low=low, high=high),
        facts.add("history", forecast.history_weeks, "weeks", source, sku),
    ]
    if forecast.censored_weeks:
        out.append(facts.add("weeks_out_of_stock", forecast.censored_weeks, "weeks", source, sku))
    if forecast.caution:
        out.append(facts.add("caution", forecast.caution, "text", source, sku))
    return tuple(out)


@tool
def sales_summary(
    runtime: ToolRuntime[Context], sku: str | None = None, category: str | None = None, weeks: int = 4, n: int = 5
) -> str:
    """What sold in the past weeks: units, revenue, change, best sellers."""
    context = runtime.context
    with context.database.reading() as session:
        report = sales.report(session, sku=sku, category=category, weeks=weeks, n=n)
    facts, of, source = context.facts, sku or category or "", Source("sql", report.sql)
    out = [
        facts.add("past_weeks", weeks, "weeks", Source("request", "weeks asked for"), of),
        facts.add("sales_until", report.last_day, "date", source, of),
        facts.add("units_sold", report.units, "units", source, of),
        facts.add("revenue", report.revenue, "money", source, of, report.currency),
    ]
    if report.profit is not None:
        out.append(facts.add("profit", report.profit, "money", source, of, report.currency))
    if report.units_change_pct is not None:
        out.append(facts.add("units_change", report.units_change_pct, "percent", source, of))
    if not sku:
        for line in report.top:
            facts.add("top_product", line.name, "text", source, line.sku)
            facts.add("top_revenue", line.revenue, "money", source, line.sku, report.currency)
            facts.add("top_units", line.units, "units", source, line.sku)
    return said(*out)
