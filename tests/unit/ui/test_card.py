from collections.abc import Callable
from typing import Any

import pytest

from db.engine import Database
from db.moves import Actor
from db.proposals import Draft, create, edit
from tools.facts import Fact, Source
from tools.proposals import as_json
from ui.card import head, proof
from ui.signature import hindrance, may

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
    shown = head(propose(), "", "approver", "en")
    for said in ("£2.00", "£2.20", "+10.0 %", "+£12.50", "90 %: -£3.00 to +£30.00", "12%", "Low risk", "You may sign"):
        assert said in shown
    assert "低风险" in head(propose(proposed_price="2.10", price="2.30"), "", "approver", "zh")


def test_the_card_shows_the_trail_the_evidence_and_what_nobody_knows(propose: Any) -> None:
    shown = proof(propose(), "p1", "en")
    for said in ("price endings", "ends in .20", "£2.21", 'id="p1-F1"', "The cost is not known", "No competitor"):
        assert said in shown


def test_a_hostile_name_is_text_on_the_card(propose: Any) -> None:
    row = propose() | {"name": HOSTILE, "created_by": HOSTILE, "sku": HOSTILE}
    assert "<img" not in head(row, "", "approver", "en")
    assert "&lt;img" in head(row, "", "approver", "en")
    row["trail"][0]["note"] = HOSTILE
    assert "<img" not in proof(row, "p1", "en")


def test_a_merchant_is_told_who_signs(shop: Database, propose: Any) -> None:
    row = propose()
    assert hindrance(shop, row, MEI) == "only_approvers"
    assert "you are signed in as merchant" in head(row, "only_approvers", "merchant", "en")
    assert not may(row, "approved", MEI)
    assert may(row, "proposed", MEI)


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
