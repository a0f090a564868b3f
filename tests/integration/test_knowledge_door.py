"""What the store keeps of hostile, personal and repeated text, and what a reader is told of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from knowledge.embedding import Embedder
from knowledge.passage import Indexed, ProductText, ReviewText
from knowledge.store import Knowledge

DAY = date(2025, 3, 1)
FLOOD = "Worst mug ever made, the handle broke at once and it burned my whole hand badly."
PRODUCTS = [
    ProductText("MUG-1", "Smith & Sons mug XJ-900", "蓝色杯子", "Kitchen", "Ask info@shop.example for spare lids.")
]
REVIEWS = [
    ReviewText("p1", "MUG-1", DAY, 1, "Call me on +44 7911 123456, order number AB1234567, it broke."),
    ReviewText("p2", "MUG-1", DAY, 2, "我叫张伟，手机13812345678，杯子漏水"),
    ReviewText("d1", "MUG-1", DAY, 4, "Very pretty â€“ canâ€™t complain\u200b, fits my XJ-900 holder"),
    ReviewText("g1", "MUG-1", DAY, 4, "Sehr schöne Tasse, schnelle Lieferung, gerne wieder"),
    *(ReviewText(f"f{i:02d}", "MUG-1", DAY + timedelta(days=i), 1, FLOOD + "!" * i) for i in range(60)),
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


@pytest.fixture
def knowledge(tmp_path: Path, embedder: Embedder) -> Iterator[Knowledge]:
    knowledge = Knowledge(tmp_path / "knowledge", embedder)
    knowledge.index(PRODUCTS, REVIEWS)
    yield knowledge
    knowledge.close()


def test_personal_data_is_masked_in_what_is_found(knowledge: Knowledge) -> None:
    (english,) = knowledge.search("call me, it broke", kind="review", n=1)
    assert english.text == "Call me on [phone], order number [order number], it broke."
    (chinese,) = knowledge.search("杯子漏水", kind="review", n=1)
    assert chinese.text == "我叫〔姓名〕，手机〔电话〕，杯子漏水"


def test_personal_data_of_reviews_lies_nowhere_on_disk(knowledge: Knowledge, tmp_path: Path) -> None:
    knowledge.close()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "knowledge").rglob("*") if path.is_file())
    assert b"Worst mug" in kept
    for secret in ("7911 123456", "AB1234567", "13812345678", "张伟"):
        assert secret.encode() not in kept


def test_the_shop_s_own_words_are_not_masked(knowledge: Knowledge) -> None:
    (found,) = knowledge.search("whom to ask for spare lids", kind="product", n=1)
    assert found.text == "Ask info@shop.example for spare lids."


def test_broken_encodings_are_mended(knowledge: Knowledge) -> None:
    (found,) = knowledge.search("very pretty", kind="review", n=1)
    assert found.text == "Very pretty – can’t complain, fits my XJ-900 holder"


def test_a_flood_of_copies_is_shown_once_with_their_number(knowledge: Knowledge) -> None:
    found = knowledge.search("the handle broke", kind="review", n=5)
    assert len(found) == 5
    assert [p.copies for p in found if p.text.startswith("Worst mug")] == [60]
    assert {p.copies for p in found if not p.text.startswith("Worst mug")} == {1}


def test_a_flood_counts_for_one_voice(knowledge: Knowledge) -> None:
    voices = knowledge.voices("MUG-1")
    assert len(voices) == len(REVIEWS)
    assert sum(1 / copies for copies in voices.values()) == pytest.approx(5)


def test_the_voice_goes_on_when_its_first_review_is_gone(knowledge: Knowledge) -> None:
    assert knowledge.index(PRODUCTS, [r for r in REVIEWS if r.review_id != "f00"]).removed == 1
    assert knowledge.voices("MUG-1")["f01"] == 59
    assert sum(1 / copies for copies in knowledge.voices("MUG-1").values()) == pytest.approx(5)


def test_a_filter_by_date_still_finds_a_later_copy(knowledge: Knowledge) -> None:
    (found,) = knowledge.search("handle broke", kind="review", since=DAY + timedelta(days=59), n=3)
    assert (found.source, found.copies) == ("f59", 60)


def test_the_language_of_each_text_is_known_and_can_be_asked_for(knowledge: Knowledge) -> None:
    assert {p.source for p in knowledge.search("mug", language="de")} == {"g1"}
    assert {p.language for p in knowledge.search("mug", language="zh", n=9)} == {"zh"}


def test_a_code_is_found_by_its_letters(knowledge: Knowledge) -> None:
    assert {p.source for p in knowledge.search("XJ-900", n=2)} == {"d1", "name"}


def test_a_megabyte_is_cut_and_says_so_and_its_end_still_counts_as_changed(knowledge: Knowledge) -> None:
    long = ReviewText("long", "MUG-1", DAY, 3, "Marvellous umbrella stand. " + "word " * 200_000)
    knowledge.index(PRODUCTS, [long])
    (found,) = knowledge.search("marvellous umbrella stand", kind="review")
    assert found.text.endswith(" […]")
    assert len(found.text) < 10_100
    assert found.cut_from == len(long.text)
    assert knowledge.index(PRODUCTS, [long]) == Indexed(0, 4, 0)
    assert knowledge.index(PRODUCTS, [replace(long, text=long.text + "end")]) == Indexed(1, 3, 0)


def test_a_sentiment_read_later_is_taken_over_without_reading_the_text_again(knowledge: Knowledge) -> None:
    read = [replace(review, sentiment=0.25) for review in REVIEWS]
    assert knowledge.index(PRODUCTS, read) == Indexed(added=0, unchanged=len(REVIEWS) + 3, removed=0)
    assert knowledge.search("pretty", kind="review", n=1)[0].sentiment == 0.25
    knowledge.index(PRODUCTS, REVIEWS)
    assert knowledge.search("pretty", kind="review", n=1)[0].sentiment is None


def test_the_index_of_words_is_kept_and_follows_changes(
    knowledge: Knowledge, tmp_path: Path, embedder: Embedder
) -> None:
    file = tmp_path / "knowledge" / "lexical" / "index.json"
    before = file.stat().st_mtime_ns
    knowledge.index(PRODUCTS, REVIEWS)
    knowledge.close()
    again = Knowledge(tmp_path / "knowledge", embedder)
    assert {p.source for p in again.search("XJ-900", n=2)} == {"d1", "name"}
    assert file.stat().st_mtime_ns == before
    again.index(PRODUCTS, [ReviewText("new", "MUG-1", DAY, 5, "It whistles like a QZ-77 kettle")])
    assert again.search("QZ-77", kind="review", n=1)[0].source == "new"
    assert file.stat().st_mtime_ns > before
    again.close()
