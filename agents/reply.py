"""What the desk sends back while it works and when it is done."""

from dataclasses import dataclass, field
from typing import Any, Literal

from agents.request import Request
from tools.facts import Fact


@dataclass(frozen=True)
class Step:
    """One piece of work, shown as it ends (or begins, with `seconds` None)."""

    name: str  # "understand", an agent's name, "explain", "propose"
    title: str  # in the reader's language
    by: Literal["model", "planner", "code"]  # who decided
    tool: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    note: str = ""  # what came out, or why the planner stepped in
    sql: str = ""
    seconds: float | None = None


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
