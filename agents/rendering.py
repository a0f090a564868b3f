"""Facts in the reader's language: the only place where a number becomes text."""

import re
from collections.abc import Callable
from datetime import date
from typing import Literal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from agents.translating.chinese import in_chinese
from knowledge.language import language_of
from tools.facts import Fact, Facts

Language = Literal["en", "zh"]
LOCALES: dict[Language, str] = {"en": "en_GB", "zh": "zh_CN"}
MARKS = re.compile(r"[\\`*_{}\[\]<>#|!~&$@]")
LONGEST = 2000  # characters of what the desk itself says: a refusal that prices each rule is long
LINKS = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)  # bare addresses become links of their own
REFERENCE = re.compile(r"\{(F\d+)\}")
OUR_OWN = re.compile(
    r"refusal|caution|risk_reason|risk_level|elasticity_refused|cross_refused|bundle_refused|rival_refused|keep|broken|opportunity_held|"
    r"rule_\w+"
)


def language_for(text: str) -> Language:
    """The language to answer a message in."""
    return "zh" if language_of(text) == "zh" else "en"


def render(text: str, facts: Facts, language: Language) -> str:
    """`{F3}` becomes a link to its evidence, `[£2.95](#F3)`. Raises KeyError for a reference to no fact."""

    def link(match: re.Match[str]) -> str:
        fact = facts.get(match[1])
        if fact is None:
            raise KeyError(match[1])
        return f"[{shown(fact, language)}](#{fact.id})"

    return REFERENCE.sub(link, text)


def shown(fact: Fact, language: Language) -> str:
    """A fact's value with its unit and, where there is one, its 90 % interval."""
    value = _one(fact, fact.value, language)
    if fact.low is None or fact.high is None:
        return value
    low, high = _one(fact, fact.low, language), _one(fact, fact.high, language)
    return f"{value}（90 % 区间 {low} 至 {high}）" if language == "zh" else f"{value} (90 %: {low} to {high})"


def _one(fact: Fact, value: object, language: Language) -> str:
    return WRITERS[fact.unit](fact, value, language)


def _money(fact: Fact, value: object, language: Language) -> str:
    amount = float(str(value))
    big = abs(amount) >= 1000
    return format_currency(
        round(amount) if big else amount,
        fact.currency or "GBP",
        locale=LOCALES[language],
        format="¤#,##0" if big else None,
        currency_digits=not big,
    )


def _units(fact: Fact, value: object, language: Language) -> str:
    amount = float(str(value))
    number = format_decimal(round(amount, 1 if abs(amount) < 10 else 0), locale=LOCALES[language])
    return f"{number} 件" if language == "zh" else f"{number} units" if fact.value is value else number


def _number(fact: Fact, value: object, language: Language) -> str:
    return format_decimal(round(float(str(value)), 2), locale=LOCALES[language])


def _percent(fact: Fact, value: object, language: Language) -> str:
    return format_decimal(round(float(str(value)), 1), format="+#,##0.#;-#,##0.#", locale=LOCALES[language]) + " %"


def _probability(fact: Fact, value: object, language: Language) -> str:
    share = float(str(value))
    if share < 0.01:
        return "低于 1%" if language == "zh" else "under 1%"
    if share > 0.99:
        return "超过 99%" if language == "zh" else "over 99%"
    return str(format_percent(share, locale=LOCALES[language]))


def _weeks(fact: Fact, value: object, language: Language) -> str:
    return f"{value} 周" if language == "zh" else f"{value} week{'' if value == 1 else 's'}"


def _date(fact: Fact, value: object, language: Language) -> str:
    day = value if isinstance(value, date) else date.fromisoformat(str(value))
    return str(format_date(day, format="medium", locale=LOCALES[language]))


def _text(fact: Fact, value: object, language: Language) -> str:
    """Text is shown as text: no Markdown, no link, no markup of its own. Our own sentences have a Chinese form."""
    text = str(value)
    return spoken(text, language) if OUR_OWN.fullmatch(fact.label) else escaped(text)


def told_in(text: str, language: Language) -> str:
    """What the desk itself has to say (a refusal, a note, a caution), in the reader's language where it has words."""
    return (in_chinese(text) or text) if language == "zh" else text


def spoken(text: str, language: Language) -> str:
    """The same as Markdown, safe to show."""
    return escaped(told_in(text, language), LONGEST)


def escaped(text: str, most: int = 400) -> str:
    """Foreign text on one line, cut, with all that Markdown or HTML could take for a mark or a link escaped."""
    flat = " ".join(text.split())
    cut = flat if len(flat) <= most else flat[: most - 1] + "…"
    return LINKS.sub(r"\\\g<0>", MARKS.sub(r"\\\g<0>", cut))


WRITERS: dict[str, Callable[[Fact, object, Language], str]] = {
    "money": _money,
    "units": _units,
    "percent": _percent,
    "probability": _probability,
    "ratio": _number,
    "count": _number,
    "weeks": _weeks,
    "date": _date,
    "text": _text,
}
