"""A message becomes a request: the model reads, the deterministic reading checks."""

from dataclasses import dataclass

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage
from pydantic import ValidationError

from agents.constrained import ModelFailedError, decide
from agents.grounding import grounded
from agents.reading.hints import Conversation
from agents.reading.lawful import lawful
from agents.reading.reading import Reading, read
from agents.reply import Decider
from agents.request import Request
from agents.shape import request_schema
from agents.wording import instruction, question

MAX_TOKENS = 100
LONGEST_FOR_MODEL = 600  # characters; a longer message is read by the planner alone


@dataclass(frozen=True)
class Understood:
    """The request, who decided on it, and why the planner stepped in where it did."""

    request: Request
    by: Decider
    why: str = ""


def understand(text: str, said: Conversation, model: BaseChatModel | None) -> Understood:
    """The model's request where the message supports it and no clear reading contradicts it, else the planner's."""
    reading = read(text, said)
    if model is None:
        return Understood(reading.request, "planner", "no model is ready")
    if not text.strip() or len(text) > LONGEST_FOR_MODEL:
        return Understood(reading.request, "planner", "nothing that a model need read")
    try:
        request = asked(text, reading, said, model)
    except (ModelFailedError, ValidationError) as error:
        return Understood(reading.request, "planner", f"the model failed: {type(error).__name__}")
    return settled(request, reading, text, said)


def asked(text: str, reading: Reading, said: Conversation, model: BaseChatModel) -> Request:
    """The request as the model alone reads it. Raises ModelFailedError, or ValidationError for no lawful answer."""
    messages = [SystemMessage(instruction()), HumanMessage(question(text, reading, said))]
    answer = decide(model, messages, request_schema(text, reading), MAX_TOKENS)
    return grounded(answer, text, reading, said)


def settled(request: Request, reading: Reading, text: str, said: Conversation) -> Understood:
    """Which of the two stands: the model's `request`, or the reading's."""
    complaints = lawful(request, text, reading.hints, said)
    if request.said() == reading.request.said():
        return Understood(request, "model")
    if complaints:
        return Understood(reading.request, "planner", "; ".join(complaints))
    if reading.sure:
        return Understood(reading.request, "planner", f"the model read {request.said()}; the words say otherwise")
    return Understood(request, "model")
