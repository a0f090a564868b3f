"""The refusal of a whole file."""

from pricing.errors import PricingError


class ImportRefusedError(PricingError):
    """The file cannot be imported, and nothing was changed; the text names the place and the remedy."""
