"""Fit the whole catalogue, so that answers come from fits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from db import fits, versions, weekly
from db.engine import Database
from db.fits import Fitted
from pricing.elasticity import elasticities
from pricing.errors import PricingError
from pricing.forecast import Forecast, forecasts
from pricing.recommend import Opportunity
from tools.context import Context
from tools.fitted import checked, fitted
from tools.price import quote_from

Progress = Callable[[str, int, int], None]
WEEKS = 4
CHANCES = 300  # best sellers that are weighed for repricing


@dataclass(frozen=True)
class Refreshed:
    products: int
    usable: int  # with an elasticity that can be acted on
    opportunities: int


def refresh(context: Context, progress: Progress | None = None) -> Refreshed:
    """Elasticities of every product and opportunities of the best sellers, stored with the data they rest on."""
    tell = progress or (lambda stage, done, total: None)
    database = context.database
    with database.reading() as session:
        known = versions.data_versions(session)
        panel = weekly.panel(session)
    tell("elasticities", 0, len(panel.skus))
    found = elasticities(panel)
    _save(database, found, known)
    tell("elasticities", len(found), len(found))
    tell("forecasts", 0, len(panel.skus))
    ahead = forecasts(panel, WEEKS, None, found)
    _save(database, ahead, known)
    tell("forecasts", len(ahead), len(ahead))
    revenue = np.nansum((panel.units * panel.price)[:, -26:], axis=1)
    chances = [ahead[i] for i in np.argsort(-revenue) if found[i].usable][:CHANCES]
    best = []
    for done, forecast in enumerate(chances, 1):
        best += _opportunity(context, forecast)
        tell("opportunities", done, len(chances))
    _save(database, best, known)
    return Refreshed(len(found), sum(e.usable for e in found), len(best))


def _save(database: Database, found: Sequence[Fitted], known: Mapping[str, str]) -> None:
    with database.session() as session:
        fits.save(session, found, known)


def _opportunity(context: Context, forecast: Forecast) -> list[Opportunity]:
    """What the best price of a product would gain; nothing where nothing can be said of it."""
    known = fitted(context, forecast.sku)
    try:
        made = quote_from(context, known, checked(known, forecast), context.rules, "profit")
    except PricingError:
        return []
    return [Opportunity(forecast.sku, made.risk.change.mean, 1 - made.risk.p_loss, made.price, made.current)]
