"""Who may sign in, and as what."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlmodel import Session, col, select

from db.tables import User, now
from pricing.errors import PricingError

ROLES = ("merchant", "approver", "admin")
SHORTEST = 8  # characters of a password
LONGEST = 1000  # and no more: hashing megabytes would be a way to keep the desk busy

_hasher = PasswordHasher()


class BadUserError(PricingError):
    """No account can be made or changed like this."""


def create(session: Session, name: str, password: str, role: str) -> User:
    """A new account. Raises BadUserError for a taken or empty name, a role that people cannot have, a weak password."""
    name = name.strip()
    if not 0 < len(name) <= 100 or not name.isprintable():
        raise BadUserError(f"{name!r} is no user name. Give 1 to 100 printable characters.")
    if role not in ROLES:
        raise BadUserError(f"{role!r} is no role of a person. Give one of {', '.join(ROLES)}.")
    if session.get(User, name) is not None:
        raise BadUserError(f"There is a user {name!r} already. Choose another name.")
    user = User(name=name, password_hash=_hashed(password), role=role, created_at=now())
    session.add(user)
    session.flush()
    return user


def authenticate(session: Session, name: str, password: str) -> User | None:
    """The active user with this name and password; None otherwise, after the same work whether the name exists."""
    user = session.get(User, name.strip())
    known = user.password_hash if user is not None and user.active else _nobody()
    try:
        _hasher.verify(known, password[: LONGEST + 1])
    except VerificationError:
        return None
    return user if user is not None and user.active else None


def set_password(session: Session, name: str, password: str) -> None:
    """Raises BadUserError for an unknown name or a weak password."""
    user = session.get(User, name.strip())
    if user is None:
        raise BadUserError(f"There is no user {name!r}.")
    user.password_hash = _hashed(password)
    session.flush()


def everyone(session: Session) -> list[User]:
    """All accounts, by name."""
    return list(session.exec(select(User).order_by(col(User.name))))


def first_logins(session: Session) -> list[tuple[str, str, str]]:
    """Accounts for a desk that has none: (name, password, role) of each, which nothing else will ever tell again."""
    if session.exec(select(User.name).limit(1)).first() is not None:
        return []
    logins = [(name, secrets.token_urlsafe(12), name) for name in ("admin", "merchant", "approver")]
    for name, password, role in logins:
        create(session, name, password, role)
    return logins


def _hashed(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadUserError(f"A password has {SHORTEST} to {LONGEST} characters; this one has {len(password)}.")
    return _hasher.hash(password)


@cache
def _nobody() -> str:
    """A hash that no password fits, made once."""
    return _hasher.hash(secrets.token_urlsafe(32))
