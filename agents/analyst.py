"""One analyst at work: the model chooses its calls, the plan holds it to what was asked."""

from collections.abc import Callable
from time import perf_counter
from typing import Any
from uuid import uuid4

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse, ToolCallRequest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolCall, ToolMessage
from langgraph.types import Command

from agents.absent import AbsentModel
from agents.planner import Call, Task, plan, unlawful
from agents.reply import Decider, Step
from agents.roster import Agent
from pricing.errors import PricingError
from tools.context import Context

MAX_TOKENS = 80
Report = Callable[[Step], None]


def work(agent: Agent, task: Task, context: Context, model: BaseChatModel | None, report: Report) -> list[str]:
    """Run one analyst; its facts end up in the context, its steps in `report`. Returns the refusals of its tools."""
    guide = Guide(agent, task, model, report)
    graph = create_agent(
        model or AbsentModel(),
        agent.tools,
        system_prompt=agent.prompt,
        middleware=[guide],
        context_schema=Context,
        name=agent.name,
    )
    graph.invoke({"messages": [HumanMessage(_brief(task, agent.name))]}, context=context)
    return guide.refusals


def _brief(task: Task, agent: str) -> str:
    """What the analyst is asked, in the words of its tools' arguments."""
    known: dict[str, Any] = {}
    for call in plan(task, agent):
        known |= call.arguments
    return "\n".join([task.request.tool.replace("_", " "), *(f"{name}: {value}" for name, value in known.items())])


class Guide(AgentMiddleware[Any, Context]):
    """Lets the model choose once; a call that was not asked for is replaced by the plan's, a missing one added."""

    def __init__(self, agent: Agent, task: Task, model: BaseChatModel | None, report: Report) -> None:
        super().__init__()
        self.agent, self.task, self.model, self.report = agent, task, model, report
        self.needed = plan(task, agent.name)
        self.by: dict[str, tuple[Decider, str]] = {}  # by call id: who decided, and why the planner stepped in
        self.refusals: list[str] = []

    def wrap_model_call(
        self, request: ModelRequest[Context], handler: Callable[[ModelRequest[Context]], ModelResponse[Any]]
    ) -> AIMessage:
        if any(isinstance(m, AIMessage) for m in request.messages):
            return AIMessage("")
        chosen, why = self._chosen(request, handler)
        lawful = [call for call in chosen if not unlawful(call, self.task, self.needed)]
        refused = "; ".join(dict.fromkeys(unlawful(c, self.task, self.needed) for c in chosen if c not in lawful))
        missing = [call for call in self.needed if call.tool not in {c.tool for c in lawful}]
        note = why or refused or ("the model did not ask" if missing else "")
        calls = [self._tool_call(c, "model", "") for c in _once(lawful)]
        return AIMessage("", tool_calls=calls + [self._tool_call(c, "planner", note) for c in missing])

    def _chosen(
        self, request: ModelRequest[Context], handler: Callable[[ModelRequest[Context]], ModelResponse[Any]]
    ) -> tuple[list[Call], str]:
        if self.model is None:
            return [], "no model is ready"
        try:
            answer = handler(request.override(tool_choice="required", model_settings={"max_tokens": MAX_TOKENS}))
        except Exception as error:  # whatever a remote model does, the plan stands in for it
            return [], f"the model failed: {type(error).__name__}"
        said = answer.result[0]
        calls = said.tool_calls if isinstance(said, AIMessage) else []
        return [Call(c["name"], _said(c["args"])) for c in calls], "" if calls else "the model called nothing"

    def _tool_call(self, call: Call, by: Decider, note: str) -> ToolCall:
        made = ToolCall(name=call.tool, args=call.arguments, id=uuid4().hex[:9], type="tool_call")
        self.by[str(made["id"])] = (by, note)
        return made

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolMessage | Command[Any]]
    ) -> ToolMessage | Command[Any]:
        call, started = request.tool_call, perf_counter()
        by, note = self.by[str(call["id"])]
        try:
            result = handler(request)
            said = str(result.content) if isinstance(result, ToolMessage) else ""
        except PricingError as refusal:
            said = str(refusal)
            self.refusals.append(said)
            result = ToolMessage(said, tool_call_id=call["id"], name=call["name"], status="error")
        self.report(
            Step(
                self.agent.name, self.agent.does, by, call["name"], dict(call["args"]), said,
                seconds=perf_counter() - started, why=note,
            )
        )  # fmt: skip
        return result


def _said(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}


def _once(calls: list[Call]) -> list[Call]:
    """The first call of each tool."""
    return list({call.tool: call for call in reversed(calls)}.values())[::-1]
