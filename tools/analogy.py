"""What a product that has hardly sold will sell, told by products like it."""

from collections.abc import Sequence

import numpy as np
from sqlmodel import Session, col, select

from db import weekly
from db.tables import Product
from pricing.analogy import MOST_PEERS, YOUNG, analogies
from pricing.errors import NotEnoughDataError
from pricing.forecast import Forecast, forecasts
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
    told = analogies(panel, forecasts(panel, weeks), row, likeness, price)[0]
    return told if np.isfinite(told.total_mean) and told.caution else None


def _others(session: Session, product: Product, alike: Sequence[str]) -> list[str]:
    """SKUs that the store still has: those named, then others of the category."""
    named = set(session.exec(select(Product.sku).where(col(Product.sku).in_(alike))))
    mates = select(Product.sku).where(Product.category == product.category, Product.sku != product.sku)
    beside = session.exec(mates.order_by(Product.sku).limit(MOST_PEERS)) if product.category else ()
    return list(dict.fromkeys([*(sku for sku in alike if sku in named), *beside]))
