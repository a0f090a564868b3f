"""A message read without a model: the fallback when it is down, the second opinion when it is up.

How close calls fall: words of judgement (safe, risky, too dear, a good idea, "can I") are assess_risk; words of effect
(what if, what happens, how many at 2.50) are what_if, and so is a bare order to change a price, since nothing but a
proposal can; a forecast at a stated price is a what_if; "should I" with an amount is assess_risk, without one
propose_price; pricing the whole shop is recommend_products (what to act on first). `question` is the whole message.
"""

import re
from dataclasses import dataclass
from typing import Any

from agents.reading import cues as cue
from agents.reading import english
from agents.reading.decisions import Order, order
from agents.reading.hints import Conversation, Found, Hints, Kind, Phrase
from agents.reading.numbers import Numbers, numbers
from agents.reading.percents import Role
from agents.reading.phrases import names, phrases
from agents.reading.refusals import off_topic, refusal
from agents.reading.text import Folded, Span, fold, language
from agents.reading.words import bag
from agents.request import Missing, Request, Tool

LONGEST = 4_000  # characters read for cues and words; refusals are sought in all of them
FIELDS: dict[Tool, tuple[str, ...]] = {
    "forecast_demand": ("product", "category", "weeks"),
    "recommend_products": ("product", "category", "n"),
    "propose_price": ("product", "category", "goal", "min_margin_pct", "max_change_pct", "weeks"),
    "assess_risk": ("product", "category", "price", "change_pct"),
    "what_if": ("product", "category", "price", "change_pct", "weeks"),
    "sales_report": ("product", "category", "weeks", "n"),
    "search_reviews": ("product", "category", "question"),
    "decide": ("product", "price", "decision", "proposal", "reason"),
    "clarify": ("product", "category", "missing"),
    "refuse": (),
}
NEED_PRODUCT = frozenset({"forecast_demand", "propose_price", "assess_risk", "what_if"})
_TIES: tuple[Tool, ...] = (
    "search_reviews", "assess_risk", "what_if", "recommend_products", "sales_report", "forecast_demand",
    "propose_price",
)  # fmt: skip
_PAST = re.compile(
    r"\b(?:last|past|previous|yesterday|so far|ago|did|sold|was|were|has|have|been)\b|上个?月|上周|上季|去年|"
    r"昨天|过去|最近|近|卖了|以来|了多少"
)
_AHEAD = re.compile(
    r"\b(?:next|will|coming|upcoming|tomorrow|going to|gonna|future|ahead|expect\w*)\b|下个?月|下周|下季|明年|"
    r"明天|未来|接下来|今后|会|将|能"
)
_FOLLOWS = re.compile(
    r"^\W*(?:and|but|or|what about|how about|what abt|then|no|same for|also|ok(?:ay)? and)\b|^\W*(?:那|还有|再|"
    r"换|不)|呢\W*$"
)
_POINTS = re.compile(
    r"\b(?:it|its|it's|them|they|these|those|th(?:is|at)(?: one)?|the same|instead)\b|"
    r"它|[这那此该這呢嗰](?:款|个|個|件|种|只|双|套|条|把|台|货|东西)|上面|刚才|^\W*(?:换|改)成"
)
VOCABULARY = bag("""
    forecast predict demand recommend recommendation recommendations suggest bundle bundles substitute
    substitutes alternative alternatives complement price prices pricing charge should would could discount
    increase decrease reduce raise margin revenue profit reviews review complain complaints customers customer
    people feedback approve reject proposal rollback revert publish apply competitors competitor password
    instructions happens happen product products sellers safely risky expensive cheaper percent weeks months
    month quarter clearance units volume sales report what's similar optimal reprice
    """)


NEAR_MISSES = bag("""
    optical marlin martin charger changer resort retort crease prince prize chance praise moths
    """)


@dataclass(frozen=True)
class Reading:
    """`sure` only where the words leave no doubt; `why`: the cue that decided, for the step's note."""

    request: Request
    sure: bool
    why: str
    hints: Hints


@dataclass(frozen=True)
class _Found:
    """All that was found, before any decision."""

    folded: Folded
    text: str  # folded, with names masked
    numbers: Numbers
    cues: cue.Cues
    order: Order | None
    refusal: str
    said: Conversation


def read(text: str, said: Conversation, leaning: Tool | None = None) -> Reading:
    """The Request of a message of any length; never raises. `leaning` is the tool where the words leave a doubt;
    no leaning alone decides on a proposal."""
    found = _find(text, said)
    tool, why, sure = _tool(found)
    if leaning and leaning != "decide" and tool != "decide" and not sure:
        tool, why = leaning, "its meaning"
    candidates = _candidates(found, tool)
    hints = _hints(found, candidates)
    if not re.search(r"\w", text):
        return Reading(Request(tool="clarify", missing="intent"), True, "no words", hints)
    fields = _fields(found, tool, candidates)
    missing = _missing(found, tool, fields)
    if missing == "product" and (_POINTS.search(found.text) or _FOLLOWS.search(found.text)):
        missing = None  # it speaks of something said before: the desk asks what, and keeps the rest
    if missing:
        kept = {name: fields[name] for name in ("product", "category") if name in fields}
        return Reading(Request(tool="clarify", missing=missing, **kept), sure and tool != "clarify", why, hints)
    sure = sure and (not FIELDS[tool] or len(candidates) <= 1)
    return Reading(Request(tool=tool, **fields), sure, why, hints)


def _find(text: str, said: Conversation) -> _Found:
    whole = fold(text)
    folded = fold(text[:LONGEST], VOCABULARY, english.STOP | NEAR_MISSES)
    named = names(folded)
    found = numbers(folded, named)
    masked = (
        "".join("\x00" if any(s.start <= i < s.end for s in named) else c for i, c in enumerate(folded.text))
        if named
        else folded.text
    )
    return _Found(
        folded, masked, found, cue.cues(masked), order(folded, masked, found, said.open_proposals),
        refusal(whole.text) or refusal(folded.text), said,
    )  # fmt: skip


def _tool(found: _Found) -> tuple[Tool, str, bool]:
    """The tool, why, and whether that is beyond doubt."""
    if found.refusal:
        return "refuse", found.refusal, True
    if found.order and _decides(found.order, found):
        words = found.text[found.order.span.start : found.order.span.end]
        return "decide", words, found.order.strong and not (found.order.several or _several(found))
    weights = _weights(found)
    ranked = sorted(weights, key=lambda tool: (-weights[tool], _TIES.index(tool)))
    top = ranked[0] if ranked else None
    if (top is None or weights[top] < 3) and off_topic(found.text):
        return "refuse", "off-topic", True
    if top is None or (weights[top] < 4 and _FOLLOWS.search(found.text)):
        return _follow_up(found, top)
    rival = max((weights[tool] for tool in ranked[1:]), default=0)
    tool = _settled(found, top, weights)
    sure = weights[top] >= 4 and weights[top] >= rival + 2 and tool == top
    return tool, found.cues.words.get(top, ""), sure


def _decides(one: Order, found: _Found) -> bool:
    """A weak order, and an edit without a price, yields to a cue of another tool."""
    if one.strong and not (one.decision in ("apply", "edit") and _change(found) is not None):
        return True
    if found.said.open_proposals and one.span.start <= 6 and "?" not in found.text:
        return True
    heaviest = max((weight for tool, weight in found.cues.tools if tool != "propose_price"), default=0)
    return heaviest < 4


def _several(found: _Found) -> bool:
    """Whether more than one proposal is named; only the first is read."""
    ends = [one.span.end for one in found.numbers.references]
    return len(ends) > 1 or any(re.match(r"\s*(?:and|&|,|和|、|跟)\s*(?:#|第)?\d", found.text[end:]) for end in ends)


def _weights(found: _Found) -> dict[Tool, int]:
    weights = dict(found.cues.tools)
    if weights.get("propose_price") and cue.goals(found.text) and not _PAST.search(found.text):
        weights["propose_price"] = max(weights["propose_price"], 5)  # a price for a goal
    past, ahead = bool(_PAST.search(found.text)), bool(_AHEAD.search(found.text))
    if past != ahead:
        likelier: Tool = "sales_report" if past else "forecast_demand"
        if likelier in weights:
            weights[likelier] += 2
        if (
            ahead
            and "propose_price" not in weights
            and "sales_report" in weights
            and found.numbers.durations
            and "forecast_demand" not in weights
        ):
            weights["forecast_demand"] = weights["sales_report"] + 1 if weights["sales_report"] <= 4 else 0
    return weights


def _settled(found: _Found, top: Tool, weights: dict[Tool, int]) -> Tool:
    """The heaviest tool, corrected for whether a price or change was named."""
    amount = _change(found) is not None or _price(found) is not None
    if amount and top in ("forecast_demand", "propose_price"):
        if top == "forecast_demand" or (weights.get("what_if", 0) >= 4 and weights[top] < 6):
            return "what_if"
        if weights[top] <= 4 and not cue.goals(found.text):
            return "assess_risk" if re.search(r"\bshould\b|\bcan\b|应该|该", found.text) else "what_if"
    if not amount and top == "what_if":
        others = {tool: weight for tool, weight in weights.items() if tool != "what_if" and weight >= 4}
        if others:
            return max(others, key=lambda tool: others[tool])
    if top == "propose_price" and cue.everything(found.text):
        return "recommend_products"
    return top


def _follow_up(found: _Found, top: Tool | None) -> tuple[Tool, str, bool]:
    last = next((tool for tool in _TIES if tool == found.said.last_tool), None)
    amount = _change(found) is not None or _price(found) is not None
    if amount and found.said.last_tool != "decide":
        return ("assess_risk" if last == "assess_risk" else "what_if"), "an amount", last == "what_if"
    if last and (top is None or last == top or _FOLLOWS.search(found.text)):
        return last, "the thread", False
    return (top or "clarify"), "", False


def _candidates(found: _Found, tool: Tool) -> tuple[Phrase, ...]:
    used = [*found.cues.spans, *found.numbers.spans(tool == "decide")]
    if found.order and tool == "decide":
        used += [*found.order.used, *([found.order.reason] if found.order.reason else [])]
    return phrases(found.folded, names(found.folded), used, topical=tool == "search_reviews")


def _change(found: _Found) -> float | None:
    return next((one.percent for one in found.numbers.percents if one.role == "change"), None)


def _price(found: _Found) -> float | None:
    """The last price named: "from 2.95 to 2.50"."""
    return next((one.amount for one in reversed(found.numbers.money) if not one.delta), None)


def _fields(found: _Found, tool: Tool, candidates: tuple[Phrase, ...]) -> dict[str, Any]:
    shares = found.numbers.percents
    best = candidates[0] if candidates else None
    values: dict[str, Any] = {
        "product": best.words if best and best.kind == "product" else None,
        "category": best.words if best and best.kind == "category" else None,
        "weeks": next((one.weeks for one in found.numbers.durations if one.weeks and one.weeks <= 104), None),
        "n": next((one.n for one in found.numbers.counts if 1 <= one.n <= 1000), None),
        "goal": next(iter(cue.goals(found.text)), None),
        "min_margin_pct": next((one.percent for one in shares if one.role == "margin" and one.percent < 100), None),
        "max_change_pct": next((one.percent for one in shares if one.role == "limit" and one.percent <= 100), None),
        "price": _price(found),
        "change_pct": _change(found),
        "question": found.folded.said.strip(),
        "missing": None,
    }
    if values["price"] is not None and values["change_pct"] is not None:
        values["price"] = None  # "cut it by 10 % from 2.95": the change is what was asked
    if values["change_pct"] is not None and values["change_pct"] <= -100:
        values["change_pct"] = None
    if tool == "decide" and found.order:
        values |= _decision(found, found.order)
    return {name: values[name] for name in FIELDS[tool] if values.get(name) is not None}


def _decision(found: _Found, one: Order) -> dict[str, Any]:
    reference = next(iter(found.numbers.references), None)
    number = None
    if reference:
        number, shown = reference.number, found.said.open_proposals
        if reference.ordinal and number not in shown and number <= len(shown):
            number = shown[number - 1]
    return {
        "decision": one.decision,
        "proposal": None if number is None else str(number),
        "price": _price(found) if one.decision == "edit" else None,
        "reason": found.folded.words(one.reason).strip() if one.reason else None,
    }


def _missing(found: _Found, tool: Tool, fields: dict[str, Any]) -> Missing | None:
    if tool == "clarify":
        return "intent"
    if tool in NEED_PRODUCT and not (fields.keys() & {"product", "category"}) and not found.said.product:
        return "product"
    if tool == "what_if" and not (fields.keys() & {"price", "change_pct"}):
        return "amount"
    if tool == "decide" and fields.get("decision") == "edit" and "price" not in fields:
        return "amount"
    return None


def _hints(found: _Found, candidates: tuple[Phrase, ...]) -> Hints:
    kinds: dict[Role, Kind] = {"change": "change_pct", "limit": "limit_pct", "margin": "margin_pct"}
    one = found.numbers
    spans: list[tuple[Span, float, Kind, bool]] = [(p.span, p.percent, kinds[p.role], p.signed) for p in one.percents]
    spans += [(d.span, float(d.weeks), "weeks", False) for d in one.durations if d.weeks]
    spans += [(m.span, m.amount, "price_delta" if m.delta else "price", False) for m in one.money]
    spans += [(c.span, float(c.n), "count", False) for c in one.counts]
    spans += [(r.span, float(r.number), "proposal", False) for r in one.references]
    located = tuple(
        Found(value, kind, *found.folded.place(span), found.folded.words(span), signed)
        for span, value, kind, signed in sorted(spans, key=lambda each: each[0].start)
    )
    return Hints(
        language(found.folded), located, one.every, candidates, found.cues.tools, cue.goals(found.text),
        found.order.decision if found.order else None, found.refusal,
    )  # fmt: skip
