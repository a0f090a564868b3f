"""What a change of price earns when competitors answer it, as facts."""

from db import weekly
from pricing.answers import METHOD, answers, rival
from pricing.demand import Demand
from pricing.errors import NotEnoughDataError
from pricing.risk import Risk
from pricing.rivalry import Rivalry, rivalry, weighed
from tools.context import Context
from tools.facts import Source
from tools.fitted import Fitted


def answered(context: Context, known: Fitted, demand: Demand, risk: Risk) -> Risk:
    """The risk of a change with the competitors' answers in mind, which are told; as it is where there are none.

    Why nothing can be said of their answers is told where they are known but their history is too thin.
    """
    sku = known.product.sku
    if risk.price == risk.current or not known.offer.competitors:
        return risk
    try:
        with context.database.reading() as session:
            past = answers(weekly.panel(session, [sku]))
    except NotEnoughDataError as refusal:
        context.facts.add("rival_refused", str(refusal), "text", Source("fit", METHOD), sku)
        return risk
    source = Source("fit", f"{METHOD}; {past.weeks} weeks, {past.changes} changes of ours")
    low, high = past.interval
    context.facts.add("rival_follow", past.follow, "ratio", source, sku, low=low, high=high)
    seller = rival(past, known.elasticity, known.offer, len(demand.units))
    found = rivalry(demand, known.offer, seller, risk.price)
    tell_rivalry(context, found)
    return weighed(risk, found)


def tell_rivalry(context: Context, found: Rivalry) -> None:
    """Our change of money under each answer, and where prices would settle."""
    facts, sku, currency = context.facts, found.sku, found.currency
    source = Source("fit", "game on two price ladders, the same draws as the risk; docs/risk-levels.md")
    for answer in found.answers:
        change, theirs = answer.change, answer.rival_price
        if answer.stance == "responds":
            facts.add("rival_price", theirs.mean, "money", source, sku, currency, low=theirs.low, high=theirs.high)
        label = f"rival_{answer.stance}"
        facts.add(label, change.mean, "money", source, sku, currency, low=change.low, high=change.high)
        facts.add(f"{label}_loss", answer.p_loss, "probability", source, sku)
