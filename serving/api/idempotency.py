"""A POST that is sent again under the same Idempotency-Key is carried out once, whatever breaks in between.

A key is first claimed (status 0). The transaction in which the change is made marks the claim as carried out (status 1)
before it commits, and fails if somebody else has taken the claim over; so a crash leaves either nothing done and a
claim that lapses, or the change done and a claim that says so. The answer itself is stored last.
"""

import hashlib
import json
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import anyio
from sqlalchemy import Update, event, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as OrmSession
from sqlmodel import Session, col, delete
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from db.dealings import Replay
from db.engine import Database
from db.tables import now
from pricing.errors import PricingError
from serving.api.problems import ConflictError, RefusedError, refused

KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=60)  # after which the claim of another process that says nothing more may be taken over
SWEEP = 600.0  # seconds between two looks for what may be forgotten
RUNNING, DONE = 0, 1  # below every HTTP status
REMEMBERED = ("content-type", "etag", "location")
MOST = 1 << 20  # bytes of an answer that is kept


class BadReplayKeyError(RefusedError):
    """No key that could be remembered."""


class ReusedReplayKeyError(RefusedError):
    """The same key for something else."""


class StillRunningError(ConflictError):
    """The first request under this key is still being answered."""


class AnswerLostError(ConflictError):
    """What was asked is done; its answer is not there to be given again."""


class TakenOverError(ConflictError):
    """Another process has taken the request over, so this one changes nothing."""


@dataclass(frozen=True)
class Claim:
    caller: str
    key: str
    digest: str
    token: str


_CLAIM: ContextVar[Claim | None] = ContextVar("claim", default=None)
Handler = Callable[[Request], Awaitable[Response]]


class Replays:
    """The answers that this database remembers, and the claims that this process holds."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.process = uuid4().hex[:16]
        self._held: set[str] = set()
        self._lock = threading.Lock()
        self._swept = -SWEEP
        if not event.contains(Session, "before_commit", _mark):
            event.listen(Session, "before_commit", _mark)

    async def once(self, request: Request, caller: str, key: str, handle: Handler, *, secret: bool) -> Response:
        """The answer of `handle`, or the one it gave before. A `secret` answer is not kept.

        Raises RefusedError where the key cannot be used, and what `handle` raises.
        """
        asked = _digest(request, await request.body())
        claim = Claim(caller, _checked(key), asked, f"{self.process}.{uuid4().hex}")
        former = await run_in_threadpool(self._take, claim)
        if former is not None:
            return former
        try:
            answer = await _carried_out(claim, request, handle)
        except BaseException:
            await self._settle(claim, None)
            raise
        if isinstance(answer, StreamingResponse):
            answer.body_iterator = self._followed(claim, answer, answer.body_iterator.__aiter__())
        else:
            await self._settle(claim, None if secret and answer.status_code < 400 else answer)
        return answer

    def _take(self, claim: Claim) -> Response | None:
        """Claim the key; the stored answer where there is one. Raises RefusedError."""
        self._sweep()
        with self._lock:
            self._held.add(claim.token)
        try:
            with self.database.session() as session:
                row = session.get(Replay, (claim.caller, claim.key), with_for_update=True)
                former = self._former(row, claim) if row is not None else None
                if former is None and row is not None:
                    row.digest, row.status, row.body, row.made_at = claim.digest, RUNNING, claim.token, now()
                elif former is None:
                    session.add(_row(claim))
        except IntegrityError:  # another request under this key came in between
            self._drop(claim)
            raise _running() from None
        except BaseException:
            self._drop(claim)
            raise
        if former is not None:
            self._drop(claim)
        return former

    def _former(self, row: Replay, claim: Claim) -> Response | None:
        """What a row says to somebody who comes with its key: None where it lapsed and may be taken over."""
        age = now() - row.made_at
        if row.status > DONE and age > KEPT:
            return None
        if row.digest != claim.digest:
            raise ReusedReplayKeyError("This Idempotency-Key was sent with another request. Use a new one for each.")
        if row.status > DONE:
            return _stored(row)
        ours = row.body.startswith(self.process)
        with self._lock:
            alive = row.body in self._held
        if alive or (not ours and age < LEASE):
            raise _running()
        if row.status == DONE:
            raise AnswerLostError(
                "This request was carried out, but its answer is not kept. "
                "Look at what it changed; do not send it again."
            )
        return None

    async def _followed(self, claim: Claim, answer: Response, parts: AsyncIterator[object]) -> AsyncIterator[bytes]:
        """A stream as it goes by, to be kept once it is whole."""
        seen, whole = bytearray(), False
        try:
            while True:
                mine = _CLAIM.set(claim)
                try:
                    part = await anext(parts)
                except StopAsyncIteration:
                    whole = True
                    break
                finally:
                    _CLAIM.reset(mine)
                chunk = part.encode() if isinstance(part, str) else bytes(part)  # type: ignore[call-overload]
                seen += chunk if len(seen) <= MOST else b""
                yield chunk
        finally:
            kept = Response(bytes(seen), answer.status_code, dict(answer.headers)) if whole else None
            await self._settle(claim, kept)

    async def _settle(self, claim: Claim, answer: Response | None) -> None:
        try:
            with anyio.CancelScope(shield=True):  # also where the client has gone
                await run_in_threadpool(self._write, claim, answer)
        finally:
            self._drop(claim)

    def _write(self, claim: Claim, answer: Response | None) -> None:
        """Keep the answer. A refusal or fault that changed nothing gives the key free; one that did stays claimed."""
        with self.database.session() as session:
            mine = (col(Replay.caller) == claim.caller, col(Replay.key) == claim.key, col(Replay.body) == claim.token)
            if answer is None or answer.status_code >= 400:
                session.exec(delete(Replay).where(*mine, col(Replay.status) == RUNNING))
            told = _envelope(answer) if answer is not None else None
            if told is not None and answer is not None:
                session.exec(update(Replay).where(*mine).values(status=answer.status_code, body=told))

    def _drop(self, claim: Claim) -> None:
        with self._lock:
            self._held.discard(claim.token)

    def _sweep(self) -> None:
        """Forget, now and then, what is older than a day."""
        with self._lock:
            if time.monotonic() - self._swept < SWEEP:
                return
            self._swept = time.monotonic()
        with self.database.session() as session:
            session.exec(delete(Replay).where(col(Replay.made_at) < now() - KEPT))


async def _carried_out(claim: Claim, request: Request, handle: Handler) -> Response:
    mine = _CLAIM.set(claim)
    try:
        return await handle(request)
    except PricingError as refusal:
        return refused(request, refusal)
    finally:
        _CLAIM.reset(mine)


def _mark(session: OrmSession) -> None:
    """In the transaction that makes the change: the claim is carried out, or the change is not made."""
    claim = _CLAIM.get()
    if claim is None or session.in_nested_transaction():
        return
    if session.connection().execute(_marking(claim)).rowcount != 1:
        raise TakenOverError("Another process has taken this request over. Send it again to get its answer.")


def _marking(claim: Claim) -> Update:
    return (
        update(Replay)
        .where(
            col(Replay.caller) == claim.caller, col(Replay.key) == claim.key, col(Replay.body) == claim.token
        )
        .values(status=DONE)
    )  # fmt: skip


def _row(claim: Claim) -> Replay:
    return Replay(
        caller=claim.caller, key=claim.key, digest=claim.digest, status=RUNNING, body=claim.token, made_at=now()
    )


def _digest(request: Request, body: bytes) -> str:
    said = f"{request.method} {request.url.path}?{request.url.query}\n{request.headers.get('if-match', '')}\n"
    return hashlib.sha256(said.encode() + body).hexdigest()


def _checked(key: str) -> str:
    if not 0 < len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise BadReplayKeyError("An Idempotency-Key has 1 to 255 printable ASCII characters, such as a UUID.")
    return key


def _running() -> StillRunningError:
    text = "The first request under this Idempotency-Key is still being answered. Send it again in a moment."
    return StillRunningError(text, {"Retry-After": "1"})


def _envelope(answer: Response) -> str | None:
    """The answer as text; None where it is too long or no text."""
    try:
        text = bytes(answer.body).decode()
    except UnicodeDecodeError:
        return None
    headers = {name: answer.headers[name] for name in REMEMBERED if name in answer.headers}
    return json.dumps({"headers": headers, "text": text}) if len(text) <= MOST else None


def _stored(row: Replay) -> Response:
    told = json.loads(row.body)
    return Response(told["text"], row.status, told["headers"] | {"idempotent-replayed": "true"})
