"""A model's answer tied to the message it was made from: copied words as they stand there, numbers as numbers."""

import re
from typing import Any

from rapidfuzz.fuzz import partial_ratio_alignment

from agents.reading.hints import Conversation
from agents.reading.text import fold
from agents.request import Request
from agents.shape import COPIED

ALIKE = 80.0  # of 100: how much of a copied word must be right to count as a slip of the copying
_WORD = re.compile(r"[A-Za-z0-9]")
# What tells one of a kind from another stands behind its name: how much, how large, which make.
_AMOUNT = (
    r"\d+(?:\.\d+)?\s?(?:ml|kg|mg|g|cl|l|cm|mm|oz|inch|ft|mah|gb|tb|w|v)(?![A-Za-z])|"
    r"\d+(?:\.\d+)?(?:毫升|公斤|克|斤|升|厘米|毫米|米|英寸|寸|片装?|支装?|颗粒|粒|件套|只装|个装|袋装|包装|码|瓦)"
)
_MAKE = r"(?:(?![这那哪付退贷])[一-鿿]){1,2}款|(?:(?![气口风什啥])[一-鿿]){0,2}味(?![道儿])|[一-鿿]{1,2}版(?!权)"
_SIZE = r"\s(?:size|no\.)\s?[A-Za-z0-9]+(?![.\d])|\s(?:men|women|kid)'s \d+"
# What stands before a name and is none of it: "把玫瑰纯露的价…", "呢款手工皂".
_BEFORE = re.compile(r"[把给]我?(?=[一-鿿]{3})|(?<=[这那呢該该此嗰])[款个個件只种種套](?=\S{2})")
_VARIANT = re.compile(rf"\s?(?:{_AMOUNT})|{_MAKE}|款(?!式)|{_SIZE}", re.IGNORECASE)


def grounded(answer: dict[str, Any], text: str, said: Conversation) -> Request:
    """The request that an answer under `agents.shape` means. Raises pydantic's ValidationError where it is none."""
    fields = dict(answer)
    for name in COPIED:
        if isinstance(fields.get(name), str):
            fields[name] = _copied(fields[name], text, whole=name == "product")
    if fields.get("tool") == "search_reviews":
        fields["question"] = text.strip()
    if fields.get("proposal") is not None:
        fields["proposal"] = _proposal(str(fields["proposal"]), said)
    return Request.model_validate(fields)


def _proposal(spoken: str, said: Conversation) -> str:
    """By its number, or by its place among those shown where that number was not ("the second one")."""
    shown = said.open_proposals
    if spoken.isdecimal() and int(spoken) not in shown and 1 <= int(spoken) <= len(shown):
        return str(shown[int(spoken) - 1])
    return spoken


def _copied(words: str, text: str, *, whole: bool) -> str:
    """The stretch of the message that was copied, whole words of it, and of a `whole` name what tells it from others
    of its kind; the words themselves where there is no such stretch."""
    place = _place(words, text)
    if place is None:
        return words
    start, end = place
    while start > 0 and _WORD.match(text[start]) and _WORD.match(text[start - 1]):
        start -= 1
    while end < len(text) and _WORD.match(text[end - 1]) and _WORD.match(text[end]):
        end += 1
    if whole and (less := _BEFORE.match(text, start)) and less.end() < end:
        start = less.end()
    while whole and (more := _VARIANT.match(text, end)):
        end = more.end()
    return text[start:end].strip()


def _place(words: str, text: str) -> tuple[int, int] | None:
    at = text.casefold().find(words.casefold())
    if at >= 0 and len(text.casefold()) == len(text):
        return at, at + len(words)
    folded, wanted = fold(text), fold(words).text.strip()
    found = partial_ratio_alignment(wanted, folded.text, score_cutoff=ALIKE) if len(wanted) > 2 else None
    if found is None or found.dest_end <= found.dest_start:
        return None
    return folded.at[found.dest_start], folded.at[found.dest_end - 1] + 1
