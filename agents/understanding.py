"""A message becomes a request: the model reads, the deterministic reading checks."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage
from pydantic import ValidationError

from agents.constrained import ModelFailedError, decide
from agents.reading.hints import Conversation
from agents.reading.lawful import lawful
from agents.reading.reading import Reading, read
from agents.reply import Decider
from agents.request import Request

MAX_TOKENS = 100
LONGEST_FOR_MODEL = 1500  # characters; a longer message is read by the planner alone


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
        request = Request.model_validate(decide(model, _messages(text), request_schema(), MAX_TOKENS))
    except (ModelFailedError, ValidationError) as error:
        return Understood(reading.request, "planner", f"the model failed: {type(error).__name__}")
    return _settled(request, reading, text, said)


def _settled(request: Request, reading: Reading, text: str, said: Conversation) -> Understood:
    complaints = lawful(request, text, reading.hints, said)
    if request.said() == reading.request.said():
        return Understood(request, "model")
    if complaints:
        return Understood(reading.request, "planner", "; ".join(complaints))
    if reading.sure:
        return Understood(reading.request, "planner", f"the model read {request.said()}; the words say otherwise")
    return Understood(request, "model")


def _messages(text: str) -> list[SystemMessage | HumanMessage]:
    prompt = (files("agents") / "prompts" / "understand.md").read_text(encoding="utf-8")
    return [SystemMessage(prompt), HumanMessage(text)]


def request_schema() -> dict[str, Any]:
    """The closed schema for constrained decoding: absent fields are left out, not written as null."""
    schema = Request.model_json_schema()
    for field in schema["properties"].values():
        choices = [c for c in field.pop("anyOf", []) if c.get("type") != "null"]
        field.update(choices[0] if choices else {})
        for noise in ("default", "title", "exclusiveMinimum", "exclusiveMaximum"):
            field.pop(noise, None)
        if field.get("type") == "string" and "enum" not in field:
            field["maxLength"] = 120
    return {k: v for k, v in schema.items() if k not in ("title", "description")}
