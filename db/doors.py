"""HTTP to a shop or a program outside: within a time, to one address only, its refusals in our words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from json import JSONDecodeError, loads
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpx

from db.sinks import Answer, Change, SinkBusyError, SinkError

TIMEOUT = 10.0  # seconds for one step of a request
WHOLE = 30.0  # seconds for one answer
ROUND = 60.0  # seconds for all requests of one publication, so that it ends within `outbox.LEASE`
LARGEST = 4_000_000  # bytes of an answer
LONGEST = 200  # characters of what an outsider says, for a person to read
_KEY, _BUSY = (401, 403), (408, 425, 429)


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    body: bytes
    retry_after: str = ""

    def json(self) -> Any:
        """The body as JSON. Raises SinkBusyError: a gateway's page stands in for the shop, which may be back soon."""
        try:
            return loads(self.body)
        except (JSONDecodeError, UnicodeDecodeError):
            raise SinkBusyError(
                "The answer was no JSON, as where a gateway answers in the place of the shop."
            ) from None


@dataclass(frozen=True)
class Door:
    """An open connection to one address. Its headers may hold secrets: they are shown nowhere."""

    client: httpx.Client
    host: str
    until: float

    def ask(self, method: str, path: str, **more: Any) -> Reply:
        """One request; raises SinkError and SinkBusyError for all but a success."""
        if monotonic() > self.until:
            raise SinkBusyError(f"{self.host} answers too slowly for all of these; the rest is asked again.")
        try:
            with self.client.stream(method, path, **more) as response:
                reply = Reply(response.status_code, _read(response), response.headers.get("retry-after", ""))
        except httpx.HTTPError as error:
            raise SinkBusyError(f"{self.host} cannot be reached ({type(error).__name__}).") from None
        return checked(self.host, reply)


@contextmanager
def opened(url: str, headers: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None) -> Iterator[Door]:
    """A door to `url`, below which all paths lie. Redirects are not followed."""
    host = urlsplit(url).hostname or ""
    with httpx.Client(
        base_url=url, headers=dict(headers or {}), auth=auth, timeout=TIMEOUT, follow_redirects=False,
        trust_env=host not in ("localhost", "127.0.0.1", "::1"),
    ) as client:  # fmt: skip
        yield Door(client, host, monotonic() + ROUND)


def checked(host: str, reply: Reply) -> Reply:
    """The reply, if it is a success. Raises SinkBusyError where the same request may succeed later, else SinkError."""
    status = reply.status
    if 200 <= status < 300:
        return reply
    if 300 <= status < 400:
        raise SinkError(f"{host} points elsewhere (status {status}); prices are told to no other address. Set it anew.")
    if status in _KEY:
        raise SinkError(f"{host} does not accept our key (status {status}). Set a valid one with the right to write.")
    if status in _BUSY or status >= 500:
        raise SinkBusyError(f"{host} is busy (status {status}).", waiting(reply.retry_after))
    raise SinkError(f"{host} refused (status {status}): “{said(reply.body)}”.")


def waiting(retry_after: str) -> float:
    """Seconds of a Retry-After header: a number, or a date; 0 where it says neither. An hour at most."""
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            return 0.0
    return min(seconds, 3600.0) if seconds > 0 else 0.0  # neither past nor NaN


def said(body: bytes) -> str:
    """An outsider's own words on one line: the message of a JSON error, else the beginning of the text."""
    text = body.decode("utf-8", "replace")
    try:
        error = loads(text)
    except JSONDecodeError:
        error = None
    message = error.get("message") or error.get("errors") if isinstance(error, dict) else None
    return shortened(str(message or text))


def shortened(text: str) -> str:
    """One line of printable characters, of a length to be shown."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def each(changes: Sequence[Change], work: Callable[[Change], str]) -> list[Answer]:
    """The answer to each change; where one is refused the others go on."""
    return [_one(change, work) for change in changes]


def _one(change: Change, work: Callable[[Change], str]) -> Answer:
    try:
        return work(change)
    except SinkError as refusal:
        return refusal


def _read(response: httpx.Response) -> bytes:
    body, until = bytearray(), monotonic() + WHOLE
    for part in response.iter_bytes():
        body += part
        if len(body) > LARGEST or monotonic() > until:
            raise httpx.ReadError("too long", request=response.request)
    return bytes(body)
