"""A quote becomes a proposal that waits for a person."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from sqlmodel import Session

from agents.rendering import language_for, render
from agents.templates import fill
from db import proposals
from db.moves import Actor
from db.proposals import Draft
from db.tables import Proposal
from pricing.errors import PricingError
from pricing.guardrails import judge
from pricing.optimise import Goal, Quote, best_price
from pricing.risk import assess
from tools.context import Context
from tools.demand import tell_forecast
from tools.drafting import draft
from tools.fitted import demand_of, fitted, forecast_of
from tools.price import tell_elasticity, tell_offer, tell_quote
from tools.risk import tell_risk

AGENT = Actor("desk", "agent")


class NotLawfulError(PricingError):
    """The rules forbid a price that a person wants to set."""


@dataclass(frozen=True)
class Asked:
    """For whom a proposal is made, where, and for how long it stands."""

    by: str
    thread: str = ""
    batch: str = ""
    lasting: timedelta = proposals.LASTING


def propose(context: Context, quote: Quote, reason: str, asked: Asked) -> Proposal:
    """Save the quote as `proposed`; an older one that still waits for this product expires.

    Raises RejectedBeforeError where a person rejected the same price on the same data.
    """
    currency = fitted(context, quote.sku).offer.currency
    about = [fact for fact in context.facts if fact.sku in ("", quote.sku)]
    with context.database.session() as session:
        proposals.remember_rules(session, context.shop.rules)
        made = draft(session, quote, currency, about, reason)
        fresh = proposals.create(
            session, made, AGENT, asked_by=asked.by, thread_id=asked.thread, batch_id=asked.batch, lasting=asked.lasting
        )
        proposals.supersede(session, fresh)
        return fresh


def redraft(context: Context, session: Session, former: Proposal, price: Decimal) -> Draft:
    """The same proposal at another price, judged and projected anew.

    Raises NotLawfulError where the rules forbid the price; its text names the rule and the nearest lawful price.
    """
    language = language_for(former.reason)
    fresh = Context(context.shop, context.today, language)
    made = _requoted(fresh, former, float(price))
    tell_quote(fresh, made)
    tell_risk(fresh, made.risk)
    reason = render(fill("propose_price", fresh.facts, language), fresh.facts, language)
    return draft(session, made, former.currency, list(fresh.facts), reason)


def _requoted(context: Context, former: Proposal, wanted: float) -> Quote:
    known = fitted(context, former.sku)
    tell_offer(context, known)
    verdict = judge(wanted, known.offer, known.rules, context.today)
    if verdict.price != wanted:
        why = next((r.note for r in reversed(verdict.trail) if r.binding), "the rules leave no price")
        nearest = f" The nearest lawful price is {verdict.price:.2f}." if verdict.price else ""
        raise NotLawfulError(f"{wanted:.2f} {former.currency} is against the rules: {why}.{nearest}")
    forecast = forecast_of(context, known, former.weeks)
    tell_elasticity(context, known)
    tell_forecast(context, forecast)
    demand = demand_of(context, known, forecast, known.rules, (wanted,))
    goal: Goal = former.goal  # type: ignore[assignment]
    best = best_price(demand, known.offer, known.rules, goal, context.today)
    return replace(best, price=wanted, verdict=verdict, risk=assess(demand, known.offer, wanted), note="")
