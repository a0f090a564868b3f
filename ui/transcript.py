"""Questions and answers as messages of the chat."""

from collections.abc import Iterable
from secrets import token_hex
from typing import Any

from agents.rendering import Language
from agents.reply import Answer
from tools.facts import Fact
from ui.evidence import anchored, fact_of, listed
from ui.markup import plain
from ui.steps import Message
from ui.words import say


def place() -> str:
    """A name for one answer's anchors, unlike any other on the page."""
    return f"a{token_hex(4)}"


def question(text: str) -> Message:
    return {"role": "user", "content": plain(text) or "…"}


def answer(event: Answer, where: str) -> Message:
    return _answer(event.text, event.facts, event.fallback, where, event.language)


def past(turns: Iterable[dict[str, Any]]) -> list[Message]:
    """The conversation so far; the steps of former answers are not kept."""
    messages = []
    for turn in turns:
        language: Language = "zh" if turn["language"] == "zh" else "en"
        facts = [fact_of(row) for row in turn["facts"]]
        messages += [question(turn["text"]), _answer(turn["answer"], facts, turn["fallback"], place(), language)]
    return messages


def _answer(text: str, facts: Iterable[Fact], fallback: bool, where: str, language: Language) -> Message:
    parts = [anchored(text, where)]
    if fallback:
        parts.append(f"*{say('by_planner', language)}*")
    parts.append(listed(facts, where, language))
    return {"role": "assistant", "content": "\n\n".join(part for part in parts if part)}
