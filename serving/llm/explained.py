"""Explanations put to a model: how many it writes itself, what they tell, and that none states what is not so."""

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from langchain_core.callbacks import UsageMetadataCallbackHandler
from langchain_core.language_models import BaseChatModel

from agents.constrained import ModelFailedError
from agents.contradicting import contradicted
from agents.explaining import MAX_TOKENS, brief, checked, instruction, schema, told, written
from agents.faithful import unfaithful
from agents.phrasing import SLOT, Phrase, part, usable
from agents.rendering import render
from agents.templates import fill
from serving.llm.data.explanations import LANGUAGES, MAKERS, SHARES, made_up, weighed
from serving.llm.data.lexicon import Language
from serving.llm.local import LocalModel
from tools.facts import Facts

Progress = Callable[[int, int], None]
Write = Callable[[], tuple[str, ...]]


@dataclass(frozen=True)
class Case:
    """Facts that an answer has to be made of."""

    tool: str
    language: Language
    facts: Facts

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        return usable(self.tool, self.facts, self.language)


@dataclass(frozen=True)
class Explained:
    """`sentences` are the model's, none where the template stood in, and `why` says why it did."""

    case: Case
    sentences: tuple[str, ...]
    text: str
    why: str = ""
    seconds: float = 0.0
    tokens: float = 0

    @property
    def used(self) -> int:
        """Facts that the model's sentences refer to."""
        return len(set(SLOT.findall("".join(self.sentences))))

    @property
    def problems(self) -> list[str]:
        """Numbers that are no facts, and words that the facts deny."""
        return unfaithful(self.text, self.case.facts) + contradicted(self.text, self.case.facts)

    @property
    def matters(self) -> bool | None:
        """Whether what it tells beyond the needful is what matters most; None where there is nothing beyond."""
        more = part("more", self.case.phrases)
        needful = [slot for one in self.sentences if not any(p.says(one) for p in more) for slot in SLOT.findall(one)]
        known = weighed([p for p in more if p.news(needful)], self.case.facts)
        topics = [p.topic for one in self.sentences for p in more if p.says(one)]
        return bool(topics) and known.get(topics[0]) == max(known.values()) if known else None


def cases(seed: int, many: int) -> list[Case]:
    """Made-up facts that the training saw none of, the proposals of a price among them the most."""
    rng = random.Random(f"{seed}/cases")
    kinds = [rng.choices(list(MAKERS), SHARES)[0] for _ in range(many)]
    return [Case(tool, LANGUAGES[n % 2], made_up(tool, rng)) for n, tool in enumerate(kinds)]


def explain_served(
    of: Sequence[Case], model: BaseChatModel, progress: Progress, at_once: int = 1
) -> Iterator[Explained]:
    """One after the other, as the desk asks a server; `at_once` is for speed."""
    with ThreadPoolExecutor(at_once) as pool:
        for done, one in enumerate(pool.map(lambda case: _served(case, model), of), 1):
            yield one
            progress(done, len(of))


def _served(case: Case, model: BaseChatModel) -> Explained:
    used, started = UsageMetadataCallbackHandler(), time.perf_counter()
    heard = model.model_copy(update={"callbacks": [used]})
    found = _explained(case, lambda: written(case.tool, case.facts, case.language, case.phrases, heard))
    seconds = time.perf_counter() - started
    tokens = sum(each["output_tokens"] for each in used.usage_metadata.values())
    return Explained(case, found.sentences, found.text, found.why, seconds, tokens)


def explain_local(of: Sequence[Case], model: LocalModel, progress: Progress) -> Iterator[Explained]:
    """Side by side in this process; the seconds of each are its share."""
    size = 48
    for at in range(0, len(of), size):
        some, started = of[at : at + size], time.perf_counter()
        answers = model.told([_prompt(case) for case in some], most=MAX_TOKENS)
        each = (time.perf_counter() - started) / len(some)
        for case, answer in zip(some, answers, strict=True):
            found = _explained(case, partial(_read, answer.text, case.phrases))
            yield Explained(case, found.sentences, found.text, found.why, each, answer.tokens)
        progress(min(at + size, len(of)), len(of))


def _prompt(case: Case) -> tuple[str, str, dict[str, Any]]:
    asked = brief(case.tool, case.facts, case.language, case.phrases)
    return instruction(), asked, schema(case.phrases, case.language)


def _read(answer: str, phrases: Sequence[Phrase]) -> tuple[str, ...]:
    try:
        found = json.loads(answer)
    except ValueError as error:
        raise ModelFailedError(f"no JSON: {error}") from error
    return checked(found if isinstance(found, dict) else {}, phrases)


def _explained(case: Case, write: Write) -> Explained:
    try:
        sentences = write()
        return Explained(case, sentences, told(case.tool, case.facts, case.language, sentences))
    except ModelFailedError as error:
        return Explained(case, (), fill(case.tool, case.facts, case.language), str(error))


@dataclass
class Writing:
    """Counts and sums over explanations; `letters` are those that a reader sees of the whole text."""

    many: int = 0
    by_model: int = 0
    used: int = 0
    letters: int = 0
    tokens: float = 0
    seconds: float = 0.0
    unfaithful: int = 0
    weighed: int = 0
    matters: int = 0
    whys: list[str] = field(default_factory=list)


def summed(explained: Sequence[Explained]) -> dict[str, Writing]:
    """By language, and for proposals of a price in "proposals" too."""
    groups: dict[str, list[Explained]] = {}
    for one in explained:
        groups.setdefault(one.case.language, []).append(one)
        if one.case.tool == "propose_price":
            groups.setdefault("proposals", []).append(one)
    return {name: _summed(group) for name, group in sorted(groups.items())}


def _summed(explained: Sequence[Explained]) -> Writing:
    found = Writing()
    for one in explained:
        found.many += 1
        found.by_model += not one.why
        found.used += one.used
        found.letters += len(render(one.text, one.case.facts, one.case.language))
        found.tokens += one.tokens
        found.seconds += one.seconds
        found.unfaithful += bool(one.problems)
        matters = None if one.why else one.matters
        found.weighed += matters is not None
        found.matters += bool(matters)
        found.whys += [one.why] if one.why else []
    return found


def plain(writing: Writing) -> dict[str, Any]:
    """Shares and means in JSON types."""
    many, by_model = max(writing.many, 1), max(writing.by_model, 1)
    return {
        "explanations": writing.many, "by_model": writing.by_model / many, "unfaithful": writing.unfaithful,
        "facts": writing.used / by_model, "letters": writing.letters / many, "tokens": writing.tokens / many,
        "seconds": writing.seconds / many, "what_matters_first": writing.matters / max(writing.weighed, 1),
        "why_not": writing.whys[:5],
    }  # fmt: skip


def table(by_group: dict[str, Writing]) -> str:
    """Markdown, a line a group."""
    lines = [
        "| | explanations | by the model | unfaithful | facts | letters | tokens | s | what matters first |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, writing in by_group.items():
        p = plain(writing)
        lines.append(
            f"| {name} | {p['explanations']} | {p['by_model']:.1%} | {p['unfaithful']} | {p['facts']:.1f} "
            f"| {p['letters']:.0f} | {p['tokens']:.0f} | {p['seconds']:.2f} | {p['what_matters_first']:.1%} |"
        )
    return "\n".join(lines)
