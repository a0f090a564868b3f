"""How price moves demand, and the best price under the rules."""

from dataclasses import replace

import numpy as np
from langchain.tools import ToolRuntime, tool

from db import sales
from db.tables import Product
from pricing.choice import MIN_GAIN
from pricing.demand import demand
from pricing.errors import NoFeasiblePriceError, PricingError
from pricing.experiment import Experiment, experiment
from pricing.forecast import Forecast
from pricing.guardrails import Rules, lawful_limits
from pricing.optimise import Goal, Quote, best_price
from pricing.refusal import beyond, no_price, worth
from pricing.risk import Risk
from tools.context import Context
from tools.cross import beside
from tools.evidence import tell_evidence, tell_left_out
from tools.facts import Fact, Source
from tools.fitted import Fitted, demand_of, fitted, forecast_of, tightened
from tools.markdown import plan, tell_plan
from tools.rivals import answered
from tools.saying import said


@tool
def price_elasticity(sku: str, runtime: ToolRuntime[Context]) -> str:
    """How strongly units sold react to the price of a product."""
    known = fitted(runtime.context, sku)
    return said(*tell_elasticity(runtime.context, known), *tell_left_out(runtime.context, known))


def tell_elasticity(context: Context, known: Fitted) -> tuple[Fact, ...]:
    fit, facts, sku = known.elasticity, context.facts, known.product.sku
    when = f", fitted {known.fitted_at:%Y-%m-%d}" if known.fitted_at else ""
    source = Source("fit", f"{fit.method}; {fit.weeks} weeks, {fit.prices} prices, level {fit.level}{when}")
    if not fit.usable:
        return (
            facts.add("elasticity_refused", fit.reason, "text", source, sku), *tell_evidence(context, known)
        )  # fmt: skip
    return (
        facts.add("elasticity", fit.elasticity, "ratio", source, sku, low=fit.ci_low, high=fit.ci_high),
        *tell_evidence(context, known),
    )


@tool
def best_price_under_rules(
    sku: str,
    runtime: ToolRuntime[Context],
    goal: Goal = "profit",
    weeks: int = 4,
    max_change_pct: float | None = None,
    min_margin_pct: float | None = None,
) -> str:
    """The best price for a goal under the store's rules."""
    context = runtime.context
    if not fitted(context, sku).elasticity.usable:
        trial = price_test(context, sku, weeks, max_change_pct, min_margin_pct)
        return said(*tell_test(context, trial))
    made = quote(context, sku, goal, weeks, max_change_pct, min_margin_pct)
    told = tell_quote(context, made)
    if (
        goal != "clear_stock"
        and gamble(made)
        and (test := trial_of(context, sku, weeks, max_change_pct, min_margin_pct))
    ):
        told += tell_trial(context, test)
    return said(*told)


def quote(
    context: Context,
    sku: str,
    goal: Goal = "profit",
    weeks: int = 4,
    max_change_pct: float | None = None,
    min_margin_pct: float | None = None,
) -> Quote:
    """The price to propose for one product; it stays in the context for the proposal.

    Raises NotEnoughDataError where the data cannot say and NoFeasiblePriceError where the rules leave no price.
    """
    known = fitted(context, sku)
    tell_offer(context, known)
    tell_elasticity(context, known)
    rules = tightened(known.rules, max_change_pct, min_margin_pct)
    forecast = forecast_of(context, known, weeks)
    _refuse_without_price(context, known, forecast, rules)
    if goal == "clear_stock" and known.offer.stock is not None:
        path = plan(context, known, forecast, rules)
        tell_plan(context, path, known.offer.currency)
        context.quotes[sku] = path.quote
    else:
        draws = demand_of(context, known, forecast, rules)
        best = best_price(draws, known.offer, rules, goal, context.today)
        context.quotes[sku] = replace(best, risk=answered(context, known, draws, best.risk))
    made = context.quotes[sku]
    if made.price != made.current:
        beside(context, known, made.price, weeks)
    return made


def _refuse_without_price(context: Context, known: Fitted, forecast: Forecast, rules: Rules) -> None:
    """Raises NoFeasiblePriceError where the rules leave no price, with what giving up each is worth in money."""
    offer, today = known.offer, context.today
    if lawful_limits(offer, rules, today) is not None:
        return
    value = None
    if known.elasticity.usable:
        prices = np.unique([*beyond(offer, rules, today), offer.price])
        value = worth(demand(forecast, known.elasticity, prices, offer.price), offer)
    raise NoFeasiblePriceError(no_price(offer, rules, today, value))


def price_test(
    context: Context, sku: str, weeks: int = 4, max_change_pct: float | None = None, min_margin_pct: float | None = None
) -> Experiment:
    """What to try where history cannot say; its quote stays in the context for the proposal.

    Raises NotEnoughDataError where nothing is known of the product's peers either.
    """
    known = fitted(context, sku)
    tell_offer(context, known)
    tell_elasticity(context, known)
    rules = tightened(known.rules, max_change_pct, min_margin_pct)
    forecast = forecast_of(context, known, weeks)
    _refuse_without_price(context, known, forecast, rules)
    trial = experiment(forecast, known.elasticity, known.offer, rules, context.today)
    context.quotes[sku] = trial.quote
    return trial


def gamble(made: Quote) -> bool:
    """Whether today's price is kept although another one has the better mean."""
    if made.price != made.current or made.current not in made.prices:
        return False
    mean = made.money[1]
    now = float(mean[int(np.argmin(np.abs(made.prices - made.current)))])
    return bool(mean.max() > now + MIN_GAIN * abs(now))


def trial_of(
    context: Context, sku: str, weeks: int = 4, max_change_pct: float | None = None, min_margin_pct: float | None = None
) -> Experiment | None:
    """The test that would tell whether another price is better; None where the rules or the data leave none."""
    known = fitted(context, sku)
    rules = tightened(known.rules, max_change_pct, min_margin_pct)
    try:
        return experiment(forecast_of(context, known, weeks), known.elasticity, known.offer, rules, context.today)
    except PricingError:
        return None


def tell_trial(context: Context, trial: Experiment) -> tuple[Fact, ...]:
    """Size, length and cost of a price test."""
    source = Source("fit", "one-sided test at 10 %, power 80 %, against the forecast's own spread")
    sku, code, change = trial.quote.sku, trial.currency, trial.change
    add = context.facts.add
    return (
        add("trial_price", trial.quote.price, "money", source, sku, code),
        add("trial_step", 100 * (trial.quote.price / trial.quote.current - 1), "percent", source, sku),
        add("trial_weeks", trial.weeks_needed, "weeks", source, sku),
        add("trial_cost", change.mean, "money", source, sku, code, low=change.low, high=change.high),
        add("trial_worst", trial.worst_case, "money", source, sku, code),
    )


def tell_test(context: Context, trial: Experiment) -> tuple[Fact, ...]:
    """The price to try, what it may bring or cost, and how long it takes to learn from it."""
    source = Source("fit", "one-sided test at 10 %, power 80 %, against the forecast's own spread")
    sku = trial.quote.sku
    return (
        context.facts.add("test_weeks", trial.weeks_needed, "weeks", source, sku),
        context.facts.add("test_power", trial.power, "probability", source, sku),
        *tell_trial(context, trial),
        *tell_quote(context, trial.quote),
    )


def quote_from(context: Context, known: Fitted, forecast: Forecast, rules: Rules, goal: Goal) -> Quote:
    return best_price(demand_of(context, known, forecast, rules), known.offer, rules, goal, context.today)


def named(context: Context, product: Product) -> str:
    """What the reader calls the product."""
    return product.name_zh if context.language == "zh" and product.name_zh else product.name


def tell_name(context: Context, sku: str) -> Fact:
    """What the reader calls the product."""
    with context.database.reading() as session:
        name = named(context, sales.product(session, sku))
    return context.facts.add("product", name, "text", Source("product", f"products, sku {sku}"), sku)


def tell_offer(context: Context, known: Fitted) -> tuple[Fact, ...]:
    """Today's price and what stands beside it."""
    offer, product, facts = known.offer, known.product, context.facts
    row = Source("product", f"products, sku {product.sku}")
    out = [
        facts.add("product", named(context, product), "text", row, product.sku),
        facts.add("price_now", offer.price, "money", row, product.sku, offer.currency),
    ]
    if offer.cost is None:
        out.append(facts.add("cost_unknown", "cost", "text", row, product.sku))
    else:
        out.append(facts.add("cost", offer.cost, "money", row, product.sku, offer.currency))
    if offer.stock is not None:
        out.append(facts.add("stock", offer.stock, "units", row, product.sku))
    if offer.competitors:
        seen = Source("sql", f"competitor_price, sku {product.sku}, latest of 30 days")
        low, high = min(offer.competitors), max(offer.competitors)
        if low == high:
            facts.add("competitor_only", low, "money", seen, product.sku, offer.currency)
            return tuple(out)
        facts.add("competitor_low", low, "money", seen, product.sku, offer.currency)
        facts.add("competitor_high", high, "money", seen, product.sku, offer.currency)
    return tuple(out)


def tell_quote(context: Context, made: Quote) -> tuple[Fact, ...]:
    """The price proposed, what it should bring, and which rule bound."""
    facts, risk, sku = context.facts, made.risk, made.sku
    currency = next(f.currency for f in facts.all("price_now") if f.sku == sku)
    fit = Source("fit", f"goal {made.goal}, {risk.weeks} weeks, {len(made.prices)} prices weighed, 2000 draws")
    change = 100 * (made.price / made.current - 1)
    out = [
        facts.add("price_best", made.price, "money", fit, sku, currency),
        facts.add("price_change", change, "percent", fit, sku),
        facts.add("horizon", risk.weeks, "weeks", Source("request", "weeks asked for"), sku),
        facts.add("units_at_best", risk.units.mean, "units", fit, sku, low=risk.units.low, high=risk.units.high),
        *tell_change(context, made.risk, currency, fit),
    ]
    for ruling in made.verdict.trail:
        if ruling.binding:
            source = Source("rule", f"{ruling.rule}: {ruling.note}")
            out.append(facts.add(f"rule_{ruling.rule}", ruling.note, "text", source, sku))
    if made.price == made.current:
        out.append(facts.add("keep", "keep the price", "text", fit, sku))
    if made.note:
        out.append(facts.add("caution", made.note, "text", fit, sku))
    return tuple(out)


def tell_change(context: Context, risk: Risk, currency: str, source: Source) -> tuple[Fact, ...]:
    """What a price brings against keeping today's, in profit or (no cost known) in revenue."""
    change = risk.change
    return (
        context.facts.add(
            f"{risk.basis}_change", change.mean, "money", source, risk.sku, currency, low=change.low, high=change.high
        ),
        context.facts.add("p_loss", risk.p_loss, "probability", source, risk.sku),
    )
