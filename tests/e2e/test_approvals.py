"""Stories of those who work through a queue. The products and proposals of this file are made up."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import fastexcel
import pytest
import xlsxwriter
from playwright.sync_api import Locator, expect
from served import Arrive, Served
from sqlmodel import select
from visitor import Visitor

from db import moves, proposals, sales
from db.engine import Database
from db.moves import SYSTEM, Actor
from db.proposals import Draft
from db.tables import Product, Proposal

pytestmark = pytest.mark.slow
PATIENCE = 20_000  # ms
DESK = Actor("desk", "agent")
SHELVES = {"spoons": 12, "forks": 8, "bowls": 6, "ladles": 55}  # made-up products by category
ODD = "${alert(3)} {{this}} <b>spoon</b>"


@pytest.fixture(scope="module")
def queued(served: Served) -> Iterator[Database]:
    """The store of the server, with made-up proposals of little gain, which are gone when the stories are told."""
    database = Database(f"sqlite:///{served.home / 'pricedesk.db'}")
    with database.session() as session:
        for shelf, n in SHELVES.items():
            for i in range(n):
                name = ODD if (shelf, i) == ("spoons", 0) else f"made-up {shelf} {i}"
                session.add(_product(f"{shelf.upper()}-{i:02d}", name, shelf))
        session.flush()
        versions = sales.data_versions(session)
        for product in session.exec(select(Product).where(Product.brand == "made up")).all():
            n = int(product.sku[-2:])
            made = proposals.create(session, _draft(product, versions[product.sku], n), DESK, asked_by="mei")
            if n == 1:  # decided once before
                why = "Too close to the neighbour's."
                moves.move(session, made.id or 0, "rejected", Actor("bob", "approver"), reason=why)
                again = _draft(product, versions[product.sku], n, "2.40")
                proposals.create(session, again, DESK, asked_by="ann")
    yield database
    with database.session() as session:
        left = select(Proposal.id).join(Product).where(Product.brand == "made up", Proposal.status == "proposed")
        for one in session.exec(left).all():
            moves.move(session, one or 0, "expired", SYSTEM, reason="the stories are told")
        for product in session.exec(select(Product).where(Product.brand == "made up")).all():
            product.status = "discontinued"
    database.dispose()


def _product(sku: str, name: str, shelf: str) -> Product:
    return Product(
        sku=sku, name=name, name_zh=f"虚构{shelf}{sku[-2:]}", category=shelf, brand="made up", currency="GBP",
        price=Decimal(2), cost=Decimal("0.80"),
    )  # fmt: skip


def _draft(product: Product, version: str, n: int, price: str = "2.20") -> Draft:
    low, mean, high = Decimal("-0.02"), Decimal("0.01") + n * Decimal("0.001"), Decimal("0.04")
    return Draft(
        sku=product.sku, goal="profit", currency="GBP", weeks=4, current_price=Decimal(2),
        proposed_price=Decimal(price), basis="profit", expected_units=8.0, units_low=6.0, units_high=9.0,
        expected_change=mean, change_low=low, change_high=high, worst_case=low, p_loss=0.1,
        risk="medium" if n == 1 else "low", reason="Made up for a story.", data_version=version,
    )  # fmt: skip


def _open(visitor: Visitor, category: str) -> None:
    """The queue of one category."""
    visitor.open_tab("approvals")
    expect(_rows(visitor).first).to_be_visible(timeout=PATIENCE)
    visitor.page.locator("#queue-category input").click()
    visitor.page.get_by_role("option", name=category, exact=True).click()
    expect(visitor.page.locator("#queue nav")).to_contain_text(
        re.compile(rf"\D{_count(category)}(\D|$)"), timeout=PATIENCE
    )


def _count(category: str) -> int:
    return SHELVES[category]


def _rows(visitor: Visitor) -> Locator:
    return visitor.page.locator("#queue tbody tr")


def _statuses(queued: Database, category: str) -> dict[str, str]:
    """The status of each product's newest proposal."""
    wanted = select(Proposal.sku, Proposal.status).join(Product).where(Product.category == category)
    with queued.reading() as session:
        return dict(session.exec(wanted.order_by(Proposal.id)).all())  # type: ignore[arg-type]


def test_all_that_match_are_rejected_but_one_with_one_reason(arrive: Arrive, queued: Database) -> None:
    ann = arrive("ann")
    _open(ann, "spoons")
    expect(ann.page.locator("#queue-stakes")).to_contain_text("12 proposals")
    expect(ann.page.locator("#queue")).to_contain_text(ODD)
    last = ann.page.locator("#queue tbody tr", has_text="SPOONS-01")
    expect(last).to_contain_text("rejected £2.20 (+9.1 % against it)")
    expect(last).to_contain_text("Too close to the neighbour's.")
    expect(last).to_contain_text("your own: another approver signs")

    ann.page.locator("#pick-all").click()
    expect(ann.page.locator("#queue-picked")).to_contain_text("12 selected", timeout=PATIENCE)
    expect(ann.page.locator("#queue-picked")).to_contain_text("1 you asked for or wrote yourself")
    ann.page.locator("#queue tbody tr", has_text="SPOONS-05").locator("input").uncheck()
    expect(ann.page.locator("#queue-picked")).to_contain_text("11 selected", timeout=PATIENCE)
    ann.page.locator("#bulk-reject").click()
    expect(ann.page.locator("#queue-ask")).to_contain_text("Reject 11 proposals?", timeout=PATIENCE)
    ann.page.locator("#ask-yes").click()
    expect(ann.page.locator("#queue-ask")).to_contain_text("A rejection needs a reason", timeout=PATIENCE)
    ann.page.locator("#ask-reason textarea").fill("The supplier's prices fall in May.")
    ann.page.locator("#ask-yes").click()
    expect(ann.page.locator("#queue-outcome")).to_contain_text("11 of 11 done.", timeout=PATIENCE)
    expect(_rows(ann)).to_have_count(1, timeout=PATIENCE)

    statuses = _statuses(queued, "spoons")
    assert statuses.pop("SPOONS-05") == "proposed"
    assert set(statuses.values()) == {"rejected"}


def test_two_people_at_one_queue_the_merchant_reads_and_the_approver_signs(
    arrive: Arrive, queued: Database, served: Served
) -> None:
    mei = arrive("mei", "zh")
    _open(mei, "forks")
    expect(_rows(mei).first).to_contain_text("需审批人或管理员签字")
    mei.page.locator("#pick-all").click()
    expect(mei.page.locator("#queue-picked")).to_contain_text("8 个需由审批人或管理员决定", timeout=PATIENCE)
    mei.page.locator("#bulk-approve").click()
    expect(mei.page.locator("#queue-ask")).to_contain_text("所选方案中没有您可以决定的", timeout=PATIENCE)
    expect(mei.page.locator("#ask-yes")).to_be_hidden()

    ann = arrive("ann", "zh")
    _open(ann, "forks")
    ann.page.locator("#pick-all").click()
    expect(ann.page.locator("#queue-picked")).to_contain_text("您可以签署其中 7 个", timeout=PATIENCE)
    with queued.session() as session:  # meanwhile somebody else rejects one of them
        one = session.exec(select(Proposal).where(Proposal.sku == "FORKS-07", Proposal.status == "proposed")).one()
        moves.move(session, one.id or 0, "rejected", Actor("bob", "approver"), reason="A rival sells it for less.")
    ann.page.locator("#bulk-apply").click()
    expect(ann.page.locator("#queue-ask")).to_contain_text("不属于您决定的", timeout=PATIENCE)
    ann.page.locator("#ask-yes").click()
    expect(ann.page.locator("#queue-outcome")).to_contain_text("已完成 6 / 6", timeout=PATIENCE)
    expect(ann.page.locator("#queue-outcome")).to_contain_text("已应用")

    statuses = _statuses(queued, "forks")
    assert statuses.pop("FORKS-01") == "proposed"  # her own, of medium risk
    assert statuses.pop("FORKS-07") == "rejected"
    assert set(statuses.values()) == {"applied"}
    assert "FORKS-00" in (served.home / "pricelist.csv").read_text(encoding="utf-8")


def test_a_queue_is_worked_through_by_keys_alone(arrive: Arrive, queued: Database) -> None:
    bob = arrive("bob")
    _open(bob, "bowls")
    keyboard, focused = bob.page.keyboard, bob.page.locator("#queue tbody tr:focus")
    _rows(bob).first.focus()
    keyboard.press("j")
    keyboard.press("ArrowDown")
    keyboard.press("k")
    expect(focused).to_have_count(1)
    sku = _sku(focused)
    assert focused.evaluate("row => getComputedStyle(row).outlineStyle") == "solid"
    keyboard.press("x")
    expect(bob.page.locator("#queue-picked")).to_contain_text("1 selected", timeout=PATIENCE)
    keyboard.press("?")
    expect(bob.page.locator("#queue-keys li").first).to_be_visible()
    keyboard.press("a")
    expect(bob.page.locator("#queue-ask")).to_contain_text("Approve 1 proposals?", timeout=PATIENCE)
    expect(bob.page.locator("#ask-reason textarea")).to_be_focused()
    keyboard.press("Tab")
    expect(bob.page.locator("#ask-yes")).to_be_focused()
    keyboard.press("Enter")
    expect(bob.page.locator("#queue-outcome")).to_contain_text("1 of 1 done.", timeout=PATIENCE)
    assert _statuses(queued, "bowls")[sku] == "approved"

    expect(focused).to_have_count(1, timeout=PATIENCE)  # the list has the focus again
    sku = _sku(focused)
    keyboard.press("r")
    expect(bob.page.locator("#ask-reason textarea")).to_be_focused(timeout=PATIENCE)
    keyboard.type("Not before the summer.")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(_rows(bob)).to_have_count(_count("bowls") - 2, timeout=PATIENCE)
    assert _statuses(queued, "bowls")[sku] == "rejected"

    expect(focused).to_have_count(1, timeout=PATIENCE)
    keyboard.press("/")
    expect(bob.page.locator("#queue-search textarea, #queue-search input").first).to_be_focused()
    keyboard.type("bowls-0xyz")  # no key of the list acts while somebody types
    keyboard.press("Enter")
    expect(bob.page.locator("#queue")).to_contain_text("No proposal matches this filter.", timeout=PATIENCE)


def _sku(row: Locator) -> str:
    found = re.search(r"[A-Z]+-\d\d", row.inner_text())
    assert found
    return found[0]


def test_an_edited_workbook_is_previewed_and_a_stale_row_is_refused(
    arrive: Arrive, queued: Database, tmp_path: Path
) -> None:
    ann = arrive("ann")
    _open(ann, "ladles")
    expect(_rows(ann)).to_have_count(50)
    ann.page.locator("#queue [data-turn='1']").click()
    expect(_rows(ann)).to_have_count(5, timeout=PATIENCE)

    ann.page.locator("#queue-sheet > button").click()
    with ann.page.expect_download() as waiting:
        ann.page.locator("#queue-export").click()
    path = tmp_path / "ladles.xlsx"
    waiting.value.save_as(path)
    frame = fastexcel.read_excel(path).load_sheet(0, dtypes="string").to_polars()
    assert frame.height == _count("ladles")
    rows = frame.to_dicts()
    verdicts = (("approve", ""), ("reject", "Too dear."), ("reject", ""), ("approve", ""), ("maybe", ""))
    for row, (decision, reason) in zip(rows, verdicts, strict=False):
        row["decision"], row["reason"] = decision, reason
    rows[3]["hash"] = "0" * 64
    skus = [str(row["sku"]) for row in rows[: len(verdicts)]]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([frame.columns, *(list(row.values()) for row in rows)]):
            sheet.write_row(number, 0, cells)

    ann.page.get_by_test_id("Import decisions (.xlsx)-upload-button").set_input_files(path)
    asked = ann.page.locator("#queue-ask")
    expect(asked).to_contain_text("Approve 1, reject 1; 50 rows without a decision are left", timeout=PATIENCE)
    for told in ("Row 4: a rejection needs a reason", "Row 5: it has changed", "Row 6: “maybe” is no decision"):
        expect(asked).to_contain_text(told)
    assert set(_statuses(queued, "ladles").values()) == {"proposed"}
    ann.page.locator("#ask-yes").click()
    expect(ann.page.locator("#queue-outcome")).to_contain_text("2 of 2 done.", timeout=PATIENCE)
    statuses = _statuses(queued, "ladles")
    assert [statuses[sku] for sku in skus] == ["approved", "rejected", "proposed", "proposed", "proposed"]


def test_a_phone_shows_cards_in_both_languages(arrive: Arrive, queued: Database) -> None:
    bob = arrive("bob", "zh", width=390, height=844, dark=True)
    _open(bob, "ladles") if len(set(_statuses(queued, "ladles").values())) == 1 else bob.open_tab("approvals")
    expect(_rows(bob).first).to_be_visible(timeout=PATIENCE)
    wide, window = bob.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= window
    card = _rows(bob).first.bounding_box()
    assert card is not None
    assert card["width"] <= window
    _rows(bob).first.locator(".pd-name").click()
    expect(bob.card("approvals")).to_be_visible(timeout=PATIENCE)
