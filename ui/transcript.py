"""Questions and answers as messages of the chat."""

from collections.abc import Iterable, Sequence
from secrets import token_hex
from typing import Any

from agents.rendering import Language
from agents.reply import Answer, Step
from db.dealings import Worked
from tools.facts import Fact
from ui.evidence import anchored, fact_of, listed
from ui.markup import plain
from ui.steps import Message, line
from ui.words import say


def place() -> str:
    """A name for one answer's anchors, unlike any other on the page."""
    return f"a{token_hex(4)}"


def question(text: str) -> Message:
    return {"role": "user", "content": plain(text) or "…"}


def answer(event: Answer, where: str) -> Message:
    return _answer(event.text, event.facts, event.fallback, where, event.language)


def past(turns: Sequence[dict[str, Any]], worked: Sequence[Worked] = ()) -> list[Message]:
    """The conversation so far, each answer with the steps that were remembered of it."""
    messages: list[Message] = []
    for turn, steps in zip(turns, _aligned(turns, worked), strict=True):
        language: Language = "zh" if turn["language"] == "zh" else "en"
        facts, where = [fact_of(row) for row in turn["facts"]], place()
        messages += [question(turn["text"]), *(line(step, where, language) for step in steps)]
        messages.append(_answer(turn["answer"], facts, turn["fallback"], where, language))
    return messages


def _aligned(turns: Sequence[dict[str, Any]], worked: Sequence[Worked]) -> list[list[Step]]:
    """The steps of each turn, matched from the newest on: either record may lack some that the other has."""
    left, found = list(worked), []
    for turn in reversed(turns):
        at = next((i for i in range(len(left) - 1, -1, -1) if left[i].question == turn["text"]), None)
        found.append([] if at is None else [_step(row) for row in left[at].steps])
        if at is not None:
            del left[at:]
    return found[::-1]


def _step(row: dict[str, Any]) -> Step:
    """A step as it was kept, by this release or by another."""
    return Step(**{name: value for name, value in row.items() if name in Step.__dataclass_fields__})


def _answer(text: str, facts: Iterable[Fact], fallback: bool, where: str, language: Language) -> Message:
    parts = [anchored(text, where)]
    if fallback:
        parts.append(f"*{say('by_planner', language)}*")
    parts.append(listed(facts, where, language))
    return {"role": "assistant", "content": "\n\n".join(part for part in parts if part)}
