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


def grounded(answer: dict[str, Any], text: str, said: Conversation) -> Request:
    """The request that an answer under `agents.shape` means. Raises pydantic's ValidationError where it is none."""
    fields = dict(answer)
    for name in COPIED:
        if isinstance(fields.get(name), str):
            fields[name] = _copied(fields[name], text)
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


def _copied(words: str, text: str) -> str:
    """The stretch of the message that was copied, whole words of it; the words themselves where there is none."""
    place = _place(words, text)
    if place is None:
        return words
    start, end = place
    while start > 0 and _WORD.match(text[start]) and _WORD.match(text[start - 1]):
        start -= 1
    while end < len(text) and _WORD.match(text[end - 1]) and _WORD.match(text[end]):
        end += 1
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
