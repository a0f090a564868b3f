"""What a change of rules would do, before anybody makes it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from sqlmodel import Session, col, select

from db import fits, rules
from db.offers import offers
from db.rulebook import Body, Book, Scope
from db.tables import Product, Proposal
from pricing.demand import Demand, demand
from pricing.elasticity import Elasticity
from pricing.errors import PricingError
from pricing.forecast import Forecast
from pricing.guardrails import WORDS, Offer, Rules, judge, ladder, lawful_limits
from pricing.optimise import Goal, best_gain
from pricing.refusal import no_price
from tools.context import Context

Progress = Callable[[str, int, int], None]
MOST = 300  # products that are looked at one by one
EXAMPLES = 10
DRAWS = 500
OPEN = ("proposed", "approved", "scheduled")
NAMES = {words: name for name, words in WORDS.items()}


@dataclass(frozen=True)
class Range:
    """The lowest and the highest price that the rules leave today, and the rule behind each; None: no price at all."""

    low: float | None
    high: float | None
    low_rule: str = ""  # pricing.offer.RuleName
    high_rule: str = ""


@dataclass(frozen=True)
class Touched:
    """A product whose lawful prices or best price would be others. Money in `currency`."""

    sku: str
    name: str
    currency: str
    price: float  # today's
    before: Range
    after: Range
    best_before: float | None  # by the stored fits; None where nothing can be said
    best_after: float | None

    @property
    def best_change_pct(self) -> float | None:
        """How far the price that would be proposed moves."""
        return 100 * (self.best_after / self.best_before - 1) if self.best_before and self.best_after else None


@dataclass(frozen=True)
class Waiting:
    """A proposal that would expire, as its rules would be others."""

    id: int
    sku: str
    status: str
    price: float  # proposed
    currency: str
    lawful: bool | None  # under the new rules; None where it was not looked at
    instead: float | None  # what would be proposed now; None where nothing can be said


@dataclass(frozen=True)
class Preview:
    """What would change. Counts of `products`, `affected` and `expiring` are whole; the rest is of `looked_at`."""

    scope: Scope
    version: int  # of the scope's rules that it was compared with
    products: int  # with a price, in scope
    affected: int  # of them, whose rules would be others
    looked_at: int  # of those, one by one
    touched: tuple[Touched, ...]
    without: tuple[str, ...]  # SKUs that would have no lawful price any more, and have one now
    without_before: int  # that have none now already
    expiring: tuple[Waiting, ...]
    why: Mapping[str, str]  # of EXAMPLES of `without`: the rules that contradict each other, and what helps

    @property
    def sampled(self) -> bool:
        return self.looked_at < self.affected

    @property
    def unlawful(self) -> tuple[Waiting, ...]:
        """Open proposals whose price the new rules forbid."""
        return tuple(one for one in self.expiring if one.lawful is False)

    @property
    def repriced(self) -> tuple[Touched, ...]:
        """Products for which another price would be proposed."""
        return tuple(one for one in self.touched if one.best_before != one.best_after)

    def to_json(self) -> dict[str, Any]:
        lists = {"touched": [asdict(t) | {"best_change_pct": t.best_change_pct} for t in self.touched]}
        return asdict(self) | lists | {"sampled": self.sampled}


@dataclass(frozen=True)
class _Seen:
    """One product in the light of both rules."""

    touched: Touched
    lawful: Mapping[int, bool]  # by proposal


def preview(context: Context, scope: Scope, body: Body, progress: Progress | None = None, most: int = MOST) -> Preview:
    """What would change if `body` took the place of what is set at `scope`; nothing is written.

    At most `most` products are looked at one by one, those with an open proposal first and the others evenly over the
    catalogue; prices come from the last refresh's fits. Raises what `db.rules.edit` raises for the body.
    """
    tell = progress or (lambda stage, done, total: None)
    with context.database.reading() as session:
        checked = rules.validated(session, scope, body)
        now = rules.current(session, scope)
        products = _products(session, scope)
        before, after = _both(rules.book(session, None, context.shop.rules), scope, checked, products)
        affected = [p for p in products if _differ(before[p.sku], after[p.sku], p.currency)]
        open_ = _open(session, {p.sku for p in affected})
        some = _sample(affected, {one.sku for one in open_}, most)
        looked = _Looked(session, some, before, after, context.today, open_)
        seen = []
        for product in some:
            seen.append(looked.at(product))
            tell("preview", len(seen), len(some))
        why = {sku: looked.why(sku) for sku in _without(seen)[:EXAMPLES]}
    return _told(scope, now.version if now else 0, (len(products), len(affected)), seen, open_, why)


def _products(session: Session, scope: Scope) -> list[Product]:
    wanted = select(Product).where(col(Product.price) > 0, Product.status == "active").order_by(Product.sku)
    if scope.kind != "store":
        wanted = wanted.where((Product.sku if scope.kind == "product" else Product.category) == scope.scope)
    return list(session.exec(wanted))


def _both(
    book: Book, scope: Scope, body: Body, products: Sequence[Product]
) -> tuple[Mapping[str, Rules], Mapping[str, Rules]]:
    named = [(p.sku, p.category) for p in products]
    return book.rules(named), book.changed(scope, body).rules(named)


def _differ(one: Rules, other: Rules, currency: str) -> bool:
    mine = [replace(r, endings={currency: tuple(r.endings.get(currency, ()))}) for r in (one, other)]
    return mine[0] != mine[1]


def _open(session: Session, skus: set[str]) -> list[Proposal]:
    found = session.exec(select(Proposal).where(col(Proposal.status).in_(OPEN)).order_by(col(Proposal.id)))
    return [one for one in found if one.sku in skus]


def _sample(products: Sequence[Product], first: set[str], most: int) -> list[Product]:
    if len(products) <= most:
        return list(products)
    chosen = [p for p in products if p.sku in first][:most]
    others = [p for p in products if p.sku not in first]
    places = np.linspace(0, len(others) - 1, most - len(chosen)).round().astype(int)
    return chosen + [others[i] for i in places]


class _Looked:
    """Offers and fits of the products that are looked at, read once."""

    def __init__(
        self, session: Session, products: Sequence[Product], before: Mapping[str, Rules], after: Mapping[str, Rules],
        today: date, open_: Sequence[Proposal],
    ) -> None:  # fmt: skip
        self.session, self.today, self.before, self.after = session, today, before, after
        skus = [p.sku for p in products]
        stored = {sku: fits.load(session, sku, Elasticity) for sku in skus}
        self.elastic = {sku: one.fit for sku, one in stored.items() if one is not None}
        self.offers = offers(session, skus, self.elastic, today, before)
        self.open: dict[str, list[Proposal]] = {}
        for one in open_:
            self.open.setdefault(one.sku, []).append(one)

    def at(self, product: Product) -> _Seen:
        sku, offer = product.sku, self.offers[product.sku]
        before, after, open_ = self.before[sku], self.after[sku], self.open.get(sku, [])
        best = self._best(offer, open_[-1].goal if open_ else "profit")
        lawful = {one.id or 0: self._holds(offer, after, float(one.proposed_price)) for one in open_}
        ranges = (_range(offer, before, self.today), _range(offer, after, self.today))
        return _Seen(Touched(sku, product.name, offer.currency, offer.price, *ranges, *best), lawful)

    def why(self, sku: str) -> str:
        """Why the new rules leave no price."""
        return no_price(self.offers[sku], self.after[sku], self.today)

    def _holds(self, offer: Offer, under: Rules, price: float) -> bool:
        return judge(price, offer, under, self.today).price == price

    def _best(self, offer: Offer, goal: str) -> tuple[float | None, float | None]:
        """The price that would be proposed under the old and under the new rules, by the same draws."""
        known, ahead = self.elastic.get(offer.sku), fits.load(self.session, offer.sku, Forecast)
        served = next((g for g in SIMPLE if g == goal), None)
        if known is None or not known.usable or ahead is None or served is None:
            return None, None
        ladders = [ladder(offer, under[offer.sku], self.today) for under in (self.before, self.after)]
        try:
            prices = np.unique([*ladders[0], *ladders[1], offer.price])
            draws = demand(ahead.fit, known, prices, offer.price, draws=DRAWS)
        except PricingError:
            return None, None
        first, second = (_best_of(draws, offer, rungs, served) for rungs in ladders)
        return first, second


SIMPLE: tuple[Goal, ...] = ("profit", "revenue", "units")  # goals that a price serves by itself


def _best_of(draws: Demand, offer: Offer, rungs: Sequence[float], goal: Goal) -> float | None:
    try:
        return best_gain(draws, offer, rungs, goal).price
    except PricingError:
        return None


def _range(offer: Offer, under: Rules, today: date) -> Range:
    limits = lawful_limits(offer, under, today)
    if limits is None:
        return Range(None, None)
    ends = (limits.nearest(float(limits.low)), limits.nearest(float(limits.high)))
    return Range(*ends, NAMES.get(limits.low_rule, ""), NAMES.get(limits.high_rule, ""))


def _told(
    scope: Scope, version: int, counts: tuple[int, int], seen: Sequence[_Seen], open_: Sequence[Proposal],
    why: Mapping[str, str],
) -> Preview:  # fmt: skip
    best = {one.touched.sku: one.touched.best_after for one in seen}
    lawful = {number: holds for one in seen for number, holds in one.lawful.items()}
    all_ = [one.touched for one in seen]
    return Preview(
        scope, version, *counts, len(seen),
        touched=tuple(t for t in all_ if (t.before, t.best_before) != (t.after, t.best_after)),
        without=_without(seen),
        without_before=sum(t.before.low is None for t in all_),
        expiring=tuple(_waiting(open_, lawful, best)),
        why=why,
    )  # fmt: skip


def _without(seen: Sequence[_Seen]) -> tuple[str, ...]:
    found = (one.touched for one in seen)
    return tuple(t.sku for t in found if t.after.low is None and t.before.low is not None)


def _waiting(
    open_: Sequence[Proposal], lawful: Mapping[int, bool], best: Mapping[str, float | None]
) -> Iterator[Waiting]:
    for one in open_:
        number, price = one.id or 0, float(one.proposed_price)
        yield Waiting(number, one.sku, one.status, price, one.currency, lawful.get(number), best.get(one.sku))
