"""The calls that a request needs from each analyst, whoever decides on them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agents.request import Request

DEFAULT_WEEKS = 4
Arguments = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """One resolved request: the product by its SKU, the price asked about in money."""

    request: Request
    sku: str | None = None
    category: str | None = None
    price: float | None = None  # asked about, or found by the price agent
    why: bool = False  # the reasons are asked for too

    @property
    def weeks(self) -> int:
        return self.request.weeks or DEFAULT_WEEKS


@dataclass(frozen=True)
class Call:
    tool: str
    arguments: Arguments


def _given(**arguments: Any) -> Arguments:
    return {k: v for k, v in arguments.items() if v is not None}


def _forecast(task: Task) -> tuple[Call, ...]:
    return (Call("demand_forecast", {"sku": task.sku, "weeks": min(task.weeks, 26)}),)


def _sales(task: Task) -> tuple[Call, ...]:
    asked = _given(sku=task.sku, category=task.category, weeks=task.weeks, n=task.request.n)
    changed = (Call("what_changed", {"sku": task.sku, "weeks": task.weeks}),) if task.why else ()
    return (Call("sales_summary", asked), *changed)


def _around(task: Task) -> tuple[Call, ...]:
    return (Call("related_products", {"sku": task.sku}),)


def _recommend(task: Task) -> tuple[Call, ...]:
    if task.sku is None:
        return (Call("opportunities", _given(category=task.category, n=task.request.n)),)
    return (
        Call("related_products", _given(sku=task.sku, n=task.request.n)),
        Call("bundle_offer", {"sku": task.sku}),
    )


def _reviews(task: Task) -> tuple[Call, ...]:
    about = "why is it bad, what is wrong with it" if task.why else "quality"
    return (Call("review_search", _given(question=task.request.question or about, sku=task.sku)),)


def _ratings(task: Task) -> tuple[Call, ...]:
    return (Call("review_ratings", {"sku": task.sku}),)


def _price(task: Task) -> tuple[Call, ...]:
    asked = task.request
    return (
        Call(
            "best_price_under_rules",
            _given(
                sku=task.sku,
                goal=asked.goal or "profit",
                weeks=min(task.weeks, 26),
                max_change_pct=asked.max_change_pct,
                min_margin_pct=asked.min_margin_pct,
            ),
        ),
    )


def _risk(task: Task) -> tuple[Call, ...]:
    ratings = Call("review_ratings", {"sku": task.sku})
    if task.price is None:
        return (ratings,)
    return (Call("price_risk", {"sku": task.sku, "price": task.price, "weeks": min(task.weeks, 26)}), ratings)


PLANS: dict[tuple[str, str], Callable[[Task], tuple[Call, ...]]] = {
    ("propose_price", "forecast"): _forecast,
    ("propose_price", "recommend"): _around,
    ("propose_price", "price"): _price,
    ("propose_price", "risk"): _risk,
    ("forecast_demand", "forecast"): _forecast,
    ("recommend_products", "recommend"): _recommend,
    ("assess_risk", "risk"): _risk,
    ("what_if", "risk"): _risk,
    ("sales_report", "forecast"): _sales,
    ("sales_report", "recommend"): _reviews,
    ("sales_report", "risk"): _ratings,
    ("search_reviews", "recommend"): _reviews,
}


def plan(task: Task, agent: str) -> tuple[Call, ...]:
    """The calls that this analyst must make for this task."""
    return PLANS[task.request.tool, agent](task)


def unlawful(call: Call, task: Task, plan_: tuple[Call, ...]) -> str:
    """Why a call that a model chose may not be made; "" where it may.

    A model may ask about no other product, horizon, price or limit than the merchant did.
    """
    needed = next((c.arguments for c in plan_ if c.tool == call.tool), None)
    known = needed if needed is not None else _known(task)
    for name, value in call.arguments.items():
        if name != "question" and known.get(name) != value:
            return f"{name} = {value!r} was not said"
    short = [name for name in needed or () if name not in call.arguments]
    return f"{', '.join(short)} was left out" if short else ""


def worded(call: Call, plan_: tuple[Call, ...]) -> Call:
    """The call with the question as the merchant put it, where the plan has one: a model copies it, and what stands in
    a name or a review may change the copy."""
    said = next((c.arguments["question"] for c in plan_ if c.tool == call.tool and "question" in c.arguments), None)
    if said is None or "question" not in call.arguments:
        return call
    return Call(call.tool, {**call.arguments, "question": said})


def _known(task: Task) -> Arguments:
    """What a call beyond the plan may speak of."""
    asked = task.request
    return _given(
        sku=task.sku,
        category=task.category,
        price=task.price,
        weeks=min(task.weeks, 26),
        n=asked.n,
        goal=asked.goal or "profit",
        max_change_pct=asked.max_change_pct,
        min_margin_pct=asked.min_margin_pct,
    )
