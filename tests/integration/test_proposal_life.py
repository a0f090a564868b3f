"""From a signature to the price charged and back, with several people at it at once, on both engines."""

import csv
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from threading import Barrier

import pytest
from selling import (
    AGENT,
    KIM,
    SAM,
    SYSTEM,
    ClosedShop,
    Drafts,
    apply,
    approved,
    carried_out,
    later,
    number,
    price_now,
    put_forward,
    status,
)  # fmt: skip
from sqlmodel import col, select

from db import audit, events, outbox, proposals
from db.engine import Database
from db.proposals import Actor, Decision
from db.sinks import CsvPriceList
from db.tables import Move, Price, Product, Proposal, Receipt
from pricing.errors import PricingError


def listed(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def together(*work: Callable[[], object]) -> list[object]:
    """Run all at the same moment; the result or the refusal of each."""
    start = Barrier(len(work))

    def one(task: Callable[[], object]) -> object:
        start.wait()
        try:
            return task()
        except PricingError as refusal:
            return refusal

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(one, work))


def test_of_two_approvers_at_once_one_wins_and_the_other_is_told(either_shop: Database, draft: Drafts) -> None:
    for n in range(5):
        made = put_forward(either_shop, draft(either_shop, f"2.1{n}"))

        def sign(actor: Actor, made: Proposal = made) -> str:
            with either_shop.session() as session:
                return proposals.move(session, number(made), "approved", actor, seen=made.content_hash).decided_by

        results = together(lambda: sign(SAM), lambda: sign(KIM))
        refused = [r for r in results if isinstance(r, PricingError)]
        won = [r for r in results if isinstance(r, str)]
        assert len(won) == len(refused) == 1
        assert "is approved and cannot become approved" in str(refused[0])
        with either_shop.reading() as session:
            assert session.get_one(Proposal, number(made)).decided_by == won[0]


def test_an_approval_and_a_rejection_at_once_leave_one_of_them(either_shop: Database, draft: Drafts) -> None:
    made = put_forward(either_shop, draft(either_shop))

    def decide(to: str, actor: Actor) -> str:
        with either_shop.session() as session:
            return proposals.move(session, number(made), to, actor, seen=made.content_hash, reason="no").status

    together(lambda: decide("approved", SAM), lambda: decide("rejected", KIM))
    with either_shop.reading() as session:
        moves = [m.to_status for m in session.exec(select(Move).order_by(col(Move.id)))]
    assert moves[0] == "proposed"
    assert moves[-1] == status(either_shop, number(made))


def test_many_at_once_leave_an_unbroken_chain(either_shop: Database, draft: Drafts) -> None:
    made = [put_forward(either_shop, draft(either_shop, f"2.{n}")) for n in range(11, 23)]

    def sign(proposal: Proposal) -> str:
        with either_shop.session() as session:
            return proposals.move(session, number(proposal), "approved", SAM, seen=proposal.content_hash).status

    assert together(*(lambda p=p: sign(p) for p in made)) == ["approved"] * 12
    with either_shop.reading() as session:
        assert audit.verify(session) is None
        assert len(session.exec(select(Move)).all()) == 24


def test_of_two_who_sign_the_same_batch_at_once_each_item_is_signed_by_one(
    either_shop: Database, draft: Drafts
) -> None:
    made = [put_forward(either_shop, draft(either_shop, f"2.{10 + n}")) for n in range(20)]

    def sign(actor: Actor, order: int) -> int:
        asked = [Decision(number(one), "approved", one.content_hash) for one in made[::order]]
        with either_shop.session() as session:
            return sum(one.refusal is None for one in proposals.decide_many(session, asked, actor))

    signed = together(lambda: sign(SAM, 1), lambda: sign(KIM, -1))
    with either_shop.reading() as session:
        approvals = session.exec(select(Move).where(Move.to_status == "approved")).all()
        assert audit.verify(session) is None
        assert events.verify(session) is None
    assert sorted(move.proposal_id for move in approvals) == sorted(number(one) for one in made)
    assert signed == [sum(move.actor == who.name for move in approvals) for who in (SAM, KIM)]


def test_an_applied_price_is_charged_logged_listed_and_receipted(
    either_shop: Database, draft: Drafts, tmp_path: Path
) -> None:
    sink, one = CsvPriceList(tmp_path / "out" / "pricelist.csv"), approved(either_shop, draft(either_shop))
    (receipt,) = apply(either_shop, one, SYSTEM, sink)
    assert (receipt.sink, receipt.action, receipt.version) == ("csv", "apply", 1)
    assert price_now(either_shop) == Decimal("2.2")
    assert status(either_shop, one) == "applied"
    (row,) = listed(sink.path)
    assert (row["sku"], row["price"], row["currency"], row["proposal"], row["version"]) == (
        "TEA-001", "2.20", "GBP", str(one), "1",
    )  # fmt: skip
    with either_shop.reading() as session:
        assert [(p.price, p.proposal_id) for p in session.exec(select(Price))] == [(Decimal("2.2"), one)]
        assert audit.verify(session) is None


def test_applying_twice_changes_nothing_the_second_time(either_shop: Database, draft: Drafts, tmp_path: Path) -> None:
    sink, one = CsvPriceList(tmp_path / "pricelist.csv"), approved(either_shop, draft(either_shop))

    def order() -> list[int | None]:
        with either_shop.session() as session:
            return [dispatch.id for dispatch in proposals.apply(session, one, SYSTEM, [sink])]

    first, second = together(order, order)
    assert first == second
    together(lambda: outbox.drain(either_shop, [sink], later()), lambda: apply(either_shop, one, SYSTEM, sink))
    assert status(either_shop, one) == "applied"
    with either_shop.reading() as session:
        assert len(session.exec(select(Price)).all()) == len(session.exec(select(Receipt)).all()) == 1


def test_what_is_not_approved_is_not_applied(either_shop: Database, draft: Drafts, tmp_path: Path) -> None:
    sink, made = CsvPriceList(tmp_path / "pricelist.csv"), put_forward(either_shop, draft(either_shop))
    with either_shop.session() as session, pytest.raises(proposals.UnlawfulMoveError, match="cannot become applied"):
        proposals.apply(session, number(made), SYSTEM, [sink])
    assert price_now(either_shop) == Decimal(2)
    assert not sink.path.exists()


def test_an_agent_never_applies(either_shop: Database, draft: Drafts, tmp_path: Path) -> None:
    sink, one = CsvPriceList(tmp_path / "pricelist.csv"), approved(either_shop, draft(either_shop))
    with either_shop.session() as session, pytest.raises(proposals.NotAllowedError, match="desk"):
        proposals.apply(session, one, AGENT, [sink])
    assert price_now(either_shop) == Decimal(2)


def test_an_approval_does_not_outlive_its_price(either_shop: Database, draft: Drafts, tmp_path: Path) -> None:
    sink, one = CsvPriceList(tmp_path / "pricelist.csv"), approved(either_shop, draft(either_shop))
    with either_shop.session() as session:
        session.get_one(Product, "TEA-001").price = Decimal("1.95")
    with pytest.raises(proposals.StaleProposalError, match="now expired"):
        apply(either_shop, one, SYSTEM, sink)
    assert (status(either_shop, one), price_now(either_shop)) == ("expired", Decimal("1.95"))


def test_a_closed_shop_leaves_the_price_and_says_so_and_a_second_try_works(
    either_shop: Database, draft: Drafts, tmp_path: Path
) -> None:
    one = approved(either_shop, draft(either_shop))
    for _ in range(2):
        with pytest.raises(proposals.ApplyFailedError, match="shop is closed"):
            apply(either_shop, one, SYSTEM, ClosedShop())
        assert (status(either_shop, one), price_now(either_shop)) == ("failed", Decimal(2))
    with either_shop.reading() as session:
        assert session.exec(select(Price)).all() == []
    apply(either_shop, one, SYSTEM, CsvPriceList(tmp_path / "pricelist.csv"))
    assert (status(either_shop, one), price_now(either_shop)) == ("applied", Decimal("2.2"))


def test_a_rollback_restores_the_former_price_once(either_shop: Database, draft: Drafts, tmp_path: Path) -> None:
    sink, one = CsvPriceList(tmp_path / "pricelist.csv"), approved(either_shop, draft(either_shop))
    apply(either_shop, one, SYSTEM, sink)
    first = carried_out(either_shop, proposals.rollback, one, KIM, sink, reason="complaints")
    again = carried_out(either_shop, proposals.rollback, one, KIM, sink)
    assert [r.id for r in again] == [r.id for r in first]
    assert (status(either_shop, one), price_now(either_shop)) == ("rolled_back", Decimal(2))
    assert [row["price"] for row in listed(sink.path)] == ["2.00"]
    with either_shop.reading() as session:
        assert [p.price for p in session.exec(select(Price).order_by(col(Price.id)))] == [Decimal("2.2"), Decimal(2)]
        assert audit.verify(session) is None


def test_a_rollback_does_not_overwrite_a_newer_price(either_shop: Database, draft: Drafts, tmp_path: Path) -> None:
    sink, one = CsvPriceList(tmp_path / "pricelist.csv"), approved(either_shop, draft(either_shop))
    apply(either_shop, one, SYSTEM, sink)
    with either_shop.session() as session:
        session.get_one(Product, "TEA-001").price = Decimal("2.05")
    with either_shop.session() as session, pytest.raises(proposals.PriceMovedError, match=r"it is 2\.05 now"):
        proposals.rollback(session, one, KIM, [sink])
    assert (status(either_shop, one), price_now(either_shop)) == ("applied", Decimal("2.05"))


def test_a_batch_is_applied_item_by_item(either_shop: Database, draft: Drafts, tmp_path: Path) -> None:
    sink = CsvPriceList(tmp_path / "pricelist.csv")
    first, second = approved(either_shop, draft(either_shop)), approved(either_shop, draft(either_shop, "2.3"))
    with either_shop.session() as session:
        outcomes = proposals.each(
            session, [first, second, 99], lambda one: proposals.apply(session, one, SYSTEM, [sink])
        )
    assert [o.refusal is None for o in outcomes] == [True, False, False]
    assert isinstance(outcomes[1].refusal, proposals.OnItsWayError)
    outbox.deliver(either_shop, [sink], outcomes[0].result or [])
    assert [status(either_shop, one) for one in (first, second)] == ["applied", "approved"]
    assert price_now(either_shop) == Decimal("2.2")
