"""What a bench is run on."""

from dataclasses import dataclass
from typing import Literal, get_args

StoreForm = Literal["constant", "linear", "logit", "exponential", "mixed"]
FORMS: tuple[StoreForm, ...] = get_args(StoreForm)


@dataclass(frozen=True)
class Options:
    """Simulated stores: one for every seed and form of demand. Seeds 1 to 30 are for tuning; these are not."""

    seeds: tuple[int, ...] = (101, 102, 103, 104, 105)
    forms: tuple[StoreForm, ...] = FORMS
    products: int = 200
    weeks: int = 104
    cost_history: bool = False
    sizes: tuple[int, ...] = (500, 4000)  # products of the stores whose refresh is timed


def numbers(text: str) -> tuple[int, ...]:
    """Whole numbers from "1-3,7"."""
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return tuple(found)
