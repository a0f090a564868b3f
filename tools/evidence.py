"""What an elasticity rests on, as facts: data used, method, what was left out."""

import numpy as np

from db import weekly
from pricing.evidence import RANGE_WEEKS
from pricing.regressors import LEAST_IN_STOCK, informative_weeks
from tools.context import Context
from tools.facts import Fact, Source
from tools.fitted import Fitted


def tell_evidence(context: Context, known: Fitted) -> tuple[Fact, ...]:
    """From the fit itself: method, weeks, prices, and how much was borrowed from peers."""
    fit, add, sku, code = known.elasticity, context.facts.add, known.product.sku, known.offer.currency
    when = f"fitted {known.fitted_at:%Y-%m-%d}" if known.fitted_at else "fitted just now"
    source = Source("fit", f"level {fit.level}, {when}")
    out = [
        add("elasticity_method", fit.method, "text", source, sku),
        add("weeks_used", fit.weeks, "weeks", source, sku),
        add("prices_seen", fit.prices, "count", source, sku),
    ]
    if np.isfinite(fit.price_low) and np.isfinite(fit.price_high):
        seen = Source("fit", f"middle 95 % of the prices of the last {RANGE_WEEKS} weeks")
        out += [
            add("seen_low", fit.price_low, "money", seen, sku, code),
            add("seen_high", fit.price_high, "money", seen, sku, code),
        ]
    if np.isfinite(fit.elasticity):
        out.append(add("peers_share", fit.pooling, "probability", source, sku))
    if np.isfinite(fit.past):
        out.append(add("elasticity_past", fit.past, "ratio", source, sku, low=fit.past_low, high=fit.past_high))
    return tuple(out)


def tell_left_out(context: Context, known: Fitted) -> tuple[Fact, ...]:
    """From the weeks themselves: what had no say, and why."""
    sku, add = known.product.sku, context.facts.add
    with context.database.reading() as session:
        panel = weekly.panel(session, [sku])
    on_sale = np.isfinite(panel.units[0])
    empty = on_sale & (panel.in_stock[0] < LEAST_IN_STOCK)
    priceless = on_sale & ~empty & ~informative_weeks(panel)[0]
    units, bulk = float(np.nansum(panel.units[0])), float(np.nansum(panel.bulk[0]))
    source = Source("sql", f"weekly sales, stock and promotions of {sku}, {int(on_sale.sum())} weeks on sale")
    out = [add("weeks_on_sale", int(on_sale.sum()), "weeks", source, sku)]
    for label, weeks in (
        ("left_out_of_stock", empty),
        ("left_out_priceless", priceless),
        ("weeks_promoted", on_sale & (np.nan_to_num(panel.promo[0]) > 0)),
    ):
        if weeks.any():
            out.append(add(label, int(weeks.sum()), "weeks", source, sku))
    if bulk > 0 and units > 0:
        out.append(add("left_out_bulk", bulk / units, "probability", source, sku))
    return tuple(out)
