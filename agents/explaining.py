"""The explanation of an answer: a model writes it within sentences that are true of the facts, a template stands by."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage

from agents.constrained import ModelFailedError, decide
from agents.contradicting import contradicted
from agents.faithful import unfaithful
from agents.phrasing import SLOT, Phrase, part, usable
from agents.rendering import Language
from agents.reply import Decider
from agents.signals import found, signals
from agents.templates import fill, rest
from tools.facts import Facts

MAX_TOKENS = 160
NEEDED = ("lead", "outcome")  # parts without which nothing is explained
MOST: dict[Language, int] = {"en": 2, "zh": 1}  # sentences beyond what must be told: a Chinese one costs more tokens
NAMES: dict[Language, str] = {"en": "English", "zh": "Chinese"}
BOLD = ("best", "asked", "expected", "first", "complement", "substitute", "revenue", "now")
ENDING_IN_CHINESE = ("weeks", "units", "date")  # units whose Chinese form ends in a character, so that no space follows
REFERENCE = re.compile(r"(\**)\{(?P<slot>\w+)\}\1")  # with its emphasis
Schema = dict[str, Any]


def explain(tool: str, facts: Facts, language: Language, model: BaseChatModel | None) -> tuple[str, Decider, str]:
    """The text in references to facts, who wrote it, and why the template stepped in where it did."""
    phrases = usable(tool, facts, language)
    if not part("lead", phrases):
        return fill(tool, facts, language), "code", ""
    if model is None:
        return fill(tool, facts, language), "planner", "no model is ready"
    try:
        sentences = written(tool, facts, language, phrases, model)
        return told(tool, facts, language, sentences), "model", ""
    except ModelFailedError as error:
        return fill(tool, facts, language), "planner", f"the model failed: {error}"


@cache
def instruction() -> str:
    """The system message, always the same."""
    return (files("agents") / "prompts" / "explain.md").read_text(encoding="utf-8").strip()


def brief(tool: str, facts: Facts, language: Language, phrases: Sequence[Phrase]) -> str:
    """What the model is told: the direction of things, and what may be referred to; no value."""
    slots = dict.fromkeys(slot for phrase in phrases for slot in SLOT.findall(phrase.words))
    lines = [f"{tool} in {NAMES[language]}", *(f"{name}: {word}" for name, word in signals(facts).items())]
    return "\n".join([*lines, "facts: " + " ".join(slots)])


def schema(phrases: Sequence[Phrase], language: Language) -> Schema:
    """A list of sentences: what must be told first, then a few of what else is true, at least one that is news."""
    needed = [name for name in NEEDED if part(name, phrases)]
    more = part("more", phrases)
    certain = {slot for phrase in phrases if phrase.part in needed for slot in phrase.slots}
    names = [*needed, "more"] if more else needed
    return {
        "type": "object",
        "properties": {
            "say": {
                "type": "array",
                "prefixItems": [{"$ref": f"#/$defs/{name}"} for name in needed],
                "items": {"$ref": "#/$defs/more"} if more else False,
                "minItems": len(needed) + any(phrase.news(certain) for phrase in more),
                "maxItems": len(needed) + (MOST[language] if more else 0),
            }
        },
        "required": ["say"],
        "additionalProperties": False,
        "$defs": {name: {"type": "string", "pattern": _either(part(name, phrases))} for name in names},
    }


def _either(phrases: Sequence[Phrase]) -> str:
    return "^(" + "|".join(dict.fromkeys(phrase.pattern for phrase in phrases)) + ")$"


def written(
    tool: str, facts: Facts, language: Language, phrases: Sequence[Phrase], model: BaseChatModel
) -> tuple[str, ...]:
    """The model's sentences, references by name. Raises ModelFailedError where they are not of these phrases."""
    messages = [SystemMessage(instruction()), HumanMessage(brief(tool, facts, language, phrases))]
    return checked(decide(model, messages, schema(phrases, language), MAX_TOKENS), phrases)


def checked(answer: dict[str, Any], phrases: Sequence[Phrase]) -> tuple[str, ...]:
    """The sentences of an answer without those that tell nothing new. Raises ModelFailedError where one does not
    follow from the facts, or one is missing."""
    said = answer.get("say")
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        raise ModelFailedError("it gave no sentences")
    kept: dict[str, str] = {}
    for sentence in said:
        phrase = next((one for one in phrases if one.says(sentence)), None)
        if phrase is None:
            raise ModelFailedError(f"{sentence!r} does not follow from the facts")
        if phrase.topic not in kept and phrase.news(SLOT.findall("".join(kept.values()))):
            kept[phrase.topic] = sentence
    missing = [name for name in NEEDED if part(name, phrases) and name not in kept]
    if missing:
        raise ModelFailedError(f"it left out the {missing[0]}")
    return tuple(kept.values())


def told(tool: str, facts: Facts, language: Language, sentences: Sequence[str]) -> str:
    """The sentences in references, with what is told whoever writes: risk, broken rules, cautions, lists.

    Raises ModelFailedError where a number stands in them that is no fact, or a word that the facts deny.
    """
    lead = _emphasised(sentences[0])
    space = "" if language == "zh" else " "
    text = _referring(space.join([lead, *sentences[1:]]), facts, language)
    if problems := unfaithful(text, facts) + contradicted(text, facts):
        raise ModelFailedError("; ".join(problems))
    return rest(tool, facts, language, text)


def _emphasised(lead: str) -> str:
    key = next((slot for slot in BOLD if f"{{{slot}}}" in lead), "")
    return lead.replace(f"{{{key}}}", f"**{{{key}}}**", 1) if key else lead


def _referring(text: str, facts: Facts, language: Language) -> str:
    """`{price_best}` becomes `{F7}`, with the spaces that Chinese has around figures. Raises ModelFailedError."""

    def refer(match: re.Match[str]) -> str:
        fact = found(facts, match["slot"])
        if fact is None:
            raise ModelFailedError(f"{{{match['slot']}}} is no fact")
        reference = match[0].replace(match["slot"], fact.id)
        if language == "en":
            return reference
        before, after = text[: match.start()][-1:], text[match.end() :][:1]
        close = fact.unit in ENDING_IN_CHINESE or not after.isalpha()
        return f"{' ' if before.isalpha() else ''}{reference}{'' if close else ' '}"

    return REFERENCE.sub(refer, text)
