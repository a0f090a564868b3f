"""The card over the small shop: what-ifs, competitors and buyers, schedules, and a sink that does not answer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from sqlmodel import Session

from agents.deciding import Deed, signer
from agents.desk import Desk
from agents.proposing import redraft
from db.moves import Actor, NotAllowedError, StaleProposalError
from db.schedule import ScheduleError
from db.sinks import Answer, Change, CsvPriceList, Sink, SinkBusyError, SinkError
from db.tables import Proposal, now
from tests.small_store import (
    APPROVER,
    LASTING,
    MERCHANT,
    TODAY,
    asked,
    desk_on,
    small_home,
    small_knowledge,
    small_shop,
)  # fmt: skip
from tools.context import Context, Shop
from tools.price import quote
from tools.proposals import as_json
from ui.attaching import NotImportedError, imported, told
from ui.deeds import put_on_schedule, row_of, shown, take_off_schedule, time_in
from ui.figures import profit_of, revenue_of
from ui.market import market, voices
from ui.office import Office
from ui.trying import ladder_of, price_at, prices_of, rung, tried
from ui.whereabouts import told as way_told
from ui.whereabouts import whereabouts

__all__ = ["small_home", "small_knowledge", "small_shop"]

PRICE_IT = "What should I charge for {}?"
ADMIN = Actor("ada", "admin")


def office_of(desk: Desk) -> Office:
    def unasked() -> Any:
        raise AssertionError("nobody asks for this state here")

    return Office(desk, unasked, unasked, "en")


@pytest.fixture
def office(small_shop: Shop, tmp_path: Path) -> Iterator[Office]:
    with desk_on(small_shop, tmp_path) as desk:
        yield office_of(desk)


def priced(office: Office, sku: str = "CND-002") -> dict[str, Any]:
    """The proposal that the desk makes for a product."""
    return dict(asked(office.desk, PRICE_IT.format(sku)).proposals[0])


def test_a_what_if_says_what_an_edit_to_that_price_would(office: Office) -> None:
    row, context = priced(office), Context(office.desk.shop, TODAY)
    prices = prices_of(row)
    ladder = ladder_of(context, row)
    price = prices[len(prices) // 3]
    risk = ladder.risk(price)
    assert risk is not None
    with office.database.session() as session:
        made = redraft(context, session, session.get_one(Proposal, row["id"]), Decimal(str(price)))
    assert (risk.p_loss, risk.level) == (made.p_loss, made.risk)
    assert risk.units.mean == pytest.approx(made.expected_units)
    assert risk.change.low == pytest.approx(float(made.change_low), abs=0.005)
    said = tried(row, ladder, price, "en")
    assert f"£{price:.2f}" in said
    assert "Probability of a loss" in said


def test_a_step_of_the_slider_costs_a_small_part_of_a_price_question(office: Office) -> None:
    row, shop = priced(office), office.desk.shop
    ladder = ladder_of(Context(shop, TODAY), row)
    whole, step = [], []
    for price in prices_of(row)[:5]:
        began = perf_counter()
        tried(row, ladder, price, "en")
        middle = perf_counter()
        quote(Context(shop, TODAY), row["sku"])
        whole.append(perf_counter() - middle)
        step.append(middle - began)
    assert min(step) < min(whole) / 2


def test_the_slider_goes_over_lawful_prices_only(office: Office) -> None:
    row = priced(office)
    prices = prices_of(row)
    here = rung(prices, float(row["proposed_price"]))
    assert f"{prices[here]:.2f}" == row["proposed_price"]
    assert price_at(prices, here) == prices[here]
    assert "not known" not in tried(row, None, prices[here], "en")
    assert (price_at(prices, -3), price_at(prices, 10_000)) == (prices[0], prices[-1])


def test_where_the_data_cannot_say_the_what_if_gives_its_reason(office: Office) -> None:
    row = priced(office, "TWL-001")  # a price test: it has only ever had one price
    ladder = ladder_of(Context(office.desk.shop, TODAY), row)
    assert ladder.risk(prices_of(row)[0]) is None
    said = tried(row, ladder, prices_of(row)[0], "en")
    assert "not known" in said
    assert "Nothing can be said about another price" in said


def test_revenue_is_price_times_units_and_profit_is_read_off_the_curve(office: Office) -> None:
    row = priced(office)
    revenue, profit = revenue_of(row), profit_of(row)
    assert revenue is not None
    assert profit is not None
    assert revenue.mean == pytest.approx(float(row["proposed_price"]) * row["expected_units"])
    share = (float(row["proposed_price"]) - 3.60) / float(row["proposed_price"])
    assert profit.mean == pytest.approx(revenue.mean * share)
    assert profit.low < profit.mean < profit.high
    assert profit_of(row | {"basis": "revenue"}) is None
    assert revenue_of(row | {"goal": "clear_stock"}) is None


def test_competitors_and_buyers_stand_on_the_card(office: Office) -> None:
    row = priced(office) | {"sku": "TEA-001"}
    said = market(office.desk.shop, row, "en")
    for words in ("Leaf &amp; Co", "£5.25", "Teahouse", "28 Dec 2025", "of 5 over 3 reviews", "blockquote"):
        assert words in said
    assert "竞品价格" in market(office.desk.shop, row, "zh")
    hostile = market(office.desk.shop, row | {"sku": "MUG-001"}, "en")
    assert "<script>" not in hostile
    assert "&lt;script&gt;" in hostile
    assert voices(office.desk.shop, "TWL-001", TODAY).quotes == ()


def test_an_approver_schedules_in_one_step_and_takes_it_off_again(office: Office) -> None:
    row = priced(office)
    starts = now() + timedelta(days=2)
    times = (f"{starts:%Y-%m-%d %H:%M:%S}", f"{starts + timedelta(days=7):%Y-%m-%d %H:%M:%S}")
    said = put_on_schedule(office, shown(row), times, APPROVER, "en")
    assert "on the schedule" in said.text
    stands = row_of(office, row["id"])
    assert stands is not None
    assert (stands["status"], stands["starts_at"], stands["decided_by"]) == ("scheduled", starts.isoformat(), "sam")
    assert "Charged by itself from" in way_told(stands, whereabouts(office.database, stands), "en")
    take_off_schedule(office, shown(stands), APPROVER, "en")
    back = row_of(office, row["id"])
    assert back is not None
    assert (back["status"], back["starts_at"]) == ("approved", None)


def test_a_schedule_that_is_refused_approves_nothing(office: Office) -> None:
    row = priced(office)
    soon = f"{now() + timedelta(days=1):%Y-%m-%d %H:%M:%S}"
    for times, actor, fault in (
        (("", ""), APPROVER, ScheduleError),
        (("tomorrow", ""), APPROVER, ScheduleError),
        (("2020-01-01 09:00:00", ""), APPROVER, ScheduleError),
        ((soon, soon), APPROVER, ScheduleError),
        ((soon, ""), MERCHANT, NotAllowedError),
    ):
        with pytest.raises(fault):
            put_on_schedule(office, shown(row), times, actor, "en")
    with pytest.raises(StaleProposalError):
        put_on_schedule(office, replace(shown(row), seen="0" * 64), (soon, ""), APPROVER, "en")
    assert as_json(office.database, [row["id"]])[0]["status"] == "proposed"


def test_a_time_without_a_zone_is_utc() -> None:
    given, told_so = time_in("2027-01-31 09:00:00", "en"), time_in("2027-01-31T10:00:00+01:00", "en")
    assert given == told_so
    assert time_in("  ", "en") is None


class Moody:
    """A sink that says what it was told to say."""

    name = "moody"
    answer: Answer = SinkBusyError("moody is down")

    def publish(self, session: Session, changes: Sequence[Change]) -> Sequence[Answer]:
        return [self.answer] * len(changes)


def test_a_price_on_its_way_is_shown_and_tried_again_by_those_who_may(small_shop: Shop, tmp_path: Path) -> None:
    moody = Moody()
    sinks: list[Sink] = [CsvPriceList(tmp_path / "pricelist.csv"), moody]
    with SqliteSaver.from_conn_string(str(tmp_path / "threads.db")) as saver:
        desk = Desk(small_shop, signer(small_shop, sinks, LASTING), saver, lambda: None, LASTING)
        office = office_of(desk)
        row = priced(office)
        assert desk.decide(Deed(row["id"], "approve", row["content_hash"]), APPROVER).done
        assert "on its way" in desk.decide(Deed(row["id"], "apply", row["content_hash"]), APPROVER).text
        _stands(office, row["id"], "approved", "not taken yet after 1 tries", "moody is down")
        moody.answer = SinkError("moody wants no such price")
        assert not desk.decide(Deed(row["id"], "apply", row["content_hash"]), APPROVER).done
        _stands(office, row["id"], "failed", "given up", "moody wants no such price")
        moody.answer = "taken at last"
        assert desk.decide(Deed(row["id"], "apply", row["content_hash"]), APPROVER).done
        stands = row_of(office, row["id"])
        assert stands is not None
        assert whereabouts(office.database, stands).retry(stands, APPROVER) is None


def _stands(office: Office, number: int, status: str, *said: str) -> None:
    row = row_of(office, number)
    assert row is not None
    where = whereabouts(office.database, row)
    assert row["status"] == status
    assert where.retry(row, APPROVER) == "apply"
    assert where.retry(row, MERCHANT) is None
    for words in said:
        assert words in way_told(row, where, "en")


def test_an_older_proposal_says_which_took_its_place(office: Office) -> None:
    former = priced(office)
    fresh = asked(office.desk, "What should I charge for CND-002 to sell the most units?").proposals[0]
    row = row_of(office, former["id"])
    assert row is not None
    where = whereabouts(office.database, row)
    assert where.newer == fresh["id"]
    assert f"proposal {fresh['id']}" in way_told(row, where, "en")
    assert f"方案 {fresh['id']}" in way_told(row, where, "zh")


def test_a_file_in_the_chat_becomes_rows_and_its_rejects_can_be_fetched(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "competitor_prices.csv"
    file.write_text("date,sku,competitor,price\n2025-12-20,CND-002,Wax & Co,6.10\n2025-12-20,NOPE,Wax & Co,1.00\n")
    report = imported(office, file, MERCHANT, "en")
    assert (report.read, report.kept, sum(report.rejected.values())) == (2, 1, 1)
    assert "sku is not among the products" in Path(report.rejects_files[0]).read_text()
    assert "Lines turned away: 1 (sku" in told(report, "en")
    assert "此前已导入" in told(imported(office, file, MERCHANT, "zh"), "zh")


def test_a_merchants_file_changes_no_price(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("sku,name,price\nCND-002,Vanilla candle,0.01\n")
    with pytest.raises(NotImportedError, match="change only by a signature"):
        imported(office, file, MERCHANT, "en")
    other = tmp_path / "notes.txt"
    other.write_text("hello")
    with pytest.raises(NotImportedError, match="csv"):
        imported(office, other, ADMIN, "en")
    assert as_json(office.database, [priced(office)["id"]])[0]["current_price"] == "5.95"
    assert imported(office, file, ADMIN, "en").kept == 1
