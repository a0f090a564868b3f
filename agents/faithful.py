"""Whether a text states only what the ledger holds."""

import html
import re
import unicodedata

from agents.rendering import REFERENCE
from tools.facts import Facts

EN_NUMBER = re.compile(
    r"\b(?:(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million"
    r"|billion|trillion)(?:th|fold)?s?|dozens?|twent(?:y|ie)s|(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)ieths?"
    r"|half|hal(?:ve[sd]?|ving)|thirds?|quarters?|fifths?|eighths?|ninths?|twelfths?"
    r"|(?:doubl|tripl|trebl|quadrupl|quintupl)(?:e[sd]?|ing|y)|twofold|twice|thrice|percent(?:age|ages|s)?|per cent|pct"
    r"|per ?mille|basis points?|couple|pair|nil|nought)\b|(?-i:\b[IVX]{2,}\b)",
    re.IGNORECASE,
)
ZH_DIGITS = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億廿卅"
ZH_NUMBER = re.compile(
    rf"[{ZH_DIGITS}]{{2,}}|[{ZH_DIGITS}半几数]\s*(?:[成折倍分点块元周个件天月年日家种款单%]|美元|英镑|欧元|百分)"
    r"|[几数][十百千万亿]|百分之|翻[了一]?[倍番]|[减一过大对]半|半[价数]|加倍|打折|对折"
)
FIGURES = {"Nd": "digit", "Nl": "digit", "No": "digit", "Sc": "currency sign"}  # by Unicode category
MARKS = "%‰‱"
MARKUP = re.compile(r"<[^>]*>|[*_`~\\]")  # what the reader does not see, and what could part a number word


def unfaithful(text: str, facts: Facts) -> list[str]:
    """What in a text is neither a reference to a fact nor free of numbers; empty where the text may be shown.

    Digits of any script, number words, multiples and fractions in words, percent and currency signs, and references
    to no fact are all refused, and letters that only look like ours; product names are facts themselves and come in by
    reference, whatever digits they hold.
    """
    problems = [f"{{{ref}}} is no fact" for ref in REFERENCE.findall(text) if facts.get(ref) is None]
    loose = REFERENCE.sub(" ", text)
    bare = _seen(loose)
    for character in dict.fromkeys(loose + bare):  # as written too: one form of Ⅳ is made of letters
        kind = FIGURES.get(
            unicodedata.category(character), "percent sign" if character in MARKS else _script(character)
        )
        problems += [f"the {kind} {character!r} is no fact"] if kind else []
    for pattern in (EN_NUMBER, ZH_NUMBER):
        problems += [f"{match[0]!r} is no fact" for match in pattern.finditer(bare)]
    return problems


def _seen(text: str) -> str:
    """The text as it would be read: entities resolved, no markup, no accents, nothing invisible, plain letters."""
    plain = unicodedata.normalize("NFKD", MARKUP.sub("", html.unescape(text))).replace("ı", "i")
    return "".join(character for character in plain if unicodedata.category(character) not in ("Cf", "Mn"))


def _script(character: str) -> str:
    """ "" for a letter that our languages are written in."""
    name = unicodedata.name(character, "")
    return "" if not character.isalpha() or name.startswith(("LATIN", "CJK")) else "letter of another script"
