"""Stories at the card: another price is tried, the older proposal points to the newer, a price waits for its day."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from served import Arrive
from visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("patient")]


def _try_two_rungs_down(visitor: Visitor) -> str:
    """Move the slider by the keyboard; the price that it then tells."""
    visitor.unfold("trying")
    told = visitor.page.locator("#chat-tried")
    before = told.locator("strong").inner_text()
    slider = visitor.page.locator("#chat-slider input[type=range]")
    slider.focus()
    for _ in range(2):
        visitor.page.keyboard.press("ArrowLeft")
    expect(told.locator("strong")).not_to_have_text(before)
    expect(told).to_contain_text("Profit against today's price")
    visitor.page.wait_for_timeout(700)  # the figures of the last step
    return told.locator("strong").inner_text()


def test_a_merchant_tries_a_price_an_approver_schedules_a_newer_one_and_the_older_points_to_it(arrive: Arrive) -> None:
    mei = arrive("mei")
    mei.ask("What should I charge for the canvas garden bag?")
    expect(mei.card()).to_contain_text("Revenue at this price")
    expect(mei.card()).to_contain_text("An approver or admin signs; you are signed in as merchant")
    expect(mei.page.locator("#chat-market")).to_contain_text("What competitors ask")
    expect(mei.page.locator("#chat-schedule")).to_be_hidden()
    price = _try_two_rungs_down(mei)
    mei.press("to-this")
    expect(mei.told()).to_contain_text(f"now says {price} (version 2)")

    ann = arrive("ann", "zh", width=390, height=844, dark=True)
    ann.ask("我应该给 BAG-03 定什么价?")
    expect(ann.card()).to_contain_text("您可以签署这个方案")
    expect(ann.card()).to_contain_text("该价格下的收入")
    ann.unfold("schedule")
    ann.press("schedule-now")
    expect(ann.told()).to_contain_text("请填写开始时间")
    start = ann.page.locator("#chat-start input").first
    start.fill(f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d} 09:00:00")
    start.press("Tab")
    ann.press("schedule-now")
    expect(ann.card()).to_contain_text("已排期")
    expect(ann.page.locator("#chat-way")).to_contain_text("起自动生效")
    wide, window = ann.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= window
    ann.press("unschedule")
    expect(ann.card()).to_contain_text("已批准, 尚未应用")

    mei.page.reload()
    expect(mei.card()).to_contain_text("Expired")
    expect(mei.page.locator("#chat-way")).to_contain_text(re.compile(r"taken its place: proposal \d+"))
    mei.press("open_newer")
    expect(mei.card()).to_contain_text("Approved, not yet applied")
