"""How long: weeks ahead or back, in English and Chinese.

A month is 4 weeks and a quarter 13, so 3, 6, 9 and 12 months are 13, 26, 39 and 52 and other counts 4 each.
"""

import re
from dataclasses import dataclass

from agents.reading.numerals import CHINESE, DIGITS, ENGLISH, value
from agents.reading.text import Span

_UNITS = {
    "day": "day", "days": "day", "d": "day", "天": "day", "日": "day",
    "week": "week", "weeks": "week", "wk": "week", "wks": "week", "w": "week",
    "周": "week", "星期": "week", "礼拜": "week", "禮拜": "week",
    "fortnight": "fortnight", "fortnights": "fortnight", "双周": "fortnight",
    "month": "month", "months": "month", "mth": "month", "mths": "month", "月": "month",
    "quarter": "quarter", "quarters": "quarter", "季度": "quarter", "季": "quarter",
    "year": "year", "years": "year", "yr": "year", "yrs": "year", "年": "year",
}  # fmt: skip
_WEEKS = {"day": 1 / 7, "week": 1.0, "fortnight": 2.0, "quarter": 13.0, "year": 52.0}

_UNIT = r"(?P<unit>fortnights?|weeks?|wks?|days?|months?|mths?|quarters?|years?|yrs?)"
_WHEN = (
    r"next|coming|following|upcoming|last|past|previous|this|current|first|whole|entire|full|rest of the|latest|recent"
)
_LEAD = (
    r"(?:\b(?:over|for|in|during|within|across|from|of|per|after|through|throughout)\s+)?(?:\b(?:the|these|those|"
    r"my|our)\s+)?"
)
_LETTER_END = r"(?=\s*(?:$|[?.!,;:)]|(?:ahead|out|forecast|demand|outlook|horizon|please|pls|then|from now|ago)\b))"
_END = r"(?:'s?)?\b(?!\s*(?:off|cheaper|less|dearer|more expensive))"
# 8w ahead are weeks; a 65w charger has watts.
WEEKS_BY_LETTER = (
    rf"(?:\b(?:next|last|past|coming|following|previous)\s+)(?P<n>\d{{1,2}})(?P<unit>w|d)\b|"
    rf"(?<![\d.])(?P<m>[1-4]?\d|5[0-2])(?P<letter>w){_LETTER_END}"
)
_ENGLISH = (
    rf"{_LEAD}(?:(?:{_WHEN})\s+){{0,2}}(?P<n>{ENGLISH}|(?:a\s+)?couple(?:\s+of)?|(?:a\s+)?few|half an?|half|"
    rf"(?:an?|one) and a half)"
    rf"(?P<half> and a half)?[\s-]*(?:more\s+)?{_UNIT}{_END}(?P<over> and a half)?",
    rf"(?:\b(?:over|for|in|during|within|across|from|of|after|through)\s+)(?:an?)\s+(?:whole\s+|full\s+)?{_UNIT}{_END}"
    rf"(?P<over> and a half)?",
    rf"{_LEAD}\b(?:{_WHEN})\s+(?:(?:calendar|financial|whole|full)\s+)?{_UNIT}{_END}",
    rf"\ban?\s+(?:whole\s+|full\s+)?{_UNIT}(?=\s+(?:ahead|out|from now|forward|back|ago)\b)",
    rf"{_LEAD}\b(?:the|one)\s+{_UNIT}(?=\s+(?:ahead|to come)\b)",
    WEEKS_BY_LETTER,
    rf"(?<![\d.])(?P<n>\d)(?P<unit>d){_LETTER_END}",
    r"(?:\bin\s+|\bfor\s+)?\bq(?P<unit>[1-4])\b",
    r"\b(?P<unit>week) after next\b",
)
_AHEAD = r"(?:整整|未来的?|接下来的?|今后|往后|之后|后面|过去的?|最近的?|近|前|后|这|下|上|再|头|以后|将来)?"
_CHINESE = (
    rf"(?!第?[一二三四]季度){_AHEAD}(?P<n>半|{DIGITS}|{CHINESE}|仨|几)\s*(?:多)?(?:个)?(?P<half>半)?(?:多)?(?P<unit>季度|星期|礼拜|禮拜|周|"
    rf"天|年)(?P<over>半)?"
    r"(?!度|级|货|糕|画|夜|边|龄)",
    rf"{_AHEAD}(?P<n>{DIGITS}|{CHINESE}|半)\s*(?:多)?个(?:多)?(?P<half>半)?(?P<unit>月|季)",
    r"(?<![个\d])(?P<n>半)(?:拉子?)?个?(?P<unit>月)",
    rf"{_AHEAD}(?P<n>[俩仨])个?(?P<unit>月|季)",
    r"一?整(?:整)?(?:一)?个?(?P<unit>季度|季|月|周|星期|礼拜|年)(?!边|饼|光|亮|刊|度)",
    r"一(?P<unit>季)(?!节|度|酒|花|风|稻)",
    r"(?:下下|上上|下|上|本|这|当|同)(?:一)?(?:个)?(?P<unit>季度|季|月|周|星期|礼拜|禮拜)(?!边|年|饼|光|亮|刊)",
    r"(?:下|上|这)(?P<n>半)(?P<unit>年)",
    r"(?:今|去|明|全|整|本|前|后)(?P<unit>年)(?!度|级|龄)",
    r"(?P<unit>双周)",
    r"第?[一二三四](?P<unit>季度)",
)
_ABOUT = re.compile("一二|两三|三四|三五|四五|五六|六七|七八|八九")  # 两三周: two or three, the longer counts
_PATTERNS = tuple(re.compile(pattern, re.ASCII) for pattern in (*_ENGLISH, *_CHINESE))


@dataclass(frozen=True)
class Duration:
    """`weeks` None: a time was said, but not how long ("a few weeks")."""

    span: Span
    weeks: int | None


def durations(text: str) -> list[Duration]:
    """Every stretch of time in the folded text, in order; where two overlap, the longer."""
    found = [Duration(Span(*match.span()), _weeks(match)) for pattern in _PATTERNS for match in pattern.finditer(text)]
    found.sort(key=lambda one: one.span.start - one.span.end)
    kept: list[Duration] = []
    taken = bytearray(len(text))
    for one in found:
        if not any(taken[one.span.start : one.span.end]):
            taken[one.span.start : one.span.end] = b"\1" * (one.span.end - one.span.start)
            kept.append(one)
    return sorted(kept, key=lambda one: one.span.start)


def _weeks(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    unit = _UNITS.get(groups["unit"] or groups["letter"], "quarter")
    count = _count(groups.get("n") or groups.get("m"))
    if count is None:
        return None
    if match.group().endswith("after next"):
        count = 2.0
    if groups.get("half") or groups.get("over"):
        count += 0.5
    weeks = 13 * count / 3 if unit == "month" and count % 3 == 0 else count * (_WEEKS.get(unit) or 4.0)
    return min(max(round(weeks + 1e-9), 1), 10_000)


def _count(said: str | None) -> float | None:
    """How many; None where the words do not say ("a few")."""
    if not said:
        return 1.0
    if "couple" in said:
        return 2.0
    if "few" in said or said == "几":
        return None
    if said.startswith("half") or said == "半":
        return 0.5
    if said.endswith("and a half"):
        return 1.5
    return _figure(said)


def _figure(said: str) -> float | None:
    if said == "仨":
        return 3.0
    return value(said[-1] if _ABOUT.fullmatch(said) else said)
