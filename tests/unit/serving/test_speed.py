"""Servers measured in turn, with a small real program in their place."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import BaseMessage

from pricedesk.commands.measuring import WAYS
from pricedesk.commands.measuring import _way as way
from pricing.errors import PricingError
from serving.llm.child import Launch
from serving.llm.evaluation import questions
from serving.llm.server import ModelServer
from serving.llm.speed import ROUNDS, measured, table
from tests.chat_models import SayingModel
from tests.unit.serving.test_comparison import HAT, MUG, RIGHT, WRONG
from tests.unit.serving.test_evaluation import requests
from tests.unit.serving.test_server import QUICK, STANDIN


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ModelServer]:
    made = ModelServer(
        lambda port, key: Launch((sys.executable, "-S", str(STANDIN), str(port), str(tmp_path))),
        tmp_path / "server.log",
        "standin",
        QUICK,
    )
    made.start()
    assert made.wait_ready(30), made.state
    yield made
    made.stop()


def test_every_message_is_put_to_each_server_in_turn(server: ModelServer, tmp_path: Path) -> None:
    file = requests(
        tmp_path, {"text": "What if the white mug were 10% cheaper?", "lang": "en", "request": MUG},
        {"text": "红帽子下个月能卖多少?", "lang": "zh", "request": HAT},
    )  # fmt: skip
    heard: list[str] = []

    def saying(name: str, *answers: str) -> SayingModel:
        left = list(answers)

        def say(schema: dict[str, Any], messages: Sequence[BaseMessage]) -> str:
            heard.append(name)
            return left.pop(0)

        return SayingModel(say=say)

    asked, seen = questions(file, None), list[tuple[int, int]]()
    found = measured(
        {"one": (server, saying("one", *RIGHT), asked), "two": (server, saying("two", WRONG, RIGHT[1]), asked)},
        lambda done, of: seen.append((done, of)),
    )
    assert heard == ["one", "two", "one", "two"]
    assert seen[-1] == (ROUNDS + 2, ROUNDS + 2)
    assert (found["one"].exact, found["two"].exact, found["two"].tool) == (1.0, 0.5, 0.5)
    assert len(found["one"].prompt) == len(found["two"].decode) == ROUNDS
    assert "| two | 3 |" in table(found, {"one": 2.0, "two": 3.0})


def test_a_way_to_serve_is_a_name_and_how_far_to_guess() -> None:
    assert way("float32/0").options.speculate == 0
    assert way("float32/0").options.dtype == "float32"
    assert way("int8").weights == "quantised"
    assert way("int8").options.speculate == way("auto").options.speculate > 0
    assert {way(name).weights for name in WAYS} == {"served", "quantised"}


@pytest.mark.parametrize("name", ["int4", "int8/x", "/2", "auto/-1"])
def test_another_way_is_refused(name: str) -> None:
    with pytest.raises(PricingError, match="is no way to serve"):
        way(name)
