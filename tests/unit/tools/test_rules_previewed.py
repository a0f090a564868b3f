"""Prices under the rules of each product, and what a change of rules would do."""

import pytest

from agents.batching import Wish, propose_many, propose_together
from agents.proposing import Asked as For
from db import rules
from db.moves import Actor
from db.rules import STORE, BadRulesError, Scope
from tests.small_store import contents
from tools.context import Context
from tools.fitted import fitted
from tools.portfolio import Asked, together
from tools.rules import preview

ADMIN = Actor("root", "admin")
CANDLES, TEA = Scope("category", "Candles"), Scope("category", "Tea")
SKUS = ["TEA-001", "TEA-002", "CND-001", "CND-002", "CND-003"]


def edit(context: Context, scope: Scope, body: dict[str, object]) -> None:
    with context.database.session() as session:
        former = rules.current(session, scope)
        rules.edit(session, scope, body, ADMIN, "because", former.version if former else 0)


@pytest.fixture
def strict(small_context: Context) -> Context:
    """The small shop, whose candles may hardly move."""
    edit(small_context, CANDLES, {"max_change_pct": 2, "endings": {"GBP": []}})
    return small_context


def test_every_way_to_a_price_goes_by_the_rules_of_the_product(strict: Context) -> None:
    assert [fitted(strict, sku).rules.max_change_pct for sku in SKUS] == [30, 30, 2, 2, 2]
    made = together(strict, SKUS, Asked())
    assert {q.sku: q.price for q in made.changed}
    rows = [*propose_many(strict, SKUS, Wish(), For("mei")), *propose_together(strict, SKUS, Wish(), For("mei"))[0]]
    moved = {q.sku: abs(q.price / q.current - 1) for q in made.quotes}
    moved |= {f"{row['sku']} {n}": abs(float(row["proposed_price"] / row["current_price"]) - 1)
              for n, row in enumerate(rows) if row.get("proposed_price")}  # fmt: skip
    assert any(name.startswith("CND") for name in moved)
    assert all(step <= 0.0201 for name, step in moved.items() if name.startswith("CND"))


def test_what_is_asked_for_tightens_the_rules_and_never_loosens_them(strict: Context) -> None:
    made = together(strict, SKUS, Asked(max_change_pct=50))
    assert all(abs(q.price / q.current - 1) <= 0.0201 for q in made.quotes if q.sku.startswith("CND"))
    assert not together(strict, SKUS, Asked(max_change_pct=0)).changed


def test_a_preview_tells_and_changes_nothing(small_context: Context) -> None:
    propose_many(small_context, SKUS, Wish(), For("mei"))
    before, told = contents(small_context.database), []
    found = preview(small_context, CANDLES, {"max_change_pct": 2}, lambda *said: told.append(said))
    assert contents(small_context.database) == before
    assert (found.products, found.affected, found.looked_at, found.sampled) == (3, 3, 3, False)
    assert told[-1] == ("preview", 3, 3)
    for one in found.touched:
        assert one.before.low is not None
        assert one.after.low is None or one.after.low >= one.before.low
        assert one.after.high is None or abs(one.after.high / one.price - 1) <= 0.02
    assert found.to_json()["touched"]


def test_a_preview_names_the_proposals_that_would_expire_and_those_against_the_rules(small_context: Context) -> None:
    rows = propose_many(small_context, SKUS, Wish(), For("mei"))
    open_ = {row["sku"]: row["id"] for row in rows if row["id"] is not None}
    assert any(sku.startswith("CND") for sku in open_)
    found = preview(small_context, CANDLES, {"max_change_pct": 0})
    assert {w.id for w in found.expiring} == {n for sku, n in open_.items() if sku.startswith("CND")}
    assert found.unlawful == found.expiring
    loose = preview(small_context, CANDLES, {"max_change_pct": 90})
    assert {w.id for w in loose.expiring} == {w.id for w in found.expiring}
    assert not loose.unlawful


def test_a_preview_is_what_happens(small_context: Context) -> None:
    body: dict[str, object] = {"max_change_pct": 2.0}
    found = preview(small_context, TEA, body)
    edit(small_context, TEA, body)
    assert preview(small_context, TEA, body).affected == 0
    for one in found.touched:
        known = fitted(small_context, one.sku)
        assert known.rules.max_change_pct == 2
        assert one.after == preview(small_context, TEA, {}).touched[found.touched.index(one)].before


def test_products_that_would_have_no_price_are_named_with_the_reason(small_context: Context) -> None:
    found = preview(small_context, CANDLES, {"min_margin_pct": 90})
    assert set(found.without) == {"CND-001", "CND-002", "CND-003"}
    assert all("the rules leave no price" in found.why[sku] for sku in found.without)
    assert all(one.best_after is None for one in found.touched)


def test_only_some_are_looked_at_and_the_preview_says_so(small_context: Context) -> None:
    rows = propose_many(small_context, SKUS, Wish(), For("mei"))
    open_ = {row["sku"] for row in rows if row["id"] is not None}
    found = preview(small_context, STORE, {"max_change_pct": 5}, most=len(open_) + 1)
    assert found.sampled
    assert found.looked_at == len(open_) + 1 < found.affected
    assert {w.sku for w in found.expiring if w.lawful is not None} == open_


def test_what_touches_no_price_is_said_to_touch_none(small_context: Context) -> None:
    found = preview(small_context, STORE, {"four_eyes_from": "low"})
    assert (found.affected, found.touched, found.expiring) == (0, (), ())


def test_a_preview_refuses_what_an_edit_would_refuse(small_context: Context) -> None:
    with pytest.raises(BadRulesError, match="max_change_pct"):
        preview(small_context, STORE, {"max_change_pct": float("nan")})
