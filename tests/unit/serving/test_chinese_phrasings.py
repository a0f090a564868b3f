"""The Chinese phrasings: one meaning each, and one that the reading of a message can support."""

import random
from collections import Counter

import pytest

from agents.reading.reading import FIELDS, read
from agents.request import Request
from serving.llm.data.catalogue import shelf
from serving.llm.data.grammar import Piece, expand
from serving.llm.data.messages import Family, Message, Writer, families
from serving.llm.dataset import request_row

TOOLS = tuple(FIELDS)
ONCE = ("product", "category", "the category", "price", "up", "down", "off", "zhe", "n", "id", "reason")
LEFT_OUT = 0.04  # of the messages: names and reasons that the schema cannot copy, hints that read them otherwise


def chinese(tool: str) -> list[Family]:
    return [one for one in families() if one.language == "zh" and one.tool == tool]


def message(family: Family, seed: int) -> Message:
    return Writer(random.Random(f"{family.name}/{seed}"), family, shelf("train")).message()


@pytest.mark.parametrize("tool", TOOLS)
def test_no_phrasing_stands_twice(tool: str) -> None:
    times = Counter((one.template, one.last, one.marks) for one in chinese(tool))
    assert [template for (template, *_), many in times.items() if many > 1] == []


@pytest.mark.parametrize("tool", TOOLS)
def test_no_phrasing_says_two_things_for_one_field(tool: str) -> None:
    for family in chinese(tool):
        if tool == "refuse":
            continue
        for seed in range(6):
            pieces = expand(family.template, random.Random(seed), lambda slot: [Piece("", slot)])
            slots = Counter(piece.slot for piece in pieces)
            assert all(slots[slot] <= 1 for slot in ONCE), family.template


@pytest.mark.parametrize("tool", TOOLS)
def test_a_request_has_only_the_fields_of_its_tool(tool: str) -> None:
    for family in chinese(tool):
        request: Request = message(family, 1).request
        assert set(request.said()) <= {"tool", *FIELDS[request.tool]}, family.template


def test_few_messages_ask_for_what_the_schema_cannot_say() -> None:
    told = [message(family, 2) for tool in TOOLS for family in chinese(tool)[::8]]
    left = [one.text for one in told if request_row(one, read(one.text, one.said), ()) is None]
    assert len(told) > 250
    assert len(left) <= LEFT_OUT * len(told), left
