"""Refusals, cautions, notes and reasons in Chinese, sentence by sentence."""

from agents.translating.desk import DESK
from agents.translating.editing import EDITING
from agents.translating.kinds import KINDS, LEVELS, Kind
from agents.translating.mathematics import BESIDE, CAUTIONS, DOUBTS, GAPS, NOTES, PEERS
from agents.translating.outside import OUTSIDE
from agents.translating.pattern import Pattern, Rows, bare, compiled
from agents.translating.people import PEOPLE
from agents.translating.refusing import REFUSALS
from agents.translating.rules import RULINGS
from agents.translating.selling import SELLING

WORDS: Rows = (("keep the price", "维持现价"), *LEVELS.items())
FRAGMENTS: Rows = (*GAPS, *DOUBTS, *PEERS, *CAUTIONS, *BESIDE)


def in_chinese(text: str) -> str | None:
    """What mathematics or database say, in Chinese; None where any sentence of it is not in the tables.

    Figures, money and names are carried over as they stand. Time is linear in the text, whatever it holds: text from
    outside stands in the first two sentences alone, and each pattern seeks its end once.
    """
    whole = text.strip()
    return _said(whole) if whole else None


def _said(text: str) -> str | None:
    out: list[str] = []
    at = 0
    while at < len(text):
        found = _sentence(text, at, PATTERNS if len(out) < 2 else BOUNDED)
        if found is None:
            return None
        out.append(found[0])
        at = _next(text, found[1])
    return "".join(out)


def _sentence(text: str, at: int, patterns: tuple[Pattern, ...]) -> tuple[str, int] | None:
    return next((found for pattern in patterns if (found := pattern.at(text, at))), None)


def _next(text: str, at: int) -> int:
    """Where the next sentence begins, past a full stop that was set twice."""
    at += text.startswith(".", at)
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _fragment(said: str) -> str:
    return _said(said) or said


_gaps, _peers = bare(GAPS, KINDS), bare(PEERS, KINDS)
_PARTS = {
    "reason": Kind(f"(?:{_gaps}|{bare(DOUBTS, KINDS)})(?: (?:{_peers}))?", _fragment),
    "caution": Kind(bare(CAUTIONS, KINDS), _fragment),
}
TABLE: Rows = (*WORDS, *FRAGMENTS, *NOTES, *RULINGS, *REFUSALS, *DESK, *EDITING, *PEOPLE, *SELLING, *OUTSIDE)
_compiled = compiled(TABLE, KINDS | _PARTS)
BOUNDED = tuple(pattern for pattern in _compiled if not pattern.free)
PATTERNS = (*BOUNDED, *(pattern for pattern in _compiled if pattern.free))
