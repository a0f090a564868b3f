"""The desk: a question in, steps and an answer out; a signature in, its outcome out."""

import logging
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import Command

from agents.deciding import Deed, Outcome, Signer
from agents.graph import build
from agents.leaning import Lean
from agents.proposing import Asked
from agents.rendering import Language, language_for
from agents.replies import reply
from agents.reply import Answer, Event, Step
from agents.request import Request
from agents.run import Run
from db.moves import Actor
from db.sinks import Sink
from tools.context import Context, Shop
from tools.day import today
from tools.proposals import as_json

LONGEST = 8000  # characters of one message
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """The four analysts behind one door. `model` hands out the chat model, or None while none is ready."""

    shop: Shop
    sign: Signer
    checkpointer: BaseCheckpointSaver[Any]
    model: Callable[[], BaseChatModel | None]
    lasting: timedelta  # until an undecided proposal expires
    lean: Lean | None = None
    sinks: Sequence[Sink] = ()  # where prices go; `sign` sends one, a batch is sent together

    def ask(self, text: str, thread: str, actor: Actor) -> Iterator[Event]:
        """Answer one message: each step as it ends, the answer last. Never raises: a fault is an answer with its id."""
        language = language_for(text)
        if len(text) > LONGEST:
            yield _plain(reply("too_long", language, length=len(text), most=LONGEST), language)
            return
        try:
            yield from self._asked(_storable(text), thread, actor)
        except Exception:
            fault = uuid4().hex[:8]
            log.exception("fault %s in thread %s", fault, thread)
            yield _plain(reply("fault", language, id=fault), language)

    def _asked(self, text: str, thread: str, actor: Actor) -> Iterator[Event]:
        graph, run = build(self.sign, self.checkpointer), self._run(actor, thread, language_for(text))
        config = _config(thread)
        for step in graph.stream({"text": text}, config, context=run, stream_mode="custom"):
            if isinstance(step, Step):
                yield step
        yield self._answer(graph.get_state(config).values, run)

    def _run(self, actor: Actor, thread: str, language: Language = "en") -> Run:
        context = Context(self.shop, today(self.shop.database), language)
        return Run(context, self.model(), actor, Asked(actor.name, thread, lasting=self.lasting), self.lean)

    def _answer(self, state: dict[str, Any], run: Run) -> Answer:
        made = state["turns"][-1]["proposals"]
        return Answer(
            request=Request.model_validate(state["request"]),
            text=state["answer"],
            facts=tuple(run.context.facts),
            proposals=tuple(as_json(self.shop.database, made)),
            steps=tuple(run.steps),
            fallback=run.fallback,
            language="zh" if state["language"] == "zh" else "en",
        )

    def decide(self, deed: Deed, actor: Actor, thread: str = "") -> Outcome:
        """Carry a person's decision out; the thread that waits for it goes on with it."""
        graph, config = build(self.sign, self.checkpointer), _config(thread)
        waiting = graph.get_state(config).values.get("waiting", []) if thread else []
        if deed.proposal not in waiting:
            return self.sign(deed, actor)
        state = graph.invoke(Command(resume=asdict(deed)), config, context=self._run(actor, thread))
        return Outcome(**state["outcome"])

    def history(self, thread: str) -> list[dict[str, Any]]:
        """The turns of a thread, oldest first; it survives a restart."""
        state = build(self.sign, self.checkpointer).get_state(_config(thread))
        return list(state.values.get("turns", []))


def _config(thread: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread}}


def _storable(text: str) -> str:
    """The text without control characters and halves of characters, which not every database can hold."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _plain(text: str, language: Language) -> Answer:
    """An answer without figures, for a message that no analyst saw."""
    return Answer(Request(tool="clarify", missing="intent"), text, (), (), (), True, language)
