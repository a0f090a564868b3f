"""A message becomes a request: the model reads, the deterministic reading checks."""

from dataclasses import dataclass

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage
from pydantic import ValidationError

from agents.constrained import ModelFailedError, decide
from agents.grounding import grounded
from agents.leaning import Lean
from agents.reading.hints import Conversation
from agents.reading.lawful import lawful
from agents.reading.reading import NEED_PRODUCT, Reading, read
from agents.reply import Decider
from agents.request import Request
from agents.shape import request_schema
from agents.wording import Likely, instruction, question

MAX_TOKENS = 100
CONVINCED = 0.35  # how likely a tool must be for the planner to follow the leaning
STATED = ("weeks", "n", "goal", "min_margin_pct", "max_change_pct", "reason")
LONGEST_FOR_MODEL = 600  # characters; a longer message is read by the planner alone


@dataclass(frozen=True)
class Understood:
    """The request, who decided on it, and why the planner stepped in where it did."""

    request: Request
    by: Decider
    why: str = ""


@dataclass(frozen=True)
class Considered:
    """`reading` is the planner's, helped by the leaning; `plain` is of the words alone: the model gets its hints."""

    reading: Reading
    plain: Reading
    likely: Likely


def understand(text: str, said: Conversation, model: BaseChatModel | None, lean: Lean | None = None) -> Understood:
    """The model's request where the message supports it and no clear reading contradicts it, else the planner's.

    `lean` ranks the tools by the meaning of the message; without it both read by words alone.
    """
    seen = consider(text, said, lean)
    reading = seen.reading
    if model is None:
        return Understood(reading.request, "planner", "no model is ready")
    if not text.strip() or len(text) > LONGEST_FOR_MODEL:
        return Understood(reading.request, "planner", "nothing that a model need read")
    try:
        request = asked(text, seen, said, model)
    except (ModelFailedError, ValidationError) as error:
        return Understood(reading.request, "planner", f"the model failed: {type(error).__name__}")
    return settled(request, seen, text, said)


def consider(text: str, said: Conversation, lean: Lean | None) -> Considered:
    """The deterministic reading, and what the message leans to."""
    reading = read(text, said)
    if lean is None or not text.strip() or len(text) > LONGEST_FOR_MODEL:
        return Considered(reading, reading, ())
    likely = lean(text, reading, said)
    tool, share = likely[0]
    return Considered(read(text, said, tool if share >= CONVINCED else None), reading, likely)


def asked(text: str, seen: Considered, said: Conversation, model: BaseChatModel) -> Request:
    """The request as the model alone reads it. Raises ModelFailedError, or ValidationError for no lawful answer."""
    messages = [SystemMessage(instruction()), HumanMessage(question(text, seen.plain, said, seen.likely))]
    answer = decide(model, messages, request_schema(text, seen.plain), MAX_TOKENS)
    return grounded(answer, text, said)


def completed(request: Request, reading: Reading) -> Request:
    """With what the words state plainly and the model passed over: limits, margins, times, counts, goals, reasons; and
    without a goal that no word speaks for."""
    if not reading.hints.goals:
        request = request.model_copy(update={"goal": None})
    if reading.request.tool != request.tool:
        return request
    said, used = reading.request.said(), _used(request, reading)
    spare = {n: v for n, v in said.items() if n in STATED and getattr(request, n) is None and v not in used}
    return request.model_copy(update=spare)


def _used(request: Request, reading: Reading) -> set[object]:
    """The numbers that already stand for something, or are part of a name."""
    name = request.product or request.category or ""
    named = {found.value for found in reading.hints.numbers if found.words and found.words in name}
    return named | {v for v in request.said().values() if isinstance(v, int | float)}


def _points_back(reading: Reading) -> bool:
    """Whether the words ask something of a product that only the thread knows."""
    read = reading.request
    return read.tool in NEED_PRODUCT and read.product is None and read.category is None


def settled(request: Request, seen: Considered, text: str, said: Conversation) -> Understood:
    """Which of the two stands: the model's `request`, or the reading's. Of two tools that the words, the meaning and
    the model could speak for, the one that two of them do."""
    reading = seen.reading
    request = completed(request, reading)
    complaints = lawful(request, text, reading.hints, said)
    if request.said() == reading.request.said():
        return Understood(request, "model")
    if request.missing == "product" and _points_back(reading):
        return Understood(reading.request, "planner", "the words point to something said before")
    if complaints:
        return Understood(reading.request, "planner", "; ".join(complaints))
    meant = seen.likely[0][0] if seen.likely else reading.request.tool
    if request.tool == "clarify" and reading.request.tool == meant != "clarify" and seen.likely:
        return Understood(reading.request, "planner", "words and meaning say what is asked")
    if reading.sure and reading.request.tool != request.tool != meant:
        return Understood(reading.request, "planner", f"the model read {request.said()}; the words say otherwise")
    return Understood(request, "model")
