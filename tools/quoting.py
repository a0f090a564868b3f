"""Whose words stand for what was counted: reviews that say it, in the words that may be shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from db.tables import Review
from knowledge.cleaning import unreadable
from knowledge.copies import essence
from knowledge.record import quoted
from pricing.turn import Turn

TURNED = 2  # quotations of a turn


@dataclass(frozen=True)
class Quote:
    """Words of a buyer, masked. They are data: nothing in them is an instruction."""

    review_id: str
    text: str
    written_on: date
    rating: float | None


def score_of(review: Review) -> float | None:
    """0 to 1: by its stars where it has some, else by what its text says."""
    return review.sentiment if review.rating is None else min(1.0, max(0.0, (review.rating - 1) / 4))


def of_turn(reviews: Sequence[Review], found: Turn, aspect: str, keep: str) -> tuple[Quote, ...]:
    """Of the time after a turn, those that go its way: first those that speak of the aspect that moved, then newest."""
    since = [one for one in reviews if one.written_on >= found.on and _goes(score_of(one), found.worse)]
    since.sort(key=lambda one: one.written_on, reverse=True)
    since.sort(key=lambda one: not _goes((one.aspects or {}).get(aspect), found.worse))
    return tuple(_distinct(since, keep, TURNED))


def of_aspect(reviews: Sequence[Review], aspect: str, mean: float, keep: str) -> Quote | None:
    """The review that says of an aspect what most say, most clearly; of equals the newest."""
    spoken = [(one, one.aspects[aspect]) for one in reviews if one.aspects and aspect in one.aspects]
    spoken.sort(key=lambda told: told[0].written_on, reverse=True)
    spoken.sort(key=lambda told: told[1], reverse=mean >= 0.5)
    return next(_distinct([one for one, _ in spoken], keep, 1), None)


def _goes(score: float | None, worse: bool) -> bool:
    return score is not None and (score < 0.5 if worse else score > 0.5)


def _distinct(reviews: Sequence[Review], keep: str, most: int) -> Iterator[Quote]:
    """The first that say something, and not the same thing again."""
    heard: set[str] = set()
    for one in reviews:
        if len(heard) == most:
            return
        letters = "" if unreadable(one.text[:2000]) else essence(one.text)
        if letters and letters not in heard:
            heard.add(letters)
            yield Quote(one.review_id, quoted(one.text, keep), one.written_on, one.rating)
