"""Which facts of context to tell first, by a rule that a person could have written down."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agents.explaining import MOST, instruction
from serving.llm.data.steps import Turn
from tools.facts import Fact, Facts, Source, Unit, Value
from tools.saying import said

MADE_UP = Source("fit", "made up")


@dataclass(frozen=True)
class Sort:
    """A fact of context: how its value is drawn, and how much a merchant cares for such a value."""

    label: str
    unit: Unit
    draw: Callable[[random.Random], Value]
    weight: Callable[[Value], float]


def _always(weight: float) -> Callable[[Value], float]:
    return lambda value: weight


def _below(limit: float, weight: float, otherwise: float) -> Callable[[Value], float]:
    return lambda value: weight if isinstance(value, float) and value < limit else otherwise


def _stock(value: Value) -> float:
    pieces = value if isinstance(value, float) else 0.0
    return 2.7 if pieces < 20 else 1.8 if pieces > 600 else 0.7


SORTS = (
    Sort("elasticity", "ratio", lambda rng: -round(rng.uniform(0.3, 4), 2), _below(-1.5, 2.5, 1.4)),
    Sort("competitor_high", "money", lambda rng: round(rng.uniform(1, 60), 2), _always(2.0)),
    Sort("competitor_only", "money", lambda rng: round(rng.uniform(1, 60), 2), _always(1.9)),
    Sort("rating", "ratio", lambda rng: round(rng.uniform(1.5, 5), 1), _below(3.5, 3.0, 0.9)),
    Sort("stock", "units", lambda rng: float(rng.choice([rng.randint(0, 40), rng.randint(0, 1500)])), _stock),
    Sort("complement", "text", lambda rng: rng.choice(["Blue mug", "Lunch bag", "竹篮", "Tea towel"]), _always(1.0)),
)


def picks(rng: random.Random, many: int) -> Iterator[Turn]:
    """Turns of the explanation: the facts in the usual order, the heaviest first in the answer."""
    for _ in range(many):
        facts = Facts()
        for _ in range(rng.randint(3, 25)):
            facts.add("other", len(facts), "count", MADE_UP)
        chosen = [sort for sort in SORTS if rng.random() < 0.6]
        if len(chosen) < 2:
            chosen = list(SORTS[:2])
        weights: dict[str, float] = {}
        told: list[Fact] = []
        for sort in chosen:
            fact = _fact(facts, sort, rng)
            told.append(fact)
            weights[fact.id] = sort.weight(fact.value)
        best = sorted(weights, key=lambda one: -weights[one])[:MOST]
        yield Turn("pick", instruction(), said(*told), {"facts": [i for i in best if weights[i] >= 1.0] or best[:1]})


def _fact(facts: Facts, sort: Sort, rng: random.Random) -> Fact:
    value = sort.draw(rng)
    low, high = (value * 1.3, value * 0.7) if sort.label == "elasticity" and isinstance(value, float) else (None, None)
    return facts.add(sort.label, value, sort.unit, MADE_UP, "", "GBP" if sort.unit == "money" else "", low, high)
