"""One analyst at work: the model chooses its calls, the plan holds it to what was asked."""

import json
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any
from uuid import uuid4

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse, ToolCallRequest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolCall, ToolMessage
from langgraph.types import Command

from agents.absent import AbsentModel
from agents.choosing import brief, chosen, instruction, schema
from agents.constrained import ModelFailedError, decide
from agents.planner import Call, Task, plan, unlawful, worded
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
        [*agent.tools, *agent.beside],
        system_prompt=agent.prompt,
        middleware=[guide],
        context_schema=Context,
        name=agent.name,
    )
    graph.invoke({"messages": [HumanMessage(brief(task, agent.name))]}, context=context)
    return guide.refusals


class Guide(AgentMiddleware[Any, Context]):
    """Lets the model choose; a call that was not asked for goes back to it once with the reason, and is then replaced
    by the plan's; a missing one is added."""

    def __init__(self, agent: Agent, task: Task, model: BaseChatModel | None, report: Report) -> None:
        super().__init__()
        self.agent, self.task, self.model, self.report = agent, task, model, report
        self.needed = plan(task, agent.name)
        self.by: dict[str, tuple[Decider, str]] = {}  # by call id: who decided, and why the planner stepped in
        self.stood_in = False
        self.refusals: list[str] = []

    def wrap_model_call(
        self, request: ModelRequest[Context], handler: Callable[[ModelRequest[Context]], ModelResponse[Any]]
    ) -> AIMessage:
        if any(isinstance(m, AIMessage) for m in request.messages):
            return AIMessage("")
        wanted, why = self._chosen(request.messages)
        if refusal := self._refusal(wanted):
            wanted, why = self._chosen([*request.messages, *_said_back(wanted[0], refusal)])
        lawful = [worded(call, self.needed) for call in wanted if not unlawful(call, self.task, self.needed)]
        refused = self._refusal(wanted)
        missing = [call for call in self.needed if call.tool not in {c.tool for c in lawful}]
        note, self.stood_in = why or refused or "the plan asks for it too", bool(why or refused)
        calls = [self._tool_call(c, "model", "") for c in _once(lawful)]
        return AIMessage("", tool_calls=calls + [self._tool_call(c, "planner", note) for c in missing])

    def _refusal(self, wanted: list[Call]) -> str:
        return "; ".join(dict.fromkeys(why for call in wanted if (why := unlawful(call, self.task, self.needed))))

    def _chosen(self, messages: Sequence[AnyMessage]) -> tuple[list[Call], str]:
        """What the model would call, decoded under the schema of this analyst's tools; why nothing, where nothing."""
        if self.model is None:
            return [], "no model is ready"
        prompt = SystemMessage(instruction(self.agent))
        shape = schema(self.agent.tools, self.task.sku)
        try:
            call = chosen(decide(self.model, [prompt, *messages], shape, MAX_TOKENS))
        except (ModelFailedError, KeyError, AttributeError) as error:
            return [], f"the model failed: {error}"
        if call.tool not in [tool.name for tool in self.agent.tools]:  # a server may not have kept to the schema
            return [], f"{call.tool!r} is no tool of this analyst"
        return [call], ""

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
                seconds=perf_counter() - started, why=note, stood_in=self.stood_in and by == "planner",
            )
        )  # fmt: skip
        return result


def _said_back(call: Call, refusal: str) -> list[AnyMessage]:
    """The call as the model made it, and why it is not made."""
    return [
        AIMessage(json.dumps({"tool": call.tool, "arguments": call.arguments}, ensure_ascii=False)),
        HumanMessage(f"refused: {refusal}"),
    ]


def _once(calls: list[Call]) -> list[Call]:
    """The first call of each tool."""
    return list({call.tool: call for call in reversed(calls)}.values())[::-1]
