"""Rules as they are edited: validated, versioned, audited; what is in force is in db/rulebook.py."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from db import audit, events
from db.dealings import RuleSet
from db.moves import Actor, NotAllowedError
from db.rulebook import (
    FIELDS,
    LEVELS,
    LIMITS,
    POLICY,
    SIGNERS,
    STORE,
    Body,
    Book,
    Scope,
    Signing,
    UnknownScopeError,
    book,
    effective,
    plain,
    policy,
    rules_of,
)  # fmt: skip
from db.tables import Product, now
from pricing.coin import decimals, exact
from pricing.errors import PricingError

__all__ = [
    "FIELDS", "LEVELS", "LIMITS", "POLICY", "STORE", "BadRulesError", "Book", "Scope", "Signing", "StaleRulesError",
    "UnknownScopeError", "book", "current", "edit", "effective", "every", "history", "plain", "policy", "restore",
    "rules_of", "validated",
]  # fmt: skip

Check = Callable[[str, Any], Any]
LONGEST = 1000  # characters of a reason
MOST = 100  # endings of one currency


class BadRulesError(PricingError):
    """A rule that is not known, or that cannot have this value; `field` is its name."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class StaleRulesError(PricingError):
    """Somebody else has changed these rules since they were looked at."""


def current(session: Session, scope: Scope) -> RuleSet | None:
    """What is set at this scope; None where nothing ever was."""
    return session.exec(_versions(scope).limit(1)).first()


def history(session: Session, scope: Scope) -> list[RuleSet]:
    """Every version, newest first."""
    return list(session.exec(_versions(scope)))


def every(session: Session) -> list[RuleSet]:
    """The newest version of each scope that sets anything, the store's first."""
    newest: dict[tuple[str, str], RuleSet] = {}
    for row in session.exec(select(RuleSet).order_by(col(RuleSet.id))):
        newest[row.kind, row.scope] = row
    order = {"store": 0, "category": 1, "product": 2}
    return sorted((row for row in newest.values() if row.body), key=lambda row: (order[row.kind], row.scope))


def edit(
    session: Session,
    scope: Scope,
    body: Body,
    actor: Actor,
    reason: str,
    seen_version: int,
    *,
    at: datetime | None = None,
) -> RuleSet:
    """Put `body` in the place of what is set at this scope: a new version, in force at once.

    `body` holds what this scope sets itself, each field with its value; a field that is left out is the wider scope's.
    `seen_version` is the version that was looked at, 0 where nothing was set. Admins edit any scope, approvers the
    price limits of a product. Raises BadRulesError, UnknownScopeError, NotAllowedError and StaleRulesError.
    """
    audit.alone(session)
    former = current(session, scope)
    before: Body = former.body if former else {}
    _check_known(session, scope)
    _check_allowed(scope, actor, before, body)
    _check_reason(scope, reason)
    _check_seen(scope, former.version if former else 0, seen_version)
    made = RuleSet(
        kind=scope.kind, scope=scope.scope, version=seen_version + 1, body=validated(session, scope, body),
        author=actor.name, reason=reason.strip(), made_at=at or now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    told = {"kind": scope.kind, "scope": scope.scope, "version": made.version, "reason": made.reason}
    events.record(session, "rules.changed", str(scope)[:200], actor, told | {"before": before, "after": made.body})
    return made


def restore(session: Session, scope: Scope, version: int, actor: Actor, reason: str, seen_version: int) -> RuleSet:
    """Put an earlier version back, as a new one; version 0 is nothing set. Raises what `edit` raises."""
    found = next((row for row in history(session, scope) if row.version == version), None)
    if found is None and version != 0:
        raise BadRulesError("version", f"The rules of {scope} have no version {version}. Their history names them.")
    return edit(session, scope, found.body if found else {}, actor, reason, seen_version)


def validated(session: Session, scope: Scope, body: Body) -> dict[str, Any]:
    """The body in plain JSON types, as it will be kept. Raises BadRulesError, which names the field."""
    _check_known(session, scope)
    unknown = next((name for name in body if name not in FIELDS), None)
    if unknown is not None:
        raise BadRulesError(unknown, f"There is no rule {_shown(unknown)}. The rules are: {', '.join(FIELDS)}.")
    checked = {name: CHECKS[name](name, body[name]) for name in FIELDS if name in body}
    _check_currencies(session, scope, checked.get("endings", {}))
    return checked


def _versions(scope: Scope) -> SelectOfScalar[RuleSet]:
    of = select(RuleSet).where(RuleSet.kind == scope.kind, RuleSet.scope == scope.scope)
    return of.order_by(col(RuleSet.version).desc())


def _check_known(session: Session, scope: Scope) -> None:
    column = {"product": Product.sku, "category": Product.category}.get(scope.kind)
    if column is not None and session.exec(select(Product.sku).where(column == scope.scope).limit(1)).first() is None:
        raise UnknownScopeError(f"There is no {scope.kind} {_shown(scope.scope)}. Look it up among the products.")


def _check_allowed(scope: Scope, actor: Actor, before: Body, body: Body) -> None:
    kept = {name for name in POLICY if name in before} == {name for name in POLICY if name in body}
    kept = kept and all(before[name] == body[name] for name in POLICY if name in body)
    if actor.role == "admin" or (actor.role == "approver" and scope.kind == "product" and kept):
        return
    raise NotAllowedError(
        f"{actor.name} ({actor.role}) may not change these rules of {scope}: an admin may, and an approver the price "
        "limits of a product. Ask one of them."
    )


def _check_reason(scope: Scope, reason: str) -> None:
    if not reason.strip():
        raise BadRulesError("reason", f"The rules of {scope} stay: no reason was given. Say why, in a few words.")
    if len(reason) > LONGEST:
        raise BadRulesError("reason", f"reason: {len(reason)} characters are too many; give at most {LONGEST}.")


def _check_seen(scope: Scope, stands: int, seen: int) -> None:
    if stands != seen:
        raise StaleRulesError(
            f"The rules of {scope} have changed: version {stands} is in force, and version {seen} was looked at. Look "
            "at them again, then decide."
        )


def _check_currencies(session: Session, scope: Scope, endings: Collection[str]) -> None:
    """Only currencies in which something of this scope is priced; any in a store that has no product yet."""
    if not endings:
        return
    priced = select(Product.currency).distinct()
    if scope.kind != "store":
        priced = priced.where((Product.sku if scope.kind == "product" else Product.category) == scope.scope)
    known = set(session.exec(priced))
    wrong = next((code for code in endings if known and code not in known), None)
    if wrong is not None:
        raise BadRulesError(
            "endings", f"endings: nothing in {scope} is priced in {wrong}. Its currencies: {', '.join(sorted(known))}."
        )


def _amount(low: float, high: float, *, optional: bool = False) -> Check:
    def check(name: str, value: Any) -> Any:
        if value is None and optional:
            return None
        if not _number(value) or not low <= value <= high:
            raise BadRulesError(name, f"{name}: {_shown(value)} cannot be; give a number from {low:g} to {high:g}.")
        return float(value)

    return check


def _days(low: int, high: int, *, optional: bool = False) -> Check:
    def check(name: str, value: Any) -> Any:
        if value is None and optional:
            return None
        if not _number(value) or not low <= value <= high or value != int(value):
            raise BadRulesError(name, f"{name}: {_shown(value)} cannot be; give whole days from {low} to {high}.")
        return int(value)

    return check


def _switch(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadRulesError(name, f"{name}: {_shown(value)} cannot be; give true or false.")
    return value


def _level(name: str, value: Any) -> str:
    if value not in LEVELS:
        raise BadRulesError(name, f"{name}: {_shown(value)} cannot be; give one of {', '.join(LEVELS)}.")
    return str(value)


def _signers(name: str, value: Any) -> dict[str, list[str]]:
    if not isinstance(value, Mapping):
        raise BadRulesError(name, f"{name}: {_shown(value)} cannot be; give the roles that sign each risk.")
    for level, roles in value.items():
        _level(name, level)
        if not isinstance(roles, list | tuple) or not roles or not all(role in SIGNERS for role in roles):
            raise BadRulesError(name, f"{name}: {_shown(roles)} cannot be; give one or more of {', '.join(SIGNERS)}.")
    return {level: [role for role in SIGNERS if role in value[level]] for level in LEVELS if level in value}


def _endings(name: str, value: Any) -> dict[str, list[float]]:
    if not isinstance(value, Mapping):
        raise BadRulesError(name, f"{name}: {_shown(value)} cannot be; give a list of endings for each currency.")
    return {str(code): _ends(name, code, ends) for code, ends in sorted(value.items(), key=str)}


def _ends(name: str, code: Any, ends: Any) -> list[float]:
    if not isinstance(code, str) or len(code) != 3 or not code.isascii() or not code.isalpha() or not code.isupper():
        raise BadRulesError(name, f"{name}: {_shown(code)} is no currency; give three capitals such as GBP.")
    if not isinstance(ends, list | tuple) or len(ends) > MOST:
        raise BadRulesError(name, f"{name}: {_shown(ends)} cannot be; give a list of endings for each currency.")
    for end in ends:
        if (
            not _number(end)
            or not 0 <= end < 1
            or (coins := exact(end).scaleb(decimals(code))) != coins.to_integral_value()
        ):
            raise BadRulesError(
                name, f"{name}: no price in {code} ends in {_shown(end)}; give coins below 1, such as 0.99."
            )
    return sorted({float(end) for end in ends})


def _number(value: Any) -> bool:
    """Not yet whether it is finite: no comparison holds for NaN."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    """What was given, short enough for a sentence."""
    said = value if isinstance(value, str) else repr(value)
    return said if len(said) <= 60 else f"{said[:57]}..."


CHECKS: Mapping[str, Check] = {
    "max_change_pct": _amount(0, 100),
    "min_margin_pct": _amount(0, 99),
    "days_between_changes": _days(0, 3650),
    "competitor_low_pct": _amount(0, 100, optional=True),
    "competitor_high_pct": _amount(0, 10_000, optional=True),
    "respect_map": _switch,
    "endings": _endings,
    "respect_prior_price": _switch,
    "prior_price_days": _days(1, 366),
    "signers": _signers,
    "four_eyes_from": _level,
    "merchant_change_pct": _amount(0, 100, optional=True),
    "proposal_days": _days(1, 366, optional=True),
}
