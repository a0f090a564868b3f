"""What is in force of rules that are set at several scopes."""

from collections.abc import Iterator
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from db import rulebook, rules
from db.dealings import RuleSet
from db.engine import Database
from db.rulebook import Scope, Signing
from db.tables import Product, now
from pricing.offer import Rules

CATEGORIES = ("Tea", "Candles", "")
SKUS = tuple(f"SKU-{n}" for n in range(6))
CATEGORY = {sku: CATEGORIES[n % 3] for n, sku in enumerate(SKUS)}
LEVEL, ENDS = st.sampled_from(rulebook.LEVELS), st.lists(st.sampled_from((0.5, 0.99)), max_size=2)
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "max_change_pct": st.floats(0, 100),
        "min_margin_pct": st.floats(0, 99),
        "competitor_low_pct": st.none() | st.floats(0, 50),
        "days_between_changes": st.integers(0, 60),
        "respect_map": st.booleans(),
        "endings": st.dictionaries(st.sampled_from(("GBP", "USD", "EUR")), ENDS),
        "signers": st.dictionaries(LEVEL, st.just(["admin"])),
        "four_eyes_from": LEVEL,
        "merchant_change_pct": st.none() | st.floats(0, 20),
    },
)
SCOPES = st.sampled_from(
    [Scope(), *(Scope("category", c) for c in CATEGORIES if c), *(Scope("product", sku) for sku in SKUS)]
)
EDITS = st.lists(st.tuples(SCOPES, BODIES), max_size=12)
BASES = st.builds(Rules, max_change_pct=st.floats(0, 100), endings=st.just({}) | st.just({"GBP": (0.99,)}))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Six products in two categories and none; no rules."""
    path: Path = tmp_path_factory.mktemp("rulebook") / "pricedesk.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    with database.session() as session:
        session.add_all(
            Product(sku=sku, name=sku, category=CATEGORY[sku], currency="GBP", price=Decimal(2)) for sku in SKUS
        )
    yield database
    database.dispose()


def written(session: Session, edits: list[tuple[Scope, dict[str, Any]]]) -> None:
    versions: dict[Scope, int] = {}
    for scope, body in edits:
        versions[scope] = versions.get(scope, 0) + 1
        session.add(
            RuleSet(
                kind=scope.kind, scope=scope.scope, version=versions[scope], body=body, author="root", made_at=now()
            )
        )
        session.flush()


def naive(edits: list[tuple[Scope, dict[str, Any]]], sku: str) -> dict[str, Any]:
    """Field by field, from the widest scope to the narrowest, the last edit of each."""
    found: dict[str, Any] = {}
    for scope in (Scope(), Scope("category", CATEGORY[sku]) if CATEGORY[sku] else None, Scope("product", sku)):
        bodies = [body for of, body in edits if of == scope]
        for name, value in (bodies[-1] if bodies else {}).items():
            found[name] = {**found.get(name, {}), **value} if isinstance(value, dict) else value
    return found


@settings(max_examples=40, deadline=None)
@given(EDITS, BASES)
def test_what_is_in_force_is_what_a_naive_reading_says(
    database: Database, edits: list[tuple[Scope, dict[str, Any]]], base: Rules
) -> None:
    with Session(database.engine) as session:
        written(session, edits)
        rulebook.remember(session, base)
        together = rules.effective(session, SKUS)
        for sku in SKUS:
            said = naive(edits, sku)
            limits = {f.name: said.get(f.name, getattr(base, f.name)) for f in fields(Rules)}
            ends = {**base.endings, **said.get("endings", {})}
            limits["endings"] = {code: tuple(of) for code, of in ends.items()}
            assert together[sku] == Rules(**limits) == rules.effective(session, [sku], base)[sku]
            policy, usual = rules.policy(session, sku), Signing()
            assert policy.four_eyes_from == said.get("four_eyes_from", "medium")
            assert policy.merchant_change_pct == said.get("merchant_change_pct")
            assert policy.signers == {**usual.signers, **{k: tuple(v) for k, v in said.get("signers", {}).items()}}
        session.rollback()


def test_many_products_are_read_as_few_are(database: Database) -> None:
    with Session(database.engine) as session:
        written(
            session,
            [(Scope("category", "Tea"), {"max_change_pct": 5}), (Scope("product", "SKU-1"), {"min_margin_pct": 1})],
        )
        few = rules.effective(session, SKUS)
        many = rules.effective(session, [*SKUS, *(f"NONE-{n}" for n in range(rulebook.FEW))])
        session.rollback()
    assert {sku: many[sku] for sku in SKUS} == few
    assert many["NONE-1"] == Rules()


def test_products_under_the_same_rules_share_them() -> None:
    book = rulebook.Book(Rules(), {"max_change_pct": 5.0}, {"Tea": {"min_margin_pct": 1.0}})
    found = book.rules([("A", "Tea"), ("B", "Tea"), ("C", "Mugs")])
    assert found["A"] is found["B"]
    assert found["C"].min_margin_pct == Rules().min_margin_pct


def test_a_body_of_another_pricedesk_is_read_as_far_as_it_is_known(database: Database) -> None:
    with Session(database.engine) as session:
        written(session, [(Scope(), {"max_change_pct": 5.0, "from_the_future": True})])
        found = rules.effective(session, ["SKU-0"])["SKU-0"]
        session.rollback()
    assert found == replace(Rules(), max_change_pct=5.0)


def test_what_is_plain_comes_back_as_it_was() -> None:
    odd = Rules(max_change_pct=3, endings={"JPY": ()}, competitor_low_pct=4)
    assert rulebook.rules_of(Rules(endings={}), rulebook.plain(odd)) == odd
    assert rulebook.signing_of(rulebook.plain(Signing(four_eyes_from="low"))) == Signing(four_eyes_from="low")


def test_every_field_can_be_checked() -> None:
    assert set(rules.CHECKS) == set(rules.FIELDS)
