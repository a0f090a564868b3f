"""The queue on both engines: what is found, in which order, what it comes to, and who may decide."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from selling import AGENT, KIM, SAM, number, put_forward

from db import moves, proposals, queue, rules
from db.engine import Database
from db.proposals import Draft
from db.queue import ORDERS, Wanted
from db.rulebook import STORE
from db.stakes import cells, stakes
from db.tables import Product, Proposal

Drafts = Callable[..., Draft]
ADMIN, MERCHANT = moves.Actor("root", "admin"), moves.Actor("mei", "merchant")


@pytest.fixture
def full(either_shop: Database, draft: Drafts) -> Database:
    """Four proposals besides what a test adds: two categories, two currencies, three risks."""
    shelf = (
        ("CUP-1", "blue 100% cup", "蓝杯", "cups", "GBP", "2.20", "12", 0.30, "low"),
        ("CUP-2", "red_cup", "红杯", "cups", "GBP", "1.50", "-40", 0.10, "medium"),
        ("POT-1", "iron pot", "", "pots", "GBP", "2.10", "3", 0.20, "high"),
        ("POT-2", "clay pot", "", "pots", "EUR", "2.60", "900", 0.40, "low"),
    )
    with either_shop.session() as session:
        for sku, name, chinese, category, currency, *_ in shelf:
            session.add(
                Product(
                    sku=sku, name=name, name_zh=chinese, category=category, currency=currency, price=Decimal(2),
                    cost=Decimal(1),
                )
            )  # fmt: skip
    for sku, _, _, _, currency, price, gain, p_loss, risk in shelf:
        said = {"expected_change": Decimal(gain), "change_low": Decimal(gain) - 3, "change_high": Decimal(gain) + 4}
        put_forward(
            either_shop, draft(either_shop, price, sku=sku, currency=currency, p_loss=p_loss, risk=risk, **said),
            batch=sku[:3],
        )  # fmt: skip
    return either_shop


def found(shop: Database, wanted: Wanted, order: str = "newest", first: int = 0, n: int = 50) -> list[str]:
    with shop.reading() as session:
        return [line.sku for line in queue.page(session, wanted, order, first, n)]


def test_a_filter_finds_what_it_says(full: Database) -> None:
    cases = {
        Wanted(words="cup"): ["CUP-2", "CUP-1"],
        Wanted(words="CUP blue"): ["CUP-1"],
        Wanted(words="红"): ["CUP-2"],
        Wanted(words="100%"): ["CUP-1"],
        Wanted(words="d_c"): ["CUP-2"],
        Wanted(words="%"): ["CUP-1"],
        Wanted(words="'; drop table proposal; --"): [],
        Wanted(category="pots"): ["POT-2", "POT-1"],
        Wanted(category=""): [],
        Wanted(risk="low"): ["POT-2", "CUP-1"],
        Wanted(least=12): ["POT-2", "CUP-2", "CUP-1"],
        Wanted(batch="CUP", risk="medium"): ["CUP-2"],
        Wanted(asked_by="mei", goal="profit", basis="profit", category="cups"): ["CUP-2", "CUP-1"],
        Wanted(asked_by="nobody"): [],
        Wanted(status="rejected"): [],
        Wanted(status=""): ["POT-2", "POT-1", "CUP-2", "CUP-1"],
    }
    assert {wanted: found(full, wanted) for wanted in cases} == cases


def test_each_order_is_kept_across_pages(full: Database) -> None:
    with full.session() as session:
        cup = queue.page(session, Wanted(words="CUP-2"))[0]
        session.get_one(Proposal, cup.id).expires_at = cup.expires_at - timedelta(days=1)
    firsts = {order: found(full, Wanted(), order)[0] for order in ORDERS}
    assert firsts == {
        "gain": "POT-2", "gain_up": "POT-2", "p_loss": "CUP-2", "p_loss_down": "POT-2", "change": "POT-2",
        "change_up": "POT-1", "newest": "POT-2", "oldest": "CUP-1", "expiry": "CUP-2",
    }  # fmt: skip
    assert found(full, Wanted(), "gain")[1:] == ["CUP-1", "POT-1", "CUP-2"]  # EUR before GBP: they are not compared
    for order in ORDERS:
        pages = [found(full, Wanted(), order, first, 3) for first in (0, 3)]
        assert pages[0] + pages[1] == found(full, Wanted(), order)
        with full.reading() as session:
            assert [line.sku for line in queue.every(session, Wanted(), order)] == found(full, Wanted(), order)


def test_what_is_at_stake_adds_up_within_a_category_and_spreads_less_between(full: Database) -> None:
    with full.reading() as session:
        euro, pound = sorted(stakes(cells(session, Wanted())), key=lambda s: s.currency)
        ids = [line.id for line in queue.page(session, Wanted())]
        assert sorted(cells(session, Wanted(), ids), key=str) == sorted(cells(session, Wanted()), key=str)
        cups = stakes(cells(session, Wanted(category="cups")))
    assert (euro.count, euro.expected, euro.low, euro.high) == (1, 900, 897, 904)
    assert (pound.count, pound.expected) == (3, -25)
    assert pound.low == pytest.approx(-25 - (6**2 + 3**2) ** 0.5)
    assert pound.high == pytest.approx(-25 + (8**2 + 4**2) ** 0.5)
    assert (cups[0].low, cups[0].high) == (-28 - 6, -28 + 8)


def test_what_may_be_chosen_is_what_is_there(full: Database) -> None:
    with full.reading() as session:
        assert queue.choices(session, "proposed") == {
            "category": ["cups", "pots"], "asked_by": ["mei"], "batch": ["POT", "CUP"],
        }  # fmt: skip
        assert queue.choices(session, "applied") == {"category": [], "asked_by": [], "batch": []}


def test_the_last_decision_of_a_product_is_told_with_its_price(either_shop: Database, draft: Drafts) -> None:
    first = put_forward(either_shop, draft(either_shop, "2.40"))
    with either_shop.session() as session:
        moves.move(session, number(first), "rejected", SAM, reason="Too dear.")
    second = put_forward(either_shop, draft(either_shop, "2.20"))
    with either_shop.session() as session:
        moves.move(session, number(second), "approved", KIM, seen=second.content_hash)
    third = put_forward(either_shop, draft(either_shop, "2.10"))
    with either_shop.reading() as session:
        known = queue.precedents(session, [number(one) for one in (first, second, third)])
    assert number(first) not in known
    rejected, approved = known[number(second)], known[number(third)]
    assert (rejected.verdict, rejected.price, rejected.by, rejected.reason) == (
        "rejected", Decimal("2.40"), "sam", "Too dear.",
    )  # fmt: skip
    assert (approved.verdict, approved.price, approved.by) == ("approved", Decimal("2.20"), "kim")


def test_what_hinders_is_what_the_move_refuses(full: Database) -> None:
    """Foretold and enforced by two pieces of code, which have to agree for every person and risk."""
    with full.session() as session:
        body = {"signers": {"high": ["admin"]}, "merchant_change_pct": 12.0}
        rules.edit(session, STORE, body, ADMIN, "high risks are the owner's", 0)
    asked = moves.Actor("mei", "approver")
    with full.session() as session:
        lines = queue.page(session, Wanted())
        for line in lines:  # what was proposed under the former rules is stale: put it forward anew
            session.get_one(Proposal, line.id).data_version = moves.ground(session, line.sku)
    expected = {
        SAM: {"POT-1": "signers"}, ADMIN: {}, asked: {"CUP-2": "four_eyes", "POT-1": "signers"},
        MERCHANT: {"CUP-2": "role", "POT-1": "role", "POT-2": "role"}, AGENT: dict.fromkeys(
            ("CUP-1", "CUP-2", "POT-1", "POT-2"), "role"
        ),
    }  # fmt: skip
    for actor, why in expected.items():
        with full.session() as session:
            told = queue.hindrances(session, [line.id for line in lines], actor)
            assert {line.sku: told[line.id] for line in lines if line.id in told} == why, actor
            decided = proposals.decide_many(
                session, [proposals.Decision(line.id, "approved", line.content_hash) for line in lines], actor
            )
            assert {one.proposal_id for one in decided if one.refusal} == set(told), actor
            session.rollback()


def test_nobody_decides_what_does_not_wait(full: Database) -> None:
    with full.session() as session:
        one = queue.page(session, Wanted(words="CUP-1"))[0]
        moves.move(session, one.id, "rejected", SAM, reason="No.")
        assert queue.hindrances(session, [one.id], KIM) == {one.id: "status"}
        assert queue.hindrances(session, [one.id], KIM, "rejected") == {one.id: "status"}


def test_all_that_match_are_bound_to_what_they_say_now(full: Database) -> None:
    with full.reading() as session:
        seen = queue.seen(session, Wanted(category="cups"), 100)
        assert len(queue.seen(session, Wanted(), 3)) == 3
    with full.session() as session:
        decided = proposals.decide_many(
            session, [proposals.Decision(one, "approved", hashed) for one, hashed in seen.items()], SAM
        )
    assert [outcome.refusal for outcome in decided] == [None, None]
