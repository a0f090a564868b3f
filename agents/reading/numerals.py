"""Numbers in digits, in English words and in Chinese characters."""

import re

from agents.reading.words import listed

_UNITS = {
    word: value
    for value, word in enumerate(
        listed("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
    """)
    )
}
_TENS = {
    word: 10 * value for value, word in enumerate(listed("twenty thirty forty fifty sixty seventy eighty ninety"), 2)
}
_ORDINALS = {
    word: value
    for value, word in enumerate(listed("first second third fourth fifth sixth seventh eighth ninth tenth"), 1)
}
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "两": 2, "俩": 2, "仨": 3}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}

GROUPED = (
    r"(?:\d{1,3}(?:,\d{3}){1,3}(?!\d|,\d)(?:\.\d{1,4})?|\d{1,2}(?:,\d\d){1,3},\d{3}(?!\d)(?:\.\d\d)?|"
    r"\d{1,3}(?:'\d{3}){1,3}(?!\d)(?:\.\d\d)?|\d{1,3}(?:\.\d{3}){1,3},\d{1,2}(?!\d)|\d{1,3}(?:\.\d{3}){2,3}(?![\d.]))"
)  # 1,299.00 and 1,29,999 and 1'299 and 1.299,00 and 1.299.000
DIGITS = rf"(?:{GROUPED}|\d{{1,9}}(?:\.\d{{1,4}})?|\.\d{{1,2}})"
_ONES = "|".join(list(_UNITS)[1:10])
TENS = rf"(?:{'|'.join(_TENS)})(?:[- ](?:{_ONES}))?"
_LARGE = r"(?:an? |one )?hundred|(?:half a |an? )?dozen"
WORDS = rf"(?:{TENS}|{'|'.join(reversed(_UNITS))}|{_LARGE})"
CHINESE = (
    r"(?!千万|百货)[零〇一二两俩三四五六七八九十百千][零〇一二两俩三四五六七八九十百千万]{0,8}"
    r"(?:点[零〇一二三四五六七八九]{1,3})?"
)
ENGLISH = rf"(?:(?<![\d.]){DIGITS}|\b{WORDS}\b)"
MIXED = rf"{DIGITS}(?:[百千万](?![克瓦米卡货])(?:[1-9](?!\d))?)?"  # 1.2万, 1千5
ANY = rf"(?:(?<![\d.]){MIXED}|{CHINESE})"
ORDINAL = rf"(?:\d{{1,6}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})"


def value(said: str) -> float:
    """What a numeral says ("twenty five", "1,299.00", "三十五", "八五" as its digits 85, "五百二" 520).

    Raises ValueError.
    """
    said = said.strip()
    if said[:1].isdigit() or said[:1] == ".":
        return _digits(said)
    if said in _ORDINALS:
        return float(_ORDINALS[said])
    return _chinese(said) if said[:1] in _DIGITS or said[:1] in _POWERS else _english(said)


def _digits(said: str) -> float:
    said = said.rstrip("stndrh")
    if mixed := re.fullmatch(r"([\d.,]+)([百千万k])(\d?)", said):
        power = _POWERS.get(mixed[2], 1000)
        return round(_digits(mixed[1]) * power + float(mixed[3] or 0) * power / 10, 4)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+|\.\d{3})", said):
        said = said.replace(".", "").replace(",", ".")
    return float(re.sub("[,']", "", said))


def _english(said: str) -> float:
    if said.endswith("hundred"):
        return 100.0
    if said.endswith("dozen"):
        return 6.0 if said.startswith("half") else 12.0
    words = said.replace("-", " ").split()
    known = _UNITS | _TENS
    if not words or any(word not in known for word in words):
        raise ValueError(f"{said!r} is not a number.")
    return float(sum(known[word] for word in words))


def _chinese(said: str) -> float:
    whole, _, decimals = said.partition("点")
    total = _whole(whole)
    for place, character in enumerate(decimals, 1):
        total += _DIGITS[character] / 10**place
    return round(total, 4)


def _whole(said: str) -> float:
    if not any(power in said for power in _POWERS):
        return float("".join(str(_DIGITS[character]) for character in said))
    total, section, digit, last = 0, 0, 0, 0
    for character in said:
        power = _POWERS.get(character, 0)
        if power == _POWERS["万"]:
            total, section, digit = total + (section + digit) * power, 0, 0
        elif power:
            section, digit = section + (digit or 1) * power, 0
        else:
            digit, last = _DIGITS[character], last if _DIGITS[character] else 0
        last = power or last
    # A last digit counts tenths of the power before it, unless 零 stands between.
    return float(total + section + digit * (last // 10 if last > 10 else 1))
