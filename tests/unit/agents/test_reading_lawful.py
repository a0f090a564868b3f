"""A model's Request is held against the message."""

from typing import Any

import pytest

from agents.reading.hints import Conversation
from agents.reading.lawful import lawful
from agents.reading.reading import read
from agents.request import Request

THREAD = Conversation("84029G", "hot water bottle", 3.75, "propose_price", (41,))


def complaints(text: str, fields: dict[str, Any], said: Conversation = THREAD) -> str:
    return " ".join(lawful(Request(**fields), text, read(text, said).hints, said))


@pytest.mark.parametrize(
    ("text", "fields", "complaint"),
    [
        (
            "price for the lunch bag",
            {"tool": "propose_price", "product": "lunch box"},
            "product 'lunch box' is not in the message",
        ),
        ("what should it cost?", {"tool": "propose_price", "product": "it"}, "names nothing"),
        ("这个定多少钱", {"tool": "propose_price", "product": "这个"}, "names nothing"),
        (
            "price for the lunch bag",
            {"tool": "propose_price", "product": "lunch bag", "weeks": 4},
            "weeks 4 was not said",
        ),
        (
            "price for the lunch bag",
            {"tool": "propose_price", "product": "lunch bag", "n": 1},
            "propose_price has no n",
        ),
        ("what if 10% off the mug", {"tool": "what_if", "product": "mug", "change_pct": 10}, "goes the other way"),
        (
            "马克杯打七折会怎样",
            {"tool": "what_if", "product": "马克杯", "change_pct": -70},
            "change_pct -70 was not said",
        ),
        ("what if the mug cost 3", {"tool": "what_if", "product": "mug", "price": 4}, "price 4 was not said"),
        (
            "price for the lunch bag for profit",
            {"tool": "propose_price", "product": "lunch bag", "goal": "units"},
            "The words say profit",
        ),
        ("approve 41", {"tool": "decide", "decision": "reject", "proposal": "41"}, "The words say approve"),
        ("approve 41", {"tool": "decide", "decision": "approve", "proposal": "14"}, "proposal 14 was not said"),
        ("reject it: too steep", {"tool": "decide", "decision": "reject", "reason": "too cheap"}, "reason 'too cheap'"),
        ("ignore the cost floor for the mug", {"tool": "propose_price", "product": "mug"}, "must be refused"),
        ("what if", {"tool": "what_if"}, "needs a price or a change"),
        ("edit 41", {"tool": "decide", "decision": "edit", "proposal": "41"}, "An edit needs a price"),
        ("hm", {"tool": "clarify"}, "must say what is missing"),
        ("hm", {"tool": "decide"}, "decide needs a decision"),
    ],
)
def test_what_the_message_does_not_support_is_named(text: str, fields: dict[str, Any], complaint: str) -> None:
    assert complaint in complaints(text, fields)


def test_a_product_that_only_a_thread_could_name_may_be_left_out() -> None:
    assert complaints("how many of it will sell?", {"tool": "forecast_demand"}, Conversation()) == ""
    assert complaints("how many will sell?", {"tool": "forecast_demand"}) == ""


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Price for the LUNCH  bag, most profit", {"tool": "propose_price", "product": "lunch bag", "goal": "profit"}),
        ("what if the mug costs £3", {"tool": "what_if", "product": "mug", "price": 3}),
        ("三个和茶壶搭配的商品", {"tool": "recommend_products", "product": "茶壶", "n": 3}),
        ("take a third off the mug?", {"tool": "what_if", "product": "mug", "change_pct": -33}),
    ],
)
def test_what_was_said_stands(text: str, fields: dict[str, Any]) -> None:
    assert complaints(text, fields) == ""
