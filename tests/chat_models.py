"""Small chat models for tests of what stands behind them. Each is a real LangChain model that speaks no language."""

import json
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import Field

Say = Callable[[dict[str, Any], Sequence[BaseMessage]], str]


class SayingModel(BaseChatModel):
    """Says what `say` makes of the schema that it is held to and of the messages; remembers what it was asked."""

    say: Say
    heard: list[str] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "saying"

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        self.heard.append("\n".join(str(message.content) for message in messages))
        said = self.say(kwargs["response_format"]["json_schema"]["schema"], messages)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(said))])


def knowing(request: dict[str, Any], more: int = 2) -> SayingModel:
    """A model as good as can be: it understands `request`, calls what its analyst is asked, and writes what it must,
    with `more` sentences beyond."""

    def say(schema: dict[str, Any], messages: Sequence[BaseMessage]) -> str:
        if is_call(schema):
            return json.dumps(asked_for(schema, str(messages[-1].content)))
        if "say" in schema.get("properties", ()):
            return json.dumps({"say": sentences(schema, more)})
        return json.dumps(request)

    return SayingModel(say=say)


def calling(request: dict[str, Any], call: dict[str, Any]) -> SayingModel:
    """A model that understands `request` and then, whatever its analyst is asked, wants `call`."""

    def say(schema: dict[str, Any], messages: Sequence[BaseMessage]) -> str:
        if is_call(schema):
            return json.dumps(call)
        return json.dumps({"say": ["Charge {F99}."]} if "say" in schema.get("properties", ()) else request)

    return SayingModel(say=say)


def always(text: str) -> SayingModel:
    """A model that says the same thing to everything."""
    return SayingModel(say=lambda schema, messages: text)


def failing() -> SayingModel:
    """A model whose server is gone."""

    def say(schema: dict[str, Any], messages: Sequence[BaseMessage]) -> str:
        raise ConnectionError("the server is gone")

    return SayingModel(say=say)


def slow(seconds: float) -> SayingModel:
    """A model that takes its time, and then gives up as a client does whose patience ends."""

    def say(schema: dict[str, Any], messages: Sequence[BaseMessage]) -> str:
        time.sleep(seconds)
        raise TimeoutError(f"no answer within {seconds} s")

    return SayingModel(say=say)


def sentences(schema: dict[str, Any], more: int) -> list[str]:
    """The first of each sentence that an explanation must have, and up to `more` different ones beyond."""
    say, shapes = schema["properties"]["say"], schema["$defs"]
    needed = [written(shapes[item["$ref"].split("/")[-1]]["pattern"])[0] for item in say["prefixItems"]]
    beyond = written(shapes["more"]["pattern"]) if "more" in shapes else []
    return [*needed, *beyond[: min(more, say["maxItems"] - len(needed))]]


def written(pattern: str) -> list[str]:
    """A text of each alternative of a pattern `^(a|b)$`, in its first variant and without what may be left out."""
    return [_first(one) for one in _alternatives(pattern.removeprefix("^(").removesuffix(")$"))]


def _alternatives(pattern: str) -> list[str]:
    parts, depth = [""], 0
    for token in re.findall(r"\\.|.", pattern):
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += token
    return parts


def _first(pattern: str) -> str:
    group = re.compile(r"(?<!\\)\(([^()]*)\)(\??)")
    while found := group.search(pattern):
        pattern = pattern[: found.start()] + ("" if found[2] else found[1].split("|")[0]) + pattern[found.end() :]
    return re.sub(r"\\(.)", r"\1", pattern)


def is_call(schema: dict[str, Any]) -> bool:
    """Whether a tool call is wanted, and not a request."""
    return any("arguments" in one["properties"] for one in schema.get("anyOf", ()))


def asked_for(schema: dict[str, Any], brief: str) -> dict[str, Any]:
    """The first tool of the schema for which the brief has every argument, with all of them that it takes."""
    known: dict[str, Any] = {}
    for line in brief.splitlines()[1:]:
        name, _, value = line.partition(": ")
        known[name] = _plain(value)
    for one in schema["anyOf"]:
        arguments = one["properties"]["arguments"]
        if set(arguments["required"]) <= known.keys():
            given = {name: known[name] for name in arguments["properties"] if name in known}
            return {"tool": one["properties"]["tool"]["const"], "arguments": given}
    raise LookupError(brief)


def _plain(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value
