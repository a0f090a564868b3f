"""What is known of one product on one day: its offer, its elasticity, and its demand over a ladder of prices."""

from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from sqlmodel import Session

from db import fits, rulebook, sales, versions, weekly
from db.tables import Product
from pricing.demand import Demand, demand
from pricing.elasticity import Elasticity, elasticities
from pricing.errors import NotEnoughDataError
from pricing.forecast import Forecast, forecasts
from pricing.guardrails import Offer, Rules, ladder
from tools.context import Context

SAME_PRICE = 0.005  # relative difference within which a forecast's price is today's
WIDE = np.linspace(0.5, 1.6, 12)


@dataclass(frozen=True)
class Fitted:
    """One product as the desk sees it. `fitted_at` is None where the fit was made just now; `rules` are its own."""

    product: Product
    offer: Offer
    elasticity: Elasticity
    fitted_at: datetime | None
    rules: Rules = field(default_factory=Rules)


def fitted(context: Context, sku: str) -> Fitted:
    """The product with its stored elasticity, or one fitted now where the data has moved on since the last refresh.

    Raises NotEnoughDataError for a product without a price.
    """
    with context.database.reading() as session:
        product = sales.product(session, sku)
        if not product.price:
            raise NotEnoughDataError(
                f"{sku} ({product.name}) has no price and no sale yet. Give it a price in products, then ask again."
            )
        elasticity, fitted_at = _elasticity(session, sku)
        rules = rulebook.effective(session, [sku], context.shop.rules)[sku]
        offer = sales.offer(session, sku, elasticity, context.today, rules)
    return Fitted(product, offer, elasticity, fitted_at, rules)


def _elasticity(session: Session, sku: str) -> tuple[Elasticity, datetime | None]:
    stored = fits.load(session, sku, Elasticity)
    if stored is not None and stored.data_version == versions.data_version(session, sku):
        return stored.fit, stored.fitted_at
    return elasticities(weekly.panel(session, [sku]), charged=weekly.charged(session, [sku]))[0], None


def forecast_of(context: Context, known: Fitted, weeks: int, price: float | None = None) -> Forecast:
    """Forecast of one product at its last or at another price: the last refresh's where it answers just that.

    Raises NotEnoughDataError where nothing ever sold.
    """
    sku = known.product.sku
    with context.database.reading() as session:
        stored = fits.load(session, sku, Forecast) if price is None and known.fitted_at else None
        if stored is not None and _answers(session, stored, sku, weeks, known.offer.price):
            return checked(known, stored.fit)
        panel = weekly.panel(session, [sku])
    prices = np.array([known.offer.price if price is None else price])
    return checked(known, forecasts(panel, weeks, prices, [known.elasticity], country=context.shop.country)[0])


def _answers(session: Session, stored: fits.Stored[Forecast], sku: str, weeks: int, price: float) -> bool:
    same = len(stored.fit.weeks) == weeks and abs(stored.fit.price / price - 1) < SAME_PRICE
    return same and stored.data_version == versions.data_version(session, sku)


def checked(known: Fitted, forecast: Forecast) -> Forecast:
    """The forecast, refused where nothing ever sold, and with its own reason where it says nothing for another one."""
    if np.isfinite(forecast.total_mean):
        return forecast
    product = f"{known.product.sku} ({known.product.name})"
    if forecast.history_weeks:
        raise NotEnoughDataError(f"{product}: {forecast.caution}.")
    raise NotEnoughDataError(
        f"{product} has no sales, so nothing can be forecast. Ask again after a few weeks on sale."
    )


def demand_of(
    context: Context, known: Fitted, forecast: Forecast, rules: Rules, extra: tuple[float, ...] = ()
) -> Demand:
    """Draws of demand over the lawful ladder, today's price and the `extra` ones.

    Raises NotEnoughDataError where the elasticity is refused: then only today's price can be spoken of.
    """
    now = known.offer.price
    if not known.elasticity.usable:
        raise NotEnoughDataError(no_elasticity(known))
    wide = np.round(now * WIDE, 2)  # beyond the rules too, so that the trail shows what each rule took
    prices = np.unique(np.array([*ladder(known.offer, rules, context.today), *wide, now, *extra]))
    prices = prices[prices > 0]
    return demand(forecast, known.elasticity, prices, now)


def no_elasticity(known: Fitted) -> str:
    """Why no other price of the product can be spoken of, and what to do."""
    return (
        f"Nothing can be said about another price of {known.product.name} ({known.product.sku}): "
        f"{known.elasticity.reason}. Keep today's price, or run a price test."
    )


def tightened(rules: Rules, max_change_pct: float | None, min_margin_pct: float | None) -> Rules:
    """The product's rules, made stricter by what was asked; a request can never loosen them."""
    return replace(
        rules,
        max_change_pct=min(rules.max_change_pct, max_change_pct if max_change_pct is not None else 100),
        min_margin_pct=max(rules.min_margin_pct, min_margin_pct or 0),
    )
