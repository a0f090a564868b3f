"""The question that the model is asked about a message, the same for the desk, the training and the evaluation."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from agents.reading.hints import Conversation, Found, Hints
from agents.reading.reading import Reading
from agents.request import Tool

MOST_NAMES = 3
MOST_CUES = 3
MOST_LIKELY = 3
Likely = Sequence[tuple[Tool, float]]
_LABELS = {
    "weeks": "weeks", "change_pct": "change", "limit_pct": "limit", "margin_pct": "margin", "price": "price",
    "price_delta": "by", "count": "count", "proposal": "proposal",
}  # fmt: skip


@cache
def instruction() -> str:
    """The system message, the same for every message, so that a server computes it once."""
    return (files("agents") / "prompts" / "understand.md").read_text(encoding="utf-8").strip()


def question(text: str, reading: Reading, said: Conversation, likely: Likely = ()) -> str:
    """The message on one line, and under it what was found in it: numbers, names, cues, the thread, likely tools.

    The message cannot forge the lines below it: its line breaks become spaces and its control tokens are broken.
    """
    hints = reading.hints
    lines = {
        "numbers": ", ".join(dict.fromkeys(_number(found) for found in hints.numbers)),
        "names": "; ".join(_names(hints)),
        "cues": ", ".join(_cues(hints)),
        "thread": _thread(said),
        "likely": ", ".join(f"{tool} {round(10 * share)}" for tool, share in likely[:MOST_LIKELY] if share >= 0.05),
    }
    return "\n".join([one_line(text), *(f"{name}: {value}" for name, value in lines.items() if value)])


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("<|", "< |").replace("|>", "| >")).strip()


def _number(found: Found) -> str:
    sign = "+" if found.kind == "change_pct" and found.signed and found.value > 0 else ""
    return f"{_LABELS[found.kind]} {sign}{plain(found.value)}"


def plain(value: float) -> str:
    """Without an exponent or idle zeros."""
    return str(int(value)) if value == int(value) else f"{value:.4f}".rstrip("0")


def _names(hints: Hints) -> list[str]:
    shown = [f"{one_line(p.words)[:80]}{' (category)' if p.kind == 'category' else ''}" for p in hints.phrases]
    return list(dict.fromkeys(shown))[:MOST_NAMES]


def _cues(hints: Hints) -> list[str]:
    tools = [tool for tool, _ in hints.tools[:MOST_CUES]]
    return [*tools, *hints.goals, *([hints.decision] if hints.decision else []), *(["refuse"] if hints.refusal else [])]


def _thread(said: Conversation) -> str:
    parts = [f"after {said.last_tool}" if said.last_tool else "", "product known" if said.product else ""]
    parts.append("open " + " ".join(map(str, said.open_proposals)) if said.open_proposals else "")
    return ", ".join(part for part in parts if part)
