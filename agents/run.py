"""What one run of the desk carries beside its state."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol

from langchain_core.language_models import BaseChatModel
from langgraph.runtime import Runtime

from agents.leaning import Lean
from agents.memory import Thread
from agents.proposing import Asked
from agents.reply import Step
from db.moves import Actor
from tools.context import Context


@dataclass(frozen=True)
class Run:
    """One question on its way: tools' context, the model (None = none is ready), who asks, and the steps so far."""

    context: Context
    model: BaseChatModel | None
    actor: Actor
    asked: Asked
    lean: Lean | None = None  # what a message is likely to ask for, by its meaning
    steps: list[Step] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)  # analysts of one stage work side by side

    @property
    def fallback(self) -> bool:
        """Whether the planner or a template stood in for the model anywhere."""
        return any(step.stood_in for step in self.steps)


class Node(Protocol):
    """One piece of the work, as the graph calls it."""

    def __call__(self, state: Thread, *, runtime: Runtime[Run]) -> Any: ...


def reporter(runtime: Runtime[Run]) -> Callable[[Step], None]:
    """Notes a step and sends it to whoever watches this run."""
    run = runtime.context

    def report(step: Step) -> None:
        with run.lock:
            run.steps.append(step)
            runtime.stream_writer(step)

    return report
