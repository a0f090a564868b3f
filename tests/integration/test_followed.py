"""The closed loop on the database: what was promised, what happened, and alarms; on either engine."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import select

from db import proposals
from db.actors import Actor
from db.dealings import Event
from db.engine import Database
from db.moves import SYSTEM
from db.proposals import Draft
from db.tables import Price, Proposal
from knowledge.store import Knowledge
from pricing.guardrails import Rules
from tests.small_store import TODAY, WARES, put
from tools.alarms import watch
from tools.context import Context, Shop
from tools.impact import ImpactBook, followed, row

ANN, AGENT = Actor("ann", "approver"), Actor("price", "agent")
MONDAY = datetime(2025, 11, 3, 9, tzinfo=UTC)
GREAT = {"expected_change": Decimal(9000), "change_low": Decimal(8000), "change_high": Decimal(9900)}


@pytest.fixture
def context(database: Database, tmp_path: Path) -> Context:
    """Teas and candles with two years of sales."""
    with database.session() as session:
        put(session, *WARES[:5])
    return Context(Shop(database, Knowledge(tmp_path / "knowledge"), Rules()), TODAY)


def apply(context: Context, made: Draft, at: datetime = MONDAY) -> int:
    with context.database.session() as session:
        one = proposals.create(session, made, AGENT, asked_by="mei", at=at)
        number = one.id or 0
        proposals.move(session, number, "approved", ANN, seen=one.content_hash, at=at)
        proposals.move(session, number, "applied", SYSTEM, reason="", at=at)
        session.add(Price(sku=made.sku, price=made.proposed_price, currency="GBP", starts_at=at, proposal_id=number))
    return number


def test_nothing_applied_is_nothing_followed(context: Context) -> None:
    assert followed(context) == ()
    assert watch(context) == []


def test_a_change_is_held_against_the_weeks_that_came(context: Context, draft: Callable[..., Draft]) -> None:
    number = apply(context, draft(context.database, "5.45", current_price=Decimal("4.95"), **GREAT))
    early = apply(
        context,
        draft(context.database, "6.10", sku="CND-002", current_price=Decimal("5.95")),
        datetime(2025, 12, 27, tzinfo=UTC),
    )
    book = ImpactBook()
    first, second = book.of(context)
    assert [one.change.proposal.id for one in (first, second)] == [early, number]
    assert first.impact is None
    assert second.start == date(2025, 11, 3)
    found = second.impact
    assert found is not None
    assert (found.weeks, found.basis, found.verdict) == (4, "profit", "worse")
    assert found.without.low <= found.units <= found.without.high  # the price of the lines never moved
    assert row(second)["change_low"] <= row(second)["change"] <= row(second)["change_high"]
    assert book.of(context) is book.of(context)

    new = watch(context)
    assert [(alarm.sku, alarm.why) for alarm in new if alarm.why == "promise"] == [("TEA-001", "promise")]
    assert watch(context) == []
    with context.database.reading() as session:
        events = session.exec(select(Event).where(Event.kind == "drift.alarm", Event.subject == "TEA-001")).all()
        assert session.get_one(Proposal, number).status == "applied"
    assert [(e.role, e.body["why"], e.body["week"], e.body["proposal"]) for e in events] == [
        ("system", "promise", "2025-12-22", number)
    ]
