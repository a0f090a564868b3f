"""Everything that proposals, price list, products and texts say when they refuse, said by the code itself."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from time import monotonic

import httpx
from english import NAMES, TODAY, Said, fits, foreseen, refusal
from sqlmodel import Session, col, select

from agents.deciding import Deed, signer
from agents.proposing import redraft
from db import doors, outbox, proposals, rules, sales, schedule, shopify, woocommerce
from db.dealings import Dispatch
from db.engine import Database
from db.moves import Actor
from db.proposals import Decision, Draft
from db.sinks import Answer, Change, CsvPriceList, Sink, SinkBusyError, SinkError
from db.tables import Move, Product, Proposal, Sale, now
from knowledge.chroma import Shelf
from knowledge.store import Knowledge
from pricing.guardrails import Offer, Rules
from tools.context import Context, Shop
from tools.engines import spread
from tools.fitted import Fitted, checked, demand_of, fitted

Drafts = Callable[..., Draft]
AGENT, MERCHANT = Actor("desk", "agent"), Actor("mei (shop)", "merchant")
SIGNER, OTHER = Actor("sam rejected (2)", "approver"), Actor("kim", "admin")


class Shut:
    """A shop that takes nothing."""

    def __init__(self, name: str, refusal: Exception) -> None:
        self.name, self.refusal = name, refusal

    def publish(self, session: Session, changes: Sequence[Change]) -> list[Answer]:
        raise self.refusal


def faulty(said: Said) -> Said:
    """The same, with the numbers under which faults are logged among its names."""
    return Said(said.text, (*said.names, *re.findall(r"fault (\w+)", said.text)))


class Refusals:
    """What a shop with one tea (tests/conftest.py) refuses."""

    def __init__(self, shop: Database, draft: Drafts, folder: Path) -> None:
        self.shop, self.draft = shop, draft
        self.sink = CsvPriceList(folder / "prices.csv")
        (folder / "taken").write_text("a file where a folder should be")
        self.closed = CsvPriceList(folder / "taken" / "prices.csv")
        self.closed_shop = Shut("shop", SinkError("no"))
        self.taken = folder / "taken"
        self.desk = Shop(shop, Knowledge(folder / "knowledge"), Rules())

    def proposal(self, price: str = "2.20", asked_by: str = "mei", **changes: object) -> Proposal:
        with self.shop.session() as session:
            return proposals.create(session, self.draft(self.shop, price, **changes), AGENT, asked_by=asked_by)

    def moved(self, proposal: Proposal, to: str, actor: Actor = SIGNER, names=(), **how: object) -> Iterator[Said]:
        """What is said when this move is tried."""

        def work() -> None:
            with self.shop.session() as session:
                proposals.move(session, proposal.id or 0, to, actor, **({"seen": proposal.content_hash} | how))

        yield from refusal(work, names=names)

    def of_moves(self) -> Iterator[Said]:
        first, risky = self.proposal(), self.proposal("2.25", asked_by=SIGNER.name, risk="high")
        yield from self.moved(Proposal(id=999), "approved")
        yield from self.moved(first, "rejected", reason=" ")
        yield from self.moved(first, "approved", seen=None)
        yield from self.moved(first, "approved", seen="0" * 64)
        yield from self.moved(first, "applied")
        yield from self.moved(first, "approved", MERCHANT, names=(MERCHANT.name,))
        yield from self.moved(first, "expired", MERCHANT, names=(MERCHANT.name,))
        yield from self.moved(risky, "approved", names=(SIGNER.name,))
        with self.shop.session() as session:
            session.get_one(Proposal, risky.id).reason = "Trust me."
        yield from self.moved(risky, "approved", OTHER)
        with self.shop.session() as session:
            for outcome in proposals.decide_many(session, [Decision(first.id or 0, "sold")], SIGNER):
                yield Said(str(outcome.refusal), ("'sold'",))

    def of_time(self) -> Iterator[Said]:
        late, stale = self.proposal("2.30"), self.proposal("2.40")
        yield from self.moved(late, "approved", at=late.expires_at + timedelta(minutes=5))
        with self.shop.session() as session:
            session.add(Sale(sku="TEA-001", sold_on=TODAY, units=4, price=Decimal(2), order_id="new"))
        yield from self.moved(stale, "approved", names=("TEA-001",))
        yield from self.moved(stale, "approved")  # nothing more can become of it
        older = self.proposal("2.31")
        later = self.proposal("2.35")
        with self.shop.session() as session:
            proposals.supersede(session, session.get_one(Proposal, later.id))
            proposals.expire_overdue(session, later.expires_at)
            reasons = session.exec(select(Move.reason).where(col(Move.role) == "system")).all()
        yield from (Said(reason, ("TEA-001",)) for reason in reasons)
        yield from self.moved(older, "approved", names=("TEA-001",))

    def of_prices(self) -> Iterator[Said]:
        refused = self.proposal("2.45")
        with self.shop.session() as session:
            proposals.move(session, refused.id or 0, "rejected", SIGNER, reason="too dear. Really")
        yield from refusal(self.proposal, "2.45", names=(SIGNER.name, "TEA-001", "too dear. Really"))
        first = self.proposal("2.50")
        yield from self.charged(first)
        for price in (Decimal("3.333"), None):
            with self.shop.session() as session:
                session.get_one(Product, "TEA-001").price = price
            yield from refusal(self.deed, proposals.rollback, first, self.sink, names=("TEA-001",))

    def charged(self, proposal: Proposal) -> Iterator[Said]:
        """A price list that cannot be written, at both ends of a proposal that is applied in between."""
        with self.shop.session() as session:
            proposals.move(session, proposal.id or 0, "approved", OTHER, seen=proposal.content_hash)
        yield from refusal(self.deed, proposals.apply, proposal, self.closed, names=("prices.csv",))
        self.deed(proposals.apply, proposal, self.sink)
        yield from refusal(self.deed, proposals.rollback, proposal, self.closed, names=("prices.csv",))

    def deed(self, work: Callable[..., list[Dispatch]], proposal: Proposal, sink: CsvPriceList) -> None:
        with self.shop.session() as session:
            ordered = work(session, proposal.id, OTHER, [sink])
        outbox.deliver(self.shop, [sink], ordered)

    def of_edits(self) -> Iterator[Said]:
        former, context = self.proposal("2.55"), Context(self.desk, TODAY)
        yield Said(signer(self.desk, [self.sink], timedelta(1))(Deed(former.id or 0, "edit"), SIGNER).text)
        for limits in (Rules(), Rules(max_change_pct=5, min_margin_pct=70)):
            strict = Context(Shop(self.shop, self.desk.knowledge, limits), TODAY)
            for price in ("0.50", "2.11", "9.99"):
                with self.shop.session() as session:
                    yield from refusal(redraft, strict, session, former, Decimal(price), names=("Green tea (TEA-001)",))
        yield from refusal(fitted, context, "GONE (1). 2", names=("GONE (1). 2",))

    def of_products(self) -> Iterator[Said]:
        context, limits = Context(self.desk, TODAY), Rules()
        with self.shop.session() as session:
            session.add(Product(sku="NEW-1", name="Mug: large (2 pcs). Blue", currency="GBP"))
            session.add(Product(sku="NEW-2", name="Has no sales", currency="GBP", price=Decimal(5)))
        yield from refusal(fitted, context, "NEW-1", names=("NEW-1 (Mug: large (2 pcs). Blue)",))
        with self.shop.reading() as session:
            yield from refusal(sales.offer, session, "NEW-1", None, TODAY, names=("NEW-1",))
        for name in NAMES:
            product = Product(sku="S-1", name=name, currency="GBP")
            for fit in (one for one in fits() if not one.usable):
                known = Fitted(product, Offer("S-1", "GBP", 2.5), fit, None)
                yield from refusal(demand_of, context, known, foreseen(), limits, names=(f"{name} (S-1)",))
            for forecast in (foreseen((0.0,) * 30), foreseen((float("nan"),) * 30), foreseen(price=3.0)):
                yield from refusal(checked, known, forecast, names=(f"S-1 ({name})",))
        yield from refusal(self.on_engine, "spark", names=("'spark'", "local", "ray"))
        yield from refusal(Shelf(self.taken).count, "review", names=(self._fault(), str(self.taken)))

    def of_rules(self) -> Iterator[Said]:
        """Every way in which an edit of rules is refused."""
        store, tea, boss = rules.STORE, rules.Scope("product", "TEA-001"), OTHER

        def edited(scope: rules.Scope, body: object, actor: Actor = boss, reason: str = "why", seen: int = 0) -> None:
            with self.shop.session() as session:
                rules.edit(session, scope, body, actor, reason, seen)  # type: ignore[arg-type]

        def restored() -> None:
            with self.shop.session() as session:
                rules.restore(session, store, 9, boss, "why", 0)

        yield from refusal(rules.Scope, "planet", "Earth")
        yield from refusal(edited, rules.Scope("category", "Cars (2)"), {}, names=("Cars (2)",))
        yield from refusal(restored)
        yield from refusal(edited, store, {}, MERCHANT, names=(MERCHANT.name,))
        yield from refusal(edited, tea, {}, boss, "", names=("TEA-001",))
        yield from refusal(edited, store, {}, boss, "x" * 2000)
        yield from refusal(edited, store, {}, boss, "why", 4)
        for field, value, *names in (
            ("max_chnge", 4, ", ".join(rules.FIELDS)), ("max_change_pct", float("nan"), "nan"),
            ("prior_price_days", 0), ("respect_map", "maybe", "maybe"), ("respect_map", 3, "true", "false"),
            ("four_eyes_from", "never", "never", "low, medium, high"), ("signers", "all", "all"),
            ("signers", {"low": ["agent"]}, "['agent']", "approver, admin"), ("endings", 0.99),
            ("endings", {"pounds": []}, "pounds", "GBP"), ("endings", {"GBP": [0.999]}), ("endings", {"USD": [0.99]}),
        ):  # fmt: skip
            yield from refusal(edited, tea, {field: value}, names=(field, "TEA-001", "true", "false", *names))
        edited(tea, {"signers": {"high": ["admin"]}})
        yield from self.moved(self.proposal("2.65", risk="high"), "approved", names=(SIGNER.name,))

    def of_outbox(self) -> Iterator[Said]:
        """A price that a busy shop keeps waiting, and what may not be done meanwhile; then it is given up."""
        names = ("alpha", "beta", "TEA-001", "prices.csv")
        first, second = self.proposal("2.60"), self.proposal("2.70")
        for one in (first, second):
            with self.shop.session() as session:
                proposals.move(session, one.id or 0, "approved", OTHER, seen=one.content_hash)
        closed = [Shut("alpha", SinkBusyError("shop.example is busy (status 503).")), Shut("beta", ZeroDivisionError())]
        names += ("shop.example",)
        yield from map(faulty, refusal(self.delivered, first, closed, names=names))
        yield from self.moved(first, "rejected", reason="no", names=names)
        yield from refusal(self.delivered, second, closed, names=names)
        with self.shop.reading() as session:
            yield from (faulty(Said(dispatch.error, names)) for dispatch, _ in outbox.unsent(session))
        outbox.drain(self.shop, [], now() + timedelta(hours=1))
        with self.shop.reading() as session:
            yield from (faulty(Said(dispatch.error, names)) for dispatch, _ in outbox.unsent(session))
        outbox.drain(
            self.shop, [Shut("alpha", SinkError("no")), Shut("beta", SinkError("no"))], now() + timedelta(hours=9)
        )
        with self.shop.session() as session:
            yield from refusal(proposals.rollback, session, first.id, OTHER, closed)
            yield from refusal(outbox.retry, session, 999, OTHER, closed, names=("pricedesk outbox",))
        yield from self.partly(second)

    def partly(self, proposal: Proposal) -> Iterator[Said]:
        """A price that one shop has taken and one has not, where the product is given another meanwhile."""
        with self.shop.session() as session:
            ordered = proposals.apply(session, proposal.id or 0, OTHER, [self.sink, self.closed_shop])
        list(refusal(outbox.deliver, self.shop, [self.sink, self.closed_shop], ordered))
        for price in (Decimal("3.10"), None):
            with self.shop.session() as session:
                session.get_one(Product, "TEA-001").price = price
            yield from refusal(self.delivered, proposal, [self.sink, self.closed_shop], names=("TEA-001",))

    def delivered(self, proposal: Proposal, sinks: list[Sink]) -> None:
        with self.shop.session() as session:
            ordered = proposals.apply(session, proposal.id or 0, OTHER, sinks)
        outbox.deliver(self.shop, sinks, ordered)

    def of_schedule(self) -> Iterator[Said]:
        moment, hour = now(), timedelta(hours=1)
        one = self.proposal("2.80")
        with self.shop.session() as session:
            proposals.move(session, one.id or 0, "approved", OTHER, seen=one.content_hash)

            def put(starts: datetime, ends: datetime | None = None) -> None:
                schedule.put(session, one.id or 0, OTHER, starts, ends)

            yield from refusal(put, moment - hour)
            yield from refusal(put, moment + 2 * hour, moment + hour)
            yield from refusal(put, datetime(2031, 5, 6, 7, 8), names=("2031-05-06T07:08+00:00",))
            put(moment + hour, moment + 2 * hour)
            yield from refusal(partial(proposals.apply, session, one.id or 0, OTHER, [self.sink], at=moment + 3 * hour))
            for why in ("its time on the schedule has come", "its time on the schedule is over"):
                yield Said(why)
        schedule.tick(self.shop, [self.sink], moment + 3 * hour)
        with self.shop.reading() as session:
            last = select(Move.reason).where(Move.proposal_id == one.id).order_by(col(Move.id).desc())
            yield Said(session.exec(last).first() or "")

    def of_sinks(self) -> Iterator[Said]:
        """What the shops behind the sinks refuse, and what they say that is none of their answers."""
        host, names = (
            "shop.example",
            ("shop.example", "ConnectError", "Shopify", "WooCommerce", "TEA-001", "GBP", "EUR"),
        )
        for status in (302, 401, 404, 503):
            yield from refusal(
                doors.checked, host, doors.Reply(status, b"no such thing"), names=(*names, "no such thing")
            )
        yield from refusal(doors.Reply(200, b"<html>").json)
        for left in (60.0, -60.0):
            with httpx.Client(base_url="http://127.0.0.1:9", trust_env=False) as client:
                yield from refusal(doors.Door(client, host, monotonic() + left).ask, "GET", "", names=names)
        change = Change("k", "TEA-001", Decimal("2.20"), "EUR", Decimal(2), 1, 1, "apply", now())
        variant, item = shopify.Variant("v", "p", Decimal(2), "GBP"), {"id": 7, "type": "simple"}
        answers: list[object] = [
            shopify._variant(change, []), shopify._variant(change, [variant]),
            shopify._answer(variant, change, None, "no such thing"), shopify._answer(variant, change, None, None),
            woocommerce._item(change, [], "GBP"), woocommerce._item(change, [item], "GBP"),
            woocommerce._item(change, [{"type": "variable"}], "EUR"), woocommerce._answer(None, change),
            woocommerce._answer({"error": {"message": "no such thing"}}, change),
            woocommerce._answer({"id": 7}, change),
        ]  # fmt: skip
        yield from (Said(str(answer), (*names, "no such thing")) for answer in answers)
        yield from refusal(woocommerce._record, [], names=names)
        for code in ("THROTTLED", "INTERNAL_SERVER_ERROR", "ACCESS_DENIED"):
            errors = {"errors": [{"message": "no such thing", "extensions": {"code": code}}]}
            yield from refusal(shopify.data_of, errors, names=(*names, "no such thing"))

    def on_engine(self, name: str) -> None:
        with spread(name):
            pass

    def _fault(self) -> str:
        try:
            self.taken.mkdir()
        except OSError as error:
            return str(error)
        raise AssertionError("the file is gone")

    def all(self) -> list[Said]:
        sources = (
            self.of_moves,
            self.of_time,
            self.of_products,
            self.of_edits,
            self.of_prices,
            self.of_rules,
            self.of_outbox,
            self.of_schedule,
            self.of_sinks,
        )
        return list(dict.fromkeys(said for source in sources for said in source() if said.text))
