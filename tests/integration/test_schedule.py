"""Prices that start and end at their time, on both engines."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from selling import AGENT, KIM, SAM, ClosedShop, Drafts, Till, apply, approved, price_now, status
from sqlmodel import Session, col, select

from db import audit, proposals, rules, schedule
from db.actors import Actor
from db.dealings import Event
from db.engine import Database
from db.rulebook import Scope
from db.schedule import ScheduleError, tick
from db.sinks import SinkBusyError
from db.tables import CompetitorPrice, Move, Price, Product, Promotion, Proposal, Sale, Stock

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
START, END = NOW + timedelta(hours=1), NOW + timedelta(hours=3)
A_MINUTE = timedelta(minutes=1)
LAST_SOLD = date(2026, 3, 15)


def put(shop: Database, one: int, ends_at: datetime | None = END, starts_at: datetime = START) -> Proposal:
    with shop.session() as session:
        return schedule.put(session, one, SAM, starts_at, ends_at, at=NOW)


def last(session: Session, one: int) -> Move:
    assert audit.verify(session) is None
    return session.exec(select(Move).where(Move.proposal_id == one).order_by(col(Move.id).desc())).all()[0]


def test_a_scheduled_price_starts_and_ends_by_itself(either_shop: Database, draft: Drafts) -> None:
    one, till = approved(either_shop, draft(either_shop)), Till()
    put(either_shop, one)
    assert tick(either_shop, [till], START - A_MINUTE) == schedule.Ticked()
    assert (status(either_shop, one), price_now(either_shop)) == ("scheduled", Decimal(2))
    assert tick(either_shop, [till], START).applied == [one]
    assert (status(either_shop, one), price_now(either_shop)) == ("applied", Decimal("2.2"))
    assert tick(either_shop, [till], END - A_MINUTE) == schedule.Ticked()
    assert tick(either_shop, [till], END).reverted == [one]
    assert (status(either_shop, one), price_now(either_shop)) == ("rolled_back", Decimal(2))
    assert tick(either_shop, [till], END + A_MINUTE) == schedule.Ticked()
    assert [(c.action, c.price) for c in till.told] == [("apply", Decimal("2.2")), ("revert", Decimal(2))]
    with either_shop.reading() as session:
        assert (last(session, one).role, last(session, one).reason) == ("system", "its time on the schedule is over")
        assert len(session.exec(select(Price)).all()) == 2


def test_a_price_without_an_end_stays(either_shop: Database, draft: Drafts) -> None:
    one = approved(either_shop, draft(either_shop))
    put(either_shop, one, None)
    tick(either_shop, [Till()], START)
    assert tick(either_shop, [Till()], START + timedelta(days=99)) == schedule.Ticked()
    assert status(either_shop, one) == "applied"


def sold(shop: Database, day: date, order: str) -> None:
    with shop.session() as session:
        session.add(Sale(sku="TEA-001", sold_on=day, units=9, price=Decimal(2), order_id=order))


def test_a_scheduled_price_outlives_the_sales_stock_and_rivals_of_the_days_until_then(
    either_shop: Database, draft: Drafts
) -> None:
    one, till = approved(either_shop, draft(either_shop)), Till()
    put(either_shop, one)
    for number in range(8):
        sold(either_shop, LAST_SOLD + timedelta(days=1 + number), f"N{number}")
    with either_shop.session() as session:
        session.get_one(Product, "TEA-001").stock = 3
        session.add(Stock(sku="TEA-001", counted_on=LAST_SOLD, on_hand=3))
        session.add(CompetitorPrice(sku="TEA-001", seen_on=LAST_SOLD, competitor="Leaf", price=Decimal("2.1")))
    assert tick(either_shop, [till], START).applied == [one]
    assert (status(either_shop, one), price_now(either_shop)) == ("applied", Decimal("2.2"))


def by_price(session: Session) -> None:
    session.get_one(Product, "TEA-001").price = Decimal("1.95")


def by_cost(session: Session) -> None:
    session.get_one(Product, "TEA-001").cost = Decimal("1.90")


def by_status(session: Session) -> None:
    session.get_one(Product, "TEA-001").status = "retired"


def by_correction(session: Session) -> None:
    session.exec(select(Sale)).all()[0].units = 90


def by_promotion(session: Session) -> None:
    session.add(Promotion(sku="TEA-001", starts_on=START.date(), ends_on=END.date(), kind="deal"))


def by_rules(session: Session) -> None:
    rules.edit(session, Scope(), {"max_change_pct": 2}, Actor("root", "admin"), "steadier", 0)


@pytest.mark.parametrize("change", [by_price, by_cost, by_status, by_correction, by_promotion, by_rules])
def test_a_price_whose_ground_moved_expires_at_its_start_and_says_so(
    either_shop: Database, draft: Drafts, change: Callable[[Session], None]
) -> None:
    one, till = approved(either_shop, draft(either_shop)), Till()
    put(either_shop, one)
    with either_shop.session() as session:
        change(session)
    assert tick(either_shop, [till], START).expired == [one]
    assert (status(either_shop, one), till.told) == ("expired", [])
    with either_shop.reading() as session:
        assert "have changed since it was made" in last(session, one).reason


def test_off_the_schedule_a_price_is_as_stale_as_any_other_approval(either_shop: Database, draft: Drafts) -> None:
    one = approved(either_shop, draft(either_shop))
    put(either_shop, one)
    sold(either_shop, LAST_SOLD + timedelta(days=1), "N1")
    with either_shop.session() as session:
        schedule.off(session, one, KIM)
    with pytest.raises(proposals.StaleProposalError):
        apply(either_shop, one, SAM, Till())
    assert status(either_shop, one) == "expired"


def test_a_price_whose_time_passed_while_nobody_looked_expires(either_shop: Database, draft: Drafts) -> None:
    one = approved(either_shop, draft(either_shop))
    put(either_shop, one)
    assert tick(either_shop, [Till()], END).expired == [one]
    assert (status(either_shop, one), price_now(either_shop)) == ("expired", Decimal(2))


def test_a_newer_price_is_not_reverted(either_shop: Database, draft: Drafts) -> None:
    one, till = approved(either_shop, draft(either_shop)), Till()
    put(either_shop, one)
    tick(either_shop, [till], START)
    with either_shop.session() as session:
        session.get_one(Product, "TEA-001").price = Decimal("1.80")
    assert tick(either_shop, [till], END).dropped == [one]
    assert tick(either_shop, [till], END + A_MINUTE) == schedule.Ticked()
    assert (status(either_shop, one), price_now(either_shop)) == ("applied", Decimal("1.8"))
    with either_shop.reading() as session:
        (event,) = session.exec(select(Event).where(Event.kind == "schedule.dropped")).all()
    assert "another price since" in event.body["reason"]


def test_a_shop_that_is_busy_at_the_start_is_asked_again_and_not_by_the_schedule(
    either_shop: Database, draft: Drafts
) -> None:
    one = approved(either_shop, draft(either_shop))
    put(either_shop, one)
    tick(either_shop, [ClosedShop("till", SinkBusyError("Later."))], START)
    assert status(either_shop, one) == "scheduled"
    assert tick(either_shop, [Till()], START + A_MINUTE) == schedule.Ticked()
    with either_shop.session() as session, pytest.raises(proposals.OnItsWayError):
        schedule.off(session, one, SAM)


def test_off_the_schedule_a_price_is_approved_still(either_shop: Database, draft: Drafts) -> None:
    one = approved(either_shop, draft(either_shop))
    put(either_shop, one)
    with either_shop.session() as session:
        row = schedule.off(session, one, KIM, reason="not this week")
        assert (row.starts_at, row.ends_at, row.decided_by) == (None, None, "sam")
    assert tick(either_shop, [Till()], START) == schedule.Ticked()
    apply(either_shop, one, SAM, Till())
    assert price_now(either_shop) == Decimal("2.2")


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        (NOW - A_MINUTE, None, "is past"),
        (NOW, None, "is past"),
        (START, START, "not after the start"),
        (END, START, "not after the start"),
        (START.replace(tzinfo=None), None, "has no zone"),
        (START, END.replace(tzinfo=None), "has no zone"),
    ],
)
def test_times_that_make_no_schedule_are_refused(
    shop: Database, draft: Drafts, starts: datetime, ends: datetime | None, said: str
) -> None:
    one = approved(shop, draft(shop))
    with pytest.raises(ScheduleError, match=said):
        put(shop, one, ends, starts)
    with shop.reading() as session:
        row = session.get_one(Proposal, one)
        assert (row.status, row.starts_at, row.ends_at) == ("approved", None, None)


def test_times_of_another_zone_are_kept_as_utc(shop: Database, draft: Drafts) -> None:
    one = approved(shop, draft(shop))
    row = put(shop, one, None, START.astimezone(timezone(timedelta(hours=8))))
    assert row.starts_at == START
    with shop.reading() as session:
        (event,) = session.exec(select(Event).where(Event.kind == "proposal.scheduled")).all()
    assert event.body["starts_at"] == START.isoformat()


def test_an_agent_and_what_is_not_approved_are_not_scheduled(shop: Database, draft: Drafts) -> None:
    with shop.session() as session:
        made = proposals.create(session, draft(shop), AGENT, asked_by="mei")
    with pytest.raises(proposals.UnlawfulMoveError):
        put(shop, made.id or 0)
    with shop.session() as session:
        proposals.move(session, made.id or 0, "approved", SAM, seen=made.content_hash)
    with shop.session() as session, pytest.raises(proposals.NotAllowedError):
        schedule.put(session, made.id or 0, AGENT, START, at=NOW)
