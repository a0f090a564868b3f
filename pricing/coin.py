"""Money in the smallest coin of its currency (ISO 4217)."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

WHOLE = {
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
}  # fmt: skip
MILLS = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}


def decimals(currency: str) -> int:
    """Digits after the point in which `currency` is paid: 0 for JPY, 3 for KWD, 2 for most."""
    return 0 if currency in WHOLE else 3 if currency in MILLS else 2


def scale(currency: str) -> int:
    """Coins to the unit."""
    return int(10 ** decimals(currency))


def exact(amount: float) -> Decimal:
    """The number as it is written, so that 0.1 is a tenth."""
    return Decimal(str(float(amount)))


def coins_up(amount: Decimal, currency: str) -> int:
    """The fewest coins worth at least `amount`."""
    return int(amount.scaleb(decimals(currency)).to_integral_value(ROUND_CEILING))


def coins_down(amount: Decimal, currency: str) -> int:
    """The most coins worth at most `amount`."""
    return int(amount.scaleb(decimals(currency)).to_integral_value(ROUND_FLOOR))


def amount_of(coins: int, currency: str) -> float:
    """What so many coins are worth: 399 coins of GBP are exactly the float 3.99."""
    return float(Decimal(coins).scaleb(-decimals(currency)))


def money(amount: float | Decimal, currency: str) -> str:
    """An amount for a person to read: "1,234.50 GBP", "980 JPY"."""
    return f"{amount:,.{decimals(currency)}f} {currency}"
