"""What a conversation remembers: plain data, kept by the checkpointer."""

from typing import Any, TypedDict

from agents.reading.hints import Conversation
from agents.rendering import Language
from agents.request import Request


class Thread(TypedDict, total=False):
    """The state of one thread of the desk. Everything in it is JSON."""

    text: str  # the message being answered
    language: str
    request: dict[str, Any]
    sku: str | None  # the product being spoken of
    category: str | None
    product_words: str | None
    price: float | None  # the price last spoken of
    stage: int
    pending: dict[str, Any] | None  # a request that waits for its product
    shown: dict[str, str]  # proposal id → content hash of what was shown here
    waiting: list[int]  # proposals that wait for a person's decision
    answer: str
    outcome: dict[str, Any]  # of the last signature
    facts: list[dict[str, Any]]
    turns: list[dict[str, Any]]  # what was said and answered, oldest first


MOST_TURNS = 200


def conversation(state: Thread) -> Conversation:
    """What the thread last spoke of."""
    request = state.get("request")
    return Conversation(
        product=state.get("sku"),
        product_words=state.get("product_words"),
        price=state.get("price"),
        last_tool=Request.model_validate(request).tool if request else None,
        open_proposals=tuple(state.get("waiting", ())),
    )


def language_in(thread: Thread) -> Language:
    return "zh" if thread.get("language") == "zh" else "en"
