"""Many prices at once, and a stock to clear, on the small shop."""

from dataclasses import replace

import numpy as np
import pytest

from agents.batching import Wish, propose_many, propose_together
from agents.proposing import Asked as For
from db import fits, versions
from pricing.cross import CrossEffects
from pricing.errors import PricingError
from tests.small_store import WARES
from tools.context import Context
from tools.portfolio import Asked, tell_together, together
from tools.price import quote

SKUS = [ware.sku for ware in WARES]
BUYER = For("mei")


def test_every_product_has_a_quote_or_a_reason(small_context: Context) -> None:
    made = together(small_context, SKUS, Asked())
    assert {q.sku for q in made.quotes} | set(made.refused) == set(SKUS)
    assert not {q.sku for q in made.quotes} & set(made.refused)
    for one in made.changed:
        assert len(one.verdict.trail) == 10
        assert one.verdict.price == one.price


@pytest.mark.parametrize("budget", [0, 1, 2])
def test_no_more_prices_change_than_the_budget_allows(small_context: Context, budget: int) -> None:
    made = together(small_context, SKUS, Asked(budget=budget))
    assert len(made.changed) <= budget
    facts = {fact.label: fact for fact in tell_together(small_context, made, Asked(budget=budget))}
    assert facts["together_changes"].value == len(made.changed)
    assert facts["refused_count"].value == len(made.refused)


def test_effects_that_are_not_known_one_by_one_still_count_together(small_context: Context) -> None:
    before = together(small_context, SKUS, Asked())
    faint = CrossEffects(
        "CND-002", ("CND-001", "CND-003"), ("substitute",) * 2, np.array([0.3, 0.001]), np.array([-0.1, -0.1]),
        np.array([0.7, 0.1]), np.array([0.25, 0.05]), np.array([0.05, 0.05]), (False,) * 2, ("it is not known",) * 2,
    )  # fmt: skip
    nothing = [CrossEffects(sku, (), (), *(np.zeros(0) for _ in range(5)), (), ()) for sku in SKUS if sku != "CND-002"]
    with small_context.database.session() as session:
        fits.save(session, [faint, *nothing], versions.data_versions(session))
    made = together(small_context, SKUS, Asked())
    assert made.cross == 1  # the other is next to nothing
    assert made.found["GBP"].gain > before.found["GBP"].gain


def test_a_batch_has_a_row_a_product_and_a_proposal_a_change(small_context: Context) -> None:
    rows, facts = propose_together(small_context, [], Wish(), BUYER, budget=1)
    assert [row["sku"] for row in rows] == sorted(SKUS)
    assert sum(row["id"] is not None for row in rows) <= 1
    assert all(row["reason"] for row in rows if row["id"] is None)
    assert facts.find("together_count") is not None


def test_a_stock_is_not_cleared_together_with_others(small_context: Context) -> None:
    with pytest.raises(PricingError, match="product by product"):
        propose_together(small_context, SKUS, Wish("clear_stock"), BUYER)


def test_clearing_a_stock_tells_the_path_week_by_week(small_context: Context) -> None:
    made = quote(small_context, "TEA-001", "clear_stock", 8)
    facts = small_context.facts
    assert made.goal == "clear_stock"
    assert [facts.find(f"week_price_{n}", "TEA-001") is not None for n in (1, 8, 9)] == [True, True, False]
    left = [float(str(f.value)) for n in range(1, 9) if (f := facts.find(f"week_left_{n}"))]
    assert left == sorted(left, reverse=True)
    assert facts.find("clear_chance") is not None


def test_a_price_that_cannot_be_told_comes_with_the_cost_of_a_test(small_context: Context) -> None:
    (row,) = propose_many(small_context, ["TWL-001"], Wish(), BUYER)
    assert (row["id"], row.get("proposed_price")) == (None, None)
    assert "The price test: " in row["reason"]
    (tried,) = propose_many(small_context, ["TWL-001"], replace(Wish(), tests=True), BUYER)
    assert tried["id"] is not None
    assert tried["proposed_price"] != tried["current_price"]
