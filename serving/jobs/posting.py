"""One POST to an address that somebody gave us: to where it may go, no further, and within its time."""

import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import certifi
import httpcore
from httpcore import SOCKET_OPTION, NetworkBackend, NetworkStream

from db.addresses import Reach, UnknownHostError
from pricing.errors import PricingError

SECONDS = 10.0  # for all of it: name, connection, request, answer
MOST = 2000  # bytes of an answer that are looked at


class UnreachableError(PricingError):
    """Nobody answered; the text says why."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The address did not answer ({why}). Check that the receiver runs and can be reached.")


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    retry_after: float = 0.0  # seconds that the receiver asks for


def post(url: str, body: bytes, headers: Mapping[str, str], reach: Reach, seconds: float = SECONDS) -> Answer:
    """Send, and read the beginning of the answer. Redirects are answers, and are not followed; no proxy is used.

    Raises ForbiddenAddressError where `reach` does not go there, UnreachableError where nothing came back in time.
    """
    reach.check(url)
    sent = [("host", _host(url)), ("content-type", "application/json"), ("user-agent", "pricedesk"), *headers.items()]
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
    backend = _Within(reach, time.monotonic() + seconds)
    with httpcore.ConnectionPool(network_backend=backend, ssl_context=_trust()) as pool:
        try:
            with pool.stream("POST", url, headers=sent, content=body, extensions={"timeout": timeout}) as answer:
                return Answer(answer.status, _beginning(answer), _retry_after(answer))
        except UnknownHostError as unknown:
            raise UnreachableError(str(unknown)) from None
        except httpcore.TimeoutException:
            raise UnreachableError(f"no answer within {seconds:g} s") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError) as error:
            raise UnreachableError(f"{type(error).__name__}: {error}"[:300]) from None


@cache
def _trust() -> ssl.SSLContext:
    """The certificates of this machine (or of SSL_CERT_FILE), and the usual ones, which a small image lacks."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _host(url: str) -> str:
    target = httpcore.URL(url)
    name, usual = target.host.decode(), {b"http": 80, b"https": 443}[target.scheme]
    name = f"[{name}]" if ":" in name else name
    return name if target.port in (None, usual) else f"{name}:{target.port}"


def _beginning(answer: httpcore.Response) -> str:
    read = b""
    for chunk in answer.iter_stream():
        read += chunk
        if len(read) >= MOST:
            break
    return read[:MOST].decode("utf-8", "replace")


def _retry_after(answer: httpcore.Response) -> float:
    told = next((value for name, value in answer.headers if name.lower() == b"retry-after"), b"")
    return float(told) if told.isdigit() and len(told) < 8 else 0.0


class _Within(NetworkBackend):
    """Connects to the very addresses that were checked, and lets nothing outlast the deadline."""

    def __init__(self, reach: Reach, deadline: float) -> None:
        self._reach, self._deadline, self._plain = reach, deadline, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        trouble: Exception = UnknownHostError(f"The host {host!r} has no address.")
        for address in self._reach.resolve(host, port):
            try:
                left = _left(self._deadline)
                stream = self._plain.connect_tcp(address, port, left, local_address, socket_options)
                return _Timed(stream, self._deadline)
            except (httpcore.NetworkError, httpcore.TimeoutException) as error:
                trouble = error
        raise trouble


class _Timed(NetworkStream):
    """A stream whose every wait ends at the deadline: an answer byte by byte holds nobody up."""

    def __init__(self, stream: NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline)), self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("out of time")
    return left
