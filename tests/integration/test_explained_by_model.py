"""Explanations that a real vLLM decodes under their grammar."""

import random

import pytest
from langchain_openai import ChatOpenAI

from agents.contradicting import contradicted
from agents.explaining import explain
from agents.faithful import unfaithful
from agents.rendering import Language
from agents.templates import fill
from serving.llm.data.explanations import LANGUAGES, MAKERS, made_up

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tool", sorted(MAKERS))
def test_the_server_takes_the_grammar_and_what_comes_back_is_true(
    tool: str, language: Language, chat: ChatOpenAI
) -> None:
    facts = made_up(tool, random.Random(11))
    text, by, why = explain(tool, facts, language, chat)
    assert unfaithful(text, facts) == contradicted(text, facts) == []
    if by == "planner":
        assert text == fill(tool, facts, language)
        assert "JSONDecodeError" in why  # a model that was not trained for it may not come to its end
    else:
        assert (by, why) == ("model", "")
