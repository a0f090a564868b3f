from datetime import UTC, datetime
from typing import Any

from db.dealings import Worked
from ui.transcript import past


def _turn(text: str) -> dict[str, Any]:
    return {"text": text, "answer": f"re {text}", "facts": [], "fallback": False, "language": "en"}


def _worked(question: str, tool: str) -> Worked:
    steps = [{"name": "price", "title": "t", "by": "code", "tool": tool, "unheard_of": 1}]
    return Worked(talk_id="t", question=question, steps=steps, made_at=datetime(2026, 1, 5, tzinfo=UTC))


def _titles(turns: list[dict[str, Any]], worked: list[Worked]) -> list[str]:
    return [str((m.get("metadata") or {}).get("title", m["content"])) for m in past(turns, worked)]


def test_a_conversation_comes_back_with_the_steps_of_each_answer() -> None:
    said = _titles([_turn("tea"), _turn("cup")], [_worked("tea", "one"), _worked("cup", "two")])
    assert said == ["tea", "Price · one — fixed order", "re tea", "cup", "Price · two — fixed order", "re cup"]


def test_steps_find_their_own_answer_where_one_record_is_longer_than_the_other() -> None:
    turns = [_turn("tea"), _turn("tea"), _turn("cup")]
    said = _titles(turns, [_worked("gone", "zero"), _worked("tea", "one"), _worked("lost", "nil")])
    assert said == ["tea", "re tea", "tea", "Price · one — fixed order", "re tea", "cup", "re cup"]
