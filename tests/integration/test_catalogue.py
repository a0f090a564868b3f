"""The catalogue as the page looks through it, and prices as they were applied, on either engine."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from db import catalogue, changes, fits, proposals
from db.actors import Actor
from db.catalogue import PAGE, Wanted
from db.engine import Database
from db.moves import SYSTEM
from db.proposals import Draft
from db.tables import Price, Product
from pricing.elasticity import Elasticity

ANN, AGENT = Actor("ann", "approver"), Actor("price", "agent")
AT = datetime(2026, 3, 16, 9, tzinfo=UTC)


def fit(sku: str, usable: bool) -> Elasticity:
    value = -1.5 if usable else float("nan")
    return Elasticity(
        sku, value, -2.0, -1.0, "product", usable, "" if usable else "one price only", 60, 4, 1.0, 3.0, 0.2, "PPML"
    )


@pytest.fixture
def stocked(either_shop: Database) -> Database:
    """The tea shop with 120 more products, of which two have fits."""
    with either_shop.session() as session:
        session.add_all(
            Product(
                sku=f"MUG-{i:03}", name=f"Mug {i} 100%_blue" if i == 7 else f"Mug {i}", name_zh=f"杯子 {i}",
                category="Mugs" if i % 2 else "", currency="GBP", price=Decimal(i + 1),
                cost=Decimal(1) if i % 3 else None,
                status="discontinued" if i == 9 else "active", stock=i,
            )
            for i in range(120)
        )  # fmt: skip
        session.flush()
        fits.save(session, [fit("MUG-001", True), fit("MUG-002", False)], {"MUG-001": "v", "MUG-002": "v"})
    return either_shop


def skus(database: Database, wanted: Wanted, number: int = 0) -> list[str]:
    with database.reading() as session:
        return [line.sku for line in catalogue.page(session, wanted, number).lines]


def test_pages_hold_fifty_and_the_last_one_stands_for_those_beyond(stocked: Database) -> None:
    with stocked.reading() as session:
        pages = [catalogue.page(session, Wanted(), number) for number in (0, 1, 2, 99)]
    assert [len(page.lines) for page in pages] == [PAGE, PAGE, 21, 21]
    assert [page.first for page in pages] == [1, 51, 101, 101]
    assert {page.total for page in pages} == {121}


def test_words_are_looked_for_in_both_languages_and_marks_are_only_marks(stocked: Database) -> None:
    assert skus(stocked, Wanted(words="mug 11"))[:1] == ["MUG-011"]
    assert skus(stocked, Wanted(words="杯子 119")) == ["MUG-119"]
    assert skus(stocked, Wanted(words="%_")) == ["MUG-007"]
    assert skus(stocked, Wanted(words="green")) == ["TEA-001"]
    assert skus(stocked, Wanted(words="no such thing")) == []


def test_what_the_words_mean_comes_first_and_filters_hold_for_it_too(stocked: Database) -> None:
    meant = Wanted(words="green", meant=("MUG-005", "MUG-004"))
    assert skus(stocked, meant) == ["MUG-005", "MUG-004", "TEA-001"]
    assert skus(stocked, Wanted(words="green", meant=("MUG-005", "MUG-004"), category="Mugs")) == ["MUG-005"]


def test_each_filter_lets_its_own_pass(stocked: Database, draft: Callable[..., Draft]) -> None:
    assert skus(stocked, Wanted(status="discontinued")) == ["MUG-009"]
    assert skus(stocked, Wanted(usable=True)) == ["MUG-001"]
    assert skus(stocked, Wanted(open=True)) == []
    made = draft(stocked)
    with stocked.session() as session:
        proposals.create(session, made, AGENT, asked_by="mei")
    assert skus(stocked, Wanted(open=True)) == ["TEA-001"]
    with stocked.reading() as session:
        (line,) = catalogue.page(session, Wanted(open=True)).lines
        assert line.open == 1
        assert line.margin_pct == pytest.approx(60)
        assert catalogue.categories(session) == ["Mugs"]
        assert catalogue.statuses(session) == ["active", "discontinued"]


def test_lines_say_what_is_known_of_the_elasticity(stocked: Database) -> None:
    with stocked.reading() as session:
        lines = {line.sku: line for line in catalogue.page(session, Wanted(words="mug")).lines}
    assert (lines["MUG-001"].usable, lines["MUG-001"].elasticity) == (True, -1.5)
    assert (lines["MUG-002"].usable, lines["MUG-002"].elasticity) == (False, None)
    assert lines["MUG-003"].usable is None


def test_sorting_puts_what_is_not_known_last(stocked: Database) -> None:
    assert skus(stocked, Wanted(sort="price"))[0] == "MUG-119"
    assert skus(stocked, Wanted(sort="margin"))[0] == "MUG-001"
    assert skus(stocked, Wanted(sort="stock"))[0] == "MUG-119"
    with stocked.reading() as session:
        last = catalogue.page(session, Wanted(sort="margin"), 99).lines[-1]
    assert last.margin_pct is None


def test_a_change_ends_when_another_price_takes_its_place(either_shop: Database, draft: Callable[..., Draft]) -> None:
    made = draft(either_shop)
    with either_shop.session() as session:
        one = proposals.create(session, made, AGENT, asked_by="mei", at=AT)
        proposals.move(session, one.id or 0, "approved", ANN, seen=one.content_hash, at=AT)
        proposals.move(session, one.id or 0, "applied", SYSTEM, reason="", at=AT)
        session.add(Price(sku="TEA-001", price=Decimal("2.20"), currency="GBP", starts_at=AT, proposal_id=one.id))
    with either_shop.reading() as session:
        (change,) = changes.applied(session)
        (logged,) = catalogue.price_log(session, "TEA-001")
    assert (change.applied_at, change.ended_at, change.data_until) == (AT, None, None)
    assert (logged.row.proposal_id, logged.signed_by) == (one.id, "ann")
    later = AT + timedelta(days=21)
    with either_shop.session() as session:
        session.add(Price(sku="TEA-001", price=Decimal(2), currency="GBP", starts_at=later))
    with either_shop.reading() as session:
        assert changes.applied(session)[0].ended_at == later
        assert np.array([row.row.price for row in catalogue.price_log(session, "TEA-001")]).tolist() == [
            2,
            Decimal("2.2000"),
        ]
