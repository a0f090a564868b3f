"""Amounts as people write them: what each figure is of, and what is no amount at all."""

import pytest

from agents.reading.hints import Conversation, Kind
from agents.reading.reading import read


def amounts(text: str, *kinds: Kind) -> list[float]:
    return [found.value for kind in kinds for found in read(text, Conversation()).hints.of(kind)]


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("what if the tea set were RMB 45?", 45),
        ("what if the tea set were rmb45?", 45),
        ("the lantern at 45 CNY, too dear?", 45),
        ("try HKD 268 for the kettle", 268),
        ("try 268hkd for the kettle", 268),
        ("is HK$268 too much for the kettle", 268),
        ("NT$1,490 for the backpack, safe?", 1490),
        ("would AED 75 work for the scarf", 75),
        ("75 dirhams for the scarf?", 75),
        ("is CHF 24.50 fair for the fondue fork", 24.5),
        ("24.50 francs for the fondue fork", 24.5),
        ("what about SEK 349 for the throw", 349),
        ("349 kr for the throw", 349),
        ("kr 349 for the throw", 349),
        ("1 349 kr for the throw", 1349),
        ("49,90 zł for the mug", 49.9),
        ("is JPY 2,480 ok for the bento box", 2480),
        ("弁当箱は2480円", 2480),
        ("1499 rupees for the kurta", 1499),
        ("₹1,49,999 for the sofa", 149_999),
        ("2.450,00 € for the sofa", 2450),
        ("2.450 € for the sofa", 2450),
        ("is £2.450 right for a litre", 2.45),
        ("what if the sofa costs 2,450", 2450),
        ("沙发卖2,450元行吗", 2450),
        ("沙发 ¥2,450，行吗", 2450),
        ("沙发两千四卖得动吗", 2400),
        ("沙发标价一万二", 12_000),
        ("饺子八块钱一袋", 8),
        ("饺子八块五一袋", 8.5),
        ("饺子八块一袋", 8),
        ("饺子三十六块八", 36.8),
        ("饺子六块八毛五", 6.85),
        ("水壶港币268", 268),
        ("水壶268港币", 268),
        ("水壶两百六十八蚊", 268),
        ("围巾75迪拉姆贵不贵", 75),
        ("便当盒2480日元", 2480),
        ("便当盒人民币 99", 99),
    ],
)
def test_a_price_is_one_figure_in_any_currency(text: str, price: float) -> None:
    hints = read(text, Conversation()).hints
    assert [found.value for found in hints.of("price")] == [price]
    assert price in hints.every


@pytest.mark.parametrize(
    "text", ["the sofa at 2,450", "¥2,450", "沙发定2,450元", "2.450,00 €", "2 450 kr", "2'450 CHF", "USD2,450"]
)
def test_the_parts_of_a_grouped_figure_are_no_figures(text: str) -> None:
    assert read(text, Conversation()).hints.every == (2450,)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("茶壶往下走五分之一", -20),
        ("茶壶往上走五分之一会怎样", 20),
        ("茶壶砍掉四分之三", -75),
        ("茶壶涨四分之一", 25),
        ("茶壶价格翻一番", 100),
        ("茶壶翻倍卖", 100),
        ("茶壶卖两倍的价", 100),
        ("茶壶涨两倍", 200),
        ("茶壶对半砍", -50),
        ("茶壶价格砍一半", -50),
        ("茶壶腰斩", -50),
        ("茶壶半价", -50),
        ("茶壶一半的价格", -50),
        ("茶壶九二折", -8),
        ("茶壶八八折", -12),
        ("茶壶涨两成五", 25),
        ("what if the teapot were twice the price", 100),
        ("teapot for twice as much", 100),
        ("teapot at half the money", -50),
        ("teapot at half its usual price", -50),
        ("cut the teapot price in half", -50),
        ("teapot two fifths cheaper", -40),
        ("a fifth off the teapot", -20),
    ],
)
def test_a_share_is_a_signed_change_and_its_digits_are_no_prices(text: str, change: float) -> None:
    hints = read(text, Conversation()).hints
    assert [(found.value, found.signed) for found in hints.of("change_pct")] == [(change, True)]
    assert (hints.of("price"), hints.every) == ((), ())


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("teapot demand a month ahead", 4),
        ("teapot demand a year ahead", 52),
        ("teapot demand, the quarter ahead", 13),
        ("half a year of teapots", 26),
        ("teapots over the coming quarter", 13),
        ("teapots in the next five wks", 5),
        ("teapots over a couple of months", 8),
        ("teapot forecast next 10w", 10),
        ("teapot 10w forecast", 10),
        ("茶壶俩月能卖多少", 8),
        ("茶壶俩礼拜能卖多少", 2),
        ("茶壶 5 礼拜的销量", 5),
        ("茶壺5個禮拜的銷量", 5),
        ("茶壶一整个季度的销量", 13),
        ("茶壶整个季度的销量", 13),
        ("茶壶整整两个月的销量", 8),
        ("茶壶一整年的销量", 52),
        ("茶壶半拉月能卖多少", 2),
        ("茶壶半个月能卖多少", 2),
        ("茶壶一季度的销量", 13),
        ("茶壶第三季度的销量", 13),
        ("茶壶未来三个季度的销量", 39),
    ],
)
def test_a_time_is_weeks(text: str, weeks: int) -> None:
    assert amounts(text, "weeks") == [weeks]


@pytest.mark.parametrize(
    "text",
    [
        "forecast for the 45W charger",
        "forecast for the 45w charger",
        "how much for the 3L saucepan",
        "how much for the 0W-20 oil",
        "how much for the 750 ml bottle",
        "how much for the 8 kg dumbbell",
        "price of the 40x60 cm print",
        "price of the 52mm lens cap",
        "price of the 1.8 m curtain",
        "price of the 18-piece dinner set",
        "price of a pack of 6 glasses",
        "price of the 6-pack glasses",
        "2.2米的窗帘怎么定价",
        "36色水彩怎么定价",
        "12包装的湿巾怎么定价",
        "750克燕麦怎么定价",
        "三层鞋架怎么定价",
    ],
)
def test_a_measure_in_a_name_is_no_amount(text: str) -> None:
    hints = read(text, Conversation()).hints
    assert (hints.numbers, hints.every) == ((), ())


def test_a_measure_stays_in_the_name_and_its_price_is_read() -> None:
    request = read("what if the 45W charger cost RMB 79?", Conversation()).request
    assert request.said() == {"tool": "what_if", "product": "45W charger", "price": 79}
    request = read("2.2米的窗帘卖128元会怎么样", Conversation()).request
    assert request.said() == {"tool": "what_if", "product": "2.2米的窗帘", "price": 128}


@pytest.mark.parametrize("text", ["top 5 mugs", "all 12 mugs", "cup 3", "千万别降价", "万一没人买呢"])
def test_words_that_are_also_codes_or_numerals_are_words(text: str) -> None:
    assert amounts(text, "price") == []
