"""Several models on the same messages, and one model several times."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import BaseMessage

from serving.llm.comparison import steady, steady_table, table
from serving.llm.evaluation import Outcome, Question, ask_served, questions, tools
from tests.chat_models import SayingModel, always
from tests.unit.serving.test_evaluation import quiet, requests

MUG = {"tool": "what_if", "product": "white mug", "change_pct": -10}
HAT = {"tool": "forecast_demand", "product": "红帽子", "weeks": 4}
RIGHT = [json.dumps(MUG | {"change_pct": "-10"}), json.dumps(HAT | {"weeks": "4"}, ensure_ascii=False)]
WRONG = json.dumps({"tool": "sales_report"})


@pytest.fixture
def asked(tmp_path: Path) -> list[Question]:
    lines = (
        {"text": "What if the white mug were 10% cheaper?", "lang": "en", "request": MUG},
        {"text": "红帽子下个月能卖多少?", "lang": "zh", "request": HAT},
    )
    return questions(requests(tmp_path, *lines), None)


def read(asked: Sequence[Question], *answers: str) -> list[Outcome]:
    """What came of it when the model gave these answers, message by message."""
    return [next(ask_served([one], always(answer), quiet)) for one, answer in zip(asked, answers, strict=True)]


def test_steady_is_what_was_right_in_every_try(asked: list[Question]) -> None:
    rounds = [read(asked, *RIGHT), read(asked, RIGHT[0], WRONG), read(asked, *RIGHT), read(asked, WRONG, RIGHT[1])]
    assert steady(rounds)["model"] == {"en": (0.75, 0.0), "zh": (0.75, 0.0)}
    assert steady(rounds[:2])["model"] == {"en": (1.0, 1.0), "zh": (0.5, 0.0)}
    assert "| model, zh | 50.0% | 0.0% |" in steady_table(rounds[:2])
    assert "pass^2" in steady_table(rounds[:2])


def test_models_stand_in_columns_on_the_same_messages(asked: list[Question]) -> None:
    told = table({"base": read(asked, WRONG, WRONG), "tuned": read(asked, *RIGHT)}).splitlines()
    assert told[0] == "| | base | tuned |"
    assert "| en, model: exact | 0.0% | 100.0% |" in told
    assert "| zh, model: weeks | 0/1 | 1/1 |" in told
    assert "| en, model: price | 0/0 | 0/0 |" not in told


def test_a_confusion_counts_what_is_no_answer_too(asked: list[Question]) -> None:
    found = tools(read(asked, WRONG, "no JSON"), "model")
    assert found == {("what_if", "sales_report"): 1, ("forecast_demand", "none"): 1}


def test_messages_side_by_side_come_back_in_their_order(asked: list[Question]) -> None:
    def say(schema: dict[str, Any], messages: Sequence[BaseMessage]) -> str:
        return RIGHT[0] if "mug" in str(messages[-1].content) else RIGHT[1]

    many = [asked[at % 2] for at in range(12)]
    outcomes = list(ask_served(many, SayingModel(say=say), quiet, at_once=4))
    assert [o.question for o in outcomes] == many
    assert [o.alone.tool if o.alone else "" for o in outcomes] == ["what_if", "forecast_demand"] * 6
