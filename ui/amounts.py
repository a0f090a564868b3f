"""Numbers, money and moments in the reader's locale."""

from datetime import datetime
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol

from agents.rendering import LOCALES, Language

Amount = Decimal | float | int | str


def money(value: Amount, currency: str, language: Language, signed: bool = False) -> str:
    """£2.95; whole from a thousand on. `signed` shows a plus too."""
    amount = float(value)
    big = abs(amount) >= 1000
    text = str(
        format_currency(
            round(amount) if big else amount, currency, locale=LOCALES[language],
            format="¤#,##0" if big else None, currency_digits=not big,
        )
    )  # fmt: skip
    return f"+{text}" if signed and amount > 0 else text


def symbol(currency: str, language: Language) -> str:
    return str(get_currency_symbol(currency, locale=LOCALES[language]))


def units(value: Amount, language: Language) -> str:
    amount = float(value)
    return str(format_decimal(round(amount, 1 if abs(amount) < 10 else 0), locale=LOCALES[language]))


def change(before: Amount, after: Amount, language: Language) -> str:
    """The step from one price to another in percent: +5.2 %."""
    step = 100 * (float(after) / float(before) - 1) if float(before) else 0.0
    return str(format_decimal(round(step, 1), format="+#,##0.0;-#,##0.0", locale=LOCALES[language])) + " %"


def probability(value: Amount, language: Language) -> str:
    share = float(value)
    if 0 < share < 0.01:
        return "< 1 %" if language == "en" else "低于 1%"
    return str(format_percent(share, locale=LOCALES[language]))


def moment(iso: str, language: Language) -> str:
    """A moment as stored (ISO, UTC), to the minute."""
    shown = format_datetime(datetime.fromisoformat(iso), "medium", locale=LOCALES[language])
    return f"{shown.rsplit(':', 1)[0]} UTC"


def day(iso: str, language: Language) -> str:
    return str(format_date(datetime.fromisoformat(iso).date(), "medium", locale=LOCALES[language]))


def percent(value: Amount, language: Language) -> str:
    """A figure that is in percent already."""
    return str(format_decimal(round(float(value), 1), format="#,##0.#", locale=LOCALES[language])) + " %"


def ratio(value: Amount, language: Language) -> str:
    """A bare number to two places, for example an elasticity."""
    return str(format_decimal(round(float(value), 2), format="#,##0.00", locale=LOCALES[language]))
