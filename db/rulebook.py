"""The rules in force: what is set for the store, a category and a product, the narrower over the wider."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, func, or_, select

from db import audit
from db.dealings import RuleSet
from db.tables import Product, StoreInfo
from pricing.errors import PricingError
from pricing.offer import Rules

Body = Mapping[str, Any]  # field to value, in JSON types; a field that is not there is the wider scope's
KINDS = ("store", "category", "product")
LEVELS = ("low", "medium", "high")
SIGNERS = ("approver", "admin")
FEW = 500  # products that a query names one by one
BASE = "base_rules"  # what StoreInfo calls the settings' rules


class UnknownScopeError(PricingError):
    """No product or category has this name."""


@dataclass(frozen=True)
class Scope:
    """For what a rule is set. `scope` is the category or the SKU, "" for the store. Raises UnknownScopeError."""

    kind: str = "store"
    scope: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS or (self.kind == "store") is bool(self.scope):
            raise UnknownScopeError("Rules are set for the store, or for a category or a product that is named.")

    def __str__(self) -> str:
        return f"{self.kind} {self.scope}" if self.scope else "the store"


STORE = Scope()


@dataclass(frozen=True)
class Signing:
    """Who signs a price, and how long it waits for that."""

    signers: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict.fromkeys(LEVELS, SIGNERS))
    four_eyes_from: str = "medium"  # from this risk on, whoever asked for a price or wrote it does not sign it
    merchant_change_pct: float | None = None  # a merchant signs a low risk that changes no more; None: nothing
    proposal_days: int | None = None  # until an undecided proposal expires; None: as the settings say

    def needs_another(self, risk: str) -> bool:
        """Whether the one who asked may not sign."""
        return LEVELS.index(risk) >= LEVELS.index(self.four_eyes_from)

    def may_sign(self, role: str, risk: str, change_pct: float) -> bool:
        """Whether somebody of this role signs such a risk. `change_pct`: of the price, up or down."""
        if role == "merchant":
            limit = self.merchant_change_pct
            return risk == "low" and limit is not None and abs(change_pct) <= limit + 1e-9
        return role in self.signers[risk]

    def lasting(self, usual: timedelta) -> timedelta:
        """How long a proposal waits; `usual` where no rule says so."""
        return usual if self.proposal_days is None else timedelta(days=self.proposal_days)


LIMITS = tuple(f.name for f in fields(Rules))
POLICY = tuple(f.name for f in fields(Signing))
FIELDS = (*LIMITS, *POLICY)
MERGED = ("endings", "signers")  # set currency by currency, and level by level


@dataclass(frozen=True)
class Book:
    """What is set at each scope, over the rules of the settings."""

    base: Rules
    store: Body = field(default_factory=dict)
    categories: Mapping[str, Body] = field(default_factory=dict)
    products: Mapping[str, Body] = field(default_factory=dict)

    def changed(self, scope: Scope, body: Body) -> Self:
        """As it would be with `body` in place of what is set at `scope`."""
        if scope.kind == "store":
            return replace(self, store=body)
        if scope.kind == "category":
            return replace(self, categories={**self.categories, scope.scope: body})
        return replace(self, products={**self.products, scope.scope: body})

    def body(self, sku: str, category: str) -> dict[str, Any]:
        """Every field of one product that is set anywhere."""
        narrower = (self.categories.get(category, {}), self.products.get(sku, {}))
        whole = dict(self.store)
        for body in narrower:
            whole = overlaid(whole, body)
        return whole

    def rules(self, products: Iterable[tuple[str, str]]) -> dict[str, Rules]:
        """By SKU, of (SKU, category); products under the same rules share one object."""
        made: dict[tuple[str | None, str | None], Rules] = {}
        found = {}
        for sku, category in products:
            key = category if category in self.categories else None, sku if sku in self.products else None
            if key not in made:
                made[key] = rules_of(self.base, self.body(sku, category))
            found[sku] = made[key]
        return found

    def signing(self, sku: str, category: str) -> Signing:
        return signing_of(self.body(sku, category))


def overlaid(wide: Body, narrow: Body) -> dict[str, Any]:
    """The wider body with what the narrower one says instead."""
    merged = {name: {**wide.get(name, {}), **narrow[name]} for name in MERGED if name in narrow}
    return {**wide, **narrow, **merged}


def rules_of(base: Rules, body: Body) -> Rules:
    """`base` with what the body says instead. Raises ValueError, which names the field."""
    named = {name: value for name, value in body.items() if name in LIMITS}
    if "endings" in named:
        named["endings"] = {**base.endings, **{code: tuple(ends) for code, ends in named["endings"].items()}}
    return replace(base, **named)


def signing_of(body: Body) -> Signing:
    named = {name: value for name, value in body.items() if name in POLICY}
    if "signers" in named:
        named["signers"] = {**Signing().signers, **{level: tuple(who) for level, who in named["signers"].items()}}
    return Signing(**named)


def plain(rules: Rules | Signing) -> dict[str, Any]:
    """Every field, in JSON types."""
    named = {f.name: getattr(rules, f.name) for f in fields(rules)}
    return {k: {key: list(of) for key, of in v.items()} if isinstance(v, Mapping) else v for k, v in named.items()}


def book(session: Session, skus: Sequence[str] | None = None, base: Rules | None = None) -> Book:
    """What is in force, in one query: of these products, or of all. `base`: the settings' rules, else as remembered."""
    newest = select(func.max(RuleSet.id)).group_by(col(RuleSet.kind), col(RuleSet.scope))
    wanted = select(RuleSet.kind, RuleSet.scope, RuleSet.body).where(col(RuleSet.id).in_(newest))
    if skus is not None and len(skus) <= FEW:
        wanted = wanted.where(_touching(skus))
    bodies: dict[str, dict[str, Body]] = {kind: {} for kind in KINDS}
    for kind, scope, body in session.exec(wanted):
        bodies[kind][scope] = {name: value for name, value in body.items() if name in FIELDS}
    base = base or remembered(session)
    return Book(base, bodies["store"].get("", {}), bodies["category"], bodies["product"])


def _touching(skus: Sequence[str]) -> ColumnElement[bool]:
    categories = select(Product.category).where(col(Product.sku).in_(skus))
    return or_(
        col(RuleSet.kind) == "store",
        and_(col(RuleSet.kind) == "category", col(RuleSet.scope).in_(categories)),
        and_(col(RuleSet.kind) == "product", col(RuleSet.scope).in_(skus)),
    )


def effective(session: Session, skus: Sequence[str], base: Rules | None = None) -> dict[str, Rules]:
    """The rules of each product: its own over its category's over the store's over the settings'."""
    known = book(session, skus, base)
    categories = _categories(session, skus) if known.categories else {}
    return known.rules((sku, categories.get(sku, "")) for sku in skus)


def policy(session: Session, sku: str) -> Signing:
    """Who signs a price of this product."""
    return book(session, [sku]).signing(sku, _categories(session, [sku]).get(sku, ""))


def _categories(session: Session, skus: Sequence[str]) -> dict[str, str]:
    wanted = select(Product.sku, Product.category)
    return dict(session.exec(wanted.where(col(Product.sku).in_(skus)) if len(skus) <= FEW else wanted).all())


def stamp(session: Session, sku: str) -> str:
    """SHA-256 of the rules of a product, as far as they touch it."""
    rules = effective(session, [sku])[sku]
    currency = session.exec(select(Product.currency).where(Product.sku == sku)).first() or ""
    return digest(replace(rules, endings={currency: rules.endings.get(currency, ())}))


def digest(rules: Rules) -> str:
    """SHA-256 of what they say."""
    return hashlib.sha256(json.dumps(plain(rules), sort_keys=True).encode()).hexdigest()


def remember(session: Session, base: Rules) -> None:
    """Note the settings' rules, so that whatever reads only the database knows what the edits lie over."""
    usual = plain(Rules())
    said = json.dumps({name: value for name, value in plain(base).items() if value != usual[name]}, sort_keys=True)
    row = session.get(StoreInfo, BASE, populate_existing=True)
    if row is None or row.value != said:
        audit.alone(session)  # two who start at once note the same
        session.merge(StoreInfo(key=BASE, value=said))
        session.flush()


def remembered(session: Session) -> Rules:
    """The settings' rules as last noted."""
    row = session.get(StoreInfo, BASE, populate_existing=True)
    said = {} if row is None else json.loads(row.value)
    return rules_of(Rules(endings={}) if "endings" in said else Rules(), said)
