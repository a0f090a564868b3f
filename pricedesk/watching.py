"""The desk under watch: every question, its steps and its calls of the model, as counts and as spans."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter, time_ns
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult

from agents.desk import Desk
from agents.reply import Answer, Event, Step
from db.actors import Actor
from serving.api.metrics import Meters
from serving.api.tracing import Tracing


@dataclass(frozen=True)
class WatchedDesk(Desk):
    """A desk that is counted, and traced where there is a collector."""

    meters: Meters | None = None
    tracing: Tracing | None = None

    def ask(self, text: str, thread: str, actor: Actor) -> Iterator[Event]:
        begun, events = perf_counter(), super().ask(text, thread, actor)
        span = self.tracing.begin("question", {}) if self.tracing else None
        try:
            while (event := self._next(events, span)) is not None:
                if isinstance(event, Answer):
                    self._note(event, perf_counter() - begun, span)
                yield event
        finally:
            events.close()  # type: ignore[attr-defined]  # a generator, which may wait at a yield
            if span is not None:
                span.end()

    def _next(self, events: Iterator[Event], span: Any) -> Event | None:
        """The next event; its thread may be another than the last one's, so that the span is entered anew."""
        if self.tracing is None or span is None:
            return next(events, None)
        with self.tracing.within(span):
            event = next(events, None)
            if isinstance(event, Step):
                _drawn(self.tracing, event)
        return event

    def _note(self, answer: Answer, seconds: float, span: Any) -> None:
        if self.meters is not None:
            self.meters.question(answer, seconds)
        if span is not None:
            span.set_attribute("pricedesk.tool", answer.request.tool)
            span.set_attribute("pricedesk.fallback", answer.fallback)


def _drawn(tracing: Tracing, step: Step) -> None:
    """A step that has just ended, and its tool below it. What was said and what came out stay out of traces."""
    ended = time_ns()
    begun = ended - int(1e9 * (step.seconds or 0))
    span = tracing.begin(f"step {step.name}", {"pricedesk.by": step.by, "pricedesk.why": step.why}, at=begun)
    if step.tool:
        with tracing.within(span):
            tracing.begin(f"tool {step.tool}", {}, at=begun).end(ended)
    span.end(ended)


def tapped(
    model: Callable[[], BaseChatModel | None], meters: Meters, tracing: Tracing | None = None
) -> Callable[[], BaseChatModel | None]:
    """The same models, each call of which is counted."""
    tap = Tap(meters, tracing)

    def ready() -> BaseChatModel | None:
        found = model()
        if found is not None:
            found.callbacks = [tap]
        return found

    return ready


class Tap(BaseCallbackHandler):
    """Notes each call of a model: how long it took, and how many tokens it read and wrote."""

    def __init__(self, meters: Meters, tracing: Tracing | None) -> None:
        self.meters, self.tracing = meters, tracing
        self._begun: dict[UUID, tuple[float, Any]] = {}

    def on_chat_model_start(
        self, serialized: dict[str, Any], messages: list[list[BaseMessage]], *, run_id: UUID, **kwargs: Any
    ) -> None:
        span = self.tracing.begin("model call", {}, kind="CLIENT") if self.tracing else None
        self._begun[run_id] = perf_counter(), span

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        self._end(run_id, *_tokens(response))

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        self._end(run_id, 0, 0, failed=True)

    def _end(self, run_id: UUID, read: int, written: int, *, failed: bool = False) -> None:
        begun, span = self._begun.pop(run_id, (perf_counter(), None))
        self.meters.call(perf_counter() - begun, read, written, failed=failed)
        if span is not None:
            span.set_attribute("gen_ai.usage.input_tokens", read)
            span.set_attribute("gen_ai.usage.output_tokens", written)
            span.set_attribute("pricedesk.failed", failed)
            span.end()


def _tokens(response: LLMResult) -> tuple[int, int]:
    read = written = 0
    for one in (one for many in response.generations for one in many):
        said = one.message if isinstance(one, ChatGeneration) else None
        used = said.usage_metadata if isinstance(said, AIMessage) else None
        if used:
            read, written = read + used["input_tokens"], written + used["output_tokens"]
    return read, written
