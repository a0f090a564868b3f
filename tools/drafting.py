"""A quote in the words of a proposal."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlmodel import Session

from db import versions
from db.columns import cents
from db.proposals import Draft
from pricing.optimise import Quote
from pricing.risk import Risk
from tools.facts import Fact


def draft(session: Session, quote: Quote, currency: str, facts: Sequence[Fact], reason: str) -> Draft:
    """What will stand in the proposal; `reason` is its explanation, rendered."""
    return Draft(
        **_figures(quote.risk),
        sku=quote.sku,
        goal=quote.goal,
        currency=currency,
        current_price=cents(quote.current),
        proposed_price=cents(quote.price),
        reason=reason,
        data_version=versions.data_version(session, quote.sku),
        binding_rule=quote.verdict.binding_rule,
        trail=[asdict(ruling) for ruling in quote.verdict.trail],
        facts=[fact.to_json() for fact in facts],
        curve=curve(quote),
    )


def _figures(risk: Risk) -> dict[str, Any]:
    return {
        "weeks": risk.weeks,
        "basis": risk.basis,
        "expected_units": risk.units.mean,
        "units_low": risk.units.low,
        "units_high": risk.units.high,
        "expected_change": cents(risk.change.mean),
        "change_low": cents(risk.change.low),
        "change_high": cents(risk.change.high),
        "worst_case": cents(risk.worst_case),
        "p_loss": risk.p_loss,
        "risk": risk.level,
    }


def curve(quote: Quote) -> dict[str, Any]:
    """The ladder with its units and money (low, mean, high), for a picture."""
    return {"prices": quote.prices.tolist(), "units": quote.units.tolist(), "money": quote.money.tolist()}
