"""Where applied prices go, by the settings."""

from base64 import b64decode
from urllib.parse import urlsplit

from pydantic import SecretStr

from db.hook import SignedWebhook
from db.shopify import Shopify
from db.sinks import CsvPriceList, Sink
from db.woocommerce import WooCommerce
from pricedesk.settings import Settings
from pricing.errors import PricingError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class OutletError(PricingError):
    """The settings of a sink do not fit together."""


def sinks_of(settings: Settings) -> tuple[Sink, ...]:
    """Every sink whose settings are made. Raises OutletError where some of them are, or an address is not safe."""
    sinks: list[Sink] = []
    if settings.price_list:
        sinks.append(CsvPriceList(settings.home / "pricelist.csv"))
    if _given(settings, "price_webhook_url", "price_webhook_secret"):
        _check_signing(settings.price_webhook_secret)
        sinks.append(SignedWebhook(_safe(settings.price_webhook_url), settings.price_webhook_secret))
    if _given(settings, "shopify_url", "shopify_token"):
        sinks.append(Shopify(_safe(settings.shopify_url), settings.shopify_token, settings.shopify_version))
    if _given(settings, "woocommerce_url", "woocommerce_key", "woocommerce_secret"):
        url, keys = _safe(settings.woocommerce_url), (settings.woocommerce_key, settings.woocommerce_secret)
        sinks.append(WooCommerce(url, *keys))
    return tuple(sinks)


def _given(settings: Settings, *names: str) -> bool:
    missing = [f"PRICEDESK_{name.upper()}" for name in names if not getattr(settings, name)]
    if missing and len(missing) < len(names):
        raise OutletError(f"{', '.join(missing)} is missing beside its others. Set all of them, or none.")
    return not missing


def _safe(url: str) -> str:
    """The address, if what is sent there stays between us: https, or this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise OutletError(f"{url!r} is no address. Give one such as https://shop.example.") from None
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        raise OutletError("An address of a sink has a host and perhaps a path, no name, password or query. Mend it.")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise OutletError(f"{url!r} is not safe: what is sent there could be read. Give an https address.")
    return url


def _check_signing(secret: SecretStr) -> None:
    """Raises OutletError without saying the secret."""
    try:
        size = len(b64decode(secret.get_secret_value().removeprefix("whsec_"), validate=True))
    except ValueError:
        size = 0
    if not 24 <= size <= 64:
        raise OutletError(
            "PRICEDESK_PRICE_WEBHOOK_SECRET is no signing secret. Give whsec_ and 24 to 64 random bytes in base64."
        )
