"""What the price of one product does to its neighbours."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sqlmodel import Session, col, select

from db import fits, versions, weekly
from db.engine import Database
from db.tables import Product
from pricing.cross import CrossEffects, cross_effects
from pricing.errors import NotEnoughDataError
from pricing.forecast import Forecast
from pricing.names import NAMES_ALIKE, name_vectors
from pricing.outcome import Basis
from pricing.pairs import candidates
from pricing.panel import Panel
from pricing.reaction import Own
from pricing.ripple import Neighbour, Ripple, ripple, unknown
from tools.baskets import BasketBook
from tools.context import Context
from tools.facts import Fact, Facts, Source
from tools.fitted import Fitted

HALF_A_YEAR = 26  # weeks whose sales say which neighbours matter
NOT_YET = "nothing is known yet of what its price does to other products; refresh the fits, then ask again"
MOST_TOLD = 3  # neighbours told one by one


def every_cross(database: Database, book: BasketBook, panel: Panel, own: Own | None = None) -> tuple[CrossEffects, ...]:
    """Cross effects of every product of the panel; candidates by category, name and the newest orders."""
    with database.reading() as session:
        names = dict(session.exec(select(Product.sku, Product.name)).all())
    sold = np.nansum(panel.units[:, -HALF_A_YEAR:], axis=1)
    vectors = name_vectors([names.get(sku, "") for sku in panel.skus])
    together = book.of(database).baskets
    return cross_effects(
        panel, candidates(panel.skus, panel.categories, sold, vectors, together, alike=NAMES_ALIKE), own
    )


def ripple_of(context: Context, known: Fitted, price: float, weeks: int) -> Ripple:
    """What `price` brings or costs the neighbours over the coming weeks, by the last refresh.

    Money is profit where the product's own cost is known, else revenue; of neighbours that lack a cost then, or are
    sold in another currency, nothing is said. Raises NotEnoughDataError before the first refresh.
    """
    sku = known.product.sku
    with context.database.reading() as session:
        stored = fits.load(session, sku, CrossEffects)
        if stored is None:
            raise NotEnoughDataError(NOT_YET)
        beside = _neighbours(session, known, stored.fit.others, weeks)
    return ripple(stored.fit, beside, price / known.offer.price)


def _neighbours(session: Session, known: Fitted, skus: tuple[str, ...], weeks: int) -> Mapping[str, Neighbour]:
    basis = _basis(known)
    rows = session.exec(
        select(Product).where(col(Product.sku).in_(skus), Product.currency == known.offer.currency)
    ).all()
    found = {row.sku: one for row in rows if (one := _neighbour(session, row, basis, weeks))}
    return {sku: found[sku] for sku in skus if sku in found}


def _neighbour(session: Session, row: Product, basis: Basis, weeks: int) -> Neighbour | None:
    """None where it has no price, no forecast, or no cost where profit is spoken of."""
    stored = fits.load(session, row.sku, Forecast)
    if stored is None or not row.price or (basis == "profit" and row.cost is None):
        return None
    share = weeks / max(len(stored.fit.weeks), 1)
    units, low, high = (share * float(u) for u in (stored.fit.total_mean, stored.fit.total[0], stored.fit.total[-1]))
    worth = float(row.price) - (float(row.cost or 0) if basis == "profit" else 0.0)
    return Neighbour(row.sku, units, low, high, worth, basis) if np.isfinite(units) else None


def _basis(known: Fitted) -> Basis:
    return "revenue" if known.offer.cost is None else "profit"


def beside(context: Context, known: Fitted, price: float, weeks: int) -> Ripple | None:
    """The ripple of a price, told; None, and the reason told, where nothing is known of it."""
    sku = known.product.sku
    try:
        found = ripple_of(context, known, price, weeks)
    except NotEnoughDataError as refusal:
        context.facts.add("cross_refused", str(refusal), "text", Source("fit", "no refresh yet"), sku)
        return None
    tell_ripple(context, known, found, weeks)
    return found if found.counted else None


def tell_ripple(context: Context, known: Fitted, found: Ripple, weeks: int) -> tuple[Fact, ...]:
    """Neighbours one by one where their effect is known, all together where only the sum is, else why not."""
    facts, sku, currency = context.facts, found.sku, known.offer.currency
    basis = _basis(known)
    source = Source("fit", f"cross elasticities of the last refresh times forecasts, {weeks} weeks")
    out = []
    for spill in [spill for spill in found.spills if spill.usable][:MOST_TOLD]:
        with context.database.reading() as session:
            row = session.get(Product, spill.sku)
        name = (row.name_zh if context.language == "zh" and row and row.name_zh else row.name) if row else spill.sku
        units, worth = spill.units, spill.money
        out += [
            facts.add("cross_product", name, "text", source, spill.sku),
            facts.add("cross_units", units.mean, "units", source, spill.sku, low=units.low, high=units.high),
            facts.add(
                f"cross_{basis}", worth.mean, "money", source, spill.sku, currency, low=worth.low, high=worth.high
            ),
        ]
    if found.known:
        units, worth = found.units, found.money
        out += [
            facts.add("cross_count", len(found.spills), "count", source, sku),
            facts.add("cross_all_units", units.mean, "units", source, sku, low=units.low, high=units.high),
            facts.add(f"cross_all_{basis}", worth.mean, "money", source, sku, currency, low=worth.low, high=worth.high),
        ]
    if not out:
        out.append(facts.add("cross_refused", unknown(found, currency, basis), "text", source, sku))
    return tuple(out)


def cross_rows(context: Context, sku: str | None = None) -> list[dict[str, Any]]:
    """How `sku`'s units (every product's where None) answer to the prices of others: the last refresh's effects, or
    made now where there was none. Raises UnknownProductError."""
    with context.database.reading() as session:
        if sku is not None:
            versions.product(session, sku)
        found = [one.fit for one in fits.load_all(session, CrossEffects)]
        panel = None if found else weekly.panel(session)
    effects = found if panel is None else every_cross(context.database, context.shop.baskets, panel)
    rows = [row for one in effects for row in one.rows() if sku in (None, row["sku"])]
    return sorted(rows, key=lambda row: (row["sku"], row["other"]))


def told(facts: Facts) -> dict[str, Any]:
    """What a run has told of related products, as plain data."""
    lone = [_plain(fact, facts) | {"sku": fact.sku} for fact in facts.all("cross_units")]
    every = [_plain(fact, facts) for fact in facts.all("cross_all_units")]
    why_not = [str(fact.value) for fact in facts.all("cross_refused")]
    return {
        "related": lone,
        "related_together": next(iter(every), None),
        "related_unknown": next(iter(why_not), None),
    }


def _plain(units: Fact, facts: Facts) -> dict[str, Any]:
    stem = units.label.removesuffix("units")
    worth = next(f for name in ("profit", "revenue") for f in facts.all(stem + name) if f.sku == units.sku)
    return {
        "units": units.value, "units_low": units.low, "units_high": units.high,
        worth.label.removeprefix(stem): worth.value, "low": worth.low, "high": worth.high,
    }  # fmt: skip
