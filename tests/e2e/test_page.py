"""Stories at the page, each a promise to a person who sits there."""

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect
from served import WITH_MODEL, Arrive, Served
from shop import HOSTILE
from visitor import PATIENCE, Visitor

pytestmark = pytest.mark.slow
MONEY = re.compile(r"£([\d,]+\.\d\d)")


def _charged(home: Path, sku: str) -> Decimal | None:
    """The price of a product on the price list, None where it is not on it."""
    path = home / "pricelist.csv"
    if not path.exists():
        return None
    with path.open(encoding="utf-8") as file:
        return next((Decimal(row["price"]) for row in csv.DictReader(file) if row["sku"] == sku), None)


def _proposed(visitor: Visitor, place: str = "chat") -> Decimal:
    """The price that the card proposes."""
    said = MONEY.search(visitor.card(place).locator(".pd-prices strong").inner_text())
    assert said is not None
    return Decimal(said[1])


def test_a_wrong_password_is_refused(visit: Arrive) -> None:
    visitor = visit()
    visitor.sign_in("ann", "not the password")
    expect(visitor.page.get_by_text("Incorrect Credentials")).to_be_visible(timeout=PATIENCE)
    expect(visitor.question).to_have_count(0)


def test_whoever_guesses_too_often_is_told_how_long_to_wait(visit: Arrive) -> None:
    visitor = visit("zh")
    held = visitor.page.locator("#login-wait")
    for _ in range(6):
        expect(held).to_be_hidden()
        with visitor.page.expect_response(lambda answer: answer.url.endswith("/login")):
            visitor.sign_in("nobody", "not the password")
    expect(held).to_be_visible(timeout=PATIENCE)
    expect(held).to_contain_text(re.compile(r"请等 \d+ (秒|分钟)后再试"))
    expect(held).to_contain_text(re.compile(r"Wait \d+ (s|min), then try again"))


def test_a_question_becomes_a_price_on_the_list(arrive: Arrive, served: Served) -> None:
    ann = arrive("ann")
    ann.ask("What should I charge for the canvas garden bag?")

    for step in ("Understanding the question", "Forecast", "Recommendations", "Price", "Risk", "Proposal"):
        expect(ann.conversation).to_contain_text(step)
    expect(ann.conversation).to_contain_text("£14.95", timeout=PATIENCE)  # today's price, whoever wrote the sentence
    expect(ann.card()).to_contain_text("Low risk", timeout=PATIENCE)
    expect(ann.card()).to_contain_text(re.compile(r"90 %: -?\+?£?-?[\d.,]+ to"))
    assert ann.proof().locator(".pd-trail tbody tr").count() == 10
    assert ann.proof().locator(".pd-evidence li").count() > 10

    price = _proposed(ann)
    ann.press("approve_apply")
    expect(ann.told()).to_contain_text("is applied", timeout=PATIENCE)
    expect(ann.card()).to_contain_text("Applied")
    assert _charged(served.home, "BAG-03") == price

    ann.open_tab("audit")
    moves = ann.page.locator("#moves")
    expect(moves).to_contain_text("Waits for a decision → Approved", timeout=PATIENCE)
    expect(moves).to_contain_text("Approved, not yet applied → Applied")
    expect(moves).to_contain_text("ann (approver)")
    ann.page.locator("#verify").click()
    expect(ann.page.locator("#verified")).to_contain_text("The trail is intact", timeout=PATIENCE)

    ann.open_tab("chat")
    ann.press("rollback")
    expect(ann.told()).to_contain_text("is rolled back", timeout=PATIENCE)
    assert _charged(served.home, "BAG-03") == Decimal("14.95")


def test_a_chinese_question_is_signed_by_somebody_else(arrive: Arrive, served: Served) -> None:
    mei = arrive("mei", "zh")
    mei.ask("我应该给 LAMP-01 定什么价?")
    for step in ("理解问题", "预测", "推荐", "定价", "风险", "方案"):
        expect(mei.conversation).to_contain_text(step)
    expect(mei.card()).to_contain_text("黄铜阅读灯", timeout=PATIENCE)
    expect(mei.card()).to_contain_text("90 % 区间")
    expect(mei.card()).to_contain_text("需要审批人或管理员签字")
    price = _proposed(mei)

    ann = arrive("ann", "zh")
    ann.pick("黄铜阅读灯")
    expect(ann.card("approvals")).to_contain_text("您可以签署这个方案")
    ann.press("approve_apply", "approvals")
    expect(ann.told("approvals")).to_contain_text("已应用", timeout=PATIENCE)
    assert _charged(served.home, "LAMP-01") == price
    ann.open_tab("audit")
    expect(ann.page.locator("#moves")).to_contain_text("ann (审批人)", timeout=PATIENCE)


def test_a_merchant_cannot_sign_even_by_a_button_made_to_work(arrive: Arrive, served: Served) -> None:
    mei = arrive("mei")
    mei.ask("What should I charge for the walnut serving tray?")
    expect(mei.card()).to_contain_text("you are signed in as merchant", timeout=PATIENCE)
    button = mei.page.locator("#chat-approve_apply")
    expect(button).to_be_disabled()
    button.evaluate("one => one.removeAttribute('disabled')")
    button.click(force=True)
    expect(mei.told()).to_contain_text("mei (merchant) may not take proposal", timeout=PATIENCE)
    expect(mei.card()).to_contain_text("Waits for a decision")
    assert _charged(served.home, "TRAY-07") != _proposed(mei)


def test_an_edit_makes_a_new_version_and_a_rejection_needs_a_reason(arrive: Arrive, served: Served) -> None:
    bob = arrive("bob")
    bob.ask("What should I charge for TRAY-07?")
    expect(bob.card()).to_contain_text("walnut serving tray", timeout=PATIENCE)

    bob.unfold("edit")
    field = bob.page.locator("#chat-price input")
    bob.page.wait_for_timeout(1500)  # a card that has just come may still fill in its own price
    field.fill("30.95")
    field.press("Tab")
    bob.press("edit-now")
    expect(bob.told()).to_contain_text("now says £30.95 (version 2)", timeout=PATIENCE)
    expect(bob.card()).to_contain_text("Version 2")

    bob.unfold("reject")
    bob.press("reject-now")
    expect(bob.told()).to_contain_text("no reason was given", timeout=PATIENCE)
    bob.page.locator("#chat-why textarea, #chat-why input").first.fill("The supplier cuts its price next week.")
    bob.press("reject-now")
    expect(bob.card()).to_contain_text("Rejected", timeout=PATIENCE)

    bob.open_tab("audit")
    expect(bob.page.locator("#moves")).to_contain_text("The supplier cuts its price next week.", timeout=PATIENCE)
    assert _charged(served.home, "TRAY-07") != Decimal("30.95")


def test_a_hostile_name_and_a_hostile_review_stay_text(arrive: Arrive) -> None:
    mei = arrive("mei")
    mei.ask("What should I charge for XSS-05?")
    expect(mei.card()).to_contain_text(HOSTILE, timeout=PATIENCE)
    expect(mei.conversation).to_contain_text(HOSTILE)
    mei.ask("What do buyers say about the brass reading lamp?")
    expect(mei.conversation).to_contain_text("<script>alert(2)</script>", timeout=PATIENCE)
    mei.pick(HOSTILE)
    mei.page.reload()
    expect(mei.conversation).to_contain_text(HOSTILE, timeout=PATIENCE)
    assert mei.page.locator("img[src='x']").count() == 0
    assert mei.page.locator("#conversation script, .pd-panel script").count() == 0


def test_a_fact_opens_its_evidence_and_the_conversation_outlives_a_reload(arrive: Arrive) -> None:
    ann = arrive("ann")
    ann.ask("How many blue stoneware mugs will sell next month?")
    link = ann.conversation.locator("a[href*='-F']").last
    target = (link.get_attribute("href") or "").partition("#")[2]
    assert target
    link.click()
    fact = ann.page.locator(f"[id='{target}']")
    expect(fact).to_be_visible(timeout=PATIENCE)
    expect(fact).to_be_focused()
    expect(fact).to_contain_text(re.compile("SQL|Fit|Product data|Your question"))

    ann.page.reload()
    expect(ann.conversation).to_contain_text("How many blue stoneware mugs", timeout=PATIENCE)
    ann.page.locator("#renew").click()
    expect(ann.conversation).not_to_contain_text("How many blue stoneware mugs", timeout=PATIENCE)


def test_what_is_written_while_the_page_loads_stays_and_a_blank_question_asks_nothing(arrive: Arrive) -> None:
    bob = arrive("bob")
    bob.page.reload(wait_until="commit")
    bob.question.fill("What should I")
    expect(bob.page.locator(".pd-questions button:visible").first).to_be_visible(timeout=PATIENCE)
    expect(bob.page.locator(".pd-who")).to_contain_text("bob", timeout=PATIENCE)
    bob.page.wait_for_timeout(1000)
    expect(bob.question).to_have_value("What should I")

    bob.page.locator("#renew").click()
    bob.question.fill("   ")
    bob.question.press("Enter")
    bob.page.wait_for_timeout(1000)
    expect(bob.conversation).not_to_contain_text("What would you like to know")
    bob.ask("How many blue stoneware mugs will sell next month?")
    expect(bob.conversation).to_contain_text("Evidence", timeout=PATIENCE)


def test_the_first_questions_speak_of_the_merchants_own_products(arrive: Arrive) -> None:
    mei = arrive("mei", "zh")
    first = mei.page.locator(".pd-questions button:visible").first
    expect(first).to_contain_text(re.compile("黄铜阅读灯|蓝色陶瓷杯|帆布园艺包|胡桃木托盘|蜂蜡蜡烛"), timeout=PATIENCE)
    first.click()
    expect(mei.page.locator("#send")).to_be_visible(timeout=PATIENCE)
    expect(mei.conversation).to_contain_text("依据", timeout=PATIENCE)


def test_a_phone_shows_every_tab_without_scrolling_sideways(arrive: Arrive) -> None:
    ann = arrive("ann", "zh", width=390, height=844, dark=True)
    ann.ask("我应该给 XSS-05 定什么价?")
    expect(ann.card()).to_be_visible(timeout=PATIENCE)
    for tab, sign in (("chat", "#question"), ("approvals", "#queue"), ("audit", "#moves")):
        ann.open_tab(tab)
        expect(ann.page.locator(sign)).to_be_visible(timeout=PATIENCE)
        wide, window = ann.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= window, tab


needs_model = pytest.mark.skipif(not WITH_MODEL, reason="PRICEDESK_E2E_MODEL=false: no model runs beside this server")


@needs_model
def test_work_that_is_called_off_leaves_a_desk_that_answers(arrive: Arrive) -> None:
    ann = arrive("ann")
    ann.question.fill("What should I charge for the blue stoneware mug?")
    ann.question.press("Enter")
    ann.page.locator("#stop").click()
    expect(ann.page.locator("#send")).to_be_visible(timeout=PATIENCE)
    expect(ann.conversation).to_contain_text("Stopped.")
    ann.ask("How many beeswax candles will sell next month?")
    expect(ann.conversation).to_contain_text("Evidence", timeout=PATIENCE)


@needs_model
def test_a_step_is_decided_by_the_model(arrive: Arrive) -> None:
    ann = arrive("ann")
    expect(ann.page.locator("#banner")).to_contain_text("Language model ready", timeout=PATIENCE)
    ann.ask("What should I charge for the beeswax candle?")
    expect(ann.conversation).to_contain_text("— the model", timeout=PATIENCE)
