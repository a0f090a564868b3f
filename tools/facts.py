"""Facts: every number that the desk may speak of, with where it came from."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from threading import Lock
from typing import Any, Literal

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

    def to_json(self) -> dict[str, Any]:
        """The fact in JSON types."""
        plain = str(self.value) if isinstance(self.value, Decimal | date) else self.value
        return asdict(self) | {"value": plain}


class Facts:
    """The ledger of one run: facts in the order they were found, numbered from F1, the same fact once."""

    def __init__(self, facts: list[Fact] | None = None) -> None:
        self._facts: list[Fact] = list(facts or [])
        self._lock = Lock()  # the tools of one step run side by side

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
        with self._lock:
            for known in self._facts:
                if (known.label, known.value, known.sku, known.low, known.high) == (label, value, sku, low, high):
                    return known
            fact = Fact(f"F{len(self._facts) + 1}", label, value, unit, source, sku, currency, low, high)
            self._facts.append(fact)
            return fact

    def merge(self, others: Iterable[Fact]) -> None:
        """Take over the facts of another ledger, numbered on."""
        for f in others:
            self.add(f.label, f.value, f.unit, f.source, f.sku, f.currency, f.low, f.high)

    def get(self, fact_id: str) -> Fact | None:
        return next((f for f in self._facts if f.id == fact_id), None)

    def find(self, label: str, sku: str = "") -> Fact | None:
        """The first fact with this label (and product, where one is named)."""
        return next((f for f in self._facts if f.label == label and sku in ("", f.sku)), None)

    def all(self, label: str) -> tuple[Fact, ...]:
        return tuple(f for f in self._facts if f.label == label)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)
