"""Whether a Request made by a model is borne out by the message it was made from."""

import re

from agents.reading.hints import Conversation, Hints, Kind
from agents.reading.phrases import names_something
from agents.reading.reading import FIELDS
from agents.reading.text import fold
from agents.request import Request

_NUMBERS: dict[str, tuple[Kind, ...]] = {
    "weeks": ("weeks",),
    "n": ("count",),
    "min_margin_pct": ("margin_pct", "change_pct", "limit_pct"),
    "max_change_pct": ("limit_pct", "change_pct", "margin_pct"),
    "price": ("price", "price_delta"),
}


def lawful(request: Request, text: str, hints: Hints, said: Conversation) -> list[str]:
    """What in the request the message does not support, a sentence each; empty where all of it stands.

    `hints` are those of `read(text, said)`; `said` is what the thread last spoke of.
    """
    return [
        *_shape(request),
        *_words(request, text),
        *_amounts(request, text, hints),
        *_proposal(request, hints, said),
        *_cues(request, hints),
    ]


def _shape(request: Request) -> list[str]:
    """Fields the tool does not have, and fields it cannot do without. A product that only the thread can name is
    asked for later."""
    allowed = ("tool", *FIELDS[request.tool])
    wrong = [f"{request.tool} has no {name}." for name in request.said() if name not in allowed]
    if request.tool == "what_if" and request.price is None and request.change_pct is None:
        wrong.append("what_if needs a price or a change.")
    if request.tool == "decide" and request.decision is None:
        wrong.append("decide needs a decision.")
    if request.decision == "edit" and request.price is None:
        wrong.append("An edit needs a price.")
    if request.tool == "clarify" and request.missing is None:
        wrong.append("clarify must say what is missing.")
    return wrong


def _words(request: Request, text: str) -> list[str]:
    """Words that are copied must stand in the message; a pronoun or a stop word names no product."""
    whole = _plain(text)
    wrong = []
    for name in ("product", "category", "question", "reason"):
        words = getattr(request, name)
        if words is not None and (not words.strip() or _plain(words) not in whole):
            wrong.append(f"{name} {words!r} is not in the message.")
        elif words is not None and name in ("product", "category") and not names_something(fold(words).text):
            wrong.append(f"{name} {words!r} names nothing.")
    return wrong


def _amounts(request: Request, text: str, hints: Hints) -> list[str]:
    """Numbers must have been said, of the right kind where kinds can be told apart, and with the right sign."""
    wrong = []
    for name, kinds in _NUMBERS.items():
        number = getattr(request, name)
        values = [abs(found.value) for kind in kinds for found in hints.of(kind)]
        if name in ("n", "price"):
            values += hints.every
        if number is not None and not any(abs(number - value) < 0.005 for value in values):
            wrong.append(f"{name} {number:g} was not said.")
    if request.change_pct is not None:
        wrong += _change(request.change_pct, hints)
    return wrong


def _proposal(request: Request, hints: Hints, said: Conversation) -> list[str]:
    """Its number, or its place among those shown, must have been said."""
    if request.proposal is None:
        return []
    numbers = [f"{value:g}" for value in (*(found.value for found in hints.of("proposal")), *hints.every)]
    number = request.proposal.strip("#号第个 ")
    shown = [str(one) for one in said.open_proposals]
    place = str(shown.index(number) + 1) if number in shown else ""
    return [] if number in numbers or place in numbers else [f"proposal {request.proposal} was not said."]


def _change(change: float, hints: Hints) -> list[str]:
    same = [
        found
        for kind in ("change_pct", "limit_pct")
        for found in hints.of(kind)
        if abs(abs(found.value) - abs(change)) < 0.51
    ]
    if not same:
        return [f"change_pct {change:g} was not said."]
    if all(found.signed and found.kind == "change_pct" and found.value * change < 0 for found in same):
        return [f"change_pct {change:g} goes the other way than the message."]
    return []


def _cues(request: Request, hints: Hints) -> list[str]:
    """Where words name a goal, a decision or a refusal, no other stands."""
    wrong = []
    if request.goal is not None and hints.goals and request.goal not in hints.goals:
        wrong.append(f"The words say {' or '.join(hints.goals)}, not {request.goal}.")
    if request.decision is not None and hints.decision and request.decision != hints.decision:
        wrong.append(f"The words say {hints.decision}, not {request.decision}.")
    if hints.refusal and request.tool != "refuse":
        wrong.append(f"The message must be refused ({hints.refusal}).")
    return wrong


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", fold(text).text).strip(" .,!?;:")
