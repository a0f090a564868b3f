"""Percentages: what they are of (the price's change, its limit, the margin) and which way they go."""

import re
from dataclasses import dataclass
from typing import Literal

from agents.reading.numerals import ANY, CHINESE, ENGLISH, value
from agents.reading.text import Span

Role = Literal["change", "limit", "margin"]

_FRACTIONS = {"half": 50.0, "third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}
_AFTER = (
    r"off|cheaper|dearer|pricier|more expensive|higher|lower|less|more|down|up|discount|reduction|cut|rise|"
    r"increase|hike"
)
_ENGLISH = (
    rf"(?P<n>{ENGLISH})\s*(?:%|per ?cents?\b|percentage points?\b|pct\b|pc\b|points?\b)",
    rf"\b(?:a|one)[ -](?P<fraction>half|third|quarter|fifth|tenth)(?= (?:{_AFTER})\b)",
    rf"\b(?P<several>two|three|four)[ -](?P<fraction>third|quarter|fifth|tenth)s(?= (?:{_AFTER})\b)",
    r"\b(?P<halving>half)(?:[ -](?:off|price)|(?: of)? (?:the|its|our|my|that|this)(?: \w+)? (?:price|money|tag)|"
    r" as much| what (?:it|we|they))\b",
    r"\b(?P<halving>in half)\b",
    r"\b(?P<twice>twice) (?:(?:the|its|our|my|that|this)(?: \w+)? (?:price|money|amount|tag)|as much|"
    r"what (?:it|we|they)|as expensive)\b",
    r"\b(?:by|up|down|drop|cut|off|knock|shave|add|take)\s+(?:by\s+)?(?:a|one)[ -](?P<fraction>half|third|"
    r"quarter|fifth|tenth)\b",
    r"\b(?:than|at|exceed|exceeding|within|beyond|below|above)\s+(?:a|one)[ -](?P<fraction>third|fifth|tenth)\b(?! of)",
    r"\b(?:than|below|above)\s+a (?P<fraction>quarter)\b(?! of)",
    r"\b(?P<fold>halv(?:e|ed|ing)|doubl(?:e|ed|es|ing)|tripl(?:e|ed|ing)|trebl(?:e|ed|ing))\b"
    r"(?! (?:bed|layer|wall|sided|heart|pack))",
    r"(?<=margin )(?:of |above |over |at |at least |below |under |to |min(?:imum)?(?: of)? |"
    r"(?:no|not) (?:lower|less) than |>=? ?|≥ ?)*(?P<n>\d{1,2}(?:\.\d+)?)(?![\d.%])",
    r"%\s*(?P<n>\d{1,3})(?!\d)",
)
_CHINESE = (
    r"百分之(?P<n>" + ANY + ")",
    rf"(?P<n>{ANY})\s*%",
    rf"(?P<n>{ANY})\s*个?百分点",
    rf"(?P<n>{ANY})\s*个点",
    r"(?P<tenths>[一二两三四五六七八九1-9])成(?P<half>[半一二三四五六七八九])?(?![本功品员就套交熟人分])",
    r"(?<!\d)(?P<left>\d{1,2}(?:\.\d)?|[一二三四五六七八九]{1,2}(?:点[一二三四五六七八九])?)折(?![叠伞页屏扇])",
    r"(?P<halved>半价|对折|拦?腰斩|拦腰(?:砍|降)|减半|砍半|对半(?:砍|降|打|卖|减)|(?:砍|降|减|便宜|削|跌|压|少)(?:掉|去|下|了|价|到|成)?一半|"
    r"一半的?(?:价格|价钱|价|钱))",
    r"(?P<doubled>翻(?:一?倍|一?番)|加倍|双倍的?价)",
    r"(?:涨|加|贵|高|提高?|升)(?:上|了|价)?(?P<more>[一两二三1-3])倍",
    r"(?P<times>[两二三四2-4])倍的?(?:价|售价|原价|卖)|(?:原价|现价|价格|价)的?(?P<fold_of>[两二三四2-4])倍",
    rf"(?P<parts>{CHINESE}|\d{{1,2}})分之(?P<n>{CHINESE}|\d{{1,2}})",
)
_PATTERNS = tuple(re.compile(pattern, re.ASCII) for pattern in (*_ENGLISH, *_CHINESE))

_ALL_UP = ("doubl", "tripl", "trebl", "twice", "倍", "番")
_UP = re.compile(
    r"[往向朝]上|上走|走高|\b(?:rais\w+|rise|rises|rising|increas\w+|up|upped|hik\w+|lift\w*|bump\w*|add\w*|higher|plus|dearer|"
    r"pricier|expensive|"
    r"jack\w*|grow\w*|climb\w*|upward\w*|boost\w*|more|surcharge|mark-?up|extra|went up)\b|上调|上涨|涨|提价|"
    r"提高|提升|提|加价|加|贵|抬|升|上浮|高",
    re.ASCII,
)
_DOWN = re.compile(
    r"[往向朝]下|下走|下挪|走低|去掉|抹|削|(?<![多至最])少(?!于)|\b(?:cut\w*|drop\w*|lower\w*|reduc\w+|decreas\w+|discount\w*|slash\w*|knock\w*|down|shav\w+|trim\w*|off|"
    r"minus|less|"
    r"cheaper|fall\w*|shed|dip\w*|markdown|promo\w*|sale|cheap|fell|chop\w*|take)\b|下调|降|减|便宜|优惠|让利|"
    r"跌|低|砍|下浮|折扣|打",
    re.ASCII,
)
_MARGIN = re.compile(
    r"\b(?:make|earn) at least\b|(?:至少|最少|起码)要?[赚挣]|\bmargins?\b|毛利|利润率|净利|利润|利率", re.ASCII
)
_MARGIN_AFTER = re.compile(
    r"\s*(?:of )?(?:gross |profit |net |minimum )?margins?\b|的?(?:毛利|净?利润|利润率)", re.ASCII
)
_BOUND = re.compile(
    r"at least|n(?:o|ot) (?:lower|less)|below|under|above|over|minimum|\bmin\b|>|keep|stay|"
    r"不低于|至少|以上|保|不少于|高于|低于|不能少",
    re.ASCII,
)
_LIMIT = re.compile(
    r"no more than|not more than|at most|max(?:imum)?\b|within|up to\b|limit\w*|\bcap(?:ped)?\b|exceed\w*|\+/-|"
    r"plus or minus|either way|changes? (?:below|under|to)\b|"
    r"either direction|(?:don't|do not|never|not|n't|without) [^,.;]{0,30}(?:more than|over|beyond)|tops\b|"
    r"or less\b|or so either|under\b|less than|"
    r"不超过|不要超过|不能超过|别超过|以内|之内|最多|上限|控制|不高于|不大于|涨跌|上下|浮动|幅度|波动|不得超过|"
    r"超过|至多|顶多|≤|<=",
    re.ASCII,
)
_NEAR = re.compile(rf"\s*(?:price )?(?:(?:{_AFTER})\b|的?(?:折扣|优惠|降幅|涨幅))", re.ASCII)
_CLAUSE = re.compile(
    r"[,;!?:()]|\.(?!\d)|\b(?:but|and|while|with|keeping|without|as long as)\b|但|而且|并且|同时|且|又|、", re.ASCII
)
_ABOUT_MOVES = re.compile(r"涨幅|跌幅|降幅|调幅|变动|改动|调整|either|\bchang\w*|\bmov\w*", re.ASCII)


@dataclass(frozen=True)
class Percent:
    """`percent` is signed where the words say the way (`signed`), else positive."""

    span: Span
    percent: float
    role: Role
    signed: bool


def percents(text: str) -> list[Percent]:
    """Every percentage of the folded text, in order."""
    kept: list[Percent] = []
    taken = bytearray(len(text))
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            size = _size(match)
            if size is None or size > 10_000:
                continue
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            kept.append(_judged(text, match, size))
    return sorted(kept, key=lambda one: one.span.start)


def _size(match: re.Match[str]) -> float | None:
    """Percent; negative where the numeral itself says down."""
    groups = match.groupdict()
    if groups.get("fraction"):
        size = _FRACTIONS[groups["fraction"]] * value(groups.get("several") or "one")
    elif groups.get("fold"):
        size = {"h": -50.0, "d": 100.0, "t": 200.0}[groups["fold"][0]]
    elif groups.get("tenths"):
        size = 10 * value(groups["tenths"]) + (5 if groups["half"] == "半" else value(groups["half"] or "零"))
    elif groups.get("left"):
        size = _discount(groups["left"])
    elif groups.get("halved") or groups.get("halving"):
        size = -50.0
    elif groups.get("doubled") or groups.get("twice"):
        size = 100.0
    elif groups.get("more"):
        size = 100 * value(groups["more"])
    elif groups.get("times") or groups.get("fold_of"):
        size = 100 * value(groups["times"] or groups["fold_of"]) - 100
    elif groups.get("parts"):
        parts = value(groups["parts"])
        size = 100 * value(groups["n"]) / parts if parts else 0.0
    else:
        size = value(groups["n"])
    return round(size, 2) or None


def _discount(left: str) -> float:
    """七折 leaves seven tenths, 八五折 eighty-five hundredths."""
    rest = value(left)
    return rest * 10 - 100 if rest < 10 else rest - 100


def _judged(text: str, match: re.Match[str], size: float) -> Percent:
    span = Span(*match.span())
    before, after = _clause(text, span)
    role: Role = "change"
    if size > 0 and _of_margin(before, after):
        role = "margin"
    elif size > 0 and _LIMIT.search(before + "|" + after):
        role = "limit"
    if role != "change" or size < 0 or any(word in match.group() for word in _ALL_UP):
        return Percent(span, abs(size) if role != "change" else size, role, True)
    way = _way(match.group(), before, after)
    return Percent(span, size * (way or 1), role, way != 0)


def _of_margin(before: str, after: str) -> bool:
    """Said right beside the number, or before it with a bound ("the margin must not fall below 20 %")."""
    bounded = _MARGIN.search(before) and _BOUND.search(before + "|" + after[:6])
    beside = _MARGIN.search(before[-10:])
    moves = beside and _ABOUT_MOVES.search(before[-10:], beside.end())
    return bool(_MARGIN_AFTER.match(after) or (beside and not moves) or (bounded and not moves))


def _clause(text: str, span: Span) -> tuple[str, str]:
    """The words around, up to 60 characters and the clause's ends."""
    before = text[max(span.start - 60, 0) : span.start]
    after = text[span.end : span.end + 40]
    cuts = list(_CLAUSE.finditer(before))
    cut = _CLAUSE.search(after)
    return before[cuts[-1].end() if cuts else 0 :], after[: cut.start() if cut else None]


def _way(said: str, before: str, after: str) -> int:
    """+1 up, -1 down, 0 not said."""
    if before.endswith(("-", "负", "minus ")):
        return -1
    if before.endswith("+"):
        return 1
    near = _NEAR.match(after)
    for words in (near.group() if near else "", said, before):
        up, down = _last(_UP, words), _last(_DOWN, words)
        if up != down:
            return 1 if up > down else -1
    up, down = _first(_UP, after), _first(_DOWN, after)
    return (up < down) - (down < up)


def _first(pattern: re.Pattern[str], words: str) -> int:
    match = pattern.search(words)
    return match.start() if match else len(words)


def _last(pattern: re.Pattern[str], words: str) -> int:
    return max((match.start() for match in pattern.finditer(words)), default=-1)
