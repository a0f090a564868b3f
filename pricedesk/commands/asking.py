"""Commands that ask the desk: ask, propose, proposals."""

import os
import sys
from dataclasses import asdict
from typing import Annotated, Any
from uuid import uuid4

import typer

from agents.batching import Wish, propose_many, propose_together
from agents.proposing import Asked
from agents.rendering import shown
from agents.reply import Answer, Step
from agents.words import label
from db.tables import STATUSES
from pricedesk.acting import As, acting
from pricedesk.amounts import Count
from pricedesk.opening import opened
from pricedesk.output import Json, Out, progress, say, show
from pricedesk.wiring import Pricedesk
from pricing.errors import PricingError
from pricing.optimise import Goal
from tools.proposals import listed

PROPOSALS = (
    "sku", "current_price", "proposed_price", "expected_units", "expected_profit_change", "p_loss", "risk",
    "binding_rule", "reason",
)  # fmt: skip


def add_to(app: typer.Typer) -> None:
    app.command("ask")(ask)
    app.command("propose")(propose)
    app.command("proposals")(proposals)


def ask(text: str, thread: str = "", as_: As = "", as_json: Json = False) -> None:
    """Ask the desk in English or Chinese."""
    desk = opened()
    desk.models.attach()
    actor = acting(desk, as_)
    for event in desk.desk.ask(text, thread or f"cli-{os.getuid()}-{uuid4().hex[:8]}", actor):
        if isinstance(event, Step):
            print(f"· {event.name} [{event.by}] {event.tool} {event.seconds or 0:.1f}s", file=sys.stderr)
        else:
            _answer(event, as_json)


def _answer(answer: Answer, as_json: bool) -> None:
    facts = [asdict(fact) | {"name": label(fact.label, answer.language)} for fact in answer.facts]
    value = {
        "request": answer.request.shown(),
        "answer": answer.text,
        "facts": facts,
        "proposals": list(answer.proposals),
        "steps": [asdict(step) for step in answer.steps],
        "fallback": answer.fallback,
    }
    say(value, as_json, answer.text + ("\n\n(planner)" if answer.fallback else ""))


def propose(
    skus: Annotated[list[str] | None, typer.Argument()] = None,
    goal: Goal = "profit",
    weeks: Annotated[int, typer.Option(min=1, max=26)] = 4,
    max_change_pct: Annotated[float | None, typer.Option(min=0, max=100)] = None,
    min_margin_pct: Annotated[float | None, typer.Option(min=0, max=99)] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every product.")] = False,
    tests: Annotated[bool, typer.Option("--tests", help="Put price tests up for signature too.")] = False,
    together: Annotated[
        bool, typer.Option("--together", help="All at once: line order, effects on each other, a budget of changes.")
    ] = False,
    budget: Annotated[int | None, typer.Option(min=0, help="With --together: how many prices may change.")] = None,
    as_: As = "",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Find the best prices and put them up for signature."""
    if not skus and not all_:
        raise PricingError("Name products by their codes, or give --all.")
    desk = opened()
    wish = Wish(goal, weeks, max_change_pct, min_margin_pct, tests)
    asked = Asked(acting(desk, as_).name, lasting=desk.settings.lasting)
    wanted = [s.upper() for s in skus or []]
    if together or budget is not None:
        rows, facts = propose_together(desk.context(), wanted, wish, asked, budget)
        print("\n".join(f"{label(f.label, 'en')}: {shown(f, 'en')}" for f in facts), file=sys.stderr)
    else:
        with progress() as tell:
            rows = propose_many(desk.context(), wanted, wish, asked, tell)
    show(rows, as_json, out, PROPOSALS if not as_json else ("id", *PROPOSALS))


def proposals(status: str = "proposed", n: Count = 50, as_json: Json = False) -> None:
    """The proposals that wait (or have another status)."""
    if status not in ("all", *STATUSES):
        raise PricingError(f"{status!r} is no status. Give all, {', '.join(STATUSES)}.")
    show(_listed(opened(), status, n), as_json)


def _listed(desk: Pricedesk, status: str, n: int) -> list[dict[str, Any]]:
    columns = (
        "id",
        "status",
        "sku",
        "name",
        "current_price",
        "proposed_price",
        "expected_change",
        "p_loss",
        "risk",
        "created_by",
    )
    rows = listed(desk.database, None if status == "all" else status, n)
    return [{column: row[column] for column in columns} for row in rows]
