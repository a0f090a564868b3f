from collections.abc import Callable
from typing import Any

import pytest

from db import rules
from db.engine import Database
from db.moves import Actor
from db.proposals import Draft, create, edit
from tools.facts import Fact, Source
from tools.proposals import as_json
from ui.card import head, proof
from ui.signature import Standing, hindrance, may, standing

HOSTILE = "<img src=x onerror=alert(1)>"
ANN, BOB, MEI = Actor("ann", "approver"), Actor("bob", "approver"), Actor("mei", "merchant")


@pytest.fixture
def propose(shop: Database, draft: Callable[..., Draft]) -> Any:
    """Makes a proposal asked for by ann, as JSON: `propose(risk="medium")`."""

    def make(**changes: Any) -> dict[str, Any]:
        facts = [Fact("F1", "cost_unknown", "cost", "text", Source("product", "products"), "TEA-001").to_json()]
        made = draft(shop, **({"facts": facts} | changes))
        with shop.session() as session:
            row = create(session, made, Actor("desk", "agent"), asked_by="ann")
        return as_json(shop, [row.id or 0])[0]

    return make


def test_the_card_says_what_changes_and_what_it_should_bring(propose: Any) -> None:
    shown = head(propose(), Standing("approver"), "en")
    for said in ("£2.00", "£2.20", "+10.0 %", "+£12.50", "90 %: -£3.00 to +£30.00", "12%", "Low risk", "You may sign"):
        assert said in shown
    assert "低风险" in head(propose(price="2.30"), Standing("approver"), "zh")


def test_the_card_shows_the_trail_the_evidence_and_what_nobody_knows(propose: Any) -> None:
    shown = proof(propose(), "p1", "en")
    for said in ("price endings", "ends in .20", "£2.21", 'id="p1-F1"', "The cost is not known", "No competitor"):
        assert said in shown


def test_a_hostile_name_is_text_on_the_card(propose: Any) -> None:
    row = propose() | {"name": HOSTILE, "created_by": HOSTILE, "sku": HOSTILE}
    assert "<img" not in head(row, Standing("approver"), "en")
    assert "&lt;img" in head(row, Standing("approver"), "en")
    row["trail"][0]["note"] = HOSTILE
    assert "<img" not in proof(row, "p1", "en")


def test_a_merchant_is_told_who_signs(shop: Database, propose: Any) -> None:
    row = propose()
    assert hindrance(shop, row, MEI) == "only_signers"
    stands = standing(shop, row, MEI)
    assert "An approver or admin signs; you are signed in as merchant" in head(row, stands, "en")
    assert "需要审批人或管理员签字" in head(row, stands, "zh")
    assert not may(row, "approved", MEI)
    assert may(row, "proposed", MEI)


def test_a_merchant_with_leave_signs_a_small_change_of_low_risk_and_is_told_how_far_that_goes(
    shop: Database, propose: Any
) -> None:
    row = propose()  # 10 % up
    _set(shop, {"merchant_change_pct": 12})
    assert hindrance(shop, row, MEI) == ""
    assert "at most 12 %" in standing(shop, row, MEI).said("en")
    _set(shop, {"merchant_change_pct": 5})
    assert hindrance(shop, row, MEI) == "beyond_leave"
    assert "不超过 5%" in standing(shop, row, MEI).said("zh")


def test_a_stricter_rule_is_told_before_anybody_presses(shop: Database, propose: Any) -> None:
    row = propose()
    _set(shop, {"signers": {"low": ["admin"]}})
    assert hindrance(shop, row, BOB) == "only_signers"
    assert "An admin signs; you are signed in as approver" in standing(shop, row, BOB).said("en")
    _set(shop, {"four_eyes_from": "low"})
    assert hindrance(shop, row, ANN) == "four_eyes"
    assert hindrance(shop, row, BOB) == ""


def _set(shop: Database, body: dict[str, Any]) -> None:
    with shop.session() as session:
        former = rules.current(session, rules.STORE)
        rules.edit(session, rules.STORE, body, Actor("ada", "admin"), "a test", former.version if former else 0)


def test_whoever_asked_signs_a_low_risk_only(shop: Database, propose: Any) -> None:
    assert hindrance(shop, propose(), ANN) == ""
    risky = propose(price="2.40", risk="medium")
    assert hindrance(shop, risky, ANN) == "four_eyes"
    assert hindrance(shop, risky, BOB) == ""


def test_whoever_wrote_a_version_does_not_sign_it(shop: Database, propose: Any, draft: Callable[..., Draft]) -> None:
    row = propose(risk="medium")
    with shop.session() as session:
        made = draft(shop, "2.30", risk="medium", facts=())
        edit(session, row["id"], made.proposed_price, BOB, lambda former, price: made)
    now = as_json(shop, [row["id"]])[0]
    assert now["version"] == 2
    assert hindrance(shop, now, BOB) == "four_eyes"
