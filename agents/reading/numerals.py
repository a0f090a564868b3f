"""Numbers in digits, in English words and in Chinese characters."""

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
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}

DIGITS = r"(?:\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,4})?|\d{1,9}(?:\.\d{1,4})?|\.\d{1,2})"
_ONES = "|".join(list(_UNITS)[1:10])
WORDS = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{_ONES}))?|{'|'.join(reversed(_UNITS))}|(?:an? |one )?hundred|(?:an? )?dozen)"
)
CHINESE = r"[零〇一二两俩三四五六七八九十百千]{1,7}(?:点[零〇一二三四五六七八九]{1,3})?"
ENGLISH = rf"(?:(?<![\d.]){DIGITS}|\b{WORDS}\b)"
ANY = rf"(?:(?<![\d.]){DIGITS}|{CHINESE})"
ORDINAL = rf"(?:\d{{1,6}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})"


def value(said: str) -> float:
    """What a numeral says ("twenty five", "1,299.00", "三十五", "八五" as its digits 85). Raises ValueError."""
    said = said.strip()
    if said[:1].isdigit() or said[:1] == ".":
        return float(said.replace(",", "").rstrip("stndrh"))
    if said in _ORDINALS:
        return float(_ORDINALS[said])
    return _chinese(said) if said[:1] in _DIGITS or said[:1] in _POWERS else _english(said)


def _english(said: str) -> float:
    if said.endswith("hundred"):
        return 100.0
    if said.endswith("dozen"):
        return 12.0
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
    total, digit = 0, 0
    for character in said:
        if character in _POWERS:
            total += (digit or 1) * _POWERS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return float(total + digit)
