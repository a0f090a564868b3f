"""What a request needs from each analyst, and which calls a model may not make."""

import pytest

from agents.choosing import chosen, menu, schema
from agents.planner import Call, Task, plan, unlawful, worded
from agents.request import Request
from agents.roster import AGENTS, STAGES, Agent
from tests.schemas import fits

BY_NAME = {agent.name: agent for agent in AGENTS}
WORK = [(tool, name) for tool, stages in STAGES.items() for stage in stages for name in stage]


def task(tool: str, **said: object) -> Task:
    return Task(Request.model_validate({"tool": tool} | said), "TEA-001", None, 4.99)


@pytest.mark.parametrize(("tool", "name"), WORK)
def test_every_analyst_at_work_has_a_plan_of_its_own_tools(tool: str, name: str) -> None:
    calls = plan(task(tool), name)
    assert calls
    assert {call.tool for call in calls} <= {t.name for t in BY_NAME[name].tools}


@pytest.mark.parametrize(("tool", "name"), WORK)
def test_a_planned_call_is_lawful_and_fits_the_schema_that_the_model_decodes_under(tool: str, name: str) -> None:
    asked = task(tool)
    shape = schema(BY_NAME[name].tools, asked.sku)
    for call in plan(asked, name):
        assert unlawful(call, asked, plan(asked, name)) == ""
        said = {"tool": call.tool, "arguments": call.arguments}
        assert fits(shape, said)
        assert chosen(said) == call


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.name)
def test_the_schema_knows_no_other_product_and_no_other_tool(agent: Agent) -> None:
    shape = schema(agent.tools, "TEA-001")
    names = [one["properties"]["tool"]["const"] for one in shape["anyOf"]]
    assert names == [t.name for t in agent.tools]
    for bad in (
        {"tool": names[0], "arguments": {"sku": "CND-001", "weeks": 4, "price": 1}},
        {"tool": "approve", "arguments": {}},
        {"tool": names[0], "arguments": {}, "more": 1},
    ):
        assert not fits(shape, bad)


def test_the_menu_names_every_tool_with_what_it_does() -> None:
    for agent in AGENTS:
        lines = menu(agent.tools).splitlines()
        assert [line.partition(":")[0] for line in lines] == [t.name for t in agent.tools]
        assert all(len(line.partition(": ")[2]) > 20 for line in lines)


def test_what_was_not_said_is_left_out_of_a_choice() -> None:
    answer = {"tool": "best_price_under_rules", "arguments": {"sku": "TEA-001", "goal": None}}
    assert chosen(answer) == Call("best_price_under_rules", {"sku": "TEA-001"})


@pytest.mark.parametrize("answer", [{}, {"tool": "x"}, {"arguments": {}}])
def test_a_choice_of_another_shape_is_an_error(answer: dict[str, object]) -> None:
    with pytest.raises(KeyError):
        chosen(answer)


GOOD = {"sku": "TEA-001", "goal": "profit", "weeks": 4, "max_change_pct": 10.0}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"sku": "CND-001"}, "sku"),
        ({"weeks": 26}, "weeks"),
        ({"goal": "units"}, "goal"),
        ({"max_change_pct": 50.0}, "max_change_pct"),
        ({"min_margin_pct": 0}, "min_margin_pct"),
        ({"currency": "USD"}, "currency"),
    ],
)
def test_a_model_asks_about_nothing_that_the_merchant_did_not_say(change: dict[str, object], why: str) -> None:
    asked = task("propose_price", max_change_pct=10)
    needed = plan(asked, "price")
    assert unlawful(Call("best_price_under_rules", GOOD), asked, needed) == ""
    assert unlawful(Call("best_price_under_rules", GOOD | change), asked, needed).startswith(why)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_model_leaves_nothing_out_that_the_merchant_said(name: str) -> None:
    asked = task("propose_price", max_change_pct=10)
    short = {key: value for key, value in GOOD.items() if key != name}
    assert "left out" in unlawful(Call("best_price_under_rules", short), asked, plan(asked, "price"))


def test_a_call_beyond_the_plan_may_speak_of_what_was_said_and_no_more() -> None:
    asked = task("propose_price")
    needed = plan(asked, "price")
    assert unlawful(Call("price_elasticity", {"sku": "TEA-001"}), asked, needed) == ""
    assert unlawful(Call("price_elasticity", {"sku": "CND-001"}), asked, needed)
    assert unlawful(Call("demand_at_price", {"sku": "TEA-001", "price": 0.01, "weeks": 4}), asked, needed)


def test_the_horizon_of_a_forecast_ends_where_the_forecast_does() -> None:
    assert plan(task("forecast_demand", weeks=104), "forecast")[0].arguments["weeks"] == 26


def test_a_question_is_put_as_the_merchant_put_it_whatever_the_model_made_of_it() -> None:
    asked = task("search_reviews", product="tea", question="What do buyers say about the tea?")
    (planned,) = plan(asked, "recommend")
    copied = Call("review_search", planned.arguments | {"question": "What do buyers say"})
    assert worded(copied, (planned,)) == planned
    beyond = Call("product_search", {"question": "tea"})
    assert worded(beyond, (planned,)) == beyond
