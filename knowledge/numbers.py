"""Numbers that prove themselves: check digits of cards, accounts and identity cards, and numbers of telephones."""

import re

_NATIONAL = ("US", "CN", "IN")  # where a number may begin without 0 or a plus
_DIALLED = ("GB", "DE", "FR", "CN", "IN")
_DATE = re.compile(r"(?:19|20)\d\d[-/.\s]\d{1,2}[-/.\s]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d\b")
_YEARS = re.compile(r"(?:(?:19|20)\d\d[ -]?)+")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal() and c.isascii())


def is_card(text: str) -> bool:
    """A payment card: the first digit of a scheme, and Luhn's check (ISO/IEC 7812)."""
    number = [int(c) for c in digits(text)]
    if not 14 <= len(number) <= 19 or not 2 <= number[0] <= 6 or _YEARS.fullmatch(text):
        return False
    doubled = [n if place % 2 == 0 else (2 * n - 9 if n > 4 else 2 * n) for place, n in enumerate(reversed(number))]
    return sum(doubled) % 10 == 0


def is_resident_id(text: str) -> bool:
    """A Chinese resident identity number: a date of birth and the check of GB 11643."""
    if not re.fullmatch(r"[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]", text):
        return False
    check = sum(weight * int(c) for weight, c in zip(_WEIGHTS, text, strict=False)) % 11
    return "10X98765432"[check] == text[-1].upper()


def is_bank_account(text: str) -> bool:
    """An IBAN by its remainder (ISO 13616)."""
    plain = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def is_phone(text: str) -> bool:
    """A number that a telephone of one of the usual countries has, and no date."""
    import phonenumbers  # noqa: PLC0415

    if not 9 <= len(digits(text)) <= 15 or _DATE.search(text) or len(re.findall(r"\d+", text)) > 6:
        return False
    for country in _DIALLED if text.lstrip("(").startswith(("0", "+")) else _NATIONAL:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(text, country)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False
