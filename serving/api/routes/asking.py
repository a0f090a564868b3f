"""Asking the desk: an answer at once, or each step as it ends; and what was said before."""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import uuid4

import anyio
from anyio.to_thread import run_sync
from fastapi import Depends, Path, Request
from fastapi.responses import StreamingResponse
from pydantic import ConfigDict, Field
from starlette.requests import ClientDisconnect

from agents.desk import LONGEST, Desk
from agents.reply import Answer, Event, Step
from db.moves import Actor
from pricing.errors import PricingError
from serving.api import routing
from serving.api.backing import Back
from serving.api.schemas import PRINTABLE, FactOut, Number, ProposalDetail, Shape, Wish, example
from serving.api.security import Caller, needs

router = routing.router("asking")
Asking = Annotated[Caller, Depends(needs("ask"))]
HEX = re.compile(r"[0-9a-f]{32}")
STREAM = "text/event-stream"


class UnknownThreadError(PricingError):
    """No conversation of this caller has this name."""


class AskIn(Wish):
    """A message in English or Chinese."""

    model_config = example(text="What should I charge for the jasmine tea?", thread=None)

    text: str = Field(min_length=1, max_length=LONGEST, pattern=PRINTABLE, examples=["What should I charge for tea?"])
    thread: str | None = Field(
        default=None, max_length=64, pattern=PRINTABLE, description="Of an answer before; null begins a conversation."
    )


class StepOut(Shape):
    """One piece of work."""

    name: str = Field(examples=["understand"])
    title: str
    by: Literal["model", "planner", "code"]
    tool: str
    arguments: dict[str, Any]
    note: str
    sql: str
    seconds: Number
    why: str = Field(description="Why the planner stepped in; empty where it did not.")
    stood_in: bool


class AnswerOut(Shape):
    """The end of a run."""

    thread: str = Field(description="Send it back to go on with this conversation.")
    request: dict[str, Any] = Field(description="The message as it was understood.")
    answer: str = Field(description="Markdown; each figure is a link to its fact.")
    facts: list[FactOut]
    proposals: list[ProposalDetail] = Field(description="Made by this answer; each waits for a person.")
    steps: list[StepOut]
    fallback: bool = Field(description="The planner or a template stood in for the model.")
    language: Literal["en", "zh"]

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "example": {
                "thread": "api0123456789abcdef-0123456789abcdef0123456789abcdef",
                "request": {"tool": "sales_report", "weeks": 4},
                "answer": "In the last [4 weeks](#F1) the shop sold [812 units](#F3).",
                "facts": [], "proposals": [], "steps": [], "fallback": False, "language": "en",
            }
        },
    )  # fmt: skip


class TurnOut(Shape):
    """A message and its answer."""

    text: str
    answer: str
    request: dict[str, Any]
    facts: list[dict[str, Any]]
    proposals: list[int]
    fallback: bool
    language: Literal["en", "zh"]


class ThreadOut(Shape):
    """A conversation, oldest turn first."""

    thread: str
    turns: list[TurnOut]


def fresh(user: str) -> str:
    """A new conversation of this user."""
    return f"api{_mark(user)}-{uuid4().hex}"


def own(thread: str, user: str) -> str:
    """The thread, where it is this user's: begun here or on the page. Raises UnknownThreadError."""
    mark, _, name = thread.rpartition("-")
    if mark not in (f"api{_mark(user)}", f"ui{_mark(user)}") or not HEX.fullmatch(name):
        raise UnknownThreadError("There is no such conversation of yours. Leave `thread` out to begin one.")
    return thread


def _mark(user: str) -> str:
    return hashlib.sha256(user.encode()).hexdigest()[:16]


def voice(actor: Actor, scopes: frozenset[str]) -> Actor:
    """Who speaks in the conversation. Words decide nothing where the key may not: it speaks as an agent then."""
    return actor if {"decide", "apply"} <= scopes else Actor(actor.name, "agent")


def answer_out(answer: Answer, thread: str) -> AnswerOut:
    return AnswerOut(
        thread=thread,
        request=answer.request.shown(),
        answer=answer.text,
        facts=[FactOut.of(fact, answer.language) for fact in answer.facts],
        proposals=[ProposalDetail.model_validate(row) for row in answer.proposals],
        steps=[_step(step) for step in answer.steps],
        fallback=answer.fallback,
        language=answer.language,
    )


def _step(step: Step) -> StepOut:
    return StepOut.model_validate(asdict(step))


async def walked(request: Request, events: Iterator[Event]) -> AsyncIterator[Event]:
    """The events of a run, until it ends or the client goes away; then the run is stopped where it is."""
    try:
        while (event := await run_sync(next, events, None)) is not None:
            yield event
            if await request.is_disconnected():
                return
    finally:
        with anyio.CancelScope(shield=True):
            await run_sync(_close, events)


def _close(events: Iterator[Event]) -> None:
    close = getattr(events, "close", None)
    if close is not None:
        close()


async def streamed(events: AsyncIterator[Event], thread: str) -> AsyncIterator[str]:
    """Server-sent events: `step` as each ends, `answer` last."""
    async for event in events:
        if isinstance(event, Step):
            yield _sent("step", _step(event))
        else:
            yield _sent("answer", answer_out(event, thread))


def _sent(kind: str, body: Shape) -> str:
    return f"event: {kind}\ndata: {body.model_dump_json()}\n\n"


def thread_out(desk: Desk, thread: str) -> ThreadOut:
    """Raises UnknownThreadError where nothing was ever said in it."""
    turns = desk.history(thread)
    if not turns:
        raise UnknownThreadError("Nothing has been said in this conversation yet.")
    return ThreadOut(thread=thread, turns=[TurnOut.model_validate(_finite(turn)) for turn in turns])


def _finite(turn: dict[str, Any]) -> Any:
    """As plain JSON, which has no word for what is no number."""
    return json.loads(json.dumps(turn, default=str), parse_constant=lambda _: None)


@router.post(
    "/ask", summary="Ask the desk", response_model=AnswerOut,
    responses={200: {"description": "The answer; as events, each step comes before it.",
                     "content": {STREAM: {"schema": {"type": "string"}}}}},
)  # fmt: skip
async def ask(request: Request, back: Back, caller: Asking, asked: AskIn) -> AnswerOut | StreamingResponse:
    """A question in English or Chinese. A price that it leads to waits as a proposal, which a person decides.

    With `Accept: text/event-stream` each step is sent as it ends (`event: step`), and the answer last
    (`event: answer`). A client that goes away stops the work. Words decide only what the key itself may decide.
    """
    user = caller.actor.name
    thread = fresh(user) if asked.thread is None else own(asked.thread, user)
    events = walked(request, back.desk.ask(asked.text, thread, voice(caller.actor, caller.scopes)))
    if STREAM in request.headers.get("accept", "").lower():
        return StreamingResponse(streamed(events, thread), media_type=STREAM)
    answer = [event async for event in events][-1]
    if not isinstance(answer, Answer):
        raise ClientDisconnect
    return answer_out(answer, thread)


@router.get("/threads/{thread}", summary="A conversation of yours")
def get_thread(back: Back, caller: Asking, thread: Annotated[str, Path(max_length=64, pattern=PRINTABLE)]) -> ThreadOut:
    """Its turns, oldest first. Nobody else's can be read, whoever asks."""
    return thread_out(back.desk, own(thread, caller.actor.name))
