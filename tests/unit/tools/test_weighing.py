"""Each rank in the list of what to reprice first explains itself by its factors."""

from dataclasses import replace

import pytest

from agents.rendering import render
from agents.templates import fill
from pricing.guardrails import Rules
from pricing.recommend import Opportunity
from tests.unit.tools.calls import call, fact, value
from tools.context import Context
from tools.related import first_to_reprice, opportunities
from tools.weighing import weighed

CANDLE = "CND-002"


def test_money_certainty_and_what_both_rest_on_are_facts_with_their_intervals(small_context: Context) -> None:
    best = first_to_reprice(small_context, None, 5)
    call(opportunities, small_context)
    assert best
    for one in best:
        gain = fact(small_context, "opportunity_gain", one.sku)
        assert gain.low is not None
        assert gain.high is not None
        assert gain.low < one.gain < gain.high
        assert value(small_context, "opportunity_sure", one.sku) == one.p_gain
        assert value(small_context, "opportunity_score", one.sku) == pytest.approx(one.gain * one.p_gain)
        slope = fact(small_context, "elasticity", one.sku)
        assert slope.low is not None
        assert "level" in slope.source.detail
        assert value(small_context, "weeks_used", one.sku) > 12
    scores = [value(small_context, "opportunity_score", one.sku) for one in best]
    assert scores == sorted(scores, reverse=True)


def test_the_rule_that_stops_a_better_price_is_named_and_none_where_none_does(small_context: Context) -> None:
    def under(rules: Rules) -> Context:
        return replace(small_context, shop=replace(small_context.shop, rules=rules))

    step = Opportunity(CANDLE, 20.0, 0.9, 6.49, 5.95, 5.0, 40.0)
    held = weighed(under(Rules(max_change_pct=10)), [step])[0].held
    assert held is not None
    assert held.rule == "max_change"
    free = weighed(under(Rules(max_change_pct=40)), [replace(step, price=6.25)])[0].held
    assert free is None


@pytest.mark.parametrize(("language", "words"), [("en", "money times certainty"), ("zh", "金额与把握之积")])
def test_the_factors_are_told_in_both_languages(small_context: Context, language: str, words: str) -> None:
    call(opportunities, small_context)
    text = render(fill("recommend_products", small_context.facts, language), small_context.facts, language)  # type: ignore[arg-type]
    assert words in text
    assert text.count(words) == len(first_to_reprice(small_context, None, 5))
