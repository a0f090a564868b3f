"""Requests as merchants write them."""

from typing import Any

import pytest

from agents.reading.hints import Conversation
from agents.reading.reading import read
from tests.unit.agents.reading_cases import CHINESE, ENGLISH

NOTHING = Conversation()


@pytest.mark.parametrize(("text", "expected"), [*ENGLISH, *CHINESE])
def test_a_request_is_read_as_it_was_meant(text: str, expected: dict[str, Any]) -> None:
    said = read(text, NOTHING).request.said()
    said.pop("question", None)
    assert said == expected
