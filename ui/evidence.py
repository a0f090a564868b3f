"""Facts as a list that can be opened: what is known, its value, and where it was read."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from agents.rendering import Language, shown
from agents.translating.kinds import LEVELS
from agents.words import label
from tools.facts import Fact, Source
from ui.markup import Html, el, flat
from ui.words import say

LINK = re.compile(r"\]\(#(F\d+)\)")


def fact_of(row: Mapping[str, Any]) -> Fact:
    """A fact as it was before `Fact.to_json`."""
    return Fact(**{**row, "source": Source(**row["source"])})


def anchored(text: str, place: str) -> str:
    """The links of an answer, `[£2.95](#F3)`, pointed at the evidence list of this place of the page."""
    return LINK.sub(rf"](#{place}-\1)", text)


def listed(facts: Iterable[Fact], place: str, language: Language) -> Html:
    """A closed list of facts, each with the anchor that `anchored` points at; on one line, as Markdown wants it."""
    items = [_item(fact, place, language) for fact in facts]
    if not items:
        return Html("")
    summary = el("summary", say("evidence", language, n=len(items)))
    return el("details", summary, el("ol", *items), class_="pd-evidence")


def _item(fact: Fact, place: str, language: Language) -> Html:
    return el(
        "li",
        el("b", name_of(fact, language)),
        " ",
        el("span", value_of(fact, language), class_="pd-value"),
        el(
            "small",
            f"{fact.id} · {say(f'source_{fact.source.kind}', language)}: ",
            el("code", flat(fact.source.detail)),
        ),
        id=f"{place}-{fact.id}",
        tabindex="-1",
    )


def name_of(fact: Fact, language: Language) -> str:
    try:
        return label(fact.label, language)
    except KeyError:
        return fact.label.replace("_", " ")


def value_of(fact: Fact, language: Language) -> str:
    """The value as plain text: no mark of Markdown, since it is escaped for HTML where it is shown."""
    if fact.value is None:
        return "–"
    if fact.label == "risk_level":
        return LEVELS[str(fact.value)] if language == "zh" else str(fact.value)
    return flat(str(fact.value)) if fact.unit == "text" else shown(fact, language)
