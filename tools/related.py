"""What goes with what, instead of what, and what to act on first."""

from langchain.tools import ToolRuntime, tool

from db import fits, sales
from pricing.affinity import Affine, Effect, affine
from pricing.cross import CrossEffects
from pricing.errors import PricingError
from pricing.recommend import Opportunity, Related, ranked, related
from tools.context import Context
from tools.facts import Source
from tools.price import named
from tools.recommending_bundle import best_bundle, tell_bundle
from tools.saying import said
from tools.weighing import tell_weighed, weighed


@tool
def related_products(sku: str, runtime: ToolRuntime[Context], n: int = 3) -> str:
    """What buyers take together with a product, and what they take instead of it."""
    context = runtime.context
    found, sql = affine_to(context, sku, n)
    out = []
    with context.database.reading() as session:
        for each in found:
            one, source = each.related, Source("sql", sql)
            name = named(context, sales.product(session, one.other))
            out.append(context.facts.add(one.relation, name, "text", source, one.other))
            if one.relation == "complement":
                out.append(context.facts.add("together", one.together, "count", source, one.other))
                out.append(
                    context.facts.add(
                        "lift", one.lift, "ratio", source, one.other, low=one.lift_low, high=one.lift_high
                    )
                )
            if each.effect is not None:
                fit = Source("fit", f"cross elasticity of the last refresh: units of {one.other} on the price of {sku}")
                e = each.effect
                out.append(context.facts.add("affine_name", name, "text", fit, one.other))
                out.append(
                    context.facts.add("affine_effect", e.elasticity, "ratio", fit, one.other, low=e.low, high=e.high)
                )
    if not out:
        out.append(context.facts.add("no_related", "related", "text", Source("sql", sql), sku))
    return said(*out)


def affine_to(context: Context, sku: str, n: int) -> tuple[list[Affine], str]:
    """What belongs with a product by orders, texts and, where known, prices: the surest first; with the SQL."""
    found, sql = related_to(context, sku, n)
    with context.database.reading() as session:
        stored = fits.load(session, sku, CrossEffects)
    return affine(found, context.shop.knowledge.similar(sku, 20), _effects(stored.fit) if stored else {}), sql


def _effects(cross: CrossEffects) -> dict[str, Effect]:
    """Those whose sign is known."""
    rows = zip(cross.others, cross.elasticity, cross.ci_low, cross.ci_high, cross.usable, strict=True)
    return {sku: Effect(sku, float(e), float(low), float(high)) for sku, e, low, high, usable in rows if usable}


def related_to(context: Context, sku: str, n: int) -> tuple[tuple[Related, ...], str]:
    """Complements by co-purchase and substitutes by text, with the SQL that was read."""
    counted = context.shop.baskets.of(context.database)
    return related(counted.baskets, sku, context.shop.knowledge.similar(sku, 20), n), counted.sql


@tool
def bundle_offer(sku: str, runtime: ToolRuntime[Context]) -> str:
    """A bundle of a product with what is most bought with it, and its price."""
    context = runtime.context
    found, sql = related_to(context, sku, 5)
    partners = [one.other for one in found if one.relation == "complement"]
    source = Source("sql", sql)
    if not partners:
        return said(context.facts.add("no_bundle", "bundle", "text", source, sku))
    try:
        return said(*tell_bundle(context, sku, best_bundle(context, sku, partners)))
    except PricingError as refusal:
        return said(context.facts.add("bundle_refused", str(refusal), "text", source, sku))


@tool
def opportunities(runtime: ToolRuntime[Context], category: str | None = None, n: int = 5) -> str:
    """Which products to reprice first: money left on the table times certainty."""
    context = runtime.context
    out = []
    for each in weighed(context, first_to_reprice(context, category, n)):
        one = each.opportunity
        with context.database.reading() as session:
            product = sales.product(session, one.sku)
            stored = fits.load(session, one.sku, Opportunity)
        day = f" of {stored.fitted_at:%Y-%m-%d}" if stored else ""
        source = Source("fit", f"the refresh{day}: the best lawful price")
        out += [
            context.facts.add("opportunity", named(context, product), "text", source, one.sku),
            context.facts.add("opportunity_price", one.price, "money", source, one.sku, product.currency),
            context.facts.add("opportunity_now", one.current, "money", source, one.sku, product.currency),
            *tell_weighed(context, each, product.currency, day),
        ]
    if not out:
        out.append(
            context.facts.add("no_opportunity", "refresh", "text", Source("fit", "the last refresh"), category or "")
        )
    return said(*out)


def first_to_reprice(context: Context, category: str | None, n: int) -> tuple[Opportunity, ...]:
    """The best opportunities of the last refresh, in a category or in the whole store."""
    with context.database.reading() as session:
        stored = fits.load_all(session, Opportunity, category=category)
    return ranked([one.fit for one in stored if one.fit.gain > 0], n)


def promising(context: Context, category: str | None, n: int) -> list[str]:
    """SKUs to reprice first: the last refresh's opportunities, then the best sellers of the last quarter."""
    first = [one.sku for one in first_to_reprice(context, category, n)]
    with context.database.reading() as session:
        report = sales.report(session, category=category, weeks=13, n=n)
    return list(dict.fromkeys(first + [line.sku for line in report.top]))[:n]
