"""Who may sign in, and as what."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlmodel import Session, col, select

from db import audit, events
from db.moves import SYSTEM, Actor
from db.tables import User, now
from pricing.errors import PricingError

ROLES = ("merchant", "approver", "admin")
LANGUAGES = ("", "en", "zh")  # "": the browser's
SHORTEST = 8  # characters of a password
LONGEST = 1000  # and no more: hashing megabytes would be a way to keep the desk busy

_hasher = PasswordHasher()


class BadUserError(PricingError):
    """No account can be made or changed like this."""


class UnknownUserError(BadUserError):
    """No account has this name."""


class TakenNameError(BadUserError):
    """There is an account of this name."""


class LastAdminError(BadUserError):
    """The desk would be left without an admin."""


def create(session: Session, name: str, password: str, role: str, actor: Actor = SYSTEM, *, subject: str = "") -> User:
    """A new account. Raises BadUserError for an empty name, a role that people cannot have, a weak password, and
    TakenNameError. `subject` is who that is at an OIDC provider.
    """
    name = name.strip()
    if not 0 < len(name) <= 100 or not name.isprintable():
        raise BadUserError(f"{name!r} is no user name. Give 1 to 100 printable characters.")
    _check_role(role)
    hashed = _hashed(password)
    audit.alone(session)
    if session.get(User, name) is not None:
        raise TakenNameError(f"There is a user {name!r} already. Choose another name.")
    user = User(name=name, password_hash=hashed, role=role, created_at=now(), subject=subject)
    session.add(user)
    session.flush()
    events.record(session, "user.created", name, actor, {"role": role, "by_oidc": bool(subject)})
    return user


def get(session: Session, name: str) -> User:
    """Raises UnknownUserError."""
    user = session.get(User, name.strip())
    if user is None:
        raise UnknownUserError(f"There is no user {name!r}.")
    return user


def change(
    session: Session,
    name: str,
    actor: Actor,
    *,
    role: str | None = None,
    active: bool | None = None,
    language: str | None = None,
) -> User:
    """Another role, an account opened or closed, another language; None leaves a thing as it is.

    Raises BadUserError, UnknownUserError, and LastAdminError where no active admin would be left.
    """
    audit.alone(session)
    user = get(session, name)
    wanted = {"role": role, "active": active, "language": language}
    changed = {key: value for key, value in wanted.items() if value is not None and value != getattr(user, key)}
    _check_role(role or user.role)
    if language is not None and language not in LANGUAGES:
        raise BadUserError(f"{language!r} is no language of the page. Give en, zh, or nothing for the browser's.")
    admin_now = user.role == "admin" and user.active
    if admin_now and (changed.get("role", "admin") != "admin" or changed.get("active") is False):
        _refuse_last(session, user)
    former = {key: getattr(user, key) for key in changed}
    for key, value in changed.items():
        setattr(user, key, value)
    session.flush()
    if changed:
        events.record(session, "user.changed", user.name, actor, {"from": former, "to": changed})
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


def arrived(session: Session, subject: str, name: str, role: str) -> User:
    """The account of somebody whom an OIDC provider vouches for: made at the first time, with the role it gives now.

    Raises TakenNameError where the name is another account's (it is not handed over), BadUserError, LastAdminError.
    """
    audit.alone(session)
    user = session.exec(select(User).where(User.subject == subject)).first()
    if user is None:
        return create(session, name, secrets.token_urlsafe(32), role, subject=subject)
    return change(session, user.name, SYSTEM, role=role)


def set_password(session: Session, name: str, password: str, actor: Actor = SYSTEM) -> None:
    """All sessions under the old one end. Raises UnknownUserError, and BadUserError for a weak password."""
    user = get(session, name)
    user.password_hash = _hashed(password)
    session.flush()
    events.record(session, "user.password_set", user.name, actor, {})


def everyone(session: Session) -> list[User]:
    """All accounts, by name."""
    return list(session.exec(select(User).order_by(col(User.name))))


def some(session: Session, after: str | None, limit: int) -> list[User]:
    """Accounts by name, those after `after`."""
    wanted = select(User).order_by(col(User.name)).limit(limit)
    return list(session.exec(wanted if after is None else wanted.where(col(User.name) > after)))


def first_logins(session: Session) -> list[tuple[str, str, str]]:
    """Accounts for a desk that has none: (name, password, role) of each, which nothing else will ever tell again."""
    if session.exec(select(User.name).limit(1)).first() is not None:
        return []
    logins = [(name, secrets.token_urlsafe(12), name) for name in ("admin", "merchant", "approver")]
    for name, password, role in logins:
        create(session, name, password, role)
    return logins


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise BadUserError(f"{role!r} is no role of a person. Give one of {', '.join(ROLES)}.")


def _refuse_last(session: Session, user: User) -> None:
    others = select(User.name).where(User.role == "admin", col(User.active), User.name != user.name)
    if session.exec(others.limit(1)).first() is None:
        raise LastAdminError(f"{user.name} is the last admin. Make somebody else an admin first.")


def _hashed(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadUserError(f"A password has {SHORTEST} to {LONGEST} characters; this one has {len(password)}.")
    return _hasher.hash(password)


@cache
def _nobody() -> str:
    """A hash that no password fits, made once."""
    return _hasher.hash(secrets.token_urlsafe(32))
