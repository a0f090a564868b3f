"""Requests as merchants write them.

Of the held-back ones (30 a language), the first run read 22 in English and 24 in Chinese exactly as meant (the tool:
24 and 25). General causes were then mended, and all of them joined this table.
"""

from typing import Any

import pytest

from agents.reading.hints import Conversation
from agents.reading.reading import read
from tests.unit.agents.reading_cases import CHINESE, CHINESE_HELD_BACK, ENGLISH, ENGLISH_HELD_BACK

NOTHING = Conversation()


@pytest.mark.parametrize(("text", "expected"), [*ENGLISH, *CHINESE, *ENGLISH_HELD_BACK, *CHINESE_HELD_BACK])
def test_a_request_is_read_as_it_was_meant(text: str, expected: dict[str, Any]) -> None:
    said = read(text, NOTHING).request.said()
    said.pop("question", None)
    assert said == expected


@pytest.mark.parametrize(
    "text",
    [
        "has 12 been approved?",
        "who approved 12?",
        "don't publish 3",
        "should I approve 12?",
        "12号批准了吗",
        "先别执行12号",
        "不要上线3号",
    ],
)
def test_a_question_or_a_veto_orders_nothing(text: str) -> None:
    assert read(text, NOTHING).request.tool != "decide"


@pytest.mark.parametrize("text", ["不行", "不可以", "不好", "no", "don't do it", "nope."])
def test_a_no_is_never_a_yes(text: str) -> None:
    request = read(text, Conversation(product="85123A", open_proposals=(3,))).request
    assert (request.tool, request.decision) == ("decide", "reject")


def test_only_plain_words_are_sure() -> None:
    assert read("What should I charge for the lunch bag?", NOTHING).sure
    assert not read("lunch bag thing maybe", NOTHING).sure
    assert not read("approve 12 and reject 13", NOTHING).sure
    assert not read("reject proposal 12 and 13", NOTHING).sure
