"""Patterns with a gap in them ("how many ... will we sell"): what they use up is the words, not the gap."""

import re
from collections.abc import Iterator
from itertools import pairwise

from agents.reading.text import Span

_GAP = re.compile(r"\[\^[^\]]+\]\{\d+,\d+\}\??")


def compiled(pattern: str, flags: int = 0) -> list[re.Pattern[str]]:
    """The pattern's outermost alternatives, each with its parts around a gap as groups unless it has groups."""
    return [re.compile(_grouped(one) if re.compile(one).groups == 0 else one, flags) for one in outermost(pattern)]


def used(match: re.Match[str]) -> list[Span]:
    """The groups of a pattern, or all of one without."""
    groups = range(1, match.re.groups + 1) if match.re.groups else range(1)
    return [Span(*match.span(group)) for group in groups if match.start(group) >= 0]


def _grouped(pattern: str) -> str:
    depths = list(_depths(pattern))
    gaps = [match for match in _GAP.finditer(pattern) if depths[match.start()] == 0]
    if not gaps:
        return pattern
    ends = [0, *(place for match in gaps for place in match.span()), len(pattern)]
    parts = [pattern[start:end] for start, end in pairwise(ends)]
    return "".join(part if index % 2 or not part else f"({part})" for index, part in enumerate(parts))


def outermost(pattern: str) -> list[str]:
    """The alternatives of a pattern, those within parentheses left together."""
    parts, start = [], 0
    for place, depth in enumerate(_depths(pattern)):
        if pattern[place] == "|" and depth == 0:
            parts.append(pattern[start:place])
            start = place + 1
    return [*parts, pattern[start:]]


def _depths(pattern: str) -> Iterator[int]:
    depth = 0
    for character in pattern:
        depth += {"(": 1, ")": -1}.get(character, 0)
        yield depth
