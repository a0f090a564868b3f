"""What a refresh asks of some products at a time: work for any process that can reach the database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import numpy as np
from sqlmodel import Session, col, select

from db import rulebook, versions, weekly
from db.engine import Database
from db.offers import offers
from db.tables import Product
from db.weekly import Window
from pricing.demand import demand
from pricing.elasticity import Elasticity
from pricing.errors import PricingError
from pricing.forecast import Forecast
from pricing.guardrails import Offer, Rules, ladder
from pricing.optimise import best_gain
from pricing.panel import Panel
from pricing.recommend import Opportunity

Skus = tuple[str, ...]
Fits = tuple[Elasticity, Forecast]


def versions_of(url: str, skus: Skus) -> dict[str, str]:
    with _reading(url) as session:
        return versions.data_versions(session, skus)


def panel_of(url: str, over: Window, skus: Skus) -> Panel:
    with _reading(url) as session:
        return weekly.part(session, skus, over)


def opportunities_of(url: str, today: date, base: Rules, fits: Sequence[Fits]) -> list[Opportunity]:
    """What the best price of each product would gain; none where nothing can be said or nothing gained.

    `base`: the settings' rules, over which those of each product lie.
    """
    usable = {e.sku: (e, f) for e, f in fits if e.usable and np.isfinite(f.total_mean)}
    with _reading(url) as session:
        own = select(Product.sku).where(col(Product.sku).in_(usable), col(Product.price) > 0)
        priced = sorted(session.exec(own))
        rules = rulebook.effective(session, priced, base)
        known = offers(session, priced, {sku: e for sku, (e, _) in usable.items()}, today, rules)
    found = (_opportunity(known[sku], usable[sku], rules[sku], today) for sku in priced)
    return [one for one in found if one is not None]


def _opportunity(offer: Offer, fits: Fits, rules: Rules, today: date) -> Opportunity | None:
    elasticity, forecast = fits
    lawful = ladder(offer, rules, today)
    prices = np.unique(np.array([*lawful, offer.price]))
    try:
        gain = best_gain(demand(forecast, elasticity, prices, offer.price), offer, lawful, "profit")
    except PricingError:
        return None
    if not gain.mean > 0:
        return None
    basis = "revenue" if offer.cost is None else "profit"
    return Opportunity(offer.sku, gain.mean, 1 - gain.p_loss, gain.price, offer.price, gain.low, gain.high, basis)


@contextmanager
def _reading(url: str) -> Iterator[Session]:
    database = Database(url)
    try:
        with database.reading() as session:
            yield session
    finally:
        database.dispose()
