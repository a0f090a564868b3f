"""The nodes where the analysts work, stage after stage."""

from time import perf_counter

from langgraph.runtime import Runtime
from langgraph.types import Command

from agents.analyst import work
from agents.memory import Thread
from agents.planner import DEFAULT_WEEKS, Task
from agents.reply import Step
from agents.request import Request
from agents.roster import STAGES, Agent
from agents.run import Node, Run, reporter
from pricing.errors import PricingError
from tools.facts import Source
from tools.price import quote, tell_quote
from tools.related import promising
from tools.saying import said

BATCH = 3  # products of a category when none was said


def dispatch(state: Thread, runtime: Runtime[Run]) -> Command[str]:
    """The next stage's analysts, side by side; to the explanation when all have spoken or one had to refuse."""
    stages = STAGES[Request.model_validate(state["request"]).tool]
    stage = state["stage"]
    if stage >= len(stages) or (stage > 1 and runtime.context.refusals):
        return Command(goto="explain")
    return Command(update={"stage": stage + 1}, goto=list(stages[stage]))


def analyst(agent: Agent) -> Node:
    def node(state: Thread, runtime: Runtime[Run]) -> None:
        run, sku = runtime.context, state.get("sku")
        quoted = run.context.quotes.get(sku or "")
        price = quoted.price if quoted else state.get("price")
        task = Task(Request.model_validate(state["request"]), sku, state.get("category"), price)
        run.refusals.extend(work(agent, task, run.context, run.model, reporter(runtime)))

    return node


def batch(state: Thread, runtime: Runtime[Run]) -> None:
    """The best prices of a category's most promising products."""
    run, report, request = runtime.context, reporter(runtime), Request.model_validate(state["request"])
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
