"""The stretches of a message that a model may copy, as a pattern: what it copies stands there by construction.

A pattern compiles in 10 ms where a free string of bounded length takes the server's grammar more than a second.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from agents.reading.text import HAN

MOST_IN_A_NAME = 26  # Chinese characters, or half as many words
MOST_IN_A_REASON = 56
_TOKEN = re.compile(rf"[{HAN}]|[^\s{HAN},;:!?，；：！？。、…()（）\[\]<>{{}}\"“”「」『』《》【】\\]+")
_TOGETHER = re.compile(r"[ &/-]*|['’] | ?[(（【] ?|(?<=[A-Za-z])\. ")
_CLOSED = {"(": ")", "（": "）", "【": "】"}
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
    for first, token in enumerate(tokens):
        if text[token.start : token.bare].lower() not in never_first:
            begun = _plain(text[token.start : token.bare])
            branches.append(begun + _onward(text, tokens[first:], most, between))
    return f"^({'|'.join(dict.fromkeys(branches))})$" if branches else ""


def _onward(text: str, tokens: list["_Token"], most: int, between: re.Pattern[str]) -> str:
    parts, said, left = [], tokens[0].bare, most - tokens[0].cost
    for before, after in pairwise(tokens):
        left -= after.cost
        if left < 0 or not between.fullmatch(text, before.end, after.start):
            break
        parts.append(_plain(text[said : after.end]))
        said = after.end
    return "".join(f"({part}" for part in parts) + ")?" * len(parts)


def _plain(words: str) -> str:
    """Words as a pattern; escapes of anything that is no sign of patterns are unknown to the server's grammar."""
    return _SPECIAL.sub(lambda match: "\\" + match.group(), words)


@dataclass(frozen=True)
class _Token:
    """A word or a Chinese character; `end` is past the bracket that closes right after it, `bare` before that."""

    start: int
    bare: int
    end: int
    cost: int


def _tokens(text: str) -> list[_Token]:
    """Words and single Chinese characters, without the marks at a word's end."""
    found = []
    for match in _TOKEN.finditer(text):
        start, words = match.start(), match.group()
        bare = start + len(words.rstrip(".'~"))
        if bare > start:
            found.append(_Token(start, bare, _closed(text, start, bare), 1 if re.match(f"[{HAN}]", words) else 2))
    return found


def _closed(text: str, start: int, end: int) -> int:
    """Past the bracket that closes right here, where the message opened it before these words: "mug (red)"."""
    for opening, closing in _CLOSED.items():
        if text[end : end + 1] == closing and text.rfind(opening, 0, start) > text.rfind(closing, 0, start):
            return end + 1
    return end
