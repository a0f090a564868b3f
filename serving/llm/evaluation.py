"""Messages with what they mean, put to a model: alone, and with the checks around it as the desk does."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from langchain_core.callbacks import UsageMetadataCallbackHandler
from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.constrained import ModelFailedError
from agents.grounding import grounded
from agents.leaning import Lean
from agents.reading.hints import Conversation
from agents.request import Request
from agents.shape import request_schema
from agents.understanding import Considered, Understood, asked, consider, settled
from agents.wording import instruction, question
from pricing.errors import PricingError
from serving.llm.data.messages import messages
from serving.llm.local import LocalModel
from serving.llm.scores import Judged, Scores, scored

Progress = Callable[[int, int], None]


class RequestsError(PricingError):
    """A file of requests cannot be read; the text names line and remedy."""


class Thread(BaseModel):
    """What the thread last spoke of, as JSON."""

    model_config = ConfigDict(extra="forbid")

    product: str | None = None
    product_words: str | None = None
    price: float | None = None
    last_tool: str | None = None
    open_proposals: tuple[int, ...] = ()


class Line(BaseModel):
    """One line of a file of requests; what else stands in a line is left alone."""

    text: str
    lang: str
    request: Request
    said: Thread = Field(default_factory=Thread)


@dataclass(frozen=True)
class Question:
    """A message in its thread, how the desk considers it before a model is asked, and what it means."""

    text: str
    language: str
    meant: Request
    said: Conversation
    seen: Considered


@dataclass(frozen=True)
class Outcome:
    """`alone`: the model's request, None where it gave none; `understood`: what the desk would go on with; `tokens`:
    how many the model generated."""

    question: Question
    alone: Request | None
    understood: Understood
    seconds: float
    tokens: float = 0


def questions(file: Path, lean: Lean | None) -> list[Question]:
    """The lines of a JSONL file of {"text", "lang", "request", optional "said"}. Raises RequestsError."""
    found = []
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RequestsError(f"{file} cannot be read ({type(error).__name__}). Name a JSONL file.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            found.append(_question(line, f"{file.name}, line {number}", lean))
    if not found:
        raise RequestsError(f"{file} holds no requests.")
    return found


def _question(line: str, place: str, lean: Lean | None) -> Question:
    try:
        held = Line.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise RequestsError(f'{place}: {where} {first["msg"]}. A line is {{"text","lang","request"}}.') from error
    return question_of(held.text, held.lang, held.request, Conversation(**held.said.model_dump()), lean)


def held_out(seed: int, split: str, each: int, lean: Lean | None) -> list[Question]:
    """Messages of phrasings and products that training never sees, `each` a phrasing."""
    return [question_of(m.text, m.language, m.request, m.said, lean) for m in messages(seed, split, each)]


def question_of(text: str, language: str, meant: Request, said: Conversation, lean: Lean | None) -> Question:
    return Question(text, language, meant, said, consider(text, said, lean))


def ask_served(
    asked_of: Sequence[Question], model: BaseChatModel, progress: Progress, at_once: int = 1
) -> Iterator[Outcome]:
    """One after the other, as the desk asks a server: so that the seconds are a merchant's. `at_once` is for speed."""
    with ThreadPoolExecutor(at_once) as pool:
        for done, outcome in enumerate(pool.map(lambda one: _served(one, model), asked_of), 1):
            yield outcome
            progress(done, len(asked_of))


def _served(one: Question, model: BaseChatModel) -> Outcome:
    used = UsageMetadataCallbackHandler()
    heard = model.model_copy(update={"callbacks": [used]})
    started = time.perf_counter()
    try:
        alone, why = asked(one.text, one.seen, one.said, heard), ""
    except (ModelFailedError, ValidationError) as error:
        alone, why = None, type(error).__name__
    seconds = time.perf_counter() - started
    tokens = sum(each["output_tokens"] for each in used.usage_metadata.values())
    return _outcome(one, alone, why, seconds, tokens)


def ask_local(
    asked_of: Sequence[Question], model: LocalModel, progress: Progress, temperature: float = 0
) -> Iterator[Outcome]:
    """Side by side in this process; the seconds of each are its share."""
    size = 96
    for at in range(0, len(asked_of), size):
        some = asked_of[at : at + size]
        started = time.perf_counter()
        told = model.told([_prompt(one) for one in some], temperature)
        each = (time.perf_counter() - started) / len(some)
        for one, answer in zip(some, told, strict=True):
            alone = _request(answer.text, one)
            yield _outcome(one, alone, "" if alone else "no request", each, answer.tokens)
        progress(min(at + size, len(asked_of)), len(asked_of))


def _prompt(one: Question) -> tuple[str, str, dict[str, Any]]:
    return (
        instruction(),
        question(one.text, one.seen.plain, one.said, one.seen.likely),
        request_schema(one.text, one.seen.plain),
    )


def _request(answer: str, one: Question) -> Request | None:
    try:
        return grounded(json.loads(answer), one.text, one.said)
    except (ValueError, ValidationError, AttributeError, TypeError):
        return None


def _outcome(one: Question, alone: Request | None, why: str, seconds: float, tokens: float) -> Outcome:
    understood = (
        settled(alone, one.seen, one.text, one.said)
        if alone
        else Understood(one.seen.reading.request, "planner", f"the model failed: {why}")
    )
    return Outcome(one, alone, understood, seconds, tokens)


READERS: dict[str, Callable[[Outcome], tuple[Request | None, str]]] = {
    "model": lambda o: (o.alone, "model"),
    "desk": lambda o: (o.understood.request, o.understood.by),
    "planner": lambda o: (o.question.seen.reading.request, "planner"),
}


def judged(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Scores]]:
    """Scores by who read ("model", "desk", "planner" without a model), then by language."""
    languages = list(dict.fromkeys(o.question.language for o in outcomes))
    return {
        reader: {
            language: scored([judge(o, reader) for o in outcomes if o.question.language == language])
            for language in languages
        }
        for reader in READERS
    }


def judge(o: Outcome, reader: str) -> Judged:
    """What one of READERS made of a message, beside what it means."""
    request, by = READERS[reader](o)
    return Judged(o.question.language, o.question.meant, request, o.seconds, by, o.tokens)


def row(outcome: Outcome, alone: bool) -> dict[str, Any]:
    """One line of the file of results: the request as JSON, nulls left out; exact as `scores.differing` has it."""
    one = judge(outcome, "model" if alone else "desk")
    said = json.dumps(one.understood.shown(), ensure_ascii=False) if one.understood else ""
    return {
        "text": outcome.question.text, "lang": outcome.question.language, "request": said,
        "exact": str(one.exact).lower(), "seconds": round(outcome.seconds, 3),
    }  # fmt: skip


def tools(outcomes: Sequence[Outcome], reader: str) -> Counter[tuple[str, str]]:
    """How many messages by the tool that was meant and the one that was understood ("none" for no lawful answer)."""
    each = [judge(o, reader) for o in outcomes]
    return Counter((one.meant.tool, one.understood.tool if one.understood else "none") for one in each)


def by_tool(outcomes: Sequence[Outcome]) -> str:
    """scikit-learn's report of the tools as the model alone chose them; "" where scikit-learn is not installed."""
    try:
        metrics: Any = import_module("sklearn.metrics")  # an extra, without types
    except ImportError:
        return ""
    meant = [o.question.meant.tool for o in outcomes]
    chosen = [o.alone.tool if o.alone else "none" for o in outcomes]
    return str(metrics.classification_report(meant, chosen, zero_division=0))
