"""What a signed-in person's browser carries: a name, signed by a secret that never leaves this server."""

import hashlib
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

from db.tables import User
from pricing.errors import PricingError

NAME = "pricedesk-session"


@dataclass(frozen=True)
class Ticket:
    """A session of a person. `stamp` changes with the password, so that a new one ends all sessions."""

    id: str
    name: str
    stamp: str
    ends_at: datetime


@dataclass(frozen=True)
class Cookies:
    """Signs tickets and reads them back. Without a secret of its own, sessions end with the process."""

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    lasting: timedelta = timedelta(hours=12)

    def write(self, user: User) -> tuple[str, Ticket]:
        """The cookie's value for a new session, and the session."""
        ticket = Ticket(secrets.token_urlsafe(16), user.name, stamp(user), datetime.now(UTC) + self.lasting)
        return self._signer().dumps([ticket.id, ticket.name, ticket.stamp]), ticket

    def read(self, value: str) -> Ticket | None:
        """The session, None where the cookie is forged or too old."""
        try:
            said, at = self._signer().loads(value, int(self.lasting.total_seconds()), return_timestamp=True)
        except BadSignature:
            return None
        number, name, trace = said
        return Ticket(number, name, trace, at + self.lasting)

    def seal(self, kind: str, said: Any) -> str:
        """Plain data that a browser may carry and not change; of one kind, so that it stands for nothing else."""
        return self._signer(kind).dumps(said)

    def opened(self, kind: str, value: str, lasting: timedelta) -> Any:
        """What was sealed; None where it was forged or is too old."""
        try:
            return self._signer(kind).loads(value, int(lasting.total_seconds()))
        except BadSignature:
            return None

    def _signer(self, kind: str = "session") -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt=f"pricedesk.{kind}", signer_kwargs={"digest_method": _SHA256})


_SHA256 = staticmethod(hashlib.sha256)


def stamp(user: User) -> str:
    """A trace of the password and of who vouches for the account; it says nothing about either."""
    return hashlib.sha256(f"{user.password_hash} {user.subject}".encode()).hexdigest()[:16]


def secret_in(folder: Path) -> bytes:
    """The server's secret, made on the first start and kept in `folder` for its owner's eyes only.

    Raises PricingError where the file is no secret.
    """
    path = folder / "session.key"
    if not path.exists():
        with NamedTemporaryFile(dir=folder, prefix=".session.key.") as draft:  # readable by its owner alone
            draft.write(secrets.token_bytes(32))
            draft.flush()
            with suppress(FileExistsError):  # another process was first: its secret is everybody's
                os.link(draft.name, path)
    kept = path.read_bytes()
    if len(kept) != 32:
        raise PricingError(f"{path} is no secret of 32 bytes. Remove it; everybody then signs in anew.")
    return kept
