"""Stories at the chat: conversations that are found again, and files that become rows of the store."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from served import Arrive
from visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("patient")]


def _attach(visitor: Visitor, file: Path) -> None:
    expect(visitor.page.locator("#attach")).to_be_enabled()
    with visitor.page.expect_file_chooser() as chooser:
        visitor.page.locator("#attach").click()
    chooser.value.set_files(file)


def test_a_conversation_is_named_found_again_with_its_steps_and_taken_off_the_list(arrive: Arrive) -> None:
    mei = arrive("mei", "zh")
    mei.page.locator("#renew").click()
    mei.page.wait_for_timeout(1500)  # a new conversation calls off what is under way
    mei.ask("CAN-04 下个月能卖多少?")
    expect(mei.conversation).to_contain_text("依据")
    talks = mei.page.locator("#talk-list")
    mei.page.locator("#talks > button").click()
    expect(talks).to_contain_text("CAN-04 下个月能卖多少")
    mei.page.locator("#talk-title input, #talk-title textarea").first.fill("蜡烛的销量")
    mei.page.locator("#talk-rename").click()
    expect(talks).to_contain_text("蜡烛的销量")

    mei.page.locator("#renew").click()
    expect(mei.conversation).not_to_contain_text("CAN-04")
    mei.page.reload()
    mei.page.locator("#talks > button").click()
    talks.get_by_label("蜡烛的销量").check()
    expect(mei.conversation).to_contain_text("CAN-04 下个月能卖多少")
    expect(mei.conversation).to_contain_text("demand_forecast")
    mei.page.locator("#again").click()
    expect(mei.conversation.get_by_text("CAN-04 下个月能卖多少")).to_have_count(2)
    expect(mei.page.locator("#send")).to_be_visible()

    ann = arrive("ann")
    ann.page.locator("#talks > button").click()
    expect(ann.page.locator("#talk-list")).not_to_contain_text("蜡烛的销量")

    mei.page.locator("#talk-remove").click()
    expect(talks).not_to_contain_text("蜡烛的销量")
    expect(mei.conversation).not_to_contain_text("CAN-04")


def test_a_file_in_the_chat_becomes_rows_and_a_merchants_changes_no_price(arrive: Arrive, tmp_path: Path) -> None:
    prices, reviews = tmp_path / "products.csv", tmp_path / "reviews.csv"
    prices.write_text("sku,name,price\nCAN-04,beeswax candle,0.01\n", encoding="utf-8")
    lines = ("C1,CAN-04,2025-11-03,5,Burns long.", "C2,NOPE,2025-11-03,1,<script>alert(3)</script>")
    reviews.write_text("\n".join(("review_id,sku,date,rating,text", *lines)), encoding="utf-8")

    mei = arrive("mei", "zh")
    _attach(mei, prices)
    expect(mei.conversation).to_contain_text("现价只能经签字改变")
    ann = arrive("ann")
    _attach(ann, reviews)
    expect(ann.conversation).to_contain_text("reviews.csv is imported. Lines kept: 1 of 2")
    expect(ann.conversation).to_contain_text("sku is not among the products")
    expect(ann.page.locator("#rejects")).to_contain_text("reviews-rejects")
    with ann.page.expect_download() as fetched:
        ann.page.locator("#rejects a").first.click()
    assert "<script>alert(3)</script>" in Path(fetched.value.path()).read_text(encoding="utf-8")
