"""The stretches of a message that a model may copy, as a pattern: what it copies stands there by construction.

A pattern compiles in 10 ms where a free string of bounded length takes the server's grammar more than a second.
"""

import re

from agents.reading.text import HAN

MOST_IN_A_NAME = 16  # words, or Chinese characters
MOST_IN_A_REASON = 40
_TOKEN = re.compile(rf"[{HAN}]|[^\s{HAN},;:!?，；：！？。、…()（）\[\]<>{{}}\"“”「」『』《》【】\\]+")
_TOGETHER = re.compile(r"[ &/-]*")
_ANYTHING = re.compile(r"[^\"\\\n\r\t]*")
_SPECIAL = re.compile(r"[.^$*+?()\[\]{}|]")
_LEADING = frozenset(("the", "a", "an", "my", "our", "your", "this", "that", "these", "those", "it", "its"))


def names(text: str) -> str:
    """A pattern for words that may name a product or a category; "" where there are none."""
    return _pattern(text, MOST_IN_A_NAME, _TOGETHER, _LEADING)


def reasons(text: str) -> str:
    """A pattern for a reason: a longer stretch, marks included."""
    return _pattern(text, MOST_IN_A_REASON, _ANYTHING, frozenset())


def _pattern(text: str, most: int, between: re.Pattern[str], never_first: frozenset[str]) -> str:
    """One branch for every token that a stretch may begin with, each going on as far as it may."""
    tokens = _tokens(text)
    branches = []
    for first, (start, end) in enumerate(tokens):
        if text[start:end].lower() not in never_first:
            branches.append(_plain(text[start:end]) + _onward(text, tokens, first, most, between))
    return f"^({'|'.join(dict.fromkeys(branches))})$" if branches else ""


def _onward(text: str, tokens: list[tuple[int, int]], first: int, most: int, between: re.Pattern[str]) -> str:
    parts = []
    for before, after in zip(tokens[first : first + most - 1], tokens[first + 1 : first + most], strict=False):
        gap = text[before[1] : after[0]]
        if not between.fullmatch(gap):
            break
        parts.append(_plain(gap + text[after[0] : after[1]]))
    return "".join(f"({part}" for part in parts) + ")?" * len(parts)


def _plain(words: str) -> str:
    """Words as a pattern; escapes of anything that is no sign of patterns are unknown to the server's grammar."""
    return _SPECIAL.sub(lambda match: "\\" + match.group(), words)


def _tokens(text: str) -> list[tuple[int, int]]:
    """Places of words and of single Chinese characters, without the marks at a word's end."""
    found = []
    for match in _TOKEN.finditer(text):
        words = match.group()
        end = match.start() + len(words.rstrip(".'~"))
        if end > match.start():
            found.append((match.start(), end))
    return found
