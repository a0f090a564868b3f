"""What a refusal is."""


class PricingError(Exception):
    """A refusal: its text states the fact and the remedy, for a person to read."""


class NotEnoughDataError(PricingError):
    """The data cannot say."""


class NoFeasiblePriceError(PricingError):
    """The rules leave no price; the text says what relaxing each would buy."""
