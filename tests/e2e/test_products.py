"""Stories of the products, of what to reprice first and of impact."""

import re

import pytest
from playwright.sync_api import Locator, expect
from served import Arrive
from visitor import PATIENCE, Visitor

pytestmark = pytest.mark.slow


def lines(visitor: Visitor) -> Locator:
    return visitor.page.locator("#products tbody tr")


def search(visitor: Visitor, words: str) -> None:
    visitor.page.locator("#products-search textarea, #products-search input").first.fill(words)
    visitor.page.locator("#products-go").click()


@pytest.mark.parametrize(
    ("language", "words", "name", "question"),
    [
        ("en", "walnut", "walnut serving tray", "What should I charge for walnut serving tray (TRAY-07)?"),
        ("zh", "托盘", "胡桃木托盘", "我应该给 胡桃木托盘 (TRAY-07) 定什么价?"),
    ],
)
def test_a_product_is_found_looked_at_and_asked_about(
    arrive: Arrive, language: str, words: str, name: str, question: str
) -> None:
    mei = arrive("mei", language)
    mei.open_tab("products")
    expect(lines(mei).first).to_be_visible(timeout=PATIENCE)
    search(mei, words)
    expect(lines(mei).first).to_contain_text("TRAY-07", timeout=PATIENCE)
    lines(mei).first.locator("button").click()
    head = mei.page.locator("#product-head")
    expect(head).to_contain_text(name, timeout=PATIENCE)
    expect(mei.page.locator("#product-fit .pd-big").first).to_contain_text(re.compile(r"-\d\.\d\d"))
    head.locator("[data-ask]").click()
    expect(mei.question).to_have_value(question)
    expect(mei.question).to_be_visible()


def test_a_product_that_never_sold_says_why_and_what_to_do(arrive: Arrive) -> None:
    ann = arrive("ann")
    ann.open_tab("products")
    search(ann, "NEW-06")
    ann.page.locator("#products .pd-link", has_text="oak bread board").click()
    expect(ann.page.locator("#product-fit")).to_contain_text("What to do", timeout=PATIENCE)
    ann.page.locator("#product-back").click()
    expect(lines(ann).first).to_be_visible(timeout=PATIENCE)


def test_a_hostile_name_and_a_hostile_review_stay_text_on_the_page_of_a_product(arrive: Arrive) -> None:
    ann = arrive("ann")
    ann.open_tab("products")
    search(ann, "XSS-05")
    expect(lines(ann).first).to_contain_text("<img src=x", timeout=PATIENCE)
    search(ann, "LAMP-01")
    ann.page.locator("#products .pd-link", has_text="brass reading lamp").click()
    expect(ann.page.locator("#product-rest")).to_contain_text("<script>alert(2)</script>", timeout=PATIENCE)
    assert ann.page.locator("#product-rest script, img[src='x']").count() == 0


@pytest.mark.parametrize(
    ("name", "language", "done"), [("mei", "en", "1 proposed|1 kept|1 refused"), ("ann", "zh", "完成: ")]
)
def test_what_to_reprice_first_is_proposed_from_its_row(arrive: Arrive, name: str, language: str, done: str) -> None:
    mei = arrive(name, language)
    mei.open_tab("opportunities")
    row = mei.page.locator("#first tbody tr").first
    expect(row).to_contain_text(re.compile(r"£[\d.,]+ → £[\d.,]+"), timeout=PATIENCE)
    row.locator("button").click()
    expect(mei.page.locator("#first-told")).to_contain_text(re.compile(done), timeout=PATIENCE)


@pytest.mark.parametrize(
    ("name", "language", "sign"),
    [("ann", "en", "the product's own forecast of the weeks before"), ("mei", "zh", "双重差分")],
)
def test_impact_says_how_it_is_reckoned(arrive: Arrive, name: str, language: str, sign: str) -> None:
    ann = arrive(name, language, width=390, height=844, dark=True)
    ann.open_tab("impact")
    expect(ann.page.locator("#impact-told")).to_contain_text(sign, timeout=PATIENCE)
    wide, window = ann.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= window
