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
    return (Call("sales_summary", _given(sku=task.sku, category=task.category, weeks=task.weeks, n=task.request.n)),)


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
    return (Call("review_search", _given(question=task.request.question or "quality", sku=task.sku)),)


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
    ("search_reviews", "recommend"): _reviews,
}


def plan(task: Task, agent: str) -> tuple[Call, ...]:
    """The calls that this analyst must make for this task."""
    return PLANS[task.request.tool, agent](task)


def unlawful(call: Call, task: Task, plan_: tuple[Call, ...]) -> str:
    """Why a call that a model chose may not be made; "" where it may.

    A model may ask about no other product, horizon, price or limit than the merchant did.
    """
    needed = next((c for c in plan_ if c.tool == call.tool), None)
    if needed is None:
        return f"{call.tool} was not asked for"
    for name, value in needed.arguments.items():
        if call.arguments.get(name) != value and name != "question":
            return f"{name} is {value!r}, not {call.arguments.get(name)!r}"
    extra = call.arguments.keys() - needed.arguments.keys()
    surplus = {k for k in extra if call.arguments[k] is not None}
    return f"{', '.join(sorted(surplus))} was not said" if surplus else ""
