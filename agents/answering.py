"""The nodes that end a question: the explanation, and the proposals that wait for a person."""

from time import perf_counter

from langgraph.runtime import Runtime

from agents.explaining import explain as explained
from agents.faithful import unfaithful
from agents.memory import MOST_TURNS, Thread, language_in
from agents.proposing import propose as proposed
from agents.rendering import render, spoken
from agents.reply import Step
from agents.request import Request, Tool
from agents.run import Run, reporter
from pricing.errors import PricingError
from tools.facts import Facts, Source


def explain(state: Thread, runtime: Runtime[Run]) -> Thread:
    run, report, started = runtime.context, reporter(runtime), perf_counter()
    tool = Request.model_validate(state["request"]).tool
    facts = run.context.facts
    if run.refusals:
        for refusal in dict.fromkeys(run.refusals):
            facts.add("refusal", refusal, "text", Source("fit", "refused"), state.get("sku") or "")
    shape = _shape(tool, state, facts)
    text, by, why = explained(shape, facts, language_in(state), run.model)
    problems = unfaithful(text, facts)
    if problems:
        raise AssertionError(f"a template is not faithful: {problems}")
    report(Step("explain", "the explanation", by, seconds=perf_counter() - started, why=why, stood_in=by == "planner"))
    return {"answer": text, "facts": [fact.to_json() for fact in facts]}


def _shape(tool: Tool, state: Thread, facts: Facts) -> str:
    """Which explanation fits what was found."""
    if facts.find("launch_name"):
        return "launch"
    return "propose_batch" if tool == "propose_price" and not state.get("sku") else tool


def propose(state: Thread, runtime: Runtime[Run]) -> Thread:
    """Save what was quoted as proposals, and what was said as a turn."""
    run, report, answer = runtime.context, reporter(runtime), state["answer"]
    facts = run.context.facts
    shown, waiting, made = dict(state.get("shown", {})), list(state.get("waiting", [])), []
    for quoted in run.context.quotes.values():
        if quoted.price == quoted.current:
            continue
        try:
            row = proposed(run.context, quoted, render(answer, facts, language_in(state)), run.asked)
        except PricingError as refusal:
            answer += "\n\n" + spoken(str(refusal), language_in(state))
            continue
        number = int(row.id or 0)
        made.append(number)
        shown[str(number)] = row.content_hash
        waiting.append(number)
        report(Step("propose", "a proposal for your signature", "code", note=f"proposal {number}"))
    rendered = render(answer, facts, language_in(state))
    turn = {
        "text": state["text"], "answer": rendered, "request": state["request"],
        "proposals": made, "fallback": run.fallback, "language": state["language"],
        "facts": state.get("facts", []),
    }  # fmt: skip
    turns = [*state.get("turns", []), turn][-MOST_TURNS:]
    return {"answer": rendered, "shown": shown, "waiting": waiting, "turns": turns}
