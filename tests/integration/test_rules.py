"""Rules as they are edited and as they hold, on SQLite and on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from itertools import product as every
from threading import Barrier

import pytest
from sqlmodel import select

from db import proposals, rules
from db.dealings import Event
from db.engine import Database
from db.moves import Actor, NotAllowedError, ground
from db.proposals import Draft
from db.rules import STORE, BadRulesError, Scope, StaleRulesError, UnknownScopeError
from db.tables import Product, Proposal
from pricing.errors import PricingError
from pricing.offer import Rules

Drafts = Callable[..., Draft]
ADMIN, APPROVER, MERCHANT, AGENT = (
    Actor("root", "admin"), Actor("sam", "approver"), Actor("mei", "merchant"), Actor("desk", "agent"),
)  # fmt: skip
TEA, CANDLES, MUG = Scope("category", "Tea"), Scope("category", "Candles"), Scope("product", "MUG-001")
SKUS = ("TEA-001", "CND-001", "MUG-001")


def stocked(database: Database) -> Database:
    """Three products in three categories."""
    with database.session() as session:
        for sku, category in zip(SKUS, ("Tea", "Candles", "Kitchen"), strict=True):
            session.add(Product(sku=sku, name=sku, category=category, currency="GBP", price=Decimal(2)))
    return database


@pytest.fixture
def store(database: Database) -> Database:
    """Three products, on either engine."""
    return stocked(database)


@pytest.fixture
def one_store(sqlite_database: Database) -> Database:
    """The same on SQLite, where the engine does not matter."""
    return stocked(sqlite_database)


def edit(store: Database, scope: Scope, body: dict[str, object], seen: int = 0, actor: Actor = ADMIN) -> int:
    with store.session() as session:
        return rules.edit(session, scope, body, actor, "because", seen).version


def in_force(store: Database, sku: str) -> Rules:
    with store.reading() as session:
        return rules.effective(session, [sku])[sku]


def proposed(store: Database, draft: Drafts, sku: str, **said: object) -> Proposal:
    with store.session() as session:
        return proposals.create(session, draft(store, sku=sku, **said), AGENT, asked_by="mei")


def sign(store: Database, proposal: Proposal, actor: Actor = APPROVER) -> str:
    with store.session() as session:
        return proposals.move(session, proposal.id or 0, "approved", actor, seen=proposal.content_hash).status


def test_the_narrower_scope_wins_field_by_field(store: Database) -> None:
    edit(store, STORE, {"max_change_pct": 20, "min_margin_pct": 15, "endings": {"GBP": [0.99]}})
    edit(store, TEA, {"max_change_pct": 10})
    edit(store, Scope("product", "TEA-001"), {"endings": {"GBP": [0.5]}, "competitor_low_pct": None})
    tea, mug = in_force(store, "TEA-001"), in_force(store, "MUG-001")
    assert (tea.max_change_pct, tea.min_margin_pct, tea.endings["GBP"]) == (10, 15, (0.5,))
    assert (mug.max_change_pct, mug.min_margin_pct, mug.endings["GBP"]) == (20, 15, (0.99,))
    assert tea.endings["USD"] == Rules().endings["USD"]


def test_the_settings_hold_where_nothing_was_edited(store: Database) -> None:
    assert in_force(store, "TEA-001") == Rules()
    with store.session() as session:
        proposals.remember_rules(session, Rules(max_change_pct=12, endings={}))
    assert in_force(store, "TEA-001") == Rules(max_change_pct=12, endings={})


def test_what_is_emptied_is_the_wider_scopes_again(store: Database) -> None:
    edit(store, TEA, {"max_change_pct": 5})
    edit(store, TEA, {}, seen=1)
    assert in_force(store, "TEA-001") == Rules()


def test_every_edit_is_a_version_and_an_event(store: Database) -> None:
    edit(store, TEA, {"max_change_pct": 5})
    edit(store, TEA, {"max_change_pct": 7}, seen=1)
    with store.session() as session:
        assert rules.restore(session, TEA, 1, ADMIN, "it was better", 2).body == {"max_change_pct": 5.0}
    with store.reading() as session:
        assert [row.version for row in rules.history(session, TEA)] == [3, 2, 1]
        told = session.exec(select(Event).where(Event.kind == "rules.changed").order_by(Event.id)).all()  # type: ignore[arg-type]
    assert [(e.subject, e.actor, e.body["before"], e.body["after"]) for e in told][1] == (
        "category Tea", "root", {"max_change_pct": 5.0}, {"max_change_pct": 7.0},
    )  # fmt: skip
    assert [e.body["reason"] for e in told] == ["because", "because", "it was better"]


def test_version_none_is_nothing_set_and_one_that_never_was_is_refused(one_store: Database) -> None:
    edit(one_store, TEA, {"max_change_pct": 5})
    with one_store.session() as session:
        assert rules.restore(session, TEA, 0, ADMIN, "as before", 1).body == {}
    with one_store.session() as session, pytest.raises(BadRulesError, match="no version 9"):
        rules.restore(session, TEA, 9, ADMIN, "why not", 2)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_change_pct", float("nan")), ("max_change_pct", 101), ("max_change_pct", True), ("max_change_pct", "5"),
        ("max_change_pct", None), ("min_margin_pct", 10**400), ("days_between_changes", 1.5), ("respect_map", "yes"),
        ("competitor_low_pct", -1), ("prior_price_days", 0), ("endings", {"USD": [0.99]}), ("endings", {"gbp": [0.99]}),
        ("endings", {"GBP": [0.999]}), ("endings", {"GBP": 0.99}), ("endings", [0.99]), ("signers", {"low": []}),
        ("signers", {"low": ["merchant"]}), ("signers", {"dire": ["admin"]}), ("four_eyes_from", "never"),
        ("merchant_change_pct", float("inf")), ("proposal_days", 0), ("cost_floor", False), ("sku", "TEA-001"),
    ],
)  # fmt: skip
def test_what_no_rule_can_be_is_refused_by_its_name(one_store: Database, field: str, value: object) -> None:
    with pytest.raises(BadRulesError, match=field) as refused:
        edit(one_store, TEA, {"max_change_pct": 5, field: value})
    assert refused.value.field == field
    assert in_force(one_store, "TEA-001") == Rules()


def test_a_scope_that_is_not_there_is_refused(one_store: Database) -> None:
    for scope in (Scope("category", "Cars"), Scope("product", "CAR-001")):
        with pytest.raises(UnknownScopeError, match="There is no"):
            edit(one_store, scope, {})
    for kind, name in (("store", "Tea"), ("category", ""), ("planet", "Earth")):
        with pytest.raises(UnknownScopeError):
            Scope(kind, name)


def test_an_edit_needs_a_reason(one_store: Database) -> None:
    for reason in ("  ", "x" * 1001):
        with one_store.session() as session, pytest.raises(BadRulesError, match="reason"):
            rules.edit(session, TEA, {}, ADMIN, reason, 0)


def test_admins_edit_everything_and_approvers_the_limits_of_a_product(one_store: Database) -> None:
    bodies: tuple[dict[str, object], ...] = ({"max_change_pct": 5}, {"four_eyes_from": "high"})
    for role, scope, body in every(("agent", "merchant", "approver", "admin", "system"), (STORE, TEA, MUG), bodies):
        may = role == "admin" or (role == "approver" and scope == MUG and "max_change_pct" in body)
        with one_store.session() as session:
            try:
                rules.edit(session, scope, body, Actor("someone", role), "because", 0)
                made = True
            except NotAllowedError:
                made = False
            session.rollback()
        assert made is may, (role, scope, body)


def test_an_approver_does_not_take_away_who_signs(one_store: Database) -> None:
    edit(one_store, MUG, {"four_eyes_from": "low"})
    with pytest.raises(NotAllowedError):
        edit(one_store, MUG, {}, 1, APPROVER)
    assert edit(one_store, MUG, {"four_eyes_from": "low", "max_change_pct": 5}, 1, APPROVER) == 2


def test_of_two_who_edit_at_once_one_wins_and_the_other_is_told(store: Database) -> None:
    ready = Barrier(8)

    def one(change: int) -> str:
        ready.wait()
        try:
            edit(store, STORE, {"max_change_pct": change})
        except StaleRulesError as refusal:
            return str(refusal)
        return "won"

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(one, range(1, 9)))
    assert results.count("won") == 1
    assert sum("Look at them again" in result for result in results) == 7
    with store.reading() as session:
        assert len(rules.history(session, STORE)) == 1


def test_a_change_in_one_category_leaves_the_proposals_of_another_fresh(store: Database, draft: Drafts) -> None:
    tea, candle = proposed(store, draft, "TEA-001"), proposed(store, draft, "CND-001")
    edit(store, TEA, {"max_change_pct": 5})
    assert sign(store, candle) == "approved"
    with pytest.raises(proposals.StaleProposalError, match="now expired"):
        sign(store, tea)


@pytest.mark.parametrize("body", [{"four_eyes_from": "low"}, {"proposal_days": 3}, {"max_change_pct": 30}])
def test_what_leaves_the_limits_as_they_are_expires_nothing(
    one_store: Database, draft: Drafts, body: dict[str, object]
) -> None:
    tea = proposed(one_store, draft, "TEA-001")
    edit(one_store, STORE, body)
    assert sign(one_store, tea) == "approved"


def test_endings_of_another_currency_touch_no_product(one_store: Database) -> None:
    with one_store.session() as session:
        session.add(Product(sku="EUR-1", name="Tasse", category="Kitchen", currency="EUR", price=Decimal(3)))
        before = {sku: ground(session, sku) for sku in (*SKUS, "EUR-1")}
    edit(one_store, STORE, {"endings": {"EUR": [0.5]}})
    with one_store.reading() as session:
        assert [sku for sku in before if ground(session, sku) != before[sku]] == ["EUR-1"]


def test_a_proposal_waits_as_long_as_the_rules_say(store: Database, draft: Drafts) -> None:
    edit(store, TEA, {"proposal_days": 3})
    tea, candle = proposed(store, draft, "TEA-001"), proposed(store, draft, "CND-001")
    assert tea.expires_at - tea.created_at == timedelta(days=3)
    assert candle.expires_at - candle.created_at == proposals.LASTING


POLICIES: dict[str, dict[str, object]] = {
    "as it comes": {},
    "strict": {"signers": {"medium": ["admin"], "high": ["admin"]}, "four_eyes_from": "low"},
    "merchants may": {"merchant_change_pct": 10, "four_eyes_from": "high", "signers": {"low": ["approver"]}},
}


def expected(policy: str, role: str, risk: str, own: bool) -> bool:
    """Written out by hand, to hold the rules against."""
    if policy == "as it comes":
        return role in ("approver", "admin") and (risk == "low" or not own)
    if policy == "strict":
        return not own and (role == "admin" or (role == "approver" and risk == "low"))
    if risk == "low":
        return role in ("merchant", "approver")
    return role in ("approver", "admin") and (risk == "medium" or not own)


@pytest.mark.parametrize("policy", POLICIES)
def test_who_signs_what_is_as_the_rules_say(store: Database, draft: Drafts, policy: str) -> None:
    edit(store, STORE, POLICIES[policy])
    for role, risk, own in every(("agent", "merchant", "approver", "admin", "system"), rules.LEVELS, (True, False)):
        waits = proposed(store, draft, "TEA-001", risk=risk, price="2.20")
        signer = Actor("mei" if own else "kim", role)
        try:
            assert sign(store, waits, signer) == "approved"
            signed = True
        except NotAllowedError:
            signed = False
        assert signed is expected(policy, role, risk, own), (role, risk, own)


@pytest.mark.parametrize(("price", "may"), [("2.20", True), ("2.21", False), ("1.80", True), ("1.79", False)])
def test_a_merchant_signs_up_to_the_change_that_the_rules_say(
    one_store: Database, draft: Drafts, price: str, may: bool
) -> None:
    edit(one_store, TEA, {"merchant_change_pct": 10})
    waits = proposed(one_store, draft, "TEA-001", price=price, risk="low")
    if may:
        assert sign(one_store, waits, MERCHANT) == "approved"
        return
    with pytest.raises(NotAllowedError, match="Ask one of these"):
        sign(one_store, waits, MERCHANT)


def test_a_merchants_leave_ends_with_its_category(one_store: Database, draft: Drafts) -> None:
    edit(one_store, TEA, {"merchant_change_pct": 10})
    with pytest.raises(PricingError, match="Ask one of these"):
        sign(one_store, proposed(one_store, draft, "CND-001", price="2.10"), MERCHANT)
