"""Money: prices named, and amounts to go up or down by."""

import re
from dataclasses import dataclass

from agents.reading import currencies
from agents.reading.numerals import ANY, DIGITS, GROUPED, TENS, WORDS, value
from agents.reading.text import Span

_SPACED = r"(?<![\d.,])\d{1,3}(?: \d{3}){1,2}(?:,\d{2})?"
_N = rf"(?P<n>{_SPACED}|(?<![\d.]){DIGITS}|\b{WORDS}\b)"
_COMMA = r"\d{1,4},\d{2}(?!\d|,\d)"
_THOUSANDS = r"\d{1,3}\.\d{3}"
_CONTINENT = r"€|eur\b|euros?\b|kr\b|sek\b|nok\b|dkk\b|pln\b|zł"
_MAJOR = rf"(?:{currencies.WORDS}|{currencies.CODES})(?![a-z])|{currencies.SIGNS}"
_MINOR = r"pence|p|cents?"
_CLASSIFIED = r"(?!装|布|石|砖|巧克力|肥皂|香皂|蛋糕|毯|积木|拼图|屏)"
_ONES = "一二三四五六七八九"
_PIECES = "周天个折成%月件份只条张把双瓶盒包斤公套支串碗杯打对袋箱位样次年"
_ENDS = (
    r"(?=\s*(?:$|[?.!,;:)](?!\d)|(?:instead|each|for|would|will|be|is|too|and|or|if|what|does|do|can|safe|risky|then|next|"
    r"now|as|sound|how|from|apiece|a (?:pop|piece)|ok|okay|sensible|over|per|during|this|make|still)\b))"
)
_PATTERNS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"€\s?(?P<n>{_THOUSANDS})(?![\d,.]\d|\d)",
        rf"(?P<n>(?<![\d.,]){_THOUSANDS})\s?(?:{_CONTINENT})",
        rf"{currencies.SIGNS}\s?(?P<n>{_COMMA}|{DIGITS}(?:k\b)?)(?!\d)(?!\s*%)",
        rf"(?<![a-z])(?:{currencies.CODES}|kr|rs\.?|zł)\s?(?P<n>{_COMMA}|{DIGITS})(?!\d)(?!\s*%)",
        rf"(?P<n>(?<![\d.,])(?:{_COMMA}))\s?(?:{_MAJOR})",
        rf"{_N}\s?(?:{currencies.POUNDS})(?: and)? (?P<minor>\d{{2}}|"
        rf"{WORDS})(?:\s?(?:{_MINOR})\b|\b(?!\s*(?:%|weeks?|days?|months?)))",
        rf"{_N}[\s-]?(?:{_MAJOR})(?!\s?\d)",
        rf"(?P<pence>(?<![\d.]){DIGITS}|\b{WORDS}\b)\s?(?:{_MINOR})\b",
        r"\ba (?P<note>fiver|tenner)\b",
        rf"(?<=\bat )(?P<n>{WORDS}) (?P<minor>{TENS})\b(?!\s*(?:%|per|weeks?|days?|months?))",
        rf"(?P<n>{ANY})\s*(?:块|元)(?P<minor>\d|[两{_ONES}])(?:毛|角)(?P<cents>\d|[{_ONES}])分?(?![\d{_PIECES}])",
        rf"(?P<n>{ANY})\s*(?:块|元)(?P<minor>\d{{1,2}}|[{_ONES}])(?:毛|角|分)?(?!\d|(?!包邮)[{_PIECES}])",
        rf"(?:{currencies.CHINESE})\s*(?P<n>{ANY})(?![\d.%折成个周天月])",
        rf"(?P<n>{ANY})\s*(?:{currencies.CHINESE}|{currencies.CHINESE_SHORT})(?!旦|素|宵|具|工|叉){_CLASSIFIED}钱?",
        rf"(?P<dimes>{ANY})\s*(?:毛|角)(?:钱)?(?![巾线衣毯绒笔刷])",
        rf"(?P<n>[{_ONES}十]{{1,3}})块(?P<minor>[{_ONES}])(?![{_PIECES}])",
    )
)
_BARE = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(?<![\d.a-z-])(?<!\d,)(?P<n>\d{1,3}(?:,\d{3})+\.\d\d|\d{1,6}\.\d{1,2})"
        r"(?!\d|\.\d|\s*(?:%|cm|mm|kg|g|ml|l|inch)\b|\s*x\b(?!\s*\x00)|[a-z百千万])",
        rf"\b(?:to|at|charge|charged|charging|is|was|were|costs?|costed|than|of|made it|price|priced|it|for|"
        rf"try|say|about|ask|asking|=)\s+(?P<n>{GROUPED}|\d{{1,6}}(?!,\d)){_ENDS}",
        rf"(?:定在?|卖|挂|到|成|为|价格?|至|收|标|是|改|在|要|算|调|换|按|用|涨|降|试试|觉得)\s*(?P<n>{ANY})"
        r"(?![\d.%折成周个天月款号种件只套年多几条张把双瓶盒包下些样起般直定切共零一二三四五六七八九十百千万]|\s*(?:%|个|点|分之)|,\d)",
        rf"(?:(?<!\w)@|=)\s?(?P<n>{GROUPED}|\d{{1,6}}(?![\d,.])){_ENDS}",
        rf"\b(?:to|at|about|try|charge|say)\s+(?P<n>(?!one\b){WORDS}){_ENDS}",
        rf"(?P<n>{ANY})(?=行不行|好不好|可不可以|合不合适|贵不贵|行吗|贵吗|可以吗|合适吗)",
        rf"(?P<n>{ANY})(?=卖(?:行|可以|好|合适|会|怎|贵|太|得))",
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
    whole = _whole(said, match)
    minor = groups.get("minor")
    if not minor:
        return whole
    cents = value(minor) + value(groups["cents"]) / 10 if groups.get("cents") else value(minor)
    return round(whole + (cents / 10 if len(minor) == 1 else cents / 100), 4)


def _whole(said: str, match: re.Match[str]) -> float:
    said = said.replace(" ", "") if said[:1].isdigit() else said
    if re.fullmatch(r"\d{1,7},\d{2}", said):
        return float(said.replace(",", "."))
    thousands = re.fullmatch(_THOUSANDS, said) and re.search(_CONTINENT, match.group())
    return float(said.replace(".", "")) if thousands else value(said)


def _delta(text: str, span: Span) -> bool:
    before = text[max(span.start - 16, 0) : span.start]
    return bool(_BY.search(before) or _DELTA.search(before) or _OFF.match(text, span.end))
