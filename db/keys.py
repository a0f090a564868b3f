"""API keys: made, known again, revoked. `pd_<id>_<secret>`; of the secret only its SHA-256 is kept."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from db import events
from db.dealings import ApiKey
from db.moves import Actor
from db.tables import User, now
from pricing.errors import PricingError

FORMAT = re.compile(r"pd_([0-9a-f]{16})_([\w-]{43})")
NOTED = timedelta(minutes=1)  # how exactly the last use is known


class UnknownKeyError(PricingError):
    """No key has this id."""


class BadKeyError(PricingError):
    """No key can be made like this."""


def create(
    session: Session, name: str, owner: str, scopes: Sequence[str], actor: Actor, *, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key of the owner's, and the whole key, which nothing tells again.

    Which scopes an owner's role permits is for the caller to hold. Raises BadKeyError.
    """
    name = name.strip()
    if not 0 < len(name) <= 100 or not name.isprintable():
        raise BadKeyError(f"{name!r} is no name for a key. Give 1 to 100 printable characters.")
    if not scopes:
        raise BadKeyError("A key without a scope opens nothing. Name at least one.")
    if expires_at is not None and expires_at <= now():
        raise BadKeyError(f"The key would have expired at {expires_at:%Y-%m-%d %H:%M} UTC. Give a time to come.")
    user = session.get(User, owner)
    if user is None or not user.active:
        raise BadKeyError(f"There is no active user {owner!r} to own the key.")
    made, whole = _fresh(name, owner, scopes, expires_at)
    session.add(made)
    session.flush()
    events.record(session, "key.created", made.id, actor, _told(made))
    return made, whole


def find(session: Session, whole: str, at: datetime | None = None) -> tuple[ApiKey, User] | None:
    """The key and its owner; None where it is forged, revoked, expired, or its owner's account is closed.

    The secrets are compared in constant time, and an unknown id costs the same comparison.
    """
    parts = FORMAT.fullmatch(whole)
    if parts is None:
        return None
    key = session.get(ApiKey, parts[1])
    genuine = hmac.compare_digest(key.secret_hash if key else "0" * 64, _hash(parts[2]))
    if key is None or not genuine or not alive(key, at or now()):
        return None
    owner = session.get(User, key.owner)
    return (key, owner) if owner is not None and owner.active else None


def alive(key: ApiKey, at: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or at < key.expires_at)


def note_use(session: Session, key_id: str, at: datetime | None = None) -> None:
    """Remember when the key was used last."""
    key = session.get(ApiKey, key_id)
    if key is not None:
        key.used_at = at or now()


def stale(key: ApiKey, at: datetime | None = None) -> bool:
    """Whether the last use that is noted is too long ago to stand for this one."""
    return key.used_at is None or (at or now()) - key.used_at >= NOTED


def listed(session: Session, owner: str | None = None, after: str | None = None, limit: int = 100) -> list[ApiKey]:
    """Keys by id, of one owner or of all, those after `after`."""
    wanted = select(ApiKey).order_by(col(ApiKey.id)).limit(limit)
    if owner is not None:
        wanted = wanted.where(ApiKey.owner == owner)
    return list(session.exec(wanted if after is None else wanted.where(col(ApiKey.id) > after)))


def get(session: Session, key_id: str, owner: str | None = None) -> ApiKey:
    """The key, where `owner` (None: anybody) owns it. Raises UnknownKeyError."""
    key = session.get(ApiKey, key_id)
    if key is None or owner not in (None, key.owner):
        raise UnknownKeyError(f"There is no key {key_id}. The list of keys shows their ids.")
    return key


def revoke(session: Session, key_id: str, actor: Actor, owner: str | None = None) -> ApiKey:
    """From now on the key opens nothing; revoking it again changes nothing. Raises UnknownKeyError."""
    key = get(session, key_id, owner)
    if key.revoked_at is None:
        key.revoked_at = now()
        events.record(session, "key.revoked", key.id, actor, _told(key))
    return key


def rotate(session: Session, key_id: str, actor: Actor, owner: str | None = None) -> tuple[ApiKey, str]:
    """A new key in the place of this one, which is revoked. Raises UnknownKeyError, and BadKeyError for a dead key."""
    former = get(session, key_id, owner)
    if not alive(former, now()):
        raise BadKeyError(f"Key {key_id} is revoked or expired. Make a new one.")
    revoke(session, key_id, actor)
    return create(session, former.name, former.owner, former.scopes, actor, expires_at=former.expires_at)


def _fresh(name: str, owner: str, scopes: Sequence[str], expires_at: datetime | None) -> tuple[ApiKey, str]:
    number, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    made = ApiKey(
        id=number, secret_hash=_hash(secret), name=name, owner=owner, scopes=sorted(set(scopes)), made_at=now(),
        expires_at=expires_at,
    )  # fmt: skip
    return made, f"pd_{number}_{secret}"


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _told(key: ApiKey) -> dict[str, object]:
    ends = key.expires_at.isoformat() if key.expires_at else None
    return {"name": key.name, "owner": key.owner, "scopes": key.scopes, "expires_at": ends}
