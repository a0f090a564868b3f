"""What prices set together truly earn in stores whose products answer to each other's prices."""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np

from bench.crossed import Crossing
from bench.table import Cell, Table
from pricing.cross import CrossEffects, believed
from pricing.demand import demand
from pricing.elasticity import elasticities
from pricing.errors import PricingError
from pricing.forecast import forecasts
from pricing.guardrails import Offer, Rules, ladder
from pricing.panel import Floats
from pricing.portfolio import Terms, portfolio
from pricing.shelf import Item, item

WEEKS = 6
RULES = Rules(max_change_pct=30.0)
LIMIT = 20.0  # seconds of one solve
COLUMNS = ("", "effects counted", "changes", "true gain", "promised")
NOTE = (
    f"True expected retail profit of the next {WEEKS} weeks at the prices chosen against today's, all of them moved\n"
    "at once: no promotion, competitors at today's price. alone: each price by itself; known: with the effects whose\n"
    "sign is claimed; believed: with the posterior means of all; truth: with the true effects. Means over the stores."
)
Cross = Mapping[tuple[str, str], float]


def profit(store: Crossing, prices: Floats) -> float:
    """True expected retail profit of the coming weeks at prices (N,)."""
    shape = len(prices), 7 * WEEKS
    days = store.panel.weeks[-1] + 7 + np.arange(shape[1])
    paid = np.broadcast_to(prices[:, None], shape)
    units = store.daily(paid, days, np.zeros(shape), None).sum(axis=1) / 7
    return float(units @ (prices - store.store.market.cost[:, -1]))


def table(scores: Mapping[str, list[dict[str, tuple[int, int, float, float]]]]) -> Table:
    """A row a form and way to choose, from `choices` of its stores."""
    rows: list[tuple[Cell, ...]] = []
    for form, found in scores.items():
        for name in found[0]:
            counted, changes, gain, promised = np.mean([one[name] for one in found], axis=0)
            rows.append((f"{form}: {name}", round(counted), round(changes), f"{gain:.2f} %", f"{promised:.2f} %"))
    return Table("Prices set together", COLUMNS, rows, NOTE)


def choices(store: Crossing, effects: tuple[CrossEffects, ...]) -> dict[str, tuple[int, int, float, float]]:
    """Effects counted, prices changed, and true and promised gain in percent of today's profit, by way to choose."""
    items, today = _items(store), store.store.products["price"].to_numpy().astype(np.float64)
    base, skus = profit(store, today), store.panel.skus
    real = {(skus[i], skus[j]): float(store.truth[i, j]) for i, j in np.argwhere(store.truth).tolist()}
    sure = {(str(r["sku"]), str(r["other"])): float(r["elasticity"]) for e in effects for r in e.rows() if r["usable"]}
    ways: dict[str, Cross] = {"alone": {}, "known": sure, "believed": believed(effects), "truth": real}
    found = {}
    for name, cross in ways.items():
        best = portfolio(items, Terms(cross=cross), time_limit=LIMIT, shadows=False)
        prices = today.copy()
        for pick in best.picks:
            prices[store.panel.row(pick.sku)] = pick.price
        found[name] = len(cross), best.changes, 100 * (profit(store, prices) / base - 1), 100 * best.gain / base
    return found


def _items(store: Crossing) -> list[Item]:
    fits = elasticities(store.panel)
    ahead = forecasts(store.panel, WEEKS, elasticities=fits)
    today, out = store.store.end + timedelta(1), []
    for fit, forecast, product in zip(fits, ahead, store.store.products.iter_rows(named=True), strict=True):
        if not fit.usable:
            continue
        offer = Offer(
            sku=fit.sku, currency=product["currency"], price=product["price"], cost=product["cost"],
            price_low=fit.price_low, price_high=max(fit.price_high, product["price"]),
        )  # fmt: skip
        prices = np.unique([*ladder(offer, RULES, today), offer.price])
        try:
            out.append(item(demand(forecast, fit, prices, offer.price), offer, RULES, "profit", today))
        except PricingError:
            continue
    return out
