"""Calling a tool as an agent does: with its context beside its arguments."""

from typing import Any

from langchain.tools import ToolRuntime
from langchain_core.tools import BaseTool

from tools.context import Context
from tools.facts import Fact


def call(tool: BaseTool, context: Context, **arguments: Any) -> str:
    runtime: ToolRuntime[Context] = ToolRuntime(
        state={}, context=context, config={}, stream_writer=lambda _: None, tool_call_id="1", store=None
    )
    return str(tool.invoke(arguments | {"runtime": runtime}))


def value(context: Context, label: str, sku: str = "") -> float:
    """The number that a fact states."""
    return float(str(fact(context, label, sku).value))


def fact(context: Context, label: str, sku: str = "") -> Fact:
    found = context.facts.find(label, sku)
    assert found is not None, f"no fact {label}"
    return found
