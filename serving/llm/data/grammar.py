"""The grammar of a phrasing: `(a|b)` one of them, `[a|b]` one of them or nothing, `{slot}` filled from outside."""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(r"\{[^}]+\}|[()\[\]|]|[^{}()\[\]|]+")


@dataclass(frozen=True)
class Piece:
    """Words of a message; those of a slot carry what they mean."""

    words: str
    slot: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)


Filler = Callable[[str], list[Piece]]
_Node = str | tuple[bool, list[list["_Node"]]]  # words or slot; (optional, alternatives)


def expand(template: str, rng: random.Random, fill: Filler) -> list[Piece]:
    """One realisation. Raises ValueError for unbalanced brackets."""
    nodes, rest = _parse(_TOKEN.findall(template), "")
    if rest:
        raise ValueError(f"unbalanced brackets in {template!r}")
    return _realise(nodes[0] if len(nodes) == 1 else rng.choice(nodes), rng, fill)


def _parse(tokens: list[str], closer: str) -> tuple[list[list[_Node]], list[str]]:
    branches: list[list[_Node]] = [[]]
    while tokens:
        token, tokens = tokens[0], tokens[1:]
        if token == closer:
            return branches, tokens
        if token in ")]":
            raise ValueError(f"unexpected {token}")
        if token == "|":
            branches.append([])
        elif token in "([":
            inside, tokens = _parse(tokens, ")" if token == "(" else "]")
            branches[-1].append((token == "[", inside))
        else:
            branches[-1].append(token)
    if closer:
        raise ValueError(f"missing {closer}")
    return branches, []


def _realise(nodes: list[_Node], rng: random.Random, fill: Filler) -> list[Piece]:
    pieces: list[Piece] = []
    for node in nodes:
        if isinstance(node, tuple):
            optional, branches = node
            if not optional or rng.random() < 0.5:
                pieces += _realise(rng.choice(branches), rng, fill)
        elif node.startswith("{"):
            pieces += fill(node[1:-1])
        else:
            pieces.append(Piece(node))
    return pieces
