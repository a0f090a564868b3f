"""What buyers say of a product, counted: how pleased they are, with what, since when, and in which languages."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from db import sales
from db.tables import Review
from knowledge.aspects import ASPECTS
from knowledge.passage import KnowledgeError, Voice
from pricing.mood import Mood, mood
from pricing.turn import NEEDED, SIDE, Opinion, Turn, suspected, voices
from tools.context import Shop
from tools.quoting import Quote, of_aspect, of_turn, score_of

MOST = 5000  # newest reviews that are counted
RECENT = 90  # days
LEAST = 3.0  # voices on an aspect before and after a turn that say whether it moved
HINT = 3.0  # voices on the thinner side from which on a turn is suspected aloud
MOVED = 0.1  # of the scale, from which on it did
log = logging.getLogger(__name__)
Weights = Mapping[str, float]  # by review: one over how many say the same


@dataclass(frozen=True)
class Aspect:
    """How pleased buyers are with one thing, and one who says so."""

    mood: Mood
    quote: Quote | None


@dataclass(frozen=True)
class Turned:
    """A turn in the opinions, the aspect that moved furthest with it ("" for none), and who says so."""

    turn: Turn
    aspect: str
    since: float | None  # the mean score of that aspect after it
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class Heard:
    """Reviews up to a day. Scores from 0 (displeased) to 1 (pleased); copies of one review are one voice together."""

    reviews: int
    copies: int  # reviews that say what another one says
    voices: float  # with stars or a sentiment, copies counted once
    stars: Mood | None
    stars_recent: Mood | None  # of the last 90 days
    pleased: Mood | None  # by their texts, as far as the network was taught their language
    aspects: Mapping[str, Aspect]
    read: Mapping[str, int]  # reviews behind `pleased`, by language, most first
    unread: Mapping[str, int]  # reviews with a text that has no sentiment, by language
    turned: Turned | None
    suspected: Turn | None = None  # a turn with too few voices on one side of it to be told as one

    @property
    def few(self) -> bool:
        """Whether these are too few to tell a turn."""
        return self.voices < NEEDED


def heard(shop: Shop, sku: str, on: date) -> Heard:
    """What the reviews of a product say that were written up to `on`.

    Opinions are looked through for a turn by their stars, or by their texts where they have none. Where the store of
    texts does not answer, each review is one voice. Raises UnknownProductError.
    """
    with shop.database.reading() as session:
        product = sales.product(session, sku)
        known = [one for one in sales.reviews(session, sku, MOST) if one.written_on <= on]
    keep, spoken = f"{product.name} {product.brand}", _spoken(shop, sku) if known else {}
    weights = {one.review_id: 1 / spoken[one.review_id].copies if one.review_id in spoken else 1.0 for one in known}
    recent = [one for one in known if one.written_on > on - timedelta(days=RECENT)]
    opinions = [
        Opinion(one.written_on, score, weights[one.review_id]) for one in known if (score := score_of(one)) is not None
    ]
    found = suspected(opinions)
    sure = found is not None and found.fewer >= SIDE
    return Heard(
        reviews=len(known),
        copies=round(len(known) - sum(weights.values())),
        voices=voices(opinions),
        stars=_mood(known, weights, _stars),
        stars_recent=_mood(recent, weights, _stars),
        pleased=_mood(known, weights, lambda one: one.sentiment),
        aspects=_aspects(known, weights, keep),
        read=_languages(known, spoken, read=True),
        unread=_languages(known, spoken, read=False),
        turned=_turned(known, weights, found, keep) if found and sure else None,
        suspected=found if found and HINT <= found.fewer < SIDE else None,
    )


def stars_of(mood: Mood) -> float:
    """A mean score as one to five stars."""
    return 1 + 4 * mood.mean


def _stars(review: Review) -> float | None:
    return None if review.rating is None else score_of(review)


def _mood(reviews: Sequence[Review], weights: Weights, of: Callable[[Review], float | None]) -> Mood | None:
    said = [(score, weights[one.review_id]) for one in reviews if (score := of(one)) is not None]
    return mood([score for score, _ in said], [weight for _, weight in said])


def _aspects(reviews: Sequence[Review], weights: Weights, keep: str) -> dict[str, Aspect]:
    found: dict[str, Aspect] = {}
    for aspect in ASPECTS:
        told = _mood(reviews, weights, lambda one, aspect=aspect: (one.aspects or {}).get(aspect))  # type: ignore[misc]
        if told:
            found[aspect] = Aspect(told, of_aspect(reviews, aspect, told.mean, keep))
    return found


def _turned(reviews: Sequence[Review], weights: Weights, found: Turn, keep: str) -> Turned:
    moved = {aspect: sides for aspect in ASPECTS if (sides := _sides(reviews, weights, found, aspect))}
    step = {aspect: (before - since) * (1 if found.worse else -1) for aspect, (before, since) in moved.items()}
    best = max(step, key=lambda aspect: step[aspect], default="")
    named = best if best and step[best] > MOVED else ""
    return Turned(found, named, moved[named][1] if named else None, of_turn(reviews, found, named, keep))


def _sides(reviews: Sequence[Review], weights: Weights, found: Turn, aspect: str) -> tuple[float, float] | None:
    """Mean score of an aspect before a turn and since; None where too few speak of it."""
    spoken = [(one, one.aspects[aspect]) for one in reviews if one.aspects and aspect in one.aspects]
    means = []
    for since in (False, True):
        side = [(score, weights[one.review_id]) for one, score in spoken if (one.written_on >= found.on) == since]
        if sum(weight for _, weight in side) < LEAST - 1e-9:
            return None
        means.append(float(np.average([score for score, _ in side], weights=[weight for _, weight in side])))
    return means[0], means[1]


def _languages(reviews: Sequence[Review], spoken: Mapping[str, Voice], *, read: bool) -> dict[str, int]:
    """Of the reviews that have a text to be read."""
    counted = Counter(
        spoken[one.review_id].language
        for one in reviews
        if one.review_id in spoken and (one.sentiment is not None) == read
    )
    return dict(counted.most_common())


def _spoken(shop: Shop, sku: str) -> Mapping[str, Voice]:
    try:
        return shop.knowledge.spoken(sku)
    except KnowledgeError as fault:
        log.warning("reviews are counted one by one: %s", fault)
        return {}
