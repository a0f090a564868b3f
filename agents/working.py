"""The nodes where the analysts work, stage after stage."""

from time import perf_counter

from langgraph.runtime import Runtime
from langgraph.types import Command

from agents.analyst import work
from agents.memory import Thread
from agents.planner import DEFAULT_WEEKS, Task
from agents.reply import Step
from agents.request import Request
from agents.roster import REASONS, STAGES, Agent
from agents.run import Node, Run, reporter
from agents.wondering import wonders
from pricing.errors import PricingError
from pricing.optimise import Goal
from pricing.shelf import Aim
from tools.facts import Source
from tools.fitted import fitted
from tools.portfolio import Asked, tell_together, together
from tools.price import quote, tell_name, tell_offer, tell_quote
from tools.related import promising
from tools.saying import said

BATCH = 3  # prices of a category to change when no number was said
MOST = 200  # products of a category that are weighed, the best opportunities and the best sellers
NAMED = 10  # products that could not be priced and are told one by one


def dispatch(state: Thread, runtime: Runtime[Run]) -> Command[str]:
    """The next stage's analysts, side by side; to the explanation when all have spoken or one had to refuse."""
    tool = Request.model_validate(state["request"]).tool
    stages = REASONS if _reasons(state) else STAGES[tool]
    stage = state["stage"]
    if stage >= len(stages) or (stage > 1 and runtime.context.refusals):
        return Command(goto="explain")
    return Command(update={"stage": stage + 1}, goto=list(stages[stage]))


def _reasons(state: Thread) -> bool:
    """Whether it is asked why a product sells as it does."""
    return bool(state["request"]["tool"] == "sales_report" and state.get("sku") and wonders(state["text"]))


def analyst(agent: Agent) -> Node:
    def node(state: Thread, runtime: Runtime[Run]) -> None:
        run, sku = runtime.context, state.get("sku")
        quoted = run.context.quotes.get(sku or "")
        price = quoted.price if quoted else state.get("price")
        task = Task(Request.model_validate(state["request"]), sku, state.get("category"), price, _reasons(state))
        run.refusals.extend(work(agent, task, run.context, run.model, reporter(runtime)))

    return node


def batch(state: Thread, runtime: Runtime[Run]) -> None:
    """The prices of a category together; product by product where each is cleared by itself."""
    request = Request.model_validate(state["request"])
    goal: Goal = request.goal or "profit"
    if goal == "clear_stock":
        _one_by_one(state, runtime, request)
    else:
        _together(state.get("category"), goal, request, runtime)


def _together(category: str | None, goal: Aim, request: Request, runtime: Runtime[Run]) -> None:
    run, report, started = runtime.context, reporter(runtime), perf_counter()
    context, limits = run.context, (request.max_change_pct, request.min_margin_pct)
    asked = Asked(goal, request.weeks or DEFAULT_WEEKS, request.n or BATCH, *limits)
    try:
        made = together(context, promising(context, category, MOST), asked)
    except PricingError as refusal:
        run.refusals.append(str(refusal))
        return
    note = said(*tell_together(context, made, asked))
    for quoted in made.changed:
        known = fitted(context, quoted.sku)
        tell_offer(context, known)
        tell_quote(context, quoted)
        context.quotes[quoted.sku] = quoted
    for sku, why in list(made.refused.items())[:NAMED]:
        tell_name(context, sku)
        context.facts.add("refusal", why, "text", Source("fit", "refused"), sku)
    call = {"category": category, "goal": asked.goal, "weeks": asked.weeks, "budget": asked.budget}
    report(Step("price", "the best prices together", "code", "prices_together", call, note,
                seconds=perf_counter() - started))  # fmt: skip


def _one_by_one(state: Thread, runtime: Runtime[Run], request: Request) -> None:
    run, report = runtime.context, reporter(runtime)
    for sku in promising(run.context, state.get("category"), request.n or BATCH):
        started = perf_counter()
        try:
            made = quote(
                run.context, sku, request.goal or "profit", request.weeks or DEFAULT_WEEKS,
                request.max_change_pct, request.min_margin_pct,
            )  # fmt: skip
            note = said(*tell_quote(run.context, made))
        except PricingError as refusal:
            note = str(refusal)
            run.context.facts.add("refusal", note, "text", Source("fit", "refused"), sku)
        report(Step("price", "the best price under the rules", "code", "best_price_under_rules", {"sku": sku}, note,
                        seconds=perf_counter() - started))  # fmt: skip
