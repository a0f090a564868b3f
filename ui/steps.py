"""The steps of a run as lines of the chat that can be opened."""

import re
from typing import Any

from agents.rendering import Language
from agents.reply import Step
from agents.words import LABELS, label
from knowledge.language import language_of
from ui.markup import plain
from ui.words import known, say

Message = dict[str, Any]
SAID = re.compile(r"^\{(F\d+)\} (\w+): (.*)$")
BY = {"model": "by_model", "planner": "by_plan", "code": "by_code"}


def tongue(text: str) -> Language:
    """The language in which a message is answered."""
    return "zh" if language_of(text) == "zh" else "en"


def line(step: Step, place: str, language: Language) -> Message:
    """A closed line with who did what; opened it shows the tool, its arguments and what came out."""
    metadata: dict[str, Any] = {"title": title(step, language), "status": "done"}
    if step.seconds is not None:
        metadata["duration"] = round(step.seconds, 2)
    return {"role": "assistant", "content": body(step, place, language), "metadata": metadata}


def waiting(language: Language) -> Message:
    return {"role": "assistant", "content": "", "metadata": {"title": say("working", language), "status": "pending"}}


def title(step: Step, language: Language) -> str:
    name = known(f"step_{step.name}", language, plain(step.name))
    tool = f" · {plain(step.tool)}" if step.tool and step.name != "understand" else ""
    return f"{name}{tool} — {say(BY[step.by], language)}"


def body(step: Step, place: str, language: Language) -> str:
    """Markdown in which everything that came from outside is text."""
    rows = [f"**{say('by', language)}:** {say(BY[step.by], language)}"]
    if step.why:
        rows.append(f"**{say('why_planner', language)}:** {plain(step.why)}")
    if step.tool:
        rows.append(f"**{say('tool', language)}:** {plain(step.tool)}")
    if step.arguments:
        pairs = ", ".join(f"{plain(name)} = {plain(str(value))}" for name, value in step.arguments.items())
        rows.append(f"**{say('arguments', language)}:** {pairs}")
    if step.sql:
        rows.append(f"**SQL:** {plain(step.sql)}")
    if step.note:
        rows.append(f"**{say('result', language)}:**\n" + "\n".join(_said(step.note, place, language)))
    return "\n\n".join(rows)


def _said(note: str, place: str, language: Language) -> list[str]:
    """What a tool said, a line a fact, each linked to its evidence."""
    lines = []
    for row in note.splitlines():
        fact = SAID.match(row)
        if fact is None:
            lines.append(f"- {plain(row)}")
            continue
        number, key, value = fact.groups()
        name = label(key, language) if key in LABELS else plain(key)
        lines.append(f"- [{number}](#{place}-{number}) {name}: {plain(value)}")
    return lines
