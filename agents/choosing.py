"""The choice of one tool call, as a prompt and as the schema that the model decodes under."""

from collections.abc import Sequence
from typing import Any

from langchain_core.tools import BaseTool

from agents.planner import Call, Task, plan
from agents.roster import Agent

SENT = ("type", "enum", "minimum", "maximum")  # of a parameter's schema; the rest costs tokens and says nothing


def menu(tools: Sequence[BaseTool]) -> str:
    """The tools as the model reads them, one a line."""
    return "\n".join(f"{tool.name}: {tool.description}" for tool in tools)


def instruction(agent: Agent) -> str:
    """The system message of an analyst, always the same for it."""
    return f"{agent.prompt}{menu(agent.tools)}"


def brief(task: Task, agent: str) -> str:
    """What an analyst is asked, in the words of its tools' arguments."""
    known: dict[str, Any] = {}
    for call in plan(task, agent):
        known |= call.arguments
    return "\n".join([task.request.tool.replace("_", " "), *(f"{name}: {value}" for name, value in known.items())])


def schema(tools: Sequence[BaseTool], sku: str | None) -> dict[str, Any]:
    """One call of one of the tools. The product is given, never spelt by the model."""
    return {"anyOf": [_call(tool, sku) for tool in tools]}


def _call(tool: BaseTool, sku: str | None) -> dict[str, Any]:
    full = tool.tool_call_schema.model_json_schema()  # type: ignore[union-attr]
    shown = {name: _parameter(name, field, sku) for name, field in full.get("properties", {}).items()}
    arguments = {
        "type": "object",
        "properties": {name: field for name, field in shown.items() if field},
        "required": full.get("required", []),
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"tool": {"const": tool.name}, "arguments": arguments},
        "required": ["tool", "arguments"],
        "additionalProperties": False,
    }


def _parameter(name: str, field: dict[str, Any], sku: str | None) -> dict[str, Any]:
    if name == "sku":
        return {"const": sku} if sku else {}
    kinds = [field, *field.get("anyOf", [])]
    plain: dict[str, Any] = next((k for k in kinds if k.get("type") not in (None, "null")), {})
    short = {key: plain[key] for key in SENT if key in plain}
    return short | ({"maxLength": 80} if short.get("type") == "string" and "enum" not in short else {})


def chosen(answer: dict[str, Any]) -> Call:
    """The call in the model's answer; fields that were not said left out. Raises KeyError for another shape."""
    return Call(answer["tool"], {k: v for k, v in answer["arguments"].items() if v is not None})
