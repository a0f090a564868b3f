"""What a model's reading of a message may look like: a schema of only what that message can support."""

import re
from typing import Any, get_args

from agents.reading.hints import Hints, Kind
from agents.reading.reading import FIELDS, Reading
from agents.request import Decision, Request, Tool
from agents.spans import names, reasons
from agents.wording import plain
from pricing.optimise import Goal

COPIED = {"product": "name", "category": "name", "reason": "reason"}  # and the definition of what may be copied
GIVEN = ("question",)  # filled by code: the whole message
MISSING = ("product", "intent", "amount")
Schema = dict[str, Any]


def request_schema(text: str, reading: Reading) -> Schema:
    """The union of the tools' objects. Words are stretches of the message; amounts are those that were found in it, as
    strings (a grammar would print 2.99 in full precision), and so are goal and decision where its words name one. A
    field without any is left out."""
    if reading.hints.refusal:
        return _object("refuse", {}, ())
    patterns = {"name": names(text), "reason": reasons(text)}
    values = _values(reading)
    shapes = [shape for tool in FIELDS if (shape := _shape(tool, values, patterns))]
    used = {COPIED[name] for shape in shapes for name in shape["properties"] if name in COPIED}
    return {"anyOf": shapes, "$defs": {name: {"type": "string", "pattern": patterns[name]} for name in sorted(used)}}


def _shape(tool: Tool, values: dict[str, list[str]], patterns: dict[str, str]) -> Schema | None:
    known = [name for name in Request.model_fields if name in FIELDS[tool] and name not in GIVEN]
    fields: Schema = {}
    for name in known:
        if name in COPIED and patterns[COPIED[name]]:
            fields[name] = {"$ref": f"#/$defs/{COPIED[name]}"}
        elif values.get(name):
            fields[name] = {"enum": values[name]}
    if tool == "what_if" and not fields.keys() & {"price", "change_pct"}:
        return None
    required = {"decide": ("decision",), "clarify": ("missing",)}.get(tool, ())
    return _object(tool, fields, required)


def _object(tool: str, fields: Schema, required: tuple[str, ...]) -> Schema:
    return {
        "type": "object",
        "properties": {"tool": {"const": tool}, **fields},
        "required": ["tool", *required],
        "additionalProperties": False,
    }


def _values(reading: Reading) -> dict[str, list[str]]:
    """What each closed field may be, as strings."""
    hints = reading.hints
    shares = _of(hints, "margin_pct", "limit_pct", "change_pct")
    whole = [value for value in hints.every if value == int(value) and 0 < value <= 1000]
    proposals = [*_of(hints, "proposal"), *whole]
    return {
        "weeks": _said([w for w in _of(hints, "weeks") if 1 <= w <= 104]),
        "n": _said([n for n in _of(hints, "count") + whole if 1 <= n <= 1000]),
        "goal": list(hints.goals or get_args(Goal)),
        "min_margin_pct": _said([s for s in shares if s < 100]),
        "max_change_pct": _said([s for s in shares if s <= 100]),
        "price": _said([p for p in [*_of(hints, "price", "price_delta"), *hints.every] if p > 0]),
        "change_pct": _said(_changes(hints)),
        "decision": [hints.decision] if hints.decision else list(get_args(Decision)),
        "proposal": _said(proposals),
        "missing": list(MISSING),
    }


def _of(hints: Hints, *kinds: Kind) -> list[float]:
    return [abs(found.value) for kind in kinds for found in hints.of(kind)]


def _changes(hints: Hints) -> list[float]:
    """As signed as the words are; both ways where they do not say."""
    found = [*hints.of("change_pct"), *hints.of("limit_pct")]
    both = [[one.value] if one.signed and one.kind == "change_pct" else [one.value, -one.value] for one in found]
    return [value for ways in both for value in ways if value > -100]


def _said(values: list[float]) -> list[str]:
    return list(dict.fromkeys(plain(value) for value in values))


def answer(request: Request) -> dict[str, str]:
    """The request as a model is to write it: what `request_schema` allows, in its order."""
    said = {name: value for name, value in request.said().items() if name not in GIVEN}
    return {name: value if isinstance(value, str) else plain(float(value)) for name, value in said.items()}


def fits(said: dict[str, str], schema: Schema) -> bool:
    """Whether an answer is one that the schema allows."""
    return any(_fits(said, one, schema.get("$defs", {})) for one in schema.get("anyOf", [schema]))


def _fits(said: dict[str, str], one: Schema, shared: Schema) -> bool:
    fields = one["properties"]
    return (
        set(one["required"]) <= said.keys() <= fields.keys()
        and fields["tool"]["const"] == said["tool"]
        and all(v in fields[k]["enum"] for k, v in said.items() if "enum" in fields[k])
        and all(re.fullmatch(shared[COPIED[k]]["pattern"], v) for k, v in said.items() if "$ref" in fields[k])
    )
