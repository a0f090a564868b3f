"""What a product that has hardly sold will sell, told by products like it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session, col, select

from db import weekly
from db.tables import Product
from pricing.analogy import MOST_PEERS, YOUNG, analogies, young
from pricing.errors import NotEnoughDataError
from pricing.forecast import Forecast, forecasts
from pricing.panel import Floats, Panel
from tools.context import Context
from tools.fitted import Fitted, forecast_of


def foreseen(context: Context, known: Fitted, weeks: int) -> Forecast:
    """Forecast of one product at today's price; by analogy where it has sold for too short a time.

    Raises NotEnoughDataError where no product like it has sold for long either.
    """
    try:
        forecast = forecast_of(context, known, weeks)
    except NotEnoughDataError:
        told = by_analogy(context, known, weeks)
        if told is None:
            raise
        return told
    return forecast if forecast.history_weeks >= YOUNG else by_analogy(context, known, weeks) or forecast


def foreseen_all(context: Context, weeks: int) -> tuple[Forecast, ...]:
    """Forecasts of the whole store at its last prices, by SKU; by analogy at today's where a product hardly sold.

    NaN and a caution where nothing can be said: no price, or nothing like it has sold for long.
    """
    with context.database.reading() as session:
        panel = weekly.panel(session)
        prices = weekly.charged(session, panel.skus)
    found = list(forecasts(panel, weeks, country=context.shop.country))
    new = young(panel) if panel.skus else np.zeros(0, np.int64)
    new = new[prices[new] > 0]
    for first in range(0, len(new), weekly.PART):
        rows = new[first : first + weekly.PART]
        for i, told in zip(
            rows, analogies(panel, found, rows, _likeness(context, panel, rows), prices[rows]), strict=True
        ):
            found[i] = told
    return tuple(found)


def _likeness(context: Context, panel: Panel, rows: NDArray[np.int64]) -> Floats:
    """(M, N) cosines of the names of `rows` with those of the nearest other products; 0 for all others."""
    of, out = {sku: i for i, sku in enumerate(panel.skus)}, np.zeros((len(rows), len(panel.skus)))
    for m, i in enumerate(rows):
        for sku, cosine in context.shop.knowledge.similar(panel.skus[i], MOST_PEERS).items():
            if sku in of:
                out[m, of[sku]] = cosine
    return out


def by_analogy(context: Context, known: Fitted, weeks: int) -> Forecast | None:
    """From the products nearest in text, and others of its category; None where none of them has sold for long."""
    product = known.product
    alike = context.shop.knowledge.similar(product.sku, MOST_PEERS)
    with context.database.reading() as session:
        others = _others(session, product, list(alike))
        panel = weekly.panel(session, [*others, product.sku])
    if not len(panel.weeks):
        return None
    likeness = np.array([[*(alike.get(sku, 0.0) for sku in others), 0.0]])
    row, price = np.array([len(others)]), np.array([known.offer.price])
    told = analogies(panel, forecasts(panel, weeks, country=context.shop.country), row, likeness, price)[0]
    return told if np.isfinite(told.total_mean) and told.caution else None


def _others(session: Session, product: Product, alike: Sequence[str]) -> list[str]:
    """SKUs that the store still has: those named, then others of the category."""
    named = set(session.exec(select(Product.sku).where(col(Product.sku).in_(alike))))
    mates = select(Product.sku).where(Product.category == product.category, Product.sku != product.sku)
    beside = session.exec(mates.order_by(Product.sku).limit(MOST_PEERS)) if product.category else ()
    return list(dict.fromkeys([*(sku for sku in alike if sku in named), *beside]))
