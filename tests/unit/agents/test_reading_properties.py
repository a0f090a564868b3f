"""What holds of every message, however odd."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.reading.hints import Conversation
from agents.reading.lawful import lawful
from agents.reading.numerals import value
from agents.reading.reading import FIELDS, LONGEST, read
from tests.unit.agents.reading_cases import CHINESE, ENGLISH

PIECES = st.sampled_from(
    [word for text, _ in (*ENGLISH, *CHINESE) for word in re.findall(r"[\u4e00-\u9fff]{1,3}|\S+", text)]
    + ["½", "ﬁ", "İ", "\x00", "\n", "１２％", "-", "99999999999", "0", "0%", "百分之零", "零折", "十十", "£0", "9块9"]
)
MESSAGES = st.one_of(
    st.text(max_size=200), st.lists(PIECES, max_size=25).map(" ".join), st.lists(PIECES, max_size=25).map("".join)
)
TALKS = st.builds(
    Conversation,
    st.one_of(st.none(), st.just("85123A")),
    st.none(),
    st.none(),
    st.one_of(st.none(), st.sampled_from(sorted(FIELDS)), st.just("no such tool")),
    st.lists(st.integers(1, 99), max_size=3).map(tuple),
)


@settings(max_examples=400, deadline=None)
@given(MESSAGES, TALKS)
def test_every_message_is_read_and_words_are_copied(text: str, said: Conversation) -> None:
    reading = read(text, said)
    request = reading.request
    assert set(request.said()) <= {"tool", *FIELDS[request.tool]}
    for words in (request.product, request.category, request.reason, request.question):
        assert words is None or (words and words in text)
    for found in reading.hints.numbers:
        assert text[found.start : found.end] == found.words
    for phrase in reading.hints.phrases:
        assert text[phrase.start : phrase.end] == phrase.words


@settings(max_examples=400, deadline=None)
@given(MESSAGES)
def test_every_number_of_a_request_was_said(text: str) -> None:
    reading = read(text, Conversation())
    request, hints = reading.request, reading.hints
    found = {
        kind: [one.value for one in hints.of(kind)]
        for kind in ("weeks", "count", "change_pct", "limit_pct", "margin_pct", "price")
    }
    assert request.weeks is None or request.weeks in found["weeks"]
    assert request.n is None or request.n in found["count"]
    assert request.change_pct is None or request.change_pct in found["change_pct"]
    assert request.max_change_pct is None or request.max_change_pct in found["limit_pct"]
    assert request.min_margin_pct is None or request.min_margin_pct in found["margin_pct"]
    assert request.price is None or request.price in found["price"]
    assert all(re.search(r"\S", one.words) for one in hints.numbers)


@settings(max_examples=300, deadline=None)
@given(MESSAGES, TALKS)
def test_its_own_reading_is_lawful(text: str, said: Conversation) -> None:
    reading = read(text, said)
    assert lawful(reading.request, text, reading.hints, said) == []


@given(st.integers(0, 9_999))
def test_chinese_numerals_say_their_value(number: int) -> None:
    digits, powers = "零一二三四五六七八九", ("千", "百", "十", "")
    places = [(int(digit), power) for digit, power in zip(f"{number:04d}", powers, strict=True)]
    written = "".join(digits[digit] + power if digit else "零" for digit, power in places)
    written = re.sub("零+", "零", written).strip("零") or "零"  # 五千零二 is 5002, 五千二 is 5200
    assert value(written) == number


@pytest.mark.parametrize(
    ("said", "number"),
    [("六百四", 640), ("六百零四", 604), ("四千八", 4800), ("七万二", 72_000), ("三万零六百", 30_600), ("一百五", 150),
     ("2.4万", 24_000), ("2'480", 2480), ("3.450,90", 3450.9), ("1.250.000", 1_250_000), ("3,25,000", 325_000)],
)  # fmt: skip
def test_a_last_digit_counts_the_next_power_and_grouped_figures_are_one(said: str, number: float) -> None:
    assert value(said) == number


def test_words_that_are_no_number_are_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        value("plenty")


@pytest.mark.parametrize(
    "piece",
    ["a", "how many ", "9", "两", "如果", '"', "A ", "agree with competitors "],
)
def test_a_long_message_is_read_in_linear_time(piece: str) -> None:
    """A ratio, not a time: five times the length may cost five times as much, with room for a busy machine."""

    def seconds(length: int) -> float:
        start = time.perf_counter()
        read((piece * length)[:length], Conversation())
        return time.perf_counter() - start

    seconds(LONGEST)
    assert min(seconds(20_000) for _ in range(2)) < 15 * min(seconds(LONGEST) for _ in range(2))
