"""What buyers say reaches the analysts: a turn with its day and its words, how pleased they are and with what."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from db.tables import Review
from knowledge.passage import Voice
from knowledge.store import Knowledge
from tests.small_store import TODAY
from tests.unit.tools.calls import call, fact, value
from tools.context import Context
from tools.heard import heard
from tools.reviews import review_search
from tools.risk import review_ratings

KETTLE = "KET-001"


def review(day: int, rating: float | None, **more: Any) -> Review:
    fields: dict[str, Any] = {"review_id": f"T{day}", "sku": KETTLE, "rating": rating, "text": f"Kettle no {day}."}
    return Review(written_on=TODAY - timedelta(days=day), **{**fields, **more})


def add(context: Context, *rows: Review) -> None:
    with context.database.session() as session:
        session.add_all(rows)


LATE = [
    review(10 + 4 * i, 1.0 + i % 2, text=f"It leaks ({i}), ask Anna at anna@example.org", aspects={"quality": 0.1})
    for i in range(15)
]
EARLY = [review(100 + 4 * i, 4.0 + i % 2, aspects={"quality": 0.9, "price": 0.7}) for i in range(25)]


@pytest.fixture
def turned(small_context: Context) -> Context:
    add(small_context, *(Review.model_validate(one) for one in (*LATE, *EARLY)))
    return small_context


def test_a_turn_is_told_with_its_day_its_interval_and_what_it_was_before(turned: Context) -> None:
    call(review_ratings, turned, sku=KETTLE)
    days = [fact(turned, name, KETTLE).value for name in ("turn_earliest", "turn_worse", "turn_latest")]
    assert all(isinstance(day, date) for day in days)
    assert days == sorted(days)
    assert TODAY - timedelta(days=100) < days[1] <= TODAY - timedelta(days=60)  # type: ignore[operator]
    assert value(turned, "turn_before", KETTLE) > 4
    assert value(turned, "turn_after", KETTLE) < 2
    assert value(turned, "turn_chance", KETTLE) > 0.95


def test_a_turn_is_told_with_what_moved_and_in_masked_words_of_those_who_turned(turned: Context) -> None:
    call(review_ratings, turned, sku=KETTLE)
    assert value(turned, "turn_quality", KETTLE) == pytest.approx(0.1)
    quotes = turned.facts.all("turn_quote")
    assert len(quotes) == 2
    for quote in quotes:
        assert "It leaks" in str(quote.value)
        assert "anna@example.org" not in str(quote.value)
        assert quote.source.kind == "review"


def test_what_is_written_after_today_is_not_known_yet(turned: Context) -> None:
    early = replace(turned, today=TODAY - timedelta(days=90))
    call(review_ratings, early, sku=KETTLE)
    assert early.facts.find("turn_worse", KETTLE) is None
    assert value(early, "reviews", KETTLE) == len(EARLY)


def test_too_few_reviews_are_said_to_be_too_few(small_context: Context) -> None:
    call(review_ratings, small_context, sku="TEA-001")
    assert value(small_context, "turn_few", "TEA-001") == 3
    assert small_context.facts.find("turn_worse") is None


def test_a_turn_with_too_few_voices_before_it_is_only_suspected(small_context: Context) -> None:
    add(small_context, *(review(4 * i, 1.0 + i % 2) for i in range(20)))
    add(small_context, *(review(100 + 4 * i, 5.0) for i in range(4)))
    call(review_ratings, small_context, sku=KETTLE)
    assert value(small_context, "turn_side", KETTLE) == 4
    assert fact(small_context, "turn_maybe", KETTLE).value == TODAY - timedelta(days=76)
    assert small_context.facts.find("turn_worse", KETTLE) is None


def test_enough_reviews_that_did_not_turn_tell_no_turn(small_context: Context) -> None:
    add(small_context, *(review(4 * i, 4.0 + i % 2) for i in range(30)))
    call(review_ratings, small_context, sku=KETTLE)
    assert not [one for one in small_context.facts if one.label.startswith("turn")]


class Counted(Knowledge):
    """A store of texts that has counted these copies, and no text."""

    def __init__(self, counted: dict[str, Voice], path: Path) -> None:
        super().__init__(path)
        self.counted = counted

    def spoken(self, sku: str) -> dict[str, Voice]:
        return self.counted


def test_a_flood_of_copies_makes_no_turn_and_moves_no_mean(small_context: Context, tmp_path: Path) -> None:
    kind = [review(100 + 4 * i, 5.0, sentiment=0.9) for i in range(20)]
    flood = [review(i + 1, 1.0, review_id=f"F{i}", text="Total rubbish, buy theirs.", sentiment=0.0) for i in range(40)]
    add(small_context, *kind, *flood)
    spoken = {f"F{i}": Voice(40, "en") for i in range(40)}
    context = replace(small_context, shop=replace(small_context.shop, knowledge=Counted(spoken, tmp_path)))
    call(review_ratings, context, sku=KETTLE)
    assert context.facts.find("turn_worse") is None
    assert value(context, "rating", KETTLE) == pytest.approx((20 * 5 + 1) / 21)
    assert value(context, "pleased", KETTLE) == pytest.approx(20 * 0.9 / 21)
    assert value(context, "copies", KETTLE) == 39
    assert fact(context, "pleased", KETTLE).low is not None
    assert heard(small_context.shop, KETTLE, TODAY).turned is not None  # the same reviews, were they forty buyers


def test_a_review_without_stars_counts_by_its_text(small_context: Context) -> None:
    add(small_context, *(review(10 + 4 * i, None, sentiment=0.1) for i in range(15)))
    add(small_context, *(review(100 + 4 * i, None, sentiment=0.9) for i in range(25)))
    call(review_ratings, small_context, sku=KETTLE)
    assert value(small_context, "turn_after", KETTLE) == pytest.approx(1.4)
    assert small_context.facts.find("rating", KETTLE) is None


def test_aspects_are_told_with_their_reviews_and_the_words_of_one(turned: Context) -> None:
    call(review_search, turned, question="does it leak?", sku=KETTLE)
    quality = fact(turned, "aspect_quality", KETTLE)
    assert quality.value == pytest.approx((15 * 0.1 + 25 * 0.9) / 40)
    assert quality.low is not None
    assert quality.high is not None
    assert quality.low < float(str(quality.value)) < quality.high
    assert value(turned, "aspect_quality_reviews", KETTLE) == 40
    assert "Kettle no" in str(fact(turned, "aspect_quality_quote", KETTLE).value)
    assert turned.facts.find("aspect_delivery", KETTLE) is None


def test_what_was_not_read_is_told_by_language(small_context: Context) -> None:
    call(review_search, small_context, question="taste", sku="TEA-001")
    read, unread = value(small_context, "pleased_reviews", "TEA-001"), small_context.facts.find("unread_en", "TEA-001")
    assert read + (float(str(unread.value)) if unread else 0) == 3
