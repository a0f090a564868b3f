"""Commands that read: forecast, elasticity, recommend, risk, what-if."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from agents.rendering import shown
from agents.words import label
from db import sales, weekly
from db.tables import Product
from pricedesk import amounts
from pricedesk.amounts import Count
from pricedesk.opening import opened
from pricedesk.output import Json, Out, progress, say, show
from pricing.analogy import METHOD as ANALOGY
from pricing.backtest import backtest as tried
from pricing.backtest import methods
from pricing.elasticity import Elasticity, elasticities
from pricing.errors import NotEnoughDataError, PricingError
from pricing.folds import folds, sample
from pricing.forecast import Forecast
from pricing.verdict import COLUMNS, EVERYTHING, rows, summary, verdict
from tools.analogy import foreseen, foreseen_all
from tools.context import Context
from tools.cross import cross_rows, told
from tools.evidence import tell_left_out
from tools.fitted import Fitted, fitted, forecast_of
from tools.price import tell_elasticity
from tools.recommending import offers_by_segment, offers_to
from tools.recommending_launch import Newborn, tell_launch
from tools.related import first_to_reprice, related_to
from tools.risk import risk_of

All = Annotated[bool, typer.Option("--all", help="Every product.")]
Sku = Annotated[str | None, typer.Argument(help="A product's code.")]
Weeks = Annotated[int, typer.Option(min=1, max=26)]
Price = Annotated[str, typer.Option(help="In the product's currency.")]
Backtested = Annotated[bool, typer.Option("--backtest", help="Try the forecast on past dates, beside other methods.")]
Dates = Annotated[int, typer.Option("--folds", min=1, max=52, help="Past dates of a backtest.")]
Sampled = Annotated[int, typer.Option("--sample", min=1, help="Products scored in a backtest; --all for every one.")]
FORECAST = ("sku", "week_start", "mean", "p05", "p10", "p50", "p90", "p95")
Crossed = Annotated[bool, typer.Option("--cross", help="Reactions to the prices of other products.")]
CROSS = ("sku", "other", "kind", "elasticity", "ci_low", "ci_high", "usable", "reason")
ELASTICITY = ("sku", "elasticity", "ci_low", "ci_high", "level", "usable", "reason")


def add_to(app: typer.Typer) -> None:
    app.command("forecast")(forecast)
    app.command("elasticity")(elasticity)
    app.command("recommend")(recommend)
    app.command("offers")(offers)
    app.command("launch")(launch)
    app.command("risk")(risk)
    app.command("what-if")(what_if)


def forecast(
    sku: Sku = None,
    weeks: Weeks = 4,
    price: str | None = None,
    all_: All = False,
    backtest: Backtested = False,
    dates: Dates = 4,
    products: Sampled = 500,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """What will sell, week by week; or, with --backtest, how good such forecasts were at past dates."""
    context = opened().context()
    if backtest:
        if price is not None:
            raise PricingError("A backtest forecasts at the price of each past date. Leave out --price.")
        _backtest(context, sku, None if all_ else products, (weeks, dates), out, as_json)
        return
    if all_ or sku is None:
        found = foreseen_all(context, weeks)
    else:
        known = fitted(context, sku.upper())
        asked = None if price is None else float(amounts.price(price))
        found = (foreseen(context, known, weeks) if asked is None else forecast_of(context, known, weeks, asked),)
    show([row for one in found for row in _by_week(one)], as_json, out, FORECAST)
    _warn(found)


def _warn(found: Sequence[Forecast]) -> None:
    """Say on standard error what stands in no row: one product's caution, or how many of all were told by others."""
    alike = sum(one.method == ANALOGY for one in found)
    if len(found) == 1 and found[0].caution:
        print(f"{found[0].sku}: {found[0].caution}.", file=sys.stderr)
    elif alike:
        print(f"Products that hardly sold yet, forecast by analogy with a wide interval: {alike}.", file=sys.stderr)


def _backtest(
    context: Context, sku: str | None, most: int | None, shape: tuple[int, int], out: Path | None, as_json: bool
) -> None:
    """Ours beside the field's methods on the same dates: one table, or every part of it in a file or as JSON."""
    with context.database.reading() as session:
        panel = weekly.panel(session)
        asked = panel.skus if sku is None else (sales.product(session, sku.upper()).sku,)
    wanted = np.array([panel.row(one) for one in asked], np.int64)[sample(asked, most or len(asked))]
    with progress() as tell:
        found = tried(folds(panel, *shape), methods(country=context.shop.country), wanted, tell)
    if not found.products:
        raise NotEnoughDataError(verdict(found))
    if as_json and out is None:
        say(summary(found), True, "")
        return
    every = rows(found)
    if out is None:
        show([_short(row) for row in every if row["part"] == EVERYTHING], False, None, COLUMNS[1:])
    else:
        show(every, as_json, out, COLUMNS)
    print(verdict(found))


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in row.items()}


def _by_week(one: Forecast) -> list[dict[str, Any]]:
    return [
        dict(zip(FORECAST, (one.sku, str(week), mean, *levels), strict=True))
        for week, mean, levels in zip(one.weeks, one.mean.tolist(), one.quantiles.T.tolist(), strict=True)
    ]


def elasticity(
    sku: Sku = None, all_: All = False, cross: Crossed = False, out: Out = None, as_json: Json = False
) -> None:
    """How strongly units react to price, or why that cannot be said; with --cross, to the prices of other products."""
    context = opened().context()
    if cross:
        show(cross_rows(context, None if all_ or sku is None else sku.upper()), as_json, out, CROSS)
        return
    if all_ or sku is None:
        with context.database.reading() as session:
            panel = weekly.panel(session)
            found: tuple[Elasticity, ...] = elasticities(panel, charged=weekly.charged(session, panel.skus))
    else:
        known = fitted(context, sku.upper())
        found = (known.elasticity,)
        if out is None and not as_json:
            _explain(context, known)
    show([vars(one) for one in found], as_json, out, ELASTICITY)


def _explain(context: Context, known: Fitted) -> None:
    """What the estimate rests on, beside the row."""
    facts = (*tell_elasticity(context, known), *tell_left_out(context, known))
    show([{"what": label(f.label, "en"), "value": shown(f, "en"), "source": f.source.detail} for f in facts], False)


def recommend(sku: Sku = None, n: Count = 5, as_json: Json = False) -> None:
    """What goes with a product; without one, what to reprice first."""
    context = opened().context()
    if sku is None:
        show([_named(context, one.sku) | vars(one) for one in first_to_reprice(context, None, n)], as_json)
    else:
        with context.database.reading() as session:
            known = sales.product(session, sku.upper())
        show([vars(one) for one in related_to(context, known.sku, n)[0]], as_json)


def offers(
    customer: Annotated[str | None, typer.Option(help="A customer's code; without one, offers by segment.")] = None,
    n: Count = 3,
    as_json: Json = False,
) -> None:
    """What to offer to whom, at each product's own price. Segments rest on what customers did, not on who they are."""
    context = opened().context()
    if customer is not None:
        show([vars(one) for one in offers_to(context, customer, n)], as_json)
        return
    found = offers_by_segment(context, n)
    rows = [{"segment": one.segment, "customers": one.customers} | vars(o) for one in found for o in one.offers]
    show(rows, as_json)


def launch(
    text: Annotated[str, typer.Argument(help="The new product in words.")],
    category: Annotated[str, typer.Option(help="Its category; that of the product most like it by default.")] = "",
    cost: float | None = None,
    price: float | None = None,
    weeks: Weeks = 6,
    as_json: Json = False,
) -> None:
    """What a product that the store does not have yet should cost, and what it will sell in its first weeks."""
    told = tell_launch(opened().context(), Newborn(text, category, cost, price, weeks))
    show([{"what": label(f.label, "en"), "value": shown(f, "en"), "source": f.source.detail} for f in told], as_json)


def _named(context: Context, sku: str) -> dict[str, Any]:
    with context.database.reading() as session:
        product = session.get(Product, sku)
    return {"sku": sku, "name": product.name if product else ""}


def risk(sku: str, price: Price, weeks: Weeks = 4, as_json: Json = False) -> None:
    """What can go wrong with a price, in money."""
    what_if(sku, price, weeks, as_json)


def what_if(sku: str, price: Price, weeks: Weeks = 4, as_json: Json = False) -> None:
    """What a price would do against keeping today's."""
    context = opened().context()
    found = risk_of(context, sku.upper(), float(amounts.price(price)), weeks)
    flat = {
        "sku": found.sku, "price": found.price, "current": found.current, "weeks": found.weeks, "basis": found.basis,
        "units": found.units.mean, "units_low": found.units.low, "units_high": found.units.high,
        "change": found.change.mean, "change_low": found.change.low, "change_high": found.change.high,
        "p_loss": found.p_loss, "worst_case": found.worst_case, "p_stock_out": found.p_stock_out,
        "level": found.level, "reasons": list(found.reasons),
    } | told(context.facts)  # fmt: skip
    if as_json:
        show([flat], as_json)
    else:
        show([{"what": name, "value": value} for name, value in flat.items()], as_json)
