"""Every number of a message, each character in one reading only."""

import re
from dataclasses import dataclass

from agents.reading import currencies
from agents.reading.durations import Duration, durations
from agents.reading.measures import measures
from agents.reading.money import Money, money
from agents.reading.numerals import ANY, CHINESE, DIGITS, ENGLISH, MIXED, ORDINAL, WORDS, value
from agents.reading.percents import Percent, percents
from agents.reading.text import Folded, Span

_CURRENCY = rf"(?:{currencies.CODES}|kr|rs)"
CODE = re.compile(
    rf"(?<![a-z0-9.,£$€¥#%-])(?!{_CURRENCY}\d)(?:[a-z]{{2,6}}-?\d{{3,8}}[a-z]{{0,3}}|"
    rf"\d{{5,8}}(?!{_CURRENCY}\b)[a-z]{{0,3}}|\d{{3,4}}(?!(?:p|k|g|d|w|v|l|m|cm|mm|ml|cl|kg|mg|lb|oz|ft|gsm|mah|hz|gb|tb|mb|"
    rf"pcs?|st|nd|rd|th|{_CURRENCY})\b)[a-z]{{1,3}})"
    r"(?![a-z0-9%]|\.\d|-\d)",
    re.ASCII,
)
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|"
    "aug|sept?|oct|nov|dec"
)
_DATE = re.compile(
    rf"\b(?:19|20)\d\d(?:-\d\d?(?:-\d\d?)?)?\b(?!\s*(?:%|pounds|quid))|\b(?:in|by|until|till|since|from|before|"
    rf"for|during|of)\s+(?:{_MONTHS})\b|"
    r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}[日号])?|(?:\d{1,2}|十[一二]?|[一二三四五六七八九])月(?:份|底|初|\d{1,2}[日号])?",
    re.ASCII,
)
_THINGS = (
    r"(?:products?|items?|things?|lines?|skus?|articles?|ideas?|suggestions?|sellers?|ones?|options?|"
    r"alternatives?|substitutes?|candidates?|"
    r"bundles?|best-?\s?sellers?|slow ?movers?|goods|picks?|titles?|companions?|complements?|recommendations?|"
    r"replacements?|rows|entries)"
)
_ADJECTIVES = (
    r"(?:\s+(?:best|top|worst|slowest|biggest|other|more|most \w+|similar|good|cheaper|fastest|dead|lowest|"
    r"highest)(?:[- ]selling)?){0,2}"
)
_COUNTS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"\b(?:top|best|first|worst|bottom|biggest|leading|slowest)[\s-]?(?P<n>{DIGITS}|{WORDS})(?![\d.%]|"
        rf"(?:st|nd|rd|th)\b)",
        rf"(?P<n>{ENGLISH}){_ADJECTIVES}\s+{_THINGS}\b",
        rf"\b(?:list|name|give me|show me|show|suggest|recommend|pick|find)\s+(?:me\s+|"
        rf"us\s+)?(?:the\s+)?(?P<n>{ENGLISH})(?=\s+[a-z])",
        rf"\b(?P<n>{ENGLISH})(?= (?:worst|best|top|slowest|biggest|fastest|hottest|weakest|strongest)\b)",
        rf"[前头](?P<n>{ANY})(?:名|个|款|大|位|种|件)?",
        rf"(?:推荐|列出?|挑|选|给我|来|找|哪|推|介绍|配|搭|凑)(?:我|上)?(?P<n>{ANY})(?:个|款|种|件|样|组|条)",
        r"(?:推荐|挑|选|给我|来|找|配|搭|凑)(?P<n>[仨俩])(?!字)",
        rf"(?P<n>{ANY})(?:个|款|种|件|样|组|条)(?=最|需|值|搭档|热销|畅销|滞销|商品|产品|东西|货|单品|搭配|替代|推荐|组合|"
        rf"建议|类似|可以|能|要|该|值得|适合|优先|应该|相似|爆款|$|[?,.!])",
        rf"(?:最[^,.?!]{{1,4}}的|top)\s*(?P<n>{ANY})(?:个|款|种|件|样|名)?",
    )
)
_VERBS = (
    r"approve|accept|reject|decline|edit|apply|publish|rollback|roll back|undo|revert|amend|change|confirm|"
    r"sign off|refuse|modify|adjust|deny|veto|kill|scrap|ditch|axe|green-?light"
)
_REFERENCES = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"#\s?(?P<n>\d{1,9})(?!\d|\.\d)",
        r"\b(?:proposals?|suggestion|recommendation|number|no\.?|nr\.?|id|item)\s+(?:number\s+|no\.?\s*|"
        r"nr\.?\s*|id\s+)?#?(?P<n>\d{1,9})(?!\d|\.\d|\s*%)",
        rf"\b(?:proposals?|suggestion)\s+(?:number\s+|no\.?\s*)?(?P<n>{WORDS})\b(?!\s*(?:%|per|{currencies.POUNDS}))",
        rf"(?:^|[,.;!]\s*)(?:yes|yep|yeah|no|nope|ok|okay|sure|fine)\s+(?:to|on|for|with)\s+(?:number\s+)?"
        rf"(?P<n>\d{{1,6}}|{WORDS}\b)(?![\d.]|\s*(?:%|per|p\b|weeks?|days?|{currencies.SIGNS}|{currencies.WORDS}|{currencies.CODES}))",
        rf"\b(?:{_VERBS})\s+(?:the\s+)?(?P<n>\d{{1,4}})(?![\d.]|\s*%|\s*(?:pounds|quid|weeks|days))",
        rf"\b(?:{_VERBS})\s+(?:the\s+)?(?P<n>{ORDINAL})(?=\s*(?:one|proposal|suggestion|[,.:;!]|$|and\b|because|as\b))",
        rf"\b(?:the\s+)?(?P<n>{ORDINAL})\s+(?:one|proposal|suggestion|recommendation)\b",
        r"(?:提案|建议|方案|编号|提议|申请)\s*(?:编号|号|第)?\s*(?P<n>\d{1,9})(?![\d.]|\s*[%元块周天])(?:号|个|条)?",
        rf"(?:提案|建议|方案|提议)\s*(?:编号|第)?\s*(?P<n>{CHINESE})(?=号|[,.!]|\s*$|过|准|批|毙|不|没法)号?",
        rf"第\s*(?P<n>{ANY})\s*(?:个|条|号|项|份|笔|款)?(?:提案|建议|方案)?",
        rf"(?P<n>\d{{1,6}}|{CHINESE})\s*号(?:提案|建议|方案)?(?!电池|线|楼|店|码|仓|色|字|机|库|柜|桌|门|铁|油|之?前|之?后|以前|以后|[到至])",
        r"(?:批准|同意|通过|驳回|拒绝|否决|应用|执行|撤销|撤回|回滚|修改|发布|生效|上线)(?:一下|掉|"
        r"了)?\s*(?P<n>\d{1,6})(?![\d.]|\s*[%元块周天个])",
    )
)
_PLAIN = re.compile(rf"(?<![\d.a-z])(?!一[下些点直般样起定])(?:{MIXED}|{CHINESE})(?![\d]|\.\d)", re.ASCII)


@dataclass(frozen=True)
class Count:
    span: Span
    n: int


@dataclass(frozen=True)
class Reference:
    """A proposal's number; `ordinal` where it was said as a place in the list ("the second one")."""

    span: Span
    number: int
    ordinal: bool


@dataclass(frozen=True)
class Numbers:
    codes: tuple[Span, ...]
    dates: tuple[Span, ...]
    percents: tuple[Percent, ...]
    durations: tuple[Duration, ...]
    references: tuple[Reference, ...]
    counts: tuple[Count, ...]
    money: tuple[Money, ...]
    every: tuple[float, ...]  # each numeral of the message by itself, whatever it is of

    def spans(self, decides: bool) -> list[Span]:
        """What is an amount and not a word of a product; proposal numbers only in a decision."""
        found = (
            [one.span for one in self.percents]
            + [one.span for one in self.durations]
            + [one.span for one in self.counts]
        )
        found += [*self.dates, *(one.span for one in self.money)]
        return [*found, *(one.span for one in self.references if decides)]


def numbers(folded: Folded, masked: list[Span]) -> Numbers:
    """Reads the folded text outside `masked` (quoted names)."""
    text = _blank(folded.text, masked)
    codes = [Span(*match.span()) for match in CODE.finditer(text)]
    whole = text = _blank(text, measures(folded, text))
    text = _blank(text, codes)
    shares = percents(text)
    text = _blank(text, [one.span for one in shares])
    times = durations(text)
    text = _blank(text, [one.span for one in times])
    dates = [Span(*match.span()) for match in _DATE.finditer(text)]
    text = _blank(text, dates)
    references = _references(text)
    text = _blank(text, [one.span for one in references])
    counts = _counts(text)
    text = _blank(text, [one.span for one in counts])
    amounts = money(text)
    whole = _blank(whole, [one.span for one in shares])
    return Numbers(
        tuple(codes),
        tuple(dates),
        tuple(shares),
        tuple(times),
        tuple(references),
        tuple(counts),
        tuple(amounts),
        _every(whole, amounts),
    )


def _every(text: str, amounts: list[Money]) -> tuple[float, ...]:
    """Each numeral in order; money with its currency is one, whatever digits it is written in."""
    named = [one for one in amounts if not one.bare]
    text = _blank(text, [one.span for one in named])
    found = [(match.start(), value(match.group())) for match in _PLAIN.finditer(text)]
    return tuple(amount for _, amount in sorted([*found, *((one.span.start, one.amount) for one in named)]))


def _blank(text: str, spans: list[Span]) -> str:
    """The spans made unreadable, nothing moved."""
    if not spans:
        return text
    characters = list(text)
    for span in spans:
        characters[span.start : span.end] = "\x00" * (span.end - span.start)
    return "".join(characters)


def _references(text: str) -> list[Reference]:
    kept: list[Reference] = []
    for pattern in _REFERENCES:
        for match in pattern.finditer(text):
            span = Span(*match.span("n"))
            if not any(span.meets(one.span) for one in kept):
                said = match["n"]
                ordinal = not said.isdigit() or match.group().startswith("第")
                kept.append(Reference(_with_mark(text, match), int(value(said)), ordinal))
    return sorted(kept, key=lambda one: one.span.start)


def _with_mark(text: str, match: re.Match[str]) -> Span:
    """The numeral with its 第, # or 号, without a verb before it."""
    start = match.start() if not match.group()[0].isalpha() or match.group().startswith("第") else match.start("n")
    return Span(start, match.end())


def _counts(text: str) -> list[Count]:
    kept: list[Count] = []
    for pattern in _COUNTS:
        for match in pattern.finditer(text):
            span = Span(*match.span("n"))
            if not any(span.meets(one.span) for one in kept) and value(match["n"]).is_integer():
                kept.append(Count(span, int(value(match["n"]))))
    return sorted(kept, key=lambda one: one.span.start)
