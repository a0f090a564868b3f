"""Prices on their way: taken by all, by some, later or never, and cut off in between, on both engines."""

import csv
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from selling import AGENT, KIM, SAM, SYSTEM, ClosedShop, Drafts, Till, apply, approved, later, price_now, status, tried
from sqlmodel import Session, col, select

from db import audit, batches, events, outbox, proposals
from db.dealings import Dispatch, Event
from db.engine import Database
from db.outbox import TRIES, Tally, drain, wait_after
from db.proposals import Draft
from db.sinks import Answer, Change, CsvPriceList, Sink, SinkBusyError
from db.tables import Move, Price, Product, Receipt, now

BUSY = SinkBusyError("The shop has a queue at its door.")


class Interrupted(BaseException):
    """The end of a process."""


class Torn(Till):
    """A shop that has taken the price when the process ends."""

    def publish(self, session: Session, changes: Sequence[Change]) -> list[Answer]:
        super().publish(session, changes)
        raise Interrupted


class Broken(Till):
    def publish(self, session: Session, changes: Sequence[Change]) -> list[Answer]:
        raise ZeroDivisionError


def ordered(shop: Database, one: int, *sinks: Sink) -> list[int]:
    with shop.session() as session:
        return [d.id or 0 for d in proposals.apply(session, one, SAM, sinks)]


def row(shop: Database, one: int, sink: str, action: str = "apply") -> Dispatch:
    with shop.reading() as session:
        wanted = select(Dispatch).where(Dispatch.proposal_id == one, Dispatch.sink == sink, Dispatch.action == action)
        return session.exec(wanted).one()


def trail(shop: Database, one: int) -> list[tuple[str, str]]:
    """Where it went and who took it there, with the chains looked over."""
    with shop.reading() as session:
        assert audit.verify(session) is None
        assert events.verify(session) is None
        moves = session.exec(select(Move).where(Move.proposal_id == one).order_by(col(Move.id)))
        return [(m.to_status, m.actor) for m in moves]


def told(shop: Database, kind: str) -> list[Event]:
    with shop.reading() as session:
        return list(session.exec(select(Event).where(Event.kind == kind).order_by(col(Event.id))))


def test_a_price_is_charged_once_all_sinks_have_taken_it(either_shop: Database, draft: Drafts) -> None:
    one, first, second = approved(either_shop, draft(either_shop)), Till("first"), ClosedShop("second", BUSY)
    assert "second has not taken the price yet" in tried(either_shop, one, first, second)
    assert (status(either_shop, one), price_now(either_shop)) == ("approved", Decimal(2))
    assert drain(either_shop, [first, Till("second")], later()) == Tally(sent=1)
    assert (status(either_shop, one), price_now(either_shop)) == ("applied", Decimal("2.2"))
    assert len(first.told) == 1
    assert trail(either_shop, one) == [("proposed", "desk"), ("approved", "sam"), ("applied", "pricedesk")]
    with either_shop.reading() as session:
        assert {r.sink for r in session.exec(select(Receipt))} == {"first", "second"}


def test_the_next_try_waits_its_turn(either_shop: Database, draft: Drafts) -> None:
    one, till = approved(either_shop, draft(either_shop)), Till("till")
    tried(either_shop, one, ClosedShop("till", SinkBusyError("Come back in a minute.", 60)))
    assert drain(either_shop, [till], now() + timedelta(seconds=50)) == Tally()
    assert drain(either_shop, [till], now() + timedelta(seconds=70)) == Tally(sent=1)


def test_waits_double_with_jitter_up_to_an_hour() -> None:
    waits = [[wait_after(n) for _ in range(50)] for n in range(1, 20)]
    for n, some in enumerate(waits):
        most = min(5 * 2**n, 3600)
        assert most / 2 <= min(some) < max(some) <= most


def test_what_is_pressed_again_is_sent_at_once(either_shop: Database, draft: Drafts) -> None:
    one, till = approved(either_shop, draft(either_shop)), Till("till")
    tried(either_shop, one, ClosedShop("till", BUSY))
    apply(either_shop, one, SYSTEM, till)
    assert status(either_shop, one) == "applied"


def test_a_sink_that_never_takes_it_is_given_up_and_the_proposal_fails_with_the_reason(
    either_shop: Database, draft: Drafts
) -> None:
    one, moment = approved(either_shop, draft(either_shop)), now()
    ordered(either_shop, one, ClosedShop("till"))
    for _ in range(TRIES - 1):
        moment += timedelta(hours=2)
        assert drain(either_shop, [ClosedShop("till", BUSY)], moment) == Tally(waiting=1)
        assert status(either_shop, one) == "approved"
    assert drain(either_shop, [ClosedShop("till", BUSY)], moment + timedelta(hours=2)) == Tally(dead=1)
    assert drain(either_shop, [Till("till")], moment + timedelta(days=9)) == Tally()
    assert (status(either_shop, one), price_now(either_shop)) == ("failed", Decimal(2))
    with either_shop.reading() as session:
        last = session.exec(select(Move).order_by(col(Move.id).desc())).first()
        ((dead, sku),) = outbox.unsent(session)
    assert last is not None
    assert last.reason == "The shop has a queue at its door."
    assert (dead.status, dead.error, sku) == ("dead", str(BUSY), "TEA-001")
    assert [e.body["error"] for e in told(either_shop, "price.refused")] == [str(BUSY)]


def test_a_partial_failure_is_seen_and_mended_without_telling_the_others_again(
    either_shop: Database, draft: Drafts
) -> None:
    one, good = approved(either_shop, draft(either_shop)), Till("good")
    assert "shop is closed" in tried(either_shop, one, good, ClosedShop("bad"))
    assert (status(either_shop, one), price_now(either_shop)) == ("failed", Decimal(2))
    late, sinks = Till("bad"), (good, Till("bad"))
    with either_shop.session() as session:
        again = outbox.retry(session, row(either_shop, one, "bad").id or 0, KIM, sinks)
    outbox.deliver(either_shop, [good, late], again)
    assert (status(either_shop, one), price_now(either_shop)) == ("applied", Decimal("2.2"))
    assert (len(good.told), len(late.told)) == (1, 1)
    assert trail(either_shop, one)[-2:] == [("failed", "pricedesk"), ("applied", "kim")]


def test_what_some_have_taken_the_others_get_though_sales_went_on(either_shop: Database, draft: Drafts) -> None:
    one, good = approved(either_shop, draft(either_shop)), Till("good")
    tried(either_shop, one, good, ClosedShop("bad"))
    with either_shop.session() as session:
        session.get_one(Product, "TEA-001").stock = 7
    assert tried(either_shop, one, good, Till("bad")) == ""
    assert status(either_shop, one) == "applied"


def test_a_partial_failure_is_taken_back_where_it_was_taken(either_shop: Database, draft: Drafts) -> None:
    one, good = approved(either_shop, draft(either_shop)), Till("good")
    bad = Till("bad")
    tried(either_shop, one, good, ClosedShop("bad"))
    with either_shop.session() as session:
        back = proposals.rollback(session, one, KIM, [good, bad], reason="better not")
    outbox.deliver(either_shop, [good, bad], back)
    assert [c.price for c in good.told] == [Decimal("2.2"), Decimal(2)]
    assert not bad.told
    assert (status(either_shop, one), price_now(either_shop)) == ("rolled_back", Decimal(2))


def test_what_nobody_took_cannot_be_taken_back(either_shop: Database, draft: Drafts) -> None:
    one = approved(either_shop, draft(either_shop))
    tried(either_shop, one, ClosedShop())
    with either_shop.session() as session, pytest.raises(proposals.NothingTakenError, match="nothing to roll back"):
        proposals.rollback(session, one, KIM, [ClosedShop()])


def test_a_rollback_that_a_sink_refuses_leaves_the_price_applied_and_is_tried_again(
    either_shop: Database, draft: Drafts
) -> None:
    one, till = approved(either_shop, draft(either_shop)), Till("till")
    apply(either_shop, one, SYSTEM, till)
    with either_shop.session() as session:
        back = proposals.rollback(session, one, KIM, [till])
    with pytest.raises(proposals.ApplyFailedError, match=f"{one} is not rolled back"):
        outbox.deliver(either_shop, [ClosedShop("till")], back)
    assert (status(either_shop, one), price_now(either_shop)) == ("applied", Decimal("2.2"))
    with either_shop.session() as session:
        again = outbox.retry(session, row(either_shop, one, "till", "rollback").id or 0, KIM, [till])
    outbox.deliver(either_shop, [till], again)
    assert (status(either_shop, one), price_now(either_shop)) == ("rolled_back", Decimal(2))


def test_a_crash_after_the_shop_took_it_tells_it_twice_and_charges_it_once(
    either_shop: Database, draft: Drafts
) -> None:
    one, torn = approved(either_shop, draft(either_shop)), Torn("till")
    ids = ordered(either_shop, one, torn)
    with pytest.raises(Interrupted):
        outbox.send_many(either_shop, [torn], ids)
    whole = Till("till")
    assert drain(either_shop, [whole], now()) == Tally()  # who has it may still be at work
    assert drain(either_shop, [whole], later()) == Tally(sent=1)
    assert torn.told[0] == whole.told[0]
    assert trail(either_shop, one)[2:] == [("applied", "sam")]
    with either_shop.reading() as session:
        assert len(session.exec(select(Price)).all()) == len(session.exec(select(Receipt)).all()) == 1


def test_a_crash_before_it_was_sent_loses_nothing(either_shop: Database, draft: Drafts) -> None:
    one, till = approved(either_shop, draft(either_shop)), Till()
    ordered(either_shop, one, till)
    assert drain(either_shop, [till], later()) == Tally(sent=1)
    assert status(either_shop, one) == "applied"


def test_an_answer_that_comes_after_the_lease_still_counts_once(either_shop: Database, draft: Drafts) -> None:
    one, till = approved(either_shop, draft(either_shop)), Till()
    ids = ordered(either_shop, one, till)
    slow = outbox._claimed(either_shop, ids, None)["till"]
    assert drain(either_shop, [till], later()) == Tally(sent=1)
    assert outbox._settled(either_shop, slow, ["late"], None) == Tally()
    assert outbox._settled(either_shop, slow, [BUSY], None) == Tally()
    assert [to for to, _ in trail(either_shop, one)] == ["proposed", "approved", "applied"]


def test_while_a_price_is_on_its_way_nothing_else_is_done_to_its_product(either_shop: Database, draft: Drafts) -> None:
    one, other = approved(either_shop, draft(either_shop)), approved(either_shop, draft(either_shop, "2.40"))
    ordered(either_shop, one, Till())
    for to in ("rejected", "scheduled"):
        with either_shop.session() as session, pytest.raises(proposals.OnItsWayError, match="on its way to till"):
            proposals.move(session, one, to, SAM, reason="no")
    with either_shop.session() as session, pytest.raises(proposals.OnItsWayError, match=f"proposal {one}, which"):
        proposals.apply(session, other, SAM, [Till()])
    with either_shop.session() as session, pytest.raises(proposals.UnlawfulMoveError):
        proposals.rollback(session, one, SAM, [Till()])


def test_a_sink_that_breaks_down_stops_no_other(
    either_shop: Database, draft: Drafts, caplog: pytest.LogCaptureFixture
) -> None:
    one, till = approved(either_shop, draft(either_shop)), Till("till")
    assert "The sink broken broke down (fault" in tried(either_shop, one, Broken("broken"), till)
    assert len(till.told) == 1
    assert "ZeroDivisionError" in caplog.text
    assert drain(either_shop, [Till("broken"), till], later()) == Tally(sent=1)
    assert status(either_shop, one) == "applied"


def test_a_sink_that_is_no_longer_set_up_is_named(either_shop: Database, draft: Drafts) -> None:
    one = approved(either_shop, draft(either_shop))
    ordered(either_shop, one, Till("gone"))
    assert drain(either_shop, [Till("till")], later()) == Tally(waiting=1)
    assert "No sink called gone" in row(either_shop, one, "gone").error


def test_without_any_sink_a_price_is_charged_at_once(either_shop: Database, draft: Drafts) -> None:
    one = approved(either_shop, draft(either_shop))
    assert ordered(either_shop, one) == []
    assert (status(either_shop, one), price_now(either_shop)) == ("applied", Decimal("2.2"))


def test_drains_at_the_same_time_send_each_price_once(either_shop: Database, draft: Drafts) -> None:
    add_teas(either_shop, 12)
    till = Till()
    numbers = [approved(either_shop, tea(either_shop, draft, n)) for n in range(12)]
    for one in numbers:
        ordered(either_shop, one, till)
    with ThreadPoolExecutor(4) as pool:
        tallies = list(pool.map(lambda _: drain(either_shop, [till], later()), range(4)))
    assert sum(tally.sent for tally in tallies) == len(till.told) == len({c.key for c in till.told}) == 12
    assert {status(either_shop, one) for one in numbers} == {"applied"}


def test_the_price_list_knows_what_is_on_its_way_to_other_sinks_and_what_came_back(
    either_shop: Database, draft: Drafts, tmp_path: Path
) -> None:
    add_teas(either_shop, 2)
    sink, closed = CsvPriceList(tmp_path / "list.csv"), ClosedShop("shop", BUSY)
    first, second = (approved(either_shop, tea(either_shop, draft, n)) for n in range(2))
    tried(either_shop, first, sink, closed)
    tried(either_shop, second, sink)
    assert listed(sink) == {"TEA-100": "2.20", "TEA-101": "2.20"}
    drain(either_shop, [sink, ClosedShop("shop")], later())
    assert status(either_shop, first) == "failed"
    with either_shop.session() as session:
        back = proposals.rollback(session, first, KIM, [sink, closed])
    outbox.deliver(either_shop, [sink, closed], back)
    assert listed(sink) == {"TEA-100": "2.00", "TEA-101": "2.20"}


def test_price_lists_written_at_once_lose_no_price(either_shop: Database, draft: Drafts, tmp_path: Path) -> None:
    add_teas(either_shop, 8)
    sink = CsvPriceList(tmp_path / "list.csv")
    numbers = [approved(either_shop, tea(either_shop, draft, n)) for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda one: tried(either_shop, one, sink), numbers)) == {""}
    assert listed(sink) == {f"TEA-{100 + n}": "2.20" for n in range(8)}


def test_a_batch_is_applied_and_rolled_back_item_by_item(either_shop: Database, draft: Drafts) -> None:
    add_teas(either_shop, 4)
    till = Till()
    numbers = [approved(either_shop, tea(either_shop, draft, n), batch="spring") for n in range(4)]
    with either_shop.session() as session:
        session.get_one(Product, "TEA-101").price = Decimal("1.95")
        assert proposals.of_batch(session, "spring", "approved") == numbers
    items = batches.apply_many(either_shop, [till], numbers, SAM)
    assert [item.status for item in items] == ["applied", "expired", "applied", "applied"]
    assert [item.done for item in items] == [True, False, True, True]
    assert "now expired" in items[1].text
    with either_shop.session() as session:
        session.get_one(Product, "TEA-102").price = Decimal("1.95")
    items = batches.rollback_many(either_shop, [till], numbers, SAM, reason="no spring")
    assert [item.status for item in items] == ["rolled_back", "expired", "applied", "rolled_back"]
    assert "another price since" in items[2].text


def test_events_tell_what_was_bound_ordered_and_applied(either_shop: Database, draft: Drafts) -> None:
    one = approved(either_shop, draft(either_shop))
    apply(either_shop, one, SAM, Till())
    (bound,), (asked,), (charged,) = (
        told(either_shop, kind) for kind in ("guardrail.bound", "price.ordered", "price.applied")
    )
    assert (bound.subject, bound.body["rule"], bound.body["rulings"][0]["after"]) == ("TEA-001", "ending", 2.2)
    assert asked.body["sinks"] == ["till"]
    assert (charged.body["id"], charged.body["sku"], charged.body["price"], charged.actor) == (
        one, "TEA-001", "2.2000", "sam",
    )  # fmt: skip
    (approval,) = told(either_shop, "proposal.approved")
    assert approval.body["proposed_price"] == "2.2000"
    assert approval.subject == str(one)


def test_whoever_signs_what_was_superseded_learns_by_what(either_shop: Database, draft: Drafts) -> None:
    with either_shop.session() as session:
        old = proposals.create(session, draft(either_shop), AGENT, asked_by="mei")
        new = proposals.create(session, draft(either_shop, "2.40"), AGENT, asked_by="kim")
        proposals.supersede(session, new)
    with either_shop.session() as session, pytest.raises(proposals.UnlawfulMoveError, match=f"proposal {new.id}, has"):
        proposals.move(session, old.id or 0, "approved", SAM, seen=old.content_hash)


def test_a_price_near_a_rejected_one_is_refused_with_the_reason_that_was_given(
    either_shop: Database, draft: Drafts
) -> None:
    with either_shop.session() as session:
        no = proposals.create(session, draft(either_shop), AGENT, asked_by="mei")
        proposals.move(session, no.id or 0, "rejected", SAM, reason="round prices\n only")
    for near in ("2.20", "2.19", "2.22"):
        with (
            either_shop.session() as session,
            pytest.raises(proposals.RejectedBeforeError, match="“round prices only”"),
        ):
            proposals.create(session, draft(either_shop, near), AGENT, asked_by="kim")
    with either_shop.session() as session:
        assert proposals.create(session, draft(either_shop, "2.23"), AGENT, asked_by="kim").status == "proposed"


def add_teas(shop: Database, count: int) -> None:
    with shop.session() as session:
        for n in range(count):
            session.add(Product(sku=f"TEA-{100 + n}", name="Tea", currency="GBP", price=Decimal(2)))


def tea(shop: Database, draft: Drafts, n: int) -> Draft:
    return draft(shop, sku=f"TEA-{100 + n}")


def listed(sink: CsvPriceList) -> dict[str, str]:
    with sink.path.open(encoding="utf-8", newline="") as file:
        return {row["sku"]: row["price"] for row in csv.DictReader(file)}
