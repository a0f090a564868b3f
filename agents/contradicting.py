"""Whether the words around references say what the facts say: up or down, profit or revenue."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agents.rendering import REFERENCE
from tools.facts import Fact, Facts

CLAUSE = re.compile(r"[.;:!?]+(?=\s|$)|[。；：！？\n]+")
UP = r"rais\w+|ris(?:e|es|en|ing)|increas\w+|up|higher|dearer"
DOWN = r"lower\w*|cuts?|cutting|reduc\w+|drop\w*|falls?|falling|fell|decreas\w+|down|cheaper"
UP_ZH, DOWN_ZH = "涨|提价|提高|上调|上升|增加|增长|升到|加价", "降|下调|减少|下降|下跌|减价|便宜"


@dataclass(frozen=True)
class Direction:
    """Words that say up or down of what these labels stand for."""

    labels: frozenset[str]
    up: re.Pattern[str]
    down: re.Pattern[str]


def _words(english: str, chinese: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{english})\b|{chinese}", re.IGNORECASE)


DIRECTIONS = (
    Direction(
        frozenset({"price_best", "price_asked", "price_change", "asked_change"}),
        _words(UP, UP_ZH),
        _words(DOWN, DOWN_ZH),
    ),
    Direction(
        frozenset({"profit_change", "revenue_change", "units_change"}),
        _words(rf"{UP}|gain\w*|add(?:s|ed|ing)?|more|grow\w*|grew|earn\w*|better", rf"{UP_ZH}|多赚|多卖|更多"),
        _words(rf"{DOWN}|los(?:e|es|ing|t|s|ses)|less|fewer|shrink\w*|declin\w+", rf"{DOWN_ZH}|少赚|少卖|更少|亏|损失"),
    ),
)
KINDS = (  # what is named, in which unit, and the facts that may be called so
    (_words("profits?", "利润"), "money", re.compile(r"profit\w*|opportunity_gain|worst_case")),
    (_words("revenues?|takings|turnover", "收入|销售额"), "money", re.compile(r"\w*revenue\w*|worst_case")),
    (_words("competitors?|rivals?", "竞品|对手"), "money", re.compile(r"competitor_\w+")),
    (_words("elasticity", "弹性"), "ratio", re.compile(r"elasticity")),
    (_words("rating|rate it", "评分"), "ratio", re.compile(r"rating\w*")),
)


def contradicted(text: str, facts: Facts) -> list[str]:
    """What a text says of its facts that they deny; empty where nothing is seen to be wrong.

    Looks at a clause at a time, and takes words of both directions in one clause for a comparison.
    """
    return [problem for clause in CLAUSE.split(text) for problem in _denied(clause, facts)]


def _denied(clause: str, facts: Facts) -> Iterator[str]:
    told = [fact for one in REFERENCE.findall(clause) if (fact := facts.get(one))]
    bare = REFERENCE.sub(" ", clause)
    for direction in DIRECTIONS:
        up, down = direction.up.search(bare), direction.down.search(bare)
        for fact in told:
            moved = _moved(fact, facts) if fact.label in direction.labels else 0.0
            if moved < 0 and up and not down:
                yield f"{up[0]!r} is said of {{{fact.id}}}, which goes down"
            if moved > 0 and down and not up:
                yield f"{down[0]!r} is said of {{{fact.id}}}, which goes up"
    for words, unit, labels in KINDS:
        of_unit = [fact for fact in told if fact.unit == unit]
        if (named := words.search(bare)) and of_unit and not any(labels.fullmatch(fact.label) for fact in of_unit):
            yield f"{named[0]!r} is said of {{{of_unit[0].id}}}, which is the {of_unit[0].label}"


def _moved(fact: Fact, facts: Facts) -> float:
    """Which way a fact goes: a change by its sign, a price against today's."""
    if fact.unit == "money" and fact.label in ("price_best", "price_asked"):
        now = facts.find("price_now", fact.sku)
        return float(str(fact.value)) - float(str(now.value)) if now else 0.0
    return float(str(fact.value))
