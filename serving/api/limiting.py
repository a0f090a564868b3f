"""How often somebody may ask, and how often somebody may guess a password."""

import math
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from limits import RateLimitItem, parse_many
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from serving.api.problems import RefusedError

Hit = tuple[RateLimitItem, tuple[str, ...]]  # a rate, and who it is counted for


class TooManyError(RefusedError):
    """Too often; `Retry-After` says when it is worth trying again."""

    status = 429


@dataclass(frozen=True)
class Rates:
    """How often, as "5/minute; 30/hour". Raises ValueError for what is no rate."""

    caller: str = "600/minute"  # requests of one key or one person
    address: str = "1200/minute"  # requests from one address, whoever they say they are
    login: str = "5/minute; 30/hour"  # tries at one account from one address
    account: str = "100/hour"  # tries at one account from anywhere
    guesses: str = "30/minute; 300/hour"  # tries from one address at any account

    def __post_init__(self) -> None:
        for rate in (self.caller, self.address, self.login, self.account, self.guesses):
            parse_many(rate)


class Limits:
    """Counts in this process, or in the Redis that `storage` names, for several servers together."""

    def __init__(self, rates: Rates | None = None, storage: str = "memory://") -> None:
        self.rates = rates or Rates()
        self._windows = FixedWindowRateLimiter(storage_from_string(storage))
        self._alone = threading.Lock()

    def request(self, caller: str) -> None:
        """One more request of this key or person. Raises TooManyError."""
        self._hit([(rate, ("caller", caller)) for rate in parse_many(self.rates.caller)], "Too many requests")

    def arrival(self, address: str) -> None:
        """One more request from this address. Raises TooManyError."""
        hits = [(rate, ("address", network(address))) for rate in parse_many(self.rates.address)]
        self._hit(hits, "Too many requests from this address")

    def attempt(self, account: str, address: str) -> None:
        """One more try to sign in, counted before the password is looked at. Raises TooManyError."""
        place, name = network(address), account.strip()[:100]
        hits: list[Hit] = [(rate, ("guesses", place)) for rate in parse_many(self.rates.guesses)]
        hits += [(rate, ("account", name)) for rate in parse_many(self.rates.account)]
        hits += self._login(name, place)
        self._hit(hits, "Too many tries to sign in")

    def admitted(self, account: str, address: str) -> None:
        """The password was right: this person's own tries are forgotten; those of the address stay."""
        with self._alone:
            for rate, names in self._login(account.strip()[:100], network(address)):
                self._windows.clear(rate, *names)

    def _login(self, name: str, place: str) -> list[Hit]:
        return [(rate, ("login", name, place)) for rate in parse_many(self.rates.login)]

    def _hit(self, hits: Iterable[Hit], told: str) -> None:
        with self._alone:  # so that many at once are counted one by one
            over = [(rate, names) for rate, names in hits if not self._windows.hit(rate, *names)]
        if over:
            ends = max(self._windows.get_window_stats(rate, *names).reset_time for rate, names in over)
            wait = max(1, math.ceil(ends - time.time()))
            raise TooManyError(f"{told}. Wait {wait} s, then try again.", {"Retry-After": str(wait)})


def network(address: str) -> str:
    """The address, or the network of 64 bits that one IPv6 subscriber holds."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return str(ip_network((known, 64), strict=False))
    return str(getattr(known, "ipv4_mapped", None) or known)
