"""Which tools a message's words speak for, and for which goal."""

import re
from collections import defaultdict
from dataclasses import dataclass

from agents.reading import chinese, english
from agents.reading.gaps import compiled, used
from agents.reading.text import Span
from agents.request import Tool
from pricing.optimise import Goal


def _compiled(cues: tuple[tuple[Tool, int, str], ...], flags: int) -> list[tuple[Tool, int, list[re.Pattern[str]]]]:
    return [(tool, weight, compiled(pattern, flags)) for tool, weight, pattern in cues]


_CUES = _compiled(english.CUES, re.ASCII) + _compiled(chinese.CUES, 0)
_GOALS = tuple((goal, re.compile(pattern)) for goal, pattern in (*english.GOALS, *chinese.GOALS))
_EVERYTHING = re.compile(f"{english.EVERYTHING}|{chinese.EVERYTHING}")


@dataclass(frozen=True)
class Cues:
    """`tools`: total weight by tool, heaviest first; `words`: what spoke for each; `spans`: words used up."""

    tools: tuple[tuple[Tool, int], ...]
    words: dict[Tool, str]
    spans: tuple[Span, ...]


def cues(text: str) -> Cues:
    """Reads the folded text; a tool weighs what its heaviest cue does, and a little more for each further one."""
    weights: dict[Tool, int] = defaultdict(int)
    words: dict[Tool, str] = {}
    spans: list[Span] = []
    for tool, weight, patterns in _CUES:
        matches = [match for pattern in patterns for match in pattern.finditer(text)]
        if matches:
            weights[tool] = max(weights[tool], weight) + (tool in words)
            words.setdefault(tool, matches[0].group().strip())
            spans += [span for match in matches for span in used(match)]
    ranked = sorted(weights.items(), key=lambda one: -one[1])
    return Cues(tuple(ranked), words, tuple(spans))


def goals(text: str) -> tuple[Goal, ...]:
    """The goals that the words name, the most telling first."""
    return tuple(dict.fromkeys(goal for goal, pattern in _GOALS if pattern.search(text)))


def everything(text: str) -> bool:
    """Whether the message is about the whole shop."""
    return bool(_EVERYTHING.search(text))
