"""Sizes, strengths and packings in a product's name: figures that are no price, no time and no count."""

import re

from agents.reading.durations import WEEKS_BY_LETTER
from agents.reading.numerals import ANY, DIGITS
from agents.reading.text import Folded, Span

_SPACED = (
    r"mm|cm|m|km|metres?|meters?|inch(?:es)?|ft|feet|foot|yards?|ml|cl|dl|l|lit(?:er|re)s?|fl\.? ?oz|oz|ounces?|lbs?|"
    r"g|kg|kgs|mg|grams?|kilos?|gsm|watts?|kw|volts?|mah|wh|hz|khz|mhz|ghz|kb|mb|gb|tb|mp|px|dpi|denier|ply|"
    r"tiers?|sheets?|shades|pcs?|pieces?|colou?rs?"
)
_CLOSE = r"v|ah|pk|ct|led|thread|way|cup(?!s)|person|seater"
_PATTERNS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"(?<![\d.,a-z£$€¥]){DIGITS}(?:[\s-]?(?:{_SPACED})|-?(?:{_CLOSE}))\b",
        r"(?<![\d.a-z])\d{1,4}(?:\.\d+)?\s?[x*×]\s?\d{1,4}(?:\s?[x*×]\s?\d{1,4})?(?:\s?(?:cm|mm|m|in))?(?![\d.]|\s?[%£$€¥]|\s?(?:w|wks?|weeks?|days?|months?)\b)",
        r"(?<![\d.a-z])\d{1,3}[\s-]?packs?\b|\b(?:pack|packs|set|sets|box|boxes) of \d{1,3}(?![\d.,%])",
        r"\b(?:480|720|1080|1440|2160)p\b|(?<![\d.a-z])\d{1,2}w-?\d{2}\b",
        rf"{ANY}\s*(?:毫米|厘米|公分|分米|公里|米|英寸|寸|毫升|升(?![到至为价级高])|千克|公斤|斤|克(?!朗|扣)|千瓦|瓦|伏|毫安时?|"
        rf"赫兹|万?像素|英尺|尺|码|抽|孔|股|合一|件套|人份|人座|人位|人用|色(?!号)|层|"
        rf"[包片支条只个枚瓶盒袋卷粒双件块张组对桶罐]?装(?!饰|修|扮|满|箱))",
        r"(?:\d{2,3}|百)度",
    )
)
_LETTERED = re.compile(r"(?<![\d.a-z])\d{1,4}w\b", re.ASCII)
_WEEKS = re.compile(WEEKS_BY_LETTER, re.ASCII)
_WATTS = re.compile(r"(?<![\d.A-Za-z])\d{1,4}(?:\.\d)?\s?W(?:-\d\d)?(?![A-Za-z])|(?<![\d.A-Za-z])\dD(?![A-Za-z])")


def measures(folded: Folded, text: str) -> list[Span]:
    """Where they stand in `text`, the folded message with its names masked."""
    found = [Span(*match.span()) for pattern in _PATTERNS for match in pattern.finditer(text)]
    weeks = [Span(*match.span()) for match in _WEEKS.finditer(text)]
    lettered = [Span(*match.span()) for match in _LETTERED.finditer(text)]
    return [*found, *(one for one in lettered if not any(one.meets(time) for time in weeks)), *_watts(folded)]


def _watts(folded: Folded) -> list[Span]:
    """Only the letter as written tells watts from weeks; a message in capitals says nothing."""
    if not re.search("[a-z]", folded.said) and re.search(r"[A-Z]{3}", folded.said):
        return []
    places = {place: index for index, place in reversed(list(enumerate(folded.at)))}
    spans = []
    for match in _WATTS.finditer(folded.said):
        start, end = places.get(match.start()), places.get(match.end())
        if start is not None and end is not None:
            spans.append(Span(start, end))
    return spans
