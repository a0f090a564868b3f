"""The rules: what holds for the store, a category or a product, and what a change of them would do."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Path, Query, Response
from pydantic import Field

from db import rules
from db.dealings import RuleSet
from db.rules import Scope
from db.versions import product
from serving.api import routing
from serving.api.backing import Back, Backing
from serving.api.contexts import Fresh, meant
from serving.api.matching import MismatchError, NoMatchGivenError
from serving.api.schemas import PRINTABLE, Shape, Text, Wish, example
from serving.api.security import Caller, needs
from tools.rules import Preview, preview

router = routing.router("rules")
READ = [Depends(needs("read"))]
Ruling = Annotated[Caller, Depends(needs("rules"))]
Kind = Literal["store", "category", "product"]
Narrow = Literal["category", "product"]
Level = Literal["low", "medium", "high"]
ScopePath = Annotated[
    str, Path(min_length=1, max_length=200, pattern=PRINTABLE, description="The category, or the product's code.",
              examples=["Tea"]),
]  # fmt: skip
ScopeQuery = Annotated[str, Query(max_length=200, pattern=PRINTABLE, description="Empty for the store.")]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class RulesBody(Wish):
    """What a scope sets itself. A field that is left out is the wider scope's."""

    max_change_pct: Percent = Field(default=30, description="The largest change of a price.")
    min_margin_pct: float = Field(default=10, ge=0, le=99, allow_inf_nan=False, description="Of the price.")
    days_between_changes: int = Field(default=7, ge=0, le=3650)
    competitor_low_pct: Percent | None = Field(default=None, description="At most so far below the cheapest.")
    competitor_high_pct: float | None = Field(
        default=None, ge=0, le=10_000, allow_inf_nan=False, description="At most so far above the median."
    )
    respect_map: bool = True
    endings: dict[str, list[float]] = Field(
        default={}, max_length=50, description="Of prices, by currency.", examples=[{"GBP": [0.99, 0.95]}]
    )
    respect_prior_price: bool = True
    prior_price_days: int = Field(default=30, ge=1, le=366)
    signers: dict[Level, list[Literal["approver", "admin"]]] = Field(
        default={}, description="Who signs which risk.", examples=[{"high": ["admin"]}]
    )
    four_eyes_from: Level = Field(default="medium", description="From here on nobody signs what they asked for.")
    merchant_change_pct: Percent | None = Field(default=None, description="A merchant signs a low risk up to here.")
    proposal_days: int | None = Field(default=None, ge=1, le=366, description="Until an undecided proposal expires.")

    def said(self) -> dict[str, Any]:
        """Only what was said."""
        return self.model_dump(mode="json", exclude_unset=True)


class RulesIn(Wish):
    """A new version of what a scope sets, and why."""

    model_config = example(body={"max_change_pct": 15}, reason="Steadier prices before Christmas.")

    body: RulesBody = Field(examples=[{"max_change_pct": 15}])
    reason: Text = Field(min_length=1, max_length=1000, examples=["Steadier prices before Christmas."])


class RuleSetOut(Shape):
    """One version of what a scope sets; version 0 is nothing set."""

    kind: Kind
    scope: str
    version: int
    body: dict[str, Any]
    author: str
    reason: str
    made_at: datetime | None

    @classmethod
    def of(cls, row: RuleSet) -> "RuleSetOut":
        return cls.model_validate(row.model_dump())


class RulesOut(Shape):
    """What holds: the settings' rules, and what lies over them, the store's first."""

    base: dict[str, Any]
    sets: list[RuleSetOut]


class EffectiveOut(Shape):
    """The rules of one product, everything over everything."""

    sku: str
    rules: dict[str, Any]


class HistoryOut(Shape):
    """Every version, newest first."""

    items: list[RuleSetOut]


class PreviewIn(Wish):
    """A change that nobody has made yet."""

    model_config = example(kind="category", scope="Tea", body={"max_change_pct": 15})

    kind: Kind = "store"
    scope: str = Field(default="", max_length=200, pattern=PRINTABLE, description="Empty for the store.")
    body: RulesBody = Field(examples=[{"max_change_pct": 15}])


class RangeOut(Shape):
    """The lowest and the highest price that the rules leave, and the rule behind each; null: none at all."""

    low: float | None
    high: float | None
    low_rule: str
    high_rule: str


class TouchedOut(Shape):
    """A product whose lawful prices, or whose best price, would be others."""

    sku: str
    name: str
    currency: str
    price: float
    before: RangeOut
    after: RangeOut
    best_before: float | None
    best_after: float | None
    best_change_pct: float | None


class WaitingOut(Shape):
    """A proposal that would expire."""

    id: int
    sku: str
    status: str
    price: float
    currency: str
    lawful: bool | None = Field(description="Under the new rules; null where it was not looked at.")
    instead: float | None = Field(description="What would be proposed then; null where nothing can be said.")


class PreviewOut(Shape):
    """What would change. The counts are whole; what is listed is of the products that were looked at."""

    version: int
    products: int
    affected: int
    looked_at: int
    sampled: bool
    touched: list[TouchedOut]
    without: list[str] = Field(description="Products that would have no lawful price any more.")
    without_before: int
    expiring: list[WaitingOut]

    @classmethod
    def of(cls, found: Preview) -> "PreviewOut":
        return cls.model_validate(found.to_json())


def version_seen(
    if_match: Annotated[str | None, Header(max_length=200, description="The ETag of what was looked at.")] = None,
) -> int:
    """Raises NoMatchGivenError, and MismatchError for what is no ETag of rules."""
    if not if_match or if_match.strip() == "*":
        raise NoMatchGivenError("A change of rules names what was seen: send its ETag as If-Match.")
    said = if_match.strip().removeprefix("W/").strip('"')
    if not said.isascii() or not said.isdigit() or len(said) > 9:
        raise MismatchError("If-Match is no ETag of rules. Get them, then send their ETag.")
    return int(said)


VersionSeen = Annotated[int, Depends(version_seen)]


def _scope(back: Backing, kind: Kind, scope: str) -> Scope:
    """Raises UnknownScopeError."""
    return Scope(kind, meant(back, scope) if kind == "product" and scope else scope)


def _set(back: Backing, scope: Scope, response: Response) -> RuleSetOut:
    with back.database.reading() as session:
        row = rules.current(session, scope)
    response.headers["ETag"] = f'"{row.version if row else 0}"'
    if row is not None:
        return RuleSetOut.of(row)
    return RuleSetOut(
        kind=scope.kind, scope=scope.scope, version=0, body={}, author="", reason="", made_at=None
    )  # fmt: skip


def _edited(back: Backing, caller: Caller, scope: Scope, wanted: RulesIn, seen: int, response: Response) -> RuleSetOut:
    with back.database.session() as session:
        made = rules.edit(session, scope, wanted.body.said(), caller.actor, wanted.reason, seen)
    response.headers["ETag"] = f'"{made.version}"'
    return RuleSetOut.of(made)


@router.get("/rules", summary="What holds", dependencies=READ)
def list_rules(back: Back) -> RulesOut:
    """The settings' rules, and every scope that sets something else."""
    with back.database.reading() as session:
        rows = rules.every(session)
    return RulesOut(base=rules.plain(back.desk.shop.rules), sets=[RuleSetOut.of(row) for row in rows])


@router.post("/rules/preview", summary="What a change would do", dependencies=READ)
def preview_rules(back: Back, context: Fresh, wanted: PreviewIn) -> PreviewOut:
    """Nothing is written: how many products it touches, which lose every lawful price, which proposals expire."""
    found = preview(context, _scope(back, wanted.kind, wanted.scope), wanted.body.said())
    return PreviewOut.of(found)


@router.get("/rules/history", summary="Every version of a scope's rules", dependencies=READ)
def rules_history(back: Back, kind: Kind = "store", scope: ScopeQuery = "") -> HistoryOut:
    """With who changed them, when and why."""
    named = _scope(back, kind, scope)
    with back.database.reading() as session:
        return HistoryOut(items=[RuleSetOut.of(row) for row in rules.history(session, named)])


@router.get("/rules/effective", summary="The rules of one product", dependencies=READ)
def effective_rules(
    back: Back, sku: Annotated[str, Query(min_length=1, max_length=64, pattern=PRINTABLE, examples=["TEA-001"])]
) -> EffectiveOut:
    """Its own over its category's over the store's over the settings'."""
    sku = meant(back, sku)
    with back.database.reading() as session:
        product(session, sku)
        found = rules.effective(session, [sku], back.desk.shop.rules)[sku]
    return EffectiveOut(sku=sku, rules=rules.plain(found))


@router.get("/rules/store", summary="What the store sets", dependencies=READ)
def get_store_rules(back: Back, response: Response) -> RuleSetOut:
    """Its ETag is the version; send it as If-Match with a change."""
    return _set(back, rules.STORE, response)


@router.put("/rules/store", summary="Change the store's rules")
def put_store_rules(back: Back, caller: Ruling, wanted: RulesIn, seen: VersionSeen, response: Response) -> RuleSetOut:
    """In force at once. Proposals that were made under other rules expire when somebody comes to sign them."""
    return _edited(back, caller, rules.STORE, wanted, seen, response)


@router.get("/rules/{kind}/{scope:path}", summary="What a category or a product sets", dependencies=READ)
def get_rules(back: Back, kind: Narrow, scope: ScopePath, response: Response) -> RuleSetOut:
    """Version 0 where nothing is set."""
    return _set(back, _scope(back, kind, scope), response)


@router.put("/rules/{kind}/{scope:path}", summary="Change the rules of a category or a product")
def put_rules(
    back: Back, caller: Ruling, kind: Narrow, scope: ScopePath, wanted: RulesIn, seen: VersionSeen, response: Response
) -> RuleSetOut:
    """In force at once; an empty body sets nothing any more, so that the wider scope's rules hold again."""
    return _edited(back, caller, _scope(back, kind, scope), wanted, seen, response)
