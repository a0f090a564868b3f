"""What a merchant asks of a product's past and of one to come, answered by the planner."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import col, select

from agents.desk import Desk
from db.tables import Product, Review, Sale
from tests.small_store import (
    LAST,
    Ware,
    asked,
    desk_on,
    put,
    small_home,
    small_knowledge,
    small_shop,
)  # fmt: skip
from tools.context import Shop

__all__ = ["small_home", "small_knowledge", "small_shop"]
SCENTS = ("rose", "pine", "cedar", "orange", "amber", "sea salt", "fig", "mint", "honey", "cotton", "sage", "plum")
KINDS = (("candle", "Candles", 7.0), ("soap", "Bath", 4.0), ("tea towel", "Kitchen", 8.0), ("mug", "Kitchen", 9.0))
MANY = tuple(
    Ware(f"N-{i:03}", f"{scent} {kind}", "", category, f"{price + i % 3:.2f}", "2.00", 0.0, 4 + i % 5, steps=(1.0,))
    for i, (scent, (kind, category, price)) in enumerate((s, k) for s in SCENTS for k in KINDS)
)


@pytest.fixture
def desk(small_shop: Shop, tmp_path: Path) -> Iterator[Desk]:
    with desk_on(small_shop, tmp_path) as open_:
        yield open_


def labels(answer: object) -> set[str]:
    return {fact.label for fact in answer.facts}  # type: ignore[attr-defined]


def stop_selling(shop: Shop, sku: str) -> None:
    """Its last weeks: no sale, a dear price before them, nothing on hand, and buyers who say why."""
    with shop.database.session() as session:
        since = LAST - timedelta(weeks=4)
        for sale in session.exec(select(Sale).where(Sale.sku == sku, col(Sale.sold_on) > since)):
            session.delete(sale)
        session.get_one(Product, sku).stock = 0
        session.add(Review(review_id="w1", sku=sku, written_on=LAST, rating=1, text="It broke on the first day."))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Why did the lavender candle stop selling?", ("Against the weeks before", "on hand", "Buyers rate it")),
        ("薰衣草蜡烛为什么卖不动了？", ("与上期相比", "现有库存", "买家平均评分")),
    ],
)
def test_why_a_product_stopped_selling_is_told_with_sales_price_stock_and_reviews(
    text: str, words: tuple[str, ...], desk: Desk, small_shop: Shop
) -> None:
    stop_selling(small_shop, "CND-001")
    answer = asked(desk, text)
    assert answer.request.tool == "sales_report"
    assert {"units_sold", "units_change", "price_now", "stock", "rating", "quote"} <= labels(answer)
    assert labels(answer) & {"price_moved", "price_held"}
    for one in words:
        assert one in answer.text


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        ("How did CND-001 sell last month?", "What goes with it?", "What goes with"),
        ("CND-001上个月卖得怎么样？", "它和什么搭配？", "相关的商品"),
    ],
)
def test_what_goes_with_it_is_told_with_a_bundle_and_its_price_or_why_none_pays(
    first: str, then: str, words: str, desk: Desk
) -> None:
    asked(desk, first)
    answer = asked(desk, then)
    assert answer.request.tool == "recommend_products"
    facts = {fact.label: fact for fact in answer.facts}
    assert {"complement", "together", "lift"} <= facts.keys()
    assert words in answer.text
    assert "bundle_refused" in facts or {"bundle_price", "bundle_separate", "bundle_gain"} <= facts.keys()
    if "bundle_price" in facts:
        assert 0 < float(str(facts["bundle_price"].value)) < float(str(facts["bundle_separate"].value))


def test_a_report_that_asks_for_no_reason_gives_none(desk: Desk) -> None:
    answer = asked(desk, "How did the lavender candle sell last month?")
    assert labels(answer) & {"why_weeks", "quote"} == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "We launch this next week: a lavender and rose candle in a glass, cost 2.50. What should it cost?",
            ("Start [lavender and rose candle in a glass]", "price test", "no price below"),
        ),
        (
            "we launch this next week: red lunch bag for children, costs us 2.50. what should it cost?",
            ("Start [red lunch bag for children]", "price test", "no price below"),
        ),
        ("下周上新：儿童红色午餐包，成本 2.50，该卖多少钱？", ("儿童红色午餐包", "起始价", "价格测试", "最低毛利")),
        ("下周上架新品：桂花香薰蜡烛，成本 3 元，应该卖多少钱？", ("桂花香薰蜡烛", "起始价", "价格测试", "最低毛利")),
    ],
)
def test_a_product_to_come_gets_a_price_range_and_first_weeks_with_their_interval(
    text: str, words: tuple[str, ...], desk: Desk, small_shop: Shop
) -> None:
    with small_shop.database.session() as session:
        put(session, *MANY)
    answer = asked(desk, text)
    facts = {fact.label: fact for fact in answer.facts}
    low, start, high = (float(str(facts[name].value)) for name in ("launch_low", "launch_price", "launch_high"))
    assert 2 < low <= high < 12
    assert low * 0.8 <= start <= high * 1.2
    assert Decimal(str(start)) % 1 in {Decimal(e) for e in ("0.99", "0.95", "0.49", "0.25", "0.75")}
    units = facts["launch_units"]
    assert units.low is not None
    assert units.high is not None
    assert units.low < float(str(units.value)) < units.high
    assert {"launch_review", "launch_floor"} <= facts.keys()
    assert answer.proposals == ()
    for one in words:
        assert one in answer.text


def test_a_young_store_refuses_to_foresee_a_new_product_and_says_what_to_do(desk: Desk) -> None:
    answer = asked(desk, "New product: rose candle in a tin. What should it cost?")
    assert "40 are needed to foresee a new one" in answer.text
    assert "test it" in answer.text


def test_a_known_product_that_is_launched_again_is_itself(desk: Desk) -> None:
    answer = asked(desk, "We launch the Vanilla candle next week, what should it cost?")
    assert "launch_name" not in labels(answer)
