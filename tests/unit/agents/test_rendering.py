"""Numbers become text in one place, in the reader's language; text from outside stays text."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agents.rendering import Language, escaped, language_for, render, shown
from agents.replies import TEXTS, reply, which
from tools.facts import Fact, Facts, Source

ROW = Source("product", "row")


def fact(value: Any, unit: Any, currency: str = "", low: float | None = None, high: float | None = None) -> Fact:
    return Fact("F1", "price_now", value, unit, ROW, "TEA-1", currency, low, high)


@pytest.mark.parametrize(
    ("one", "english", "chinese"),
    [
        (fact(2.95, "money", "GBP"), "£2.95", "£2.95"),
        (fact(Decimal("2.5"), "money", "GBP"), "£2.50", "£2.50"),
        (fact(-3.8, "money", "GBP"), "-£3.80", "-£3.80"),
        (fact(12.0, "money", "CNY"), "CN¥12.00", "¥12.00"),
        (fact(9.99, "money", "USD"), "US$9.99", "US$9.99"),
        (fact(1234567.8, "money", "EUR"), "€1,234,568", "€1,234,568"),
        (fact(350, "money", "JPY"), "JP¥350", "JP¥350"),
        (fact(4.26, "units"), "4.3 units", "4.3 件"),
        (fact(12345.6, "units"), "12,346 units", "12,346 件"),
        (fact(10.91, "percent"), "+10.9 %", "+10.9 %"),
        (fact(-6.6, "percent"), "-6.6 %", "-6.6 %"),
        (fact(0.374, "probability"), "37%", "37%"),
        (fact(0.004, "probability"), "under 1%", "低于 1%"),
        (fact(0.0, "probability"), "under 1%", "低于 1%"),
        (fact(0.999, "probability"), "over 99%", "超过 99%"),
        (fact(1, "weeks"), "1 week", "1 周"),
        (fact(4, "weeks"), "4 weeks", "4 周"),
        (fact(-1.158, "ratio"), "-1.16", "-1.16"),
        (fact(1200, "count"), "1,200", "1,200"),
        (fact(date(2025, 12, 28), "date"), "28 Dec 2025", "2025年12月28日"),
        (fact("2025-12-28", "date"), "28 Dec 2025", "2025年12月28日"),
        (fact(26.4, "money", "GBP", 2.5, 52), "£26.40 (90 %: £2.50 to £52.00)", "£26.40（90 % 区间 £2.50 至 £52.00）"),
    ],
)  # fmt: skip
def test_a_fact_is_shown_in_the_reader_s_language_and_its_own_currency(one: Fact, english: str, chinese: str) -> None:
    assert shown(one, "en") == english
    assert shown(one, "zh") == chinese


def test_a_reference_becomes_a_link_to_its_evidence() -> None:
    facts = Facts()
    facts.add("price_now", 2.95, "money", ROW, "TEA-1", "GBP")
    assert render("Charge {F1}, yes {F1}.", facts, "en") == "Charge [£2.95](#F1), yes [£2.95](#F1)."


def test_a_reference_to_no_fact_is_never_shown() -> None:
    with pytest.raises(KeyError):
        render("Charge {F2}.", Facts(), "en")


def test_a_text_that_speaks_of_a_reference_is_not_one() -> None:
    facts = Facts()
    facts.add("quote", "I paid {F2}", "text", Source("review", "r1"))
    facts.add("price_now", 2.95, "money", ROW, "TEA-1", "GBP")
    assert "2.95" not in render("{F1}", facts, "en")


HOSTILE = [
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![x](http://example.org/x.png)",
    "**bold** _it_ `code` ~~no~~",
    "# heading\n\n- list\n> quote",
    "| a | table |",
    "back\\slash",
    "{F1}",
]
BARE_MARK = re.compile(r"(?<!\\)(?:\\\\)*[`*_{}\[\]<>#|!~]")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_text_from_outside_carries_no_markup(text: str, language: Language) -> None:
    facts = Facts()
    facts.add("quote", text, "text", Source("review", "r1"))
    link = render("{F1}", facts, language)
    inside = link.removeprefix("[").removesuffix("](#F1)")
    assert not BARE_MARK.search(inside)
    assert "\n" not in inside


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_escaped_says_the_same_to_the_reader(text: str) -> None:
    assert re.sub(r"\\(.)", r"\1", escaped(text)) == " ".join(text.split())


def test_a_long_text_is_cut_and_says_so() -> None:
    assert escaped("x" * 5000) == "x" * 399 + "…"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What should I charge?", "en"),
        ("我应该给 85123A 定什么价?", "zh"),
        ("", "en"),
        ("85123A", "en"),
        ("白色挂心", "zh"),
    ],
)
def test_an_answer_is_in_the_language_of_the_question(text: str, language: Language) -> None:
    assert language_for(text) == language


def test_replies_exist_in_both_languages_and_escape_what_was_said() -> None:
    for key, (english, chinese) in TEXTS.items():
        assert english != chinese, key
        assert set(re.findall(r"\{(\w+)\}", english)) == set(re.findall(r"\{(\w+)\}", chinese)), key
    assert "\\<b\\>" in reply("unknown_product", "en", words="<b>")


def test_the_products_to_choose_from_are_escaped_and_named_by_code() -> None:
    text = which([("Wooden *spoon* <b>", "SPN-1")], "en")
    assert "- Wooden \\*spoon\\* \\<b\\> (SPN-1)" in text.splitlines()
