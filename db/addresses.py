"""Which addresses outside may be called: none of this machine or its network, unless the operator allows them."""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from pricing.errors import PricingError

Address = IPv4Address | IPv6Address
LONGEST = 1000  # characters of a URL
_NAT64 = IPv6Network("64:ff9b::/96")


class ForbiddenAddressError(PricingError):
    """The desk does not call this address."""


class UnknownHostError(PricingError):
    """The name of a host has no address."""


@dataclass(frozen=True)
class Reach:
    """How far calls may go. With `private`: into the operator's own network too, and by plain http to this machine.

    Link-local addresses, where clouds keep their secrets, are never called.
    """

    private: bool = False

    def check(self, url: str) -> None:
        """Refuse a URL that could not be called whatever its name stands for; a name is looked up when it is called.

        Raises ForbiddenAddressError.
        """
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise ForbiddenAddressError(f"{url[:200]!r} is no address. Give one such as {_EXAMPLE}.") from None
        if not host or len(url) > LONGEST or not url.isprintable() or set(url) & set(' \\"<>'):
            raise ForbiddenAddressError(f"{url[:200]!r} is no address. Give one such as {_EXAMPLE}.")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise ForbiddenAddressError("An address carries no user name, password or fragment. Leave them out.")
        if parts.scheme != "https" and not (parts.scheme == "http" and self.private and _is_loopback(host)):
            raise ForbiddenAddressError(
                f"{url[:200]!r} is not safe: what is sent could be read. Give an https address."
            )
        try:
            self.resolve(host, parts.port or 443)
        except UnknownHostError:
            return

    def resolve(self, host: str, port: int) -> list[str]:
        """The addresses behind a host name, to be connected to as they are, so that no later answer of the name
        server can lead elsewhere.

        Raises UnknownHostError, and ForbiddenAddressError where any of them may not be called.
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise UnknownHostError(f"The host {host!r} cannot be found: {error}. Check its name.") from None
        addresses = list(dict.fromkeys(str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found))
        for address in addresses:
            if not self.allows(ip_address(address)):
                raise ForbiddenAddressError(
                    f"{host!r} leads to {address}, which is no public address. Give a public one, or let the operator "
                    "allow private ones by PRICEDESK_WEBHOOK_PRIVATE=true."
                )
        return addresses

    def allows(self, address: Address) -> bool:
        """Whether this may be called; an IPv4 address within an IPv6 one counts as what it is."""
        inner = _inner(address)
        if inner.is_link_local or inner.is_multicast or inner.is_unspecified:
            return False
        return self.private or inner.is_global


_EXAMPLE = "https://example.com/hooks"


def _inner(address: Address) -> Address:
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
    return address


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
