"""Amounts as they are typed on the command line."""

from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from pricing.errors import PricingError

MOST = 1_000_000_000  # of any currency: beyond it, a slip of the keyboard
Count = Annotated[int, typer.Option("--n", min=1, max=10_000, help="How many at most.")]


def price(text: str) -> Decimal:
    """A price. Raises PricingError for what is none."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise PricingError(f"{text!r} is no price. Give a number such as 2.95.") from None
    if not amount.is_finite() or not 0 < amount < MOST:
        raise PricingError(f"A price must be above 0 and below a billion, not {text}.")
    return amount
