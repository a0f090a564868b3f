"""How a command opens the desk."""

from pricedesk.settings import Settings
from pricedesk.wiring import Pricedesk, wire


def opened() -> Pricedesk:
    """The desk of the current settings, without any server."""
    return wire(Settings())
