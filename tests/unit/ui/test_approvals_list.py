"""The queue as HTML, the selection, and the workbook."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import fastexcel
import pytest
import xlsxwriter

from db import moves, queue
from db.engine import Database
from db.moves import Actor
from db.proposals import Draft, create
from db.queue import Line, Wanted
from db.stakes import cells
from db.tables import Product
from ui.queue import Sheet, grid
from ui.selection import bar, merged, order_for, question
from ui.stakes import summary
from ui.worksheet import WorkbookError, reading, write

DESK, ANN, BOB, MEI = (
    Actor("desk", "agent"),
    Actor("ann", "approver"),
    Actor("bob", "approver"),
    Actor("mei", "merchant"),
)
HOSTILE = "=HYPERLINK(1)<img src=x onerror=alert(1)>"


@pytest.fixture
def waiting(shop: Database, draft: Callable[..., Draft]) -> Callable[..., Line]:
    """Puts one more proposal forward, asked for by ann: `waiting("2.20", risk="medium")`."""

    def make(price: str = "2.20", **changes: Any) -> Line:
        made = draft(shop, price, **changes)
        with shop.session() as session:
            one = create(session, made, DESK, asked_by="ann").id or 0
            return queue.lines(session, [one])[0]

    return make


def test_a_row_tells_what_is_needed_to_decide(shop: Database, waiting: Callable[..., Line]) -> None:
    line = waiting(risk="medium")
    with shop.reading() as session:
        barred = queue.hindrances(session, [line.id], ANN)
    shown = grid(Sheet([line], 50, 51, {line.id: line.content_hash, 7: "x"}, {}, barred), "en")
    for said in ("Green tea", "£2.00", "£2.20", "+10.0 %", "+£12.50", "-£3.00 to +£30.00", "12%", "Medium risk", "ann"):
        assert said in shown
    assert "your own: another approver signs" in shown
    assert "51–51 of 51" in shown
    assert 'data-elsewhere="1"' in shown
    assert shown.count(" checked") == 1
    assert "您自己的" in grid(Sheet([line], 0, 1, {}, {}, barred), "zh")


def test_a_hostile_name_stays_text(shop: Database, waiting: Callable[..., Line]) -> None:
    with shop.session() as session:
        session.get_one(Product, "TEA-001").name = HOSTILE
    line = waiting()
    assert "<img" not in grid(Sheet([line], 0, 1), "en")
    assert "&lt;img" in grid(Sheet([line], 0, 1), "en")


def test_ticks_of_the_page_lie_over_those_elsewhere() -> None:
    assert merged({1: "a", 2: "b"}, '{"2": "", "3": "c"}') == {1: "a", 3: "c"}
    for nonsense in ("", "no json", "[1]", '{"x": "y"}', "null"):
        assert merged({1: "a"}, nonsense) == {1: "a"}


def test_a_selection_says_beforehand_what_others_sign(shop: Database, waiting: Callable[..., Line]) -> None:
    own, free = waiting(risk="high"), waiting("2.10")
    picked = {line.id: line.content_hash for line in (own, free)}
    with shop.reading() as session:
        assert "2 selected: +£25.00 (90 %: -£6.00 to +£60.00)" in bar(session, picked, ANN, "en")
        assert "You may sign 1 of them. 1 you asked for" in bar(session, picked, ANN, "en")
        order, barred = order_for(session, "approve", picked, ANN)
        assert (order.ids, barred) == ([free.id], {own.id: "four_eyes"})
        assert "Approve 1 proposals?" in question("approve", order, barred, "en")
        nothing, all_of_them = order_for(session, "reject", picked, MEI)
        assert (nothing.ids, set(all_of_them.values())) == ([], {"role"})


def test_an_approved_one_is_applied_without_being_approved_again(shop: Database, waiting: Callable[..., Line]) -> None:
    done, free = waiting(), waiting("2.10")
    with shop.session() as session:
        moves.move(session, done.id, "approved", BOB, seen=done.content_hash)
    with shop.reading() as session:
        picked = {line.id: line.content_hash for line in (done, free)}
        order, barred = order_for(session, "apply", picked, BOB)
    assert [decision.proposal_id for decision in order.decisions] == [free.id]
    assert (set(order.applying), barred) == ({done.id, free.id}, {})


def test_a_sum_is_told_with_its_groups(shop: Database, waiting: Callable[..., Line]) -> None:
    waiting()
    waiting("2.10", risk="high", basis="revenue")
    with shop.reading() as session:
        shown = summary(cells(session, Wanted()), "en")
    for said in ("Profit, GBP", "Revenue, GBP", "+£12.50", "without a category", "1 · +£12.50 revenue"):
        assert said in shown


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_workbook_goes_out_and_comes_back(
    shop: Database, waiting: Callable[..., Line], tmp_path: Path, language: Any
) -> None:
    with shop.session() as session:
        session.get_one(Product, "TEA-001").name = HOSTILE
    lines = [waiting(f"2.{n}0", risk="medium" if n == 5 else "low") for n in range(1, 7)]
    path = tmp_path / "queue.xlsx"
    assert write(path, lines, {}, language) == 6
    with ZipFile(path) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")  # no formula
    frame = fastexcel.read_excel(path).load_sheet(0, dtypes="string").to_polars()
    head, rows = frame.columns, [list(row) for row in frame.iter_rows()]
    places = {name: head.index(said) for name, said in zip(NEEDED, SAID[language], strict=True)}
    for row, verdict in zip(rows, ("approve", "拒绝", "Reject", "perhaps", "approve", None), strict=True):
        row[places["decision"]] = verdict
    rows[1][places["reason"]] = "Too dear."
    _book(path, [tuple(head), *(tuple(row) for row in rows)])
    with shop.reading() as session:
        read = reading(session, path, ANN, language)
    assert [(d.proposal_id, d.to, d.seen, d.reason) for d in read.decisions] == [
        (lines[0].id, "approved", lines[0].content_hash, ""),
        (lines[1].id, "rejected", lines[1].content_hash, "Too dear."),
    ]
    assert read.blank == 1
    assert read.bad == ((4, "bad_reason", "Reject"), (5, "bad_decision", "perhaps"), (6, "bad_four_eyes", ""))


NEEDED = ("id", "decision", "reason", "hash")
SAID = {"en": ("id", "decision", "reason", "hash"), "zh": ("编号", "决定", "原因", "校验码")}


def test_rows_that_are_stale_unknown_or_twice_there_are_refused_one_by_one(
    shop: Database, waiting: Callable[..., Line], tmp_path: Path
) -> None:
    line, other = waiting(), waiting("2.10")
    path = tmp_path / "edited.xlsx"
    rows = [
        (line.id, "approve", "", "f" * 64), (999, "approve", "", "f" * 64), ("one", "approve", "", "f" * 64),
        (other.id, "approve", "", other.content_hash), (other.id, "approve", "", other.content_hash),
    ]  # fmt: skip
    _book(path, [NEEDED, *rows])
    with shop.reading() as session:
        read = reading(session, path, BOB, "en")
    assert read.decisions == ()
    assert [key for _, key, _ in read.bad] == ["bad_hash", "bad_id", "bad_id", "bad_twice", "bad_twice"]


def test_what_is_no_such_workbook_is_refused(shop: Database, tmp_path: Path) -> None:
    (tmp_path / "text.xlsx").write_text("id,decision")
    (tmp_path / "list.csv").write_text("id,decision,reason,hash\n1,approve,,x\n")
    _book(tmp_path / "lacks.xlsx", [("id", "decision"), (1, "approve")])
    told = {"text.xlsx": "no workbook", "list.csv": "no workbook", "lacks.xlsx": "lacks the column “reason”"}
    for name, said in told.items():
        with shop.reading() as session, pytest.raises(WorkbookError, match=said):
            reading(session, tmp_path / name, BOB, "en")


def _book(path: Path, rows: list[tuple[Any, ...]]) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
