"""Decisions in any order, by anybody, with shops that fail: no proposal ever stands where none may."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from threading import Barrier

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from selling import AGENT, SAM, ClosedShop, Drafts, Till, number, put_forward
from sqlmodel import col, select

from db import audit, events, moves, outbox, proposals, schedule
from db.engine import Database
from db.proposals import MOVES, Actor
from db.sinks import Sink, SinkBusyError
from db.tables import ROLES, STATUSES, Move, Price, Product, Proposal, now
from pricing.errors import PricingError

PEOPLE = st.sampled_from([Actor(f"the {role}", role) for role in ROLES])
NUMBERS = st.integers(1, 4)
SHOPS = st.sampled_from(["open", "busy", "closed"])


class Decisions(RuleBasedStateMachine):
    """One product, its proposals, and time that only moves on."""

    shop: Database
    draft: Drafts

    @initialize()
    def open(self) -> None:
        self.at = now()
        self.sinks: tuple[Sink, ...] = (Till("first"), Till("second"))
        self.first = 1 + max(self.ids(), default=0)
        with self.shop.session() as session:
            session.get_one(Product, "TEA-001").price = Decimal(2)
        self.ask("2.20")

    def ids(self) -> list[int]:
        with self.shop.reading() as session:
            return [i or 0 for i in session.exec(select(Proposal.id).order_by(col(Proposal.id)))]

    def refusable(self, work: object) -> None:
        """Carry it out; what is refused leaves everything as it was, or says so in the trail."""
        try:
            with self.shop.session() as session:
                work(session)  # type: ignore[operator]
        except (PricingError, ValueError):
            return

    def one(self, n: int) -> int:
        return self.first + n - 1

    @rule(price=st.sampled_from(["2.10", "2.20", "2.40"]))
    def ask(self, price: str) -> None:
        made = self.draft(self.shop, price)
        self.refusable(lambda session: proposals.create(session, made, AGENT, asked_by="mei", at=self.at))

    @rule(n=NUMBERS, to=st.sampled_from(STATUSES), who=PEOPLE, fresh=st.booleans())
    def move(self, n: int, to: str, who: Actor, fresh: bool) -> None:
        def work(session: object) -> None:
            row = moves.get(session, self.one(n))  # type: ignore[arg-type]
            seen = row.content_hash if fresh else "0" * 64
            if to not in ("applied", "rolled_back", "failed"):
                proposals.move(session, self.one(n), to, who, reason="fuzz", seen=seen, at=self.at)  # type: ignore[arg-type]

        self.refusable(work)

    @rule(n=NUMBERS, who=PEOPLE)
    def apply(self, n: int, who: Actor) -> None:
        self.refusable(lambda session: proposals.apply(session, self.one(n), who, self.sinks, at=self.at))

    @rule(n=NUMBERS, who=PEOPLE)
    def roll_back(self, n: int, who: Actor) -> None:
        self.refusable(lambda session: proposals.rollback(session, self.one(n), who, self.sinks, at=self.at))

    @rule(n=NUMBERS, who=PEOPLE, minutes=st.integers(-5, 90), length=st.integers(-5, 90))
    def put_on_schedule(self, n: int, who: Actor, minutes: int, length: int) -> None:
        start: datetime = self.at + timedelta(minutes=minutes)
        end = start + timedelta(minutes=length)
        self.refusable(lambda session: schedule.put(session, self.one(n), who, start, end, at=self.at))

    @rule(first=SHOPS, second=SHOPS, minutes=st.integers(0, 120))
    def time_goes_on(self, first: str, second: str, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        sinks = [self.door("first", first), self.door("second", second)]
        schedule.tick(self.shop, sinks, self.at)
        outbox.drain(self.shop, sinks, self.at)

    @rule(price=st.sampled_from(["2.00", "2.20"]))
    def somebody_sets_a_price(self, price: str) -> None:
        with self.shop.session() as session:
            session.get_one(Product, "TEA-001").price = Decimal(price)

    def door(self, name: str, state: str) -> Sink:
        refusal = SinkBusyError("Later.") if state == "busy" else None
        return Till(name) if state == "open" else ClosedShop(name, refusal)

    @invariant()
    def every_path_is_lawful(self) -> None:
        with self.shop.reading() as session:
            assert audit.verify(session) is None
            assert events.verify(session) is None
            for row in session.exec(select(Proposal).where(col(Proposal.id) >= getattr(self, "first", 1))):
                path = session.exec(select(Move).where(Move.proposal_id == row.id).order_by(col(Move.id))).all()
                assert path[-1].to_status == row.status
                assert all(m.role in (*MOVES[m.from_status, m.to_status], "merchant") for m in path)
                assert all(a.to_status == b.from_status for a, b in pairwise(path))
                charged = sum(m.to_status in ("applied", "rolled_back") for m in path)
                assert charged == len(session.exec(select(Price).where(Price.proposal_id == row.id)).all())


@pytest.mark.slow
def test_a_thousand_fuzzed_decisions_never_make_an_unlawful_state(either_shop: Database, draft: Drafts) -> None:
    class OnThis(Decisions):
        shop = either_shop

    OnThis.draft = staticmethod(draft)
    quick = settings(
        max_examples=25, stateful_step_count=40, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(OnThis, settings=quick)


def test_of_fifty_approvers_at_once_one_wins_and_the_others_are_told(either_shop: Database, draft: Drafts) -> None:
    made, start = put_forward(either_shop, draft(either_shop)), Barrier(50)

    def sign(n: int) -> str:
        start.wait()
        try:
            with either_shop.session() as session:
                proposals.move(session, number(made), "approved", Actor(f"a{n}", "approver"), seen=made.content_hash)
        except PricingError as refusal:
            return str(refusal)
        return ""

    with ThreadPoolExecutor(50) as pool:
        told = list(pool.map(sign, range(50)))
    assert told.count("") == 1
    assert sum("is approved and cannot become approved" in text for text in told) == 49
    with either_shop.reading() as session:
        assert session.get_one(Proposal, number(made)).decided_by == f"a{told.index('')}"
        assert len(session.exec(select(Move).where(Move.to_status == "approved")).all()) == 1
        assert audit.verify(session) is None


def test_a_stale_approval_is_refused_whoever_gives_it(either_shop: Database, draft: Drafts) -> None:
    made = put_forward(either_shop, draft(either_shop))
    with either_shop.session() as session:
        session.get_one(Product, "TEA-001").price = Decimal("1.99")
    for actor in (SAM, Actor("root", "admin")):
        with pytest.raises(PricingError), either_shop.session() as session:
            proposals.move(session, number(made), "approved", actor, seen=made.content_hash)
    with either_shop.reading() as session:
        assert session.get_one(Proposal, number(made)).status == "expired"
