"""What was found in a message before any decision."""

from dataclasses import dataclass
from typing import Literal

from agents.request import Decision, Tool

Kind = Literal["weeks", "change_pct", "limit_pct", "margin_pct", "price", "price_delta", "count", "proposal"]


@dataclass(frozen=True)
class Conversation:
    """What the thread last spoke of; `open_proposals` in the order shown."""

    product: str | None = None
    product_words: str | None = None
    price: float | None = None
    last_tool: str | None = None
    open_proposals: tuple[int, ...] = ()


@dataclass(frozen=True)
class Found:
    """A number with its unit: characters start to end of the message as said."""

    value: float
    kind: Kind
    start: int
    end: int
    words: str
    signed: bool = False  # change_pct only: the words say which way


@dataclass(frozen=True)
class Phrase:
    """Words that may name a product or a category, characters start to end of the message as said."""

    words: str
    start: int
    end: int
    kind: Literal["product", "category"]
    strong: bool  # quoted, a code, or the only words left


@dataclass(frozen=True)
class Hints:
    """`tools`: cue weights by tool; `goals`, `decision`: what cue words say; `refusal`: why to refuse, or ""."""

    language: Literal["en", "zh"]
    numbers: tuple[Found, ...]
    every: tuple[float, ...]  # each numeral by itself, whatever it is of
    phrases: tuple[Phrase, ...]
    tools: tuple[tuple[Tool, int], ...]
    goals: tuple[str, ...]
    decision: Decision | None
    refusal: str

    def of(self, kind: Kind) -> tuple[Found, ...]:
        return tuple(found for found in self.numbers if found.kind == kind)

    @property
    def decides(self) -> bool:
        return self.decision is not None
