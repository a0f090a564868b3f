"""What each analyst should call, from the plan of the desk itself."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agents.choosing import brief, instruction
from agents.planner import Task, plan
from agents.request import Request, Tool
from agents.roster import AGENTS, STAGES, Agent
from serving.llm.data.catalogue import code

GOALS = ("profit", "revenue", "units", "clear_stock")
BY_NAME = {agent.name: agent for agent in AGENTS}


@dataclass(frozen=True)
class Turn:
    """One question to the model and its answer."""

    name: str
    system: str
    user: str
    answer: dict[str, Any]


def steps(rng: random.Random, many: int) -> Iterator[Turn]:
    """Turns of the analysts for made-up tasks, the first call of each plan."""
    works = [(tool, name) for tool, stages in STAGES.items() for stage in stages for name in stage]
    for _ in range(many):
        tool, name = rng.choice(works)
        yield _turn(BY_NAME[name], _task(rng, tool))


def _turn(agent: Agent, task: Task) -> Turn:
    call = plan(task, agent.name)[0]
    return Turn(
        agent.name, instruction(agent), brief(task, agent.name), {"tool": call.tool, "arguments": call.arguments}
    )


def _task(rng: random.Random, tool: Tool) -> Task:
    price = round(rng.uniform(0.5, 90), 2) if tool in ("what_if", "assess_risk") and rng.random() < 0.85 else None
    found = round(rng.uniform(0.5, 90), 2) if tool == "propose_price" else None
    about_all = tool in ("sales_report", "recommend_products") and rng.random() < 0.35
    request = Request(
        tool=tool,
        weeks=rng.choice([None, 1, 2, 4, 6, 8, 12, 13, 26]) if tool != "recommend_products" else None,
        n=rng.choice([None, None, 3, 5, 10]) if tool in ("sales_report", "recommend_products") else None,
        goal=rng.choice([None, *GOALS]) if tool == "propose_price" else None,
        min_margin_pct=rng.choice([None, None, 10, 15, 20, 30]) if tool == "propose_price" else None,
        max_change_pct=rng.choice([None, None, 5, 8, 10, 20]) if tool == "propose_price" else None,
        question=rng.choice(["is it sturdy", "what about the zip", "质量怎么样"]) if tool == "search_reviews" else None,
    )
    category = rng.choice([None, "mugs", "garden", "tea"]) if about_all else None
    return Task(request, None if about_all else code(rng), category, price or found)
