"""Why a product stands where it stands in the list of what to reprice first: each factor with what it rests on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from db import fits, rulebook
from db.offers import offers
from pricing.elasticity import Elasticity
from pricing.guardrails import Ruling, judge
from pricing.offer import Offer, Rules
from pricing.recommend import Opportunity
from tools.context import Context
from tools.facts import Fact, Source

STEP = 0.05  # past the best price, to see what would stop it
RANKED = "expected gain of the best price, four weeks, times the probability that it is one"


@dataclass(frozen=True)
class Weighed:
    """Money on the table, certainty, what the certainty rests on, and what holds the money back."""

    opportunity: Opportunity
    elasticity: Elasticity | None
    held: Ruling | None  # the rule that allows no price further on, None where the best lies within the rules

    @property
    def score(self) -> float:
        return self.opportunity.gain * self.opportunity.p_gain


def weighed(context: Context, found: Sequence[Opportunity]) -> list[Weighed]:
    """The factors of each, in their order; a product that has no price any more is left out."""
    skus = [one.sku for one in found]
    with context.database.reading() as session:
        known = {sku: fits.load(session, sku, Elasticity) for sku in skus}
        rules = rulebook.effective(session, skus, context.shop.rules)
        reacting = {sku: one.fit for sku, one in known.items() if one}
        here = offers(session, skus, reacting, context.today, rules)
    return [
        Weighed(one, reacting.get(one.sku), _held(context, one, here[one.sku], rules[one.sku]))
        for one in found
        if one.sku in here
    ]


def _held(context: Context, one: Opportunity, offer: Offer, rules: Rules) -> Ruling | None:
    """What stops a price that goes further the same way."""
    way = 1 if one.price > one.current else -1
    verdict = judge(one.price * (1 + way * STEP), offer, rules, context.today)
    if verdict.price is None or way * (verdict.price - one.price) > 1e-9:
        return None
    return next((r for r in reversed(verdict.trail) if r.binding and r.rule != "ending"), None)


def tell_weighed(context: Context, one: Weighed, currency: str, day: str) -> Iterator[Fact]:
    """The factors as facts: what is left on the table, how certain that is, why so, and what holds it back."""
    add, best, sku = context.facts.add, one.opportunity, one.opportunity.sku
    source = Source("fit", f"the refresh{day}: {RANKED}")
    yield add(
        "opportunity_gain", best.gain, "money", source, sku, currency, low=best.gain_low, high=best.gain_high
    )  # fmt: skip
    yield add("opportunity_sure", best.p_gain, "probability", source, sku)
    yield add("opportunity_score", one.score, "money", source, sku, currency)
    if best.basis == "revenue":
        yield add("cost_unknown", "cost", "text", Source("product", f"products, sku {sku}"), sku)
    if one.elasticity is not None:
        fit = one.elasticity
        rests = Source("fit", f"{fit.method}; level {fit.level}")
        yield add("elasticity", fit.elasticity, "ratio", rests, sku, low=fit.ci_low, high=fit.ci_high)
        yield add("weeks_used", fit.weeks, "weeks", rests, sku)
        yield add("prices_seen", fit.prices, "count", rests, sku)
    if one.held is not None:
        note = Source("rule", f"{one.held.rule}: {one.held.note}")
        yield add("opportunity_held", one.held.note, "text", note, sku)
