"""Bundles of a product with what is bought with it, at a price that pays."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl
from sqlmodel import Session

from db import sales
from db.reading import frame
from pricing.bundle import Part, Paying, paying
from pricing.errors import PricingError
from tools.context import Context
from tools.facts import Fact, Source
from tools.fitted import Fitted, fitted
from tools.price import named

SEEN = 26  # weeks whose orders say how often products go together
WEEKS = 4  # weeks ahead
PARTNERS = 3  # complements that are tried
TOGETHER = """SELECT COUNT(*) AS n FROM (SELECT order_id FROM sale WHERE sku IN ({names}) AND sold_on > :since
AND order_id <> '' AND units > 0 GROUP BY order_id HAVING COUNT(DISTINCT sku) = :all) AS held"""


def best_bundle(context: Context, sku: str, partners: Sequence[str], weeks: int = WEEKS) -> Paying:
    """The bundle of `sku` with one or two of its complements that brings most. No price of a product changes.

    Raises PricingError, for the first partner, where none pays or the data cannot say.
    """
    own = fitted(context, sku)
    tried = [[partner] for partner in partners[:PARTNERS]] + ([list(partners[:2])] if len(partners) > 1 else [])
    found: list[Paying] = []
    refusals: list[PricingError] = []
    for others in tried:
        try:
            known = [own, *(fitted(context, other) for other in others)]
            found.append(_paying(context, known, weeks))
        except PricingError as refusal:
            refusals.append(refusal)
    if not found:
        raise refusals[0]
    return max(found, key=lambda one: one.gain)


def _paying(context: Context, known: Sequence[Fitted], weeks: int) -> Paying:
    with context.database.reading() as session:
        together = _together(session, [one.product.sku for one in known])
    return paying([_part(one) for one in known], together, SEEN, weeks, known[0].offer.currency)


def _part(known: Fitted) -> Part:
    fit, offer = known.elasticity, known.offer
    if not fit.usable:
        return Part(offer.sku, offer.price, offer.cost, None)
    return Part(offer.sku, offer.price, offer.cost, fit.elasticity, (fit.ci_high - fit.ci_low) / 3.29)


def _together(session: Session, skus: Sequence[str]) -> int:
    """Orders of the last SEEN weeks that held all of them."""
    until = sales.last_day(session) or sales.LONG_AGO
    names = {f"sku{i}": sku for i, sku in enumerate(skus)}
    sql = TOGETHER.format(names=", ".join(f":{name}" for name in names))
    values: dict[str, object] = {**names, "since": until - timedelta(weeks=SEEN), "all": len(skus)}
    return int(frame(session, sql, {"n": pl.Int64}, **values)["n"][0])


def tell_bundle(context: Context, sku: str, made: Paying) -> tuple[Fact, ...]:
    """With what, at which price, and what it brings."""
    add, code = context.facts.add, fitted(context, sku).offer.currency
    source = Source(
        "fit",
        f"orders together in {SEEN} weeks, elasticities of the parts, a quarter of what is added taken from other "
        f"days; {made.weeks} weeks, probability of a gain {made.p_gain:.0%}",
    )
    with context.database.reading() as session:
        names = [named(context, sales.product(session, other)) for other in made.bundle.skus[1:]]
    return (
        add("bundle_with", " + ".join(names), "text", source, sku),
        add("bundle_price", made.bundle.price, "money", source, sku, code),
        add("bundle_separate", made.bundle.separate, "money", source, sku, code),
        add("bundle_gain", made.gain, "money", source, sku, code, low=made.gain_low, high=made.gain_high),
        add("bundle_given", made.given_away, "money", source, sku, code),
        add("bundle_weeks", made.weeks, "weeks", source, sku),
        add("bundle_sure", made.p_gain, "probability", source, sku),
    )
