"""Whether a text states only what the ledger holds."""

import re
import unicodedata

from agents.rendering import REFERENCE
from tools.facts import Facts

EN_NUMBER = re.compile(
    r"\b(zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|dozen"
    r"|half|halve[sd]?|third|quarter|fifth|tenth|double[sd]?|doubling|triple[sd]?|quadruple[sd]?|twice|thrice|percent"
    r"|per cent|twofold|threefold|tenfold|couple)\b",
    re.IGNORECASE,
)
ZH_NUMBER = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿半]\s*(?:[成折倍分点块元周个件天月年次%％]|美元|英镑|百分)|百分之|翻倍|翻番|减半|加倍|打折|[一二三四五六七八九]成"
)
MARKS = re.compile(r"[%％‰£$€¥￥]")


def unfaithful(text: str, facts: Facts) -> list[str]:
    """What in a text is neither a reference to a fact nor free of numbers; empty where the text may be shown.

    Digits of any script, number words, multiples and fractions in words, percent and currency signs, and references
    to no fact are all refused; product names are facts themselves and come in by reference.
    """
    problems = [f"{{{ref}}} is no fact" for ref in REFERENCE.findall(text) if facts.get(ref) is None]
    bare = unicodedata.normalize("NFKC", REFERENCE.sub(" ", text))
    problems += [f"the digit {c!r} is no fact" for c in bare if unicodedata.category(c) in ("Nd", "Nl", "No")]
    for pattern in (EN_NUMBER, ZH_NUMBER, MARKS):
        problems += [f"{match[0]!r} is no fact" for match in pattern.finditer(bare)]
    return problems
