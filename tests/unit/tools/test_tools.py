"""The tools as an agent calls them: each enters facts with their source, and tells what it entered."""

import re
from typing import Any

import pytest
from langchain_core.tools import BaseTool

from agents.roster import AGENTS
from agents.words import label
from pricing.errors import NotEnoughDataError
from tests.small_store import HOSTILE, TODAY, WARES, contents
from tests.unit.tools.calls import call, fact, value
from tools.context import Context
from tools.demand import demand_at_price, demand_forecast, sales_summary
from tools.price import best_price_under_rules, price_elasticity
from tools.related import bundle_offer, opportunities, promising, related_products
from tools.reviews import review_search
from tools.risk import price_risk, review_ratings

TEA = "TEA-001"
CANDLE = "CND-002"  # whose price is worth raising, and surely
TOOLS = [tool for agent in AGENTS for tool in (*agent.tools, *agent.beside)]
CALLS: dict[str, dict[str, Any]] = {
    "demand_forecast": {"sku": TEA, "weeks": 4},
    "demand_at_price": {"sku": TEA, "price": 5.49, "weeks": 4},
    "sales_summary": {"weeks": 4},
    "what_changed": {"sku": TEA, "weeks": 4},
    "related_products": {"sku": TEA},
    "bundle_offer": {"sku": TEA},
    "opportunities": {},
    "review_search": {"question": "does it smell good?", "sku": TEA},
    "price_elasticity": {"sku": TEA},
    "best_price_under_rules": {"sku": TEA},
    "price_risk": {"sku": TEA, "price": 5.49, "weeks": 4},
    "review_ratings": {"sku": TEA},
}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_what_a_tool_tells_are_facts_with_a_source_and_a_name(small_context: Context, tool: BaseTool) -> None:
    told = call(tool, small_context, **CALLS[tool.name])
    assert len(small_context.facts) > 0
    for line in told.splitlines():
        number, key = re.match(r"\{(F\d+)\} (\w+): ", line).groups()  # type: ignore[union-attr]
        entered = small_context.facts.get(number)
        assert entered is not None
        assert entered.label == key
    for entered in small_context.facts:
        assert entered.source.detail
        assert label(entered.label, "en")
        assert label(entered.label, "zh")
        assert (entered.unit == "money") == bool(entered.currency)


def test_a_tool_s_context_is_not_the_model_s_to_choose() -> None:
    for tool in TOOLS:
        shown = tool.tool_call_schema.model_json_schema()["properties"]  # type: ignore[union-attr]
        assert "runtime" not in shown
        assert "context" not in shown


def test_no_tool_of_an_agent_writes_anything(small_context: Context) -> None:
    before = contents(small_context.database)
    for tool in TOOLS:
        call(tool, small_context, **CALLS[tool.name])
    assert contents(small_context.database) == before


def test_a_forecast_says_how_much_and_how_sure(small_context: Context) -> None:
    call(demand_forecast, small_context, sku=TEA, weeks=4)
    units = fact(small_context, "units_expected", TEA)
    assert units.low is not None
    assert units.high is not None
    assert units.low < value(small_context, "units_expected") < units.high
    assert value(small_context, "history") == 104


def test_what_another_price_sells_is_no_fact_about_today_s(small_context: Context) -> None:
    call(demand_at_price, small_context, sku=TEA, price=5.49, weeks=4)
    assert small_context.facts.find("units_expected") is None
    assert value(small_context, "price_asked") == 5.49


@pytest.mark.parametrize(
    ("of", "skus"), [({"sku": TEA}, set()), ({"category": "Candles"}, {"CND-001", "CND-003", "CND-002"})]
)
def test_a_report_shows_the_sql_that_it_read(small_context: Context, of: dict[str, str], skus: set[str]) -> None:
    call(sales_summary, small_context, weeks=4, **of)
    assert "SELECT" in fact(small_context, "units_sold").source.detail
    assert fact(small_context, "units_sold").source.kind == "sql"
    assert {f.sku for f in small_context.facts.all("top_product")} == skus
    assert value(small_context, "profit") < value(small_context, "revenue")


def test_a_report_whose_costs_are_unknown_states_no_profit(small_context: Context) -> None:
    call(sales_summary, small_context, weeks=4, sku="MUG-001")
    assert small_context.facts.find("profit") is None


def true_profit(sku: str, price: float) -> float:
    """Of a week in the small shop, by the demand that its sales were drawn from."""
    ware = next(ware for ware in WARES if ware.sku == sku)
    return (price - float(ware.cost or 0)) * ware.weekly * (price / float(ware.price or 0)) ** ware.elasticity


def test_the_best_price_is_lawful_quoted_and_explained(small_context: Context) -> None:
    call(best_price_under_rules, small_context, sku=CANDLE, goal="profit", weeks=4)
    quote = small_context.quotes[CANDLE]
    assert value(small_context, "price_best", CANDLE) == quote.price
    assert 5.95 < quote.price <= 5.95 * 1.3
    assert f"{quote.price:.2f}"[-2:] in ("99", "95", "49", "25", "75")
    assert len(quote.verdict.trail) == 10
    assert quote.risk.p_loss <= 0.05
    gain = fact(small_context, "profit_change", CANDLE)
    assert gain.low is not None
    assert float(str(gain.value)) > gain.low
    assert true_profit(CANDLE, quote.price) > true_profit(CANDLE, 5.95)


def test_a_better_price_that_may_well_lose_is_named_and_put_to_a_test(small_context: Context) -> None:
    told = call(best_price_under_rules, small_context, sku=TEA, goal="profit", weeks=4)
    quote = small_context.quotes[TEA]
    assert quote.price == quote.current == value(small_context, "price_best", TEA) == 4.95
    assert quote.money[1].max() > quote.money[1][list(quote.prices).index(4.95)]
    assert "a price test would tell" in quote.note
    assert quote.note in told
    assert value(small_context, "trial_weeks", TEA) >= 1
    assert value(small_context, "trial_price", TEA) != 4.95


def test_a_limit_that_was_asked_for_holds(small_context: Context) -> None:
    call(best_price_under_rules, small_context, sku=CANDLE)
    assert small_context.quotes[CANDLE].price > 5.95 * 1.05
    call(best_price_under_rules, small_context, sku=CANDLE, max_change_pct=5)
    assert abs(small_context.quotes[CANDLE].price / 5.95 - 1) <= 0.05


def test_without_a_cost_it_is_revenue_that_is_promised(small_context: Context) -> None:
    call(best_price_under_rules, small_context, sku="MUG-001")
    assert small_context.facts.find("profit_change") is None
    assert small_context.facts.find("revenue_change") is not None
    assert small_context.facts.find("cost_unknown") is not None


def test_a_product_with_one_price_gets_a_price_test(small_context: Context) -> None:
    call(best_price_under_rules, small_context, sku="TWL-001")
    assert small_context.facts.find("elasticity") is None
    assert "never changed" in str(fact(small_context, "elasticity_refused").value)
    assert 1 <= value(small_context, "test_weeks") <= 26
    assert 0 < value(small_context, "test_power") < 1
    assert small_context.quotes["TWL-001"].price != 7.49


@pytest.mark.parametrize("tool", [best_price_under_rules, price_risk])
def test_a_product_without_sales_is_refused_and_nothing_is_quoted(small_context: Context, tool: BaseTool) -> None:
    arguments = {"sku": "KET-001", "weeks": 4} | ({"price": 35.0} if tool is price_risk else {})
    with pytest.raises(NotEnoughDataError, match="KET-001"):
        call(tool, small_context, **arguments)
    assert small_context.quotes == {}


def test_the_risk_of_a_quoted_price_is_the_quote_s_own(small_context: Context) -> None:
    call(best_price_under_rules, small_context, sku=CANDLE, weeks=4)
    quote = small_context.quotes[CANDLE]
    assert quote.risk.p_loss > 0
    call(price_risk, small_context, sku=CANDLE, price=quote.price, weeks=4)
    assert value(small_context, "p_loss") == quote.risk.p_loss
    assert small_context.facts.find("price_asked") is None


def test_a_price_against_the_rules_says_which_rule_it_breaks(small_context: Context) -> None:
    call(price_risk, small_context, sku=TEA, price=1.99, weeks=4)
    assert value(small_context, "asked_change") == pytest.approx(-59.8, abs=0.1)
    assert any(str(f.value).startswith("Past sales speak for prices") for f in small_context.facts.all("broken"))
    assert value(small_context, "profit_change") < 0
    assert value(small_context, "p_loss") > 0.9


def test_what_is_bought_together_is_found_in_the_orders(small_context: Context) -> None:
    call(related_products, small_context, sku=TEA)
    assert fact(small_context, "complement").sku == "TEA-002"
    assert value(small_context, "lift", "TEA-002") > 1
    call(bundle_offer, small_context, sku=TEA)
    assert value(small_context, "bundle_price") < value(small_context, "bundle_separate")


def test_a_product_that_nobody_bought_goes_with_nothing(small_context: Context) -> None:
    call(bundle_offer, small_context, sku="KET-001")
    assert [f.label for f in small_context.facts] == ["no_bundle"]


def test_what_to_reprice_first_has_a_gain_and_comes_in_order(small_context: Context) -> None:
    call(opportunities, small_context, n=3)
    worth = [
        value(small_context, "opportunity_gain", f.sku) * value(small_context, "opportunity_sure", f.sku)
        for f in small_context.facts.all("opportunity")
    ]
    assert worth
    assert worth == sorted(worth, reverse=True)


def test_a_category_without_opportunities_says_so(small_context: Context) -> None:
    call(opportunities, small_context, category="No such")
    assert [f.label for f in small_context.facts] == ["no_opportunity"]


def test_promising_products_of_a_category_are_of_that_category(small_context: Context) -> None:
    assert set(promising(small_context, "Candles", 5)) == {"CND-001", "CND-002", "CND-003"}
    assert len(promising(small_context, None, 2)) == 2


def test_products_are_named_in_the_reader_s_language(small_context: Context) -> None:
    chinese = Context(small_context.shop, TODAY, "zh")
    call(related_products, chinese, sku=TEA)
    assert fact(chinese, "complement").value == "伯爵红茶包"


def test_reviews_are_quoted_word_for_word_with_their_source(small_context: Context) -> None:
    call(review_search, small_context, question="colour", sku="MUG-001", n=5)
    quotes = {str(f.value): f.source for f in small_context.facts.all("quote")}
    assert quotes[HOSTILE].detail == "review r5 of MUG-001"
    assert quotes[HOSTILE].kind == "review"


def test_a_product_without_reviews_says_so(small_context: Context) -> None:
    call(review_search, small_context, question="colour", sku="KET-001")
    call(review_ratings, small_context, sku="KET-001")
    assert [f.label for f in small_context.facts] == ["no_reviews", "no_reviews"] or len(small_context.facts) == 1


def test_ratings_are_counted(small_context: Context) -> None:
    call(review_ratings, small_context, sku=TEA)
    assert value(small_context, "reviews") == 3
    assert value(small_context, "rating") == pytest.approx(14 / 3)


def test_an_elasticity_comes_with_the_prices_it_was_read_from(small_context: Context) -> None:
    call(price_elasticity, small_context, sku=TEA)
    assert value(small_context, "prices_seen") == 5
    assert "fitted" in fact(small_context, "elasticity").source.detail
