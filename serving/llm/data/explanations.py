"""What to tell of an answer: made-up facts under the labels of the tools, and sentences that are true of them."""

import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agents.explaining import MOST, brief, instruction
from agents.phrasing import SLOT, Phrase, part, usable
from agents.signals import signals
from serving.llm.data.catalogue import Split
from serving.llm.data.grammar import Piece, expand
from serving.llm.data.lexicon import Language
from tools.facts import Facts, Source, Unit, Value

MADE_UP = Source("fit", "made up")
UNITS: dict[str, Unit] = {
    "product": "text", "price_now": "money", "price_best": "money", "price_asked": "money", "price_change": "percent",
    "asked_change": "percent", "stock": "units", "competitor_low": "money", "competitor_high": "money",
    "competitor_only": "money", "horizon": "weeks", "history": "weeks", "weeks_out_of_stock": "weeks",
    "units_expected": "units", "units_at_best": "units", "units_at_price": "units", "profit_change": "money",
    "revenue_change": "money", "p_loss": "probability", "p_stock_out": "probability", "worst_case": "money",
    "risk_level": "text", "elasticity": "ratio", "prices_seen": "count", "elasticity_refused": "text",
    "test_weeks": "weeks", "test_power": "probability", "keep": "text", "rule_max_change": "text",
    "rule_competitor_band": "text", "rule_margin_floor": "text", "rule_ending": "text", "rating": "ratio",
    "reviews": "count", "rating_recent": "ratio", "complement": "text", "together": "count", "substitute": "text",
    "bundle_with": "text", "bundle_price": "money", "bundle_separate": "money", "opportunity": "text",
    "opportunity_now": "money", "opportunity_price": "money", "opportunity_gain": "money",
    "opportunity_sure": "probability", "past_weeks": "weeks", "sales_until": "date", "units_sold": "units",
    "revenue": "money", "profit": "money", "units_change": "percent", "clear_stock": "units", "clear_by": "date",
    "clear_chance": "probability", "clear_left": "units", "clear_revenue": "money",
}  # fmt: skip
SALIENCE = {  # how much a merchant cares for a topic, by what is so; what is not here is told last
    ("rating", "poor"): 3.0, ("trend", "falling"): 2.9, ("stock", "short"): 2.8, ("rule", "bound"): 2.6,
    ("reaction", "strong"): 2.5, ("reaction", "weak"): 2.4, ("rivals", "cheaper"): 2.3, ("rivals", "dearer"): 2.2,
    ("units", "fewer"): 2.1, ("units", "more"): 2.0, ("rivals", "around"): 1.4, ("reaction", "normal"): 1.2,
    ("rating", "good"): 1.1, ("stock", "ample"): 1.0,
}  # fmt: skip
LANGUAGES: tuple[Language, ...] = ("en", "zh")
WORTH_TELLING = 2.5  # a second sentence only where its topic matters this much


@dataclass(frozen=True)
class Told:
    """One explanation: what is asked of the model and the sentences that it should write."""

    tool: str
    language: Language
    family: str  # of its first sentence
    system: str
    user: str
    answer: dict[str, Any]


def explanations(rng: random.Random, many: int, split: Split) -> Iterator[Told]:
    """`many` explanations whose first sentence is of a phrasing of the split."""
    made = 0
    while made < many:
        tool, language = rng.choices(list(MAKERS), SHARES)[0], rng.choice(LANGUAGES)
        told = explanation(rng, tool, language, made_up(tool, rng), split)
        if told:
            made += 1
            yield told


def explanation(
    rng: random.Random, tool: str, language: Language, facts: Facts, split: Split | None = None
) -> Told | None:
    """What to tell of these facts; None where no first sentence (of the split, where one is named) is true of them."""
    phrases = usable(tool, facts, language)
    leads = [one for one in part("lead", phrases) if split in (None, split_of(one))]
    if not leads:
        return None
    lead, outcomes = rng.choice(leads), part("outcome", phrases)
    say = [realised(one, rng) for one in (lead, *([rng.choice(outcomes)] if outcomes else []))]
    more = [one for one in part("more", phrases) if one.news(SLOT.findall("".join(say)))]
    say += [realised(one, rng) for one in _more(rng, more, facts)[: MOST[language]]]
    return Told(tool, language, lead.words, instruction(), brief(tool, facts, language, phrases), {"say": say})


def made_up(tool: str, rng: random.Random) -> Facts:
    """What the tools could have found out for such a request."""
    facts = Facts()
    for label, value in MAKERS[tool](rng).items():
        facts.add(label, value, UNITS[label], MADE_UP)
    return facts


def split_of(phrase: Phrase) -> Split:
    """By the hash of its words, as every family."""
    return {0: "validation", 1: "test"}.get(zlib.crc32(phrase.words.encode()) % 10, "train")


def _more(rng: random.Random, phrases: Sequence[Phrase], facts: Facts) -> list[Phrase]:
    """Of what else is true, that which matters most; always something where there is something."""
    known, topics = signals(facts), weighed(phrases, facts)
    best = sorted(topics, key=lambda topic: -topics[topic])
    told = best[:1] + [topic for topic in best[1:] if topics[topic] >= WORTH_TELLING]
    return [rng.choice([p for p in phrases if p.topic == t and _weight(p, known) == topics[t]]) for t in told]


def weighed(phrases: Sequence[Phrase], facts: Facts) -> dict[str, float]:
    """How much each topic of these sentences matters."""
    known, topics = signals(facts), dict.fromkeys((one.topic for one in phrases), 0.0)
    for one in phrases:
        topics[one.topic] = max(topics[one.topic], _weight(one, known))
    return topics


def _weight(phrase: Phrase, known: dict[str, str]) -> float:
    return max([SALIENCE.get((name, known.get(name, "")), 0.0) for name, _ in phrase.needs] or [0.0])


def realised(phrase: Phrase, rng: random.Random) -> str:
    """One of its variants, references left as they are."""
    return "".join(piece.words for piece in expand(phrase.words, rng, lambda slot: [Piece(f"{{{slot}}}")]))


def _maybe(rng: random.Random, share: float, **values: Value) -> dict[str, Value]:
    return values if rng.random() < share else {}


def _offer(rng: random.Random) -> dict[str, Value]:
    """What the desk knows of a product before anybody has worked: its price, stock and rivals."""
    price = rng.uniform(1, 60)
    known: dict[str, Value] = {"product": "a product", "price_now": price}
    known |= _maybe(rng, 0.7, stock=rng.choice([rng.uniform(0, 120), rng.uniform(0, 4000)]))
    kind, near = rng.random(), rng.choice([0.8, 1.0, 1.25])
    if kind < 0.5:
        known |= {"competitor_low": price * near * 0.95, "competitor_high": price * near * 1.05}
    elif kind < 0.65:
        known["competitor_only"] = price * near
    return known


def _demand(rng: random.Random, label: str) -> dict[str, Value]:
    return {"horizon": rng.randint(1, 26), label: rng.choice([rng.uniform(1, 40), rng.uniform(20, 900)])}


def _forecast(rng: random.Random) -> dict[str, Value]:
    known = _offer(rng) | _demand(rng, "units_expected") | {"history": rng.randint(4, 104)}
    return known | _maybe(rng, 0.25, weeks_out_of_stock=rng.randint(1, 8))


def _money(rng: random.Random, gain: float) -> dict[str, Value]:
    sign = 1 if rng.random() < gain else -1
    basis = "profit_change" if rng.random() < 0.8 else "revenue_change"
    return {basis: sign * rng.uniform(0.5, 400), "p_loss": rng.random()}


def _elasticity(rng: random.Random) -> dict[str, Value]:
    known: dict[str, Value] = {"elasticity": -rng.choice([rng.uniform(0.2, 1), rng.uniform(1, 2), rng.uniform(2, 4)])}
    return known | {"prices_seen": rng.randint(3, 20)}


def _buyers(rng: random.Random) -> dict[str, Value]:
    rating = rng.choice([rng.uniform(1.5, 3.4), rng.uniform(3.5, 4.1), rng.uniform(4.2, 5)])
    known = _maybe(rng, 0.6, rating=rating, reviews=rng.randint(3, 400))
    return known | (_maybe(rng, 0.5, rating_recent=rating + rng.uniform(-0.9, 0.5)) if known else {})


def _propose(rng: random.Random) -> dict[str, Value]:
    known = _forecast(rng) | _buyers(rng) | _maybe(rng, 0.4, complement="another", together=rng.randint(2, 90))
    kind, step = rng.random(), rng.choice([-1, 1]) * rng.uniform(1, 25)
    now = float(str(known["price_now"]))
    if rng.random() < 0.1:
        known |= _clearing(rng)
    if kind < 0.15:
        return known | {"price_best": now, "price_change": 0.0, "keep": "keep the price"} | _elasticity(rng)
    expected = float(str(known["units_expected"]))
    known |= {
        "price_best": now * (1 + step / 100),
        "price_change": step,
        "units_at_best": expected * (1 - step / 60),
    } | _money(rng, 0.85)
    known |= {"worst_case": -1.0, "risk_level": rng.choice(["low", "medium", "high"])}
    rules = ["rule_max_change", "rule_competitor_band", "rule_margin_floor", "rule_ending"]
    known |= _maybe(rng, 0.45, **{rng.choice(rules): "a rule"})
    if kind < 0.4:
        known |= {"test_weeks": rng.randint(2, 20), "test_power": rng.random()}
        return known | ({"elasticity_refused": "why"} if rng.random() < 0.7 else _elasticity(rng))
    return known | _elasticity(rng)


def _clearing(rng: random.Random) -> dict[str, Value]:
    known: dict[str, Value] = {"clear_by": "2026-01-26", "clear_stock": 400.0, "clear_chance": rng.random()}
    return known | {"clear_left": 3.0, "clear_revenue": 900.0}


def _what_if(rng: random.Random) -> dict[str, Value]:
    step = 0.0 if rng.random() < 0.04 else rng.choice([-1, 1]) * rng.uniform(1, 40)
    money = _money(rng, 0.5) if step else {"profit_change": 0.0, "p_loss": 0.0}
    known = _offer(rng) | _demand(rng, "units_at_price") | money | _elasticity(rng) | _buyers(rng)
    level = rng.choice(["low", "medium", "high"])
    asked = float(str(known["price_now"])) * (1 + step / 100)
    return known | {"price_asked": asked, "asked_change": step, "worst_case": -1.0, "risk_level": level}


def _recommend(rng: random.Random) -> dict[str, Value]:
    if rng.random() < 0.4:
        return {
            "opportunity": "a product", "opportunity_now": 1.0, "opportunity_price": 2.0, "opportunity_gain": 3.0,
            "opportunity_sure": 0.9,
        }  # fmt: skip
    known = _offer(rng) | _maybe(rng, 0.8, complement="another", together=rng.randint(2, 90))
    known |= _maybe(rng, 0.6 if "complement" in known else 1.0, substitute="a third")
    return known | _maybe(rng, 0.6, bundle_with="another", bundle_price=9.0, bundle_separate=10.0)


def _report(rng: random.Random) -> dict[str, Value]:
    known = _offer(rng) if rng.random() < 0.6 else {}
    known |= {"past_weeks": rng.randint(1, 26), "sales_until": "2025-12-28", "units_sold": 9.0, "revenue": 20.0}
    return known | _maybe(rng, 0.7, profit=5.0) | _maybe(rng, 0.8, units_change=rng.uniform(-60, 60))


MAKERS = {
    "propose_price": _propose,
    "what_if": _what_if,
    "assess_risk": _what_if,
    "forecast_demand": _forecast,
    "recommend_products": _recommend,
    "sales_report": _report,
}
SHARES = (5, 2, 1.5, 2, 1, 1)
