"""Words that the facts deny are seen, and words that they bear out are let through."""

import pytest

from agents.contradicting import contradicted
from tools.facts import Facts, Source

FIT = Source("fit", "a fit")


def known(best: float, profit: float) -> Facts:
    facts, sku = Facts(), "TEA-1"
    facts.add("product", "Tea", "text", FIT, sku)  # F1
    facts.add("price_now", 5.0, "money", FIT, sku, "GBP")
    facts.add("price_best", best, "money", FIT, sku, "GBP")
    facts.add("price_change", 20 * (best - 5), "percent", FIT, sku)
    facts.add("profit_change", profit, "money", FIT, sku, "GBP")  # F5
    facts.add("competitor_low", 4.0, "money", FIT, sku, "GBP")
    facts.add("elasticity", -1.2, "ratio", FIT, sku)
    facts.add("rating", 4.4, "ratio", FIT, sku)
    facts.add("revenue_change", -profit, "money", FIT, sku, "GBP")  # F9
    return facts


UP, DOWN = known(5.5, 20.0), known(4.5, -20.0)
TRUE = [
    ("Raise {F1} from {F2} to {F3}.", UP),
    ("Lower {F1} from {F2} to {F3}.", DOWN),
    ("{F1} goes up to {F3}, {F4}.", UP),
    ("That adds {F5} of profit.", UP),
    ("Profit falls by {F5}.", DOWN),
    ("Raising {F1} to {F3} would lower its sales.", UP),  # both directions: a comparison
    ("Competitors are cheaper, at {F6}. Raise the price to {F3}.", UP),
    ("The elasticity is {F7}; buyers rate it {F8}.", UP),
    ("把{F1}从{F2}涨到{F3}。利润增加{F5}。", UP),
    ("{F1}降到{F3}，利润减少{F5}。", DOWN),
    ("Keep {F2}.", UP),
    ("", UP),
]
FALSE = [
    ("Lower {F1} to {F3}.", UP, "lower"),
    ("Raise {F1} from {F2} to {F3}.", DOWN, "raise"),
    ("A discount? {F1} comes down, {F4}.", UP, "down"),
    ("That adds {F5} of profit.", DOWN, "adds"),
    ("You would lose {F5} of profit.", UP, "lose"),
    ("Charge {F3}. The profit is {F6}.", UP, "profit"),
    ("Revenue changes by {F5}.", UP, "revenue"),
    ("Profit changes by {F9}.", UP, "profit"),
    ("Competitors ask {F2}.", UP, "competitors"),
    ("The elasticity is {F8}.", UP, "elasticity"),
    ("Buyers rate it {F7}.", UP, "rate it"),
    ("{F1}降到{F3}。", UP, "降"),
    ("{F1}涨到{F3}。", DOWN, "涨"),
    ("利润增加{F5}。", DOWN, "增加"),
    ("利润减少{F5}。", UP, "减少"),
    ("利润变化{F9}。", UP, "利润"),
    ("竞品卖{F2}。{F1}不变。", UP, "竞品"),
]


@pytest.mark.parametrize(("text", "facts"), TRUE)
def test_what_the_facts_bear_out_is_let_through(text: str, facts: Facts) -> None:
    assert contradicted(text, facts) == []


@pytest.mark.parametrize(("text", "facts", "word"), FALSE)
def test_what_the_facts_deny_is_named(text: str, facts: Facts, word: str) -> None:
    (problem,) = contradicted(text, facts)
    assert problem.lower().startswith(f"'{word}'")
