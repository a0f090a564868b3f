"""Facts: every number that the desk may speak of, with where it came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Unit = Literal["money", "units", "percent", "probability", "ratio", "weeks", "count", "date", "text"]
Value = Decimal | float | int | str | date


@dataclass(frozen=True)
class Source:
    """Where a fact was read: the SQL that was run, the fit, the rule, or the review."""

    kind: Literal["sql", "fit", "rule", "review", "product", "request"]
    detail: str


@dataclass(frozen=True)
class Fact:
    """One thing known. `label` is a key of agents/words.py, which has it in every language."""

    id: str  # "F1"
    label: str
    value: Value
    unit: Unit
    source: Source
    sku: str = ""
    currency: str = ""  # for money
    low: float | None = None  # 90 % interval
    high: float | None = None


class Facts:
    """The ledger of one run: facts in the order they were found, numbered from F1, the same fact once."""

    def __init__(self, facts: list[Fact] | None = None) -> None:
        self._facts: list[Fact] = list(facts or [])

    def add(
        self,
        label: str,
        value: Value,
        unit: Unit,
        source: Source,
        sku: str = "",
        currency: str = "",
        low: float | None = None,
        high: float | None = None,
    ) -> Fact:
        """Enter a fact and return it with its number; one that says the same already stands for both."""
        for known in self._facts:
            if (known.label, known.value, known.sku, known.low, known.high) == (label, value, sku, low, high):
                return known
        fact = Fact(f"F{len(self._facts) + 1}", label, value, unit, source, sku, currency, low, high)
        self._facts.append(fact)
        return fact

    def get(self, fact_id: str) -> Fact | None:
        return next((f for f in self._facts if f.id == fact_id), None)

    def find(self, label: str, sku: str = "") -> Fact | None:
        """The newest fact with this label (and product, where one is named)."""
        return next((f for f in reversed(self._facts) if f.label == label and sku in ("", f.sku)), None)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)
