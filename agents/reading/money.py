"""Money: prices named, and amounts to go up or down by."""

import re
from dataclasses import dataclass

from agents.reading.numerals import ANY, CHINESE, DIGITS, WORDS, value
from agents.reading.text import Span

_N = rf"(?P<n>(?<![\d.]){DIGITS}|\b{WORDS}\b)"
_SIGNS = "[£$€¥₹]"
_COMMA = r"\d{1,4},\d{2}(?!\d)"
_CODES = r"gbp|usd|eur|cny|rmb|aud|cad|jpy"
_MAJOR = rf"pounds?|quid|dollars?|bucks?|euros?|{_CODES}|yuan|{_SIGNS}"
_MINOR = r"pence|p|cents?"
_CLASSIFIED = r"(?!装|布|石|砖|巧克力|肥皂|香皂|蛋糕|毯|积木|拼图|屏)"
_ENDS = (
    r"(?=\s*(?:$|[?.!,;:)]|(?:instead|each|for|would|will|be|is|too|and|or|if|what|does|do|can|safe|risky|then|next|"
    r"now|as|sound|how|from|apiece|a (?:pop|piece)|ok|okay|sensible|over|per|during|this|make|still)\b))"
)
_PATTERNS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_SIGNS}\s?(?P<n>{_COMMA}|{DIGITS})(?!\d)(?!\s*%)",
        rf"\b(?:{_CODES})\s?(?P<n>{DIGITS})",
        rf"(?P<n>(?<![\d.,])(?:{_COMMA}))\s?(?:{_MAJOR})",
        rf"{_N}\s?(?:pounds?|quid|dollars?|bucks?|euros?)(?: and)? (?P<minor>\d{{2}}|"
        rf"{WORDS})(?:\s?(?:{_MINOR})\b|\b(?!\s*(?:%|weeks?|days?|months?)))",
        rf"{_N}[\s-]?(?:pounds?|quid|dollars?|bucks?|euros?|{_CODES}|yuan)\b",
        rf"(?P<n>(?<![\d.]){DIGITS})\s?[£€¥]",
        rf"(?P<pence>(?<![\d.]){DIGITS}|\b{WORDS}\b)\s?(?:{_MINOR})\b",
        r"\ba (?P<note>fiver|tenner)\b",
        rf"(?P<n>{ANY})\s*(?:块|元)(?:钱)?(?P<minor>\d{{1,2}}|[一二三四五六七八九])(?:毛|角|"
        rf"分)?(?![\d周天个折成%月件])",
        rf"(?P<n>{ANY})\s*(?:元|块钱|块|圆|人民币|美元|美金|欧元|英镑|镑|刀|港币|日元)(?!旦|素|宵){_CLASSIFIED}(?:钱)?",
        rf"(?P<dimes>{ANY})\s*(?:毛|角)(?:钱)?(?![巾线衣毯绒笔刷])",
        r"(?P<n>[一二三四五六七八九十]{1,3})块(?P<minor>[一二三四五六七八九])",
    )
)
_BARE = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(?<![\d.a-z-])(?P<n>\d{1,6}\.\d{1,2})(?![\d.]|\s*(?:%|cm|mm|kg|g|ml|l|inch|x)\b|[a-z])",
        rf"\b(?:to|at|charge|charged|charging|is|was|were|costs?|costed|than|of|made it|price|priced|it|for|"
        rf"try|say|about|ask|asking|=)\s+(?P<n>\d{{1,6}}){_ENDS}",
        rf"(?:定在?|卖|到|成|为|价格?|至|收|标|是|改|在|要|算|调|换|按|用|涨|降|试试|觉得)\s*(?P<n>{DIGITS}|{CHINESE})"
        r"(?![\d.%折成周个天月款号种件只套年多几条张把双瓶盒包下些样起般直定切共]|\s*(?:%|个|点|分之))",
        rf"(?<![\d.]){_N}\s+(?:is|would be|looks|seems|sounds|feels)\s+(?:too|a bit|safe|ok|okay|risky|fair|"
        rf"right|reasonable)\b",
    )
)
_BY = re.compile(
    r"\b(?:by|add|knock|put|take|extra|another|shave|drop|minus|plus)\s+(?:an?\s+)?(?:extra\s+)?$", re.ASCII
)
_OFF = re.compile(
    r"\s*(?:off|cheaper|dearer|more|less|extra|discount|on top|higher|lower|reduction|cut|increase|rise)\b", re.ASCII
)
_DELTA = re.compile(
    r"(?:涨|降|便宜|贵|加|减|优惠|让利?|少|多|提高|提价|降价|涨价|低|高|上调|下调)(?:了|价|个|收|卖|上)?$"
)


@dataclass(frozen=True)
class Money:
    """`delta`: an amount to change the price by, not a price."""

    span: Span
    amount: float
    delta: bool
    bare: bool = False  # no currency was said


def money(text: str) -> list[Money]:
    """Every amount of money in the folded text, in order; bare numbers where only a price can stand."""
    kept: list[Money] = []
    taken = bytearray(len(text))
    for bare, patterns in ((False, _PATTERNS), (True, _BARE)):
        for pattern in patterns:
            for match in pattern.finditer(text):
                span = _span(match, bare)
                amount = _amount(match)
                if not any(taken[span.start : span.end]) and 0 < amount < 1e7:
                    taken[span.start : span.end] = b"\1" * (span.end - span.start)
                    kept.append(Money(span, amount, _delta(text, span), bare))
    return sorted(kept, key=lambda one: one.span.start)


def _span(match: re.Match[str], bare: bool) -> Span:
    return Span(*match.span("n")) if bare else Span(*match.span())


def _amount(match: re.Match[str]) -> float:
    groups = match.groupdict()
    if groups.get("note"):
        return {"fiver": 5.0, "tenner": 10.0}[groups["note"]]
    if groups.get("pence"):
        return round(value(groups["pence"]) / 100, 4)
    if groups.get("dimes"):
        return round(value(groups["dimes"]) / 10, 4)
    said = groups["n"]
    whole = float(said.replace(",", ".")) if re.fullmatch(_COMMA, said) else value(said)
    minor = groups.get("minor")
    if not minor:
        return whole
    cents = value(minor)
    return round(whole + (cents / 10 if len(minor) == 1 else cents / 100), 4)


def _delta(text: str, span: Span) -> bool:
    before = text[max(span.start - 16, 0) : span.start]
    return bool(_BY.search(before) or _DELTA.search(before) or _OFF.match(text, span.end))
