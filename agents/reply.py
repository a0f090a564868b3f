"""What the desk sends back while it works and when it is done."""

from dataclasses import dataclass, field
from typing import Any, Literal

from agents.request import Request
from tools.facts import Fact

Decider = Literal["model", "planner", "code"]


@dataclass(frozen=True)
class Step:
    """One piece of work, shown as it ends."""

    name: str  # "understand", an agent's name, "explain", "propose"
    title: str  # what it does, in English; the page translates by name
    by: Decider  # who decided
    tool: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    note: str = ""  # what came out
    sql: str = ""
    seconds: float | None = None
    why: str = ""  # why the planner stepped in
    stood_in: bool = False  # the model was absent, failed, or was overruled; not: the plan asked for more than it did


@dataclass(frozen=True)
class Answer:
    """The end of a run. `proposals` are rows of db.tables.Proposal as JSON, each with its `id`."""

    request: Request
    text: str  # Markdown; facts are rendered, each as a link `[£2.95](#F3)`
    facts: tuple[Fact, ...]
    proposals: tuple[dict[str, Any], ...]
    steps: tuple[Step, ...]
    fallback: bool  # the planner or the template stood in for the model
    language: Literal["en", "zh"]


Event = Step | Answer
