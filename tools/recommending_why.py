"""What changed around a product while its sales changed: its price and its stock."""

import numpy as np
from langchain.tools import ToolRuntime, tool

from db import sales, weekly
from tools.context import Context
from tools.facts import Fact, Source
from tools.saying import said

MOVED = 1.0  # percent from which a price has moved
EMPTY = 0.5  # share of a week in stock below which it counts as out of stock


@tool
def what_changed(sku: str, weeks: int, runtime: ToolRuntime[Context]) -> str:
    """What changed around a product: its price and its stock, against the weeks before."""
    return said(*tell_changes(runtime.context, sku, weeks))


def tell_changes(context: Context, sku: str, weeks: int) -> tuple[Fact, ...]:
    """Mean price charged in the last `weeks` against as many before, and the weeks that it was mostly out of stock."""
    with context.database.reading() as session:
        history = sales.history(session, sku, 2 * weeks)
        panel = weekly.panel(session, [sku], 2 * weeks)
        currency = history.currency
    add, source = context.facts.add, Source("sql", history.sql)
    out = [add("why_weeks", weeks, "weeks", Source("request", "weeks compared"), sku)]
    prices = history.weeks["price"].drop_nulls().to_numpy()
    if len(prices) > weeks:
        before, since = float(prices[:-weeks].mean()), float(prices[-weeks:].mean())
        moved = 100 * (since / before - 1) if before > 0 else 0.0
        if abs(moved) >= MOVED:
            out += [
                add("price_then", before, "money", source, sku, currency),
                add("price_since", since, "money", source, sku, currency),
                add("price_moved", moved, "percent", source, sku),
            ]
        else:
            out.append(add("price_held", since, "money", source, sku, currency))
    if panel.skus and panel.in_stock.shape[1]:
        empty = int((np.nan_to_num(panel.in_stock[0, -weeks:], nan=1.0) < EMPTY).sum())
        held = Source("sql", f"stock of {sku} by week")
        if empty:
            out.append(add("weeks_empty", empty, "weeks", held, sku))
    return tuple(out)
