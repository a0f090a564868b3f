"""Customers in groups by what they did, never by who they are."""

from collections.abc import Mapping, Sequence

from pricing.errors import PricingError

ALLOWED = ("last_order_days", "orders", "category")  # recency, frequency, what was bought most
RECENT, LAPSED = 60, 180  # days since the last order
OFTEN = 5  # orders


class ForbiddenTraitError(PricingError):
    """Offers may rest on behaviour in this shop alone."""


def segments(customers: Mapping[str, Sequence[object]]) -> tuple[str, ...]:
    """A segment for each customer: how recent, how often, and what they buy most, as in "recent, often, Tea".

    `customers` are columns of equal length, of ALLOWED alone: a protected attribute (gender, age, origin, health) or a
    proxy of one (postcode, name, device) is refused, as is anything else that is not known to be harmless.
    Raises ForbiddenTraitError; ValueError for columns of unequal length.
    """
    wrong = sorted(set(customers) - set(ALLOWED))
    if wrong:
        raise ForbiddenTraitError(
            f"Customers may not be told apart by {', '.join(wrong)}. "
            "Use how recently, how often and what they bought here."
        )
    if len({len(column) for column in customers.values()}) > 1:
        raise ValueError("columns of unequal length describe no customers")
    words = [[_word(name, value) for value in customers[name]] for name in ALLOWED if name in customers]
    return tuple(", ".join(filter(None, row)) for row in zip(*words, strict=True))


def _word(trait: str, value: object) -> str:
    if trait == "category":
        return str(value)
    amount = float(str(value))
    if trait == "orders":
        return "often" if amount >= OFTEN else "seldom" if amount > 1 else "once"
    return "recent" if amount <= RECENT else "lapsed" if amount > LAPSED else "cooling"
