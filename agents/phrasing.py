"""The sentences that an explanation may be made of, and which of them are true of a run's facts.

They are written by hand in prompts/sentences.*.md. `# part/topic tools: signals` heads the sentences that hold where
the signals do; in a sentence `(a|b)` is one of, `[a]` perhaps, `{name}` a reference to a fact by its
label or the short name of it (agents/signals.py). A model writes within
them, letter by letter, under a grammar; so it can state no number, and nothing that the facts contradict.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from agents.rendering import Language
from agents.signals import found, signals
from tools.facts import Facts

SLOT = re.compile(r"\{(\w+)\}")
PARTS = ("lead", "outcome", "more")
ABOUT = frozenset(("product", "horizon", "now"))


@dataclass(frozen=True)
class Phrase:
    """One sentence in its variants. `topic` is what it tells of; no topic is told twice."""

    part: str
    topic: str
    tools: frozenset[str]
    needs: tuple[tuple[str, frozenset[str]], ...]
    words: str

    @cached_property
    def slots(self) -> frozenset[str]:
        return frozenset(SLOT.findall(self.words))

    @cached_property
    def pattern(self) -> str:
        """As a regular expression."""
        escaped = re.sub(r"[.{}?*+^$\\]", r"\\\g<0>", self.words)
        return escaped.replace("[", "(").replace("]", ")?")

    def holds(self, tool: str, known: dict[str, str], facts: Facts) -> bool:
        """Whether it is true of these facts, and all that it refers to is known (of variants: any may be written)."""
        return (
            tool in self.tools
            and all(known.get(name) in words for name, words in self.needs)
            and all(found(facts, slot) for slot in self.slots)
        )

    def news(self, told: Iterable[str]) -> bool:
        """Whether it must be told anyway, or refers to anything beyond these and what a whole answer is about."""
        return self.part != "more" or bool(self.slots - set(told) - ABOUT)

    def says(self, text: str) -> bool:
        return re.fullmatch(self.pattern, text) is not None


def usable(tool: str, facts: Facts, language: Language) -> tuple[Phrase, ...]:
    """The sentences that are true of the facts, in the order of the file."""
    known = signals(facts)
    return tuple(phrase for phrase in phrases(language) if phrase.holds(tool, known, facts))


def part(name: str, of: Iterable[Phrase]) -> tuple[Phrase, ...]:
    return tuple(phrase for phrase in of if phrase.part == name)


@cache
def phrases(language: Language) -> tuple[Phrase, ...]:
    """All sentences of a language. Raises ValueError for a sentence without a heading."""
    out: list[Phrase] = []
    head: Phrase | None = None
    for line in (files("agents") / "prompts" / f"sentences.{language}.md").read_text("utf-8").splitlines():
        if line.startswith("# "):
            head = _head(line[2:])
        elif line.startswith("- "):
            if head is None:
                raise ValueError(f"no heading above {line!r}")
            out.append(Phrase(head.part, head.topic, head.tools, head.needs, line[2:]))
    return tuple(out)


def _head(line: str) -> Phrase:
    about, _, needs = line.partition(":")
    where, *tools = about.split()
    name, _, topic = where.partition("/")
    if name not in PARTS:
        raise ValueError(f"{name!r} is none of {PARTS}")
    pairs = (need.partition("=")[::2] for need in needs.split())
    return Phrase(name, topic or name, frozenset(tools), tuple((k, frozenset(v.split("|"))) for k, v in pairs), "")
