"""A text may state what the ledger holds, by reference, and no number beside it."""

import pytest

from agents.faithful import unfaithful
from agents.replies import TEXTS
from agents.sentences import CONTEXT, Sentence
from agents.templates import ALWAYS, SLOT, TEMPLATES
from tools.facts import Facts, Source

FACTS = Facts()
for label in ("price_now", "price_best", "product"):
    FACTS.add(label, 2.95, "money", Source("product", "row"), "TEA-1", "GBP")

INVENTED = [
    "It will sell 40 a week.",
    "Charge 2.95.",
    "Charge £ more.",
    "Charge €.",
    "It costs ¥.",
    "It costs ￥.",
    "Prices in ₹ and ₿.",
    "a few ¢",
    "That is 10% up.",
    "That is many % up.",
    "That is many ％ up.",
    "a few ‰",
    "٤٠ units",  # Arabic-Indic
    "४० units",  # Devanagari
    "４０ units",  # full width
    "𝟒𝟎 units",  # mathematical bold
    "④ units",
    "⁴ units",
    "Ⅳ units",
    "½ of it",
    "↉ of it",
    "It will double.",
    "Sales doubled.",
    "doubling sales",
    "halving sales",
    "Sales HALVE.",
    "half of it",
    "a third of it",
    "two thirds",
    "three-quarters",
    "a quarter",
    "twice as much",
    "a tenth off",
    "tenfold",
    "a hundredfold rise",
    "tripling sales",
    "Forty units.",
    "twenty-one units",
    "hundreds of units",
    "dozens of them",
    "a couple of weeks",
    "ten percent",
    "ten per cent",
    "some percentage of it",
    "fi**ve** units",
    "fi\u200bve units",
    "fi<b></b>ve units",
    "fi\\ve units",
    "&#53; units",
    "&frac12; of it",
    "fi&#118;e units",
    "涨三成",
    "打八折",
    "打折出售",
    "百分之十",
    "销量翻倍",
    "翻一番",
    "翻了倍",
    "减半",
    "一半的顾客",
    "半价",
    "两倍",
    "三 倍",
    "五件",
    "三十英镑",
    "二十个",
    "卖了一百多",
    "Sales treble.",
    "a pair of weeks",
    "nil growth",
    "IV weeks",
    "XII weeks",
    "fi\u0301ve units",
    "fıve units",
    "d\u00f3uble it",
    "\u043ene week",  # Cyrillic
    "\uff14\uff10\uff05 off",
    "\uff34\uff37\uff25\uff2c\uff36\uff25 units",
    "five&nbsp;units",
    "ten\u00adfold",
    "\u200btwice",
    "销量翻\u200b倍",
    "翻\ufe00倍",
    "对折",
    "贰拾件",
    "百倍",
    "九折",
    "两三周",
    "五成",
    "USB hub 3.0",  # a product's name comes in by reference, never as letters
    "our best-selling 85123A",
    "A buyer says: I paid 5 for it.",
    "买家说：花了３０块。",
    "[{F1}](http://example.org/7)",
    "数千件",
    "几十个",
    "壹佰元",
    "五块",
    "十美元",
    "两周",
    "The price is {F99}.",
    "The price is {F0}.",
    "The price is {F١}.",
    "The price is {F1.",
    "The price is {f1}.",
]
PLAIN = [
    "",
    "Charge {F2} instead of {F1}.",
    "**Charge {F2} for {F3}**: buyers hardly react.",
    "Competitors ask more. Anyone could tell, often and alone.",
    "The height of the season is over; weight and freight matter, nobody is to blame.",
    "建议 {F3} 定价 {F2}, 现价 {F1}。",
    "最常一起购买, 大家一般都喜欢。",
    "{F1}{F2}",
]


@pytest.mark.parametrize("text", INVENTED)
def test_a_number_that_is_no_fact_is_refused(text: str) -> None:
    assert unfaithful(text, FACTS)


@pytest.mark.parametrize("text", PLAIN)
def test_words_and_references_are_let_through(text: str) -> None:
    assert unfaithful(text, FACTS) == []


def test_a_product_s_name_with_digits_comes_in_by_reference_alone() -> None:
    facts = Facts()
    facts.add("product", "USB hub 3.0, 4 ports", "text", Source("product", "row"), "HUB-304")
    facts.add("quote", "Half price: I paid 5 for two!", "text", Source("review", "review r1 of HUB-304"), "HUB-304")
    assert unfaithful("Buyers of {F1} say: {F2}", facts) == []
    assert unfaithful("Buyers of USB hub 3.0, 4 ports say: {F2}", facts)
    assert unfaithful("Buyers of {F1} say: I paid 5 for two!", facts)


def test_the_refusal_names_what_was_invented() -> None:
    (digit, reference) = (unfaithful("It is 7.", FACTS), unfaithful("It is {F12}.", FACTS))
    assert digit == ["the digit '7' is no fact"]
    assert reference == ["{F12} is no fact"]


def test_a_fact_of_an_empty_ledger_is_no_fact() -> None:
    assert unfaithful("{F1}", Facts()) == ["{F1} is no fact"]


SENTENCES = [sentence for group in (*TEMPLATES.values(), CONTEXT, ALWAYS) for sentence in group]


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda s: s.en[:50])
def test_every_template_is_faithful_by_itself(sentence: Sentence) -> None:
    for text in (sentence.en, sentence.zh):
        assert unfaithful(SLOT.sub("{F1}", text), FACTS) == []


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_every_reply_states_no_number_of_its_own_but_one_that_it_counts(key: str) -> None:
    english, chinese = (SLOT.sub("", text) for text in TEXTS[key])
    assert not any(character.isdigit() for character in english + chinese)
