"""A turn in opinions: found where there is one, silent where there is none."""

from datetime import date, timedelta

import numpy as np
import pytest

from pricing.turn import Opinion, suspected, turn

FIRST = date(2024, 1, 1)


def opinions(scores: list[float], every: int = 3, weight: float = 1.0) -> list[Opinion]:
    return [Opinion(FIRST + timedelta(days=every * i), score, weight) for i, score in enumerate(scores)]


def stars(rng: np.random.Generator, mean: float, count: int) -> list[float]:
    """Ratings of one to five stars as buyers give them, simulated, on a scale from 0 to 1."""
    return [float(s) for s in (np.clip(np.round(rng.normal(mean, 1.1, count)), 1, 5) - 1) / 4]


def test_a_clear_turn_is_found_on_its_day_with_an_interval_about_it() -> None:
    rng = np.random.default_rng(3)
    found = turn(opinions(stars(rng, 4.4, 40) + stars(rng, 1.8, 20)))
    assert found is not None
    assert found.worse
    assert found.low <= found.on <= found.high
    assert found.low <= FIRST + timedelta(days=120) <= found.high
    assert (found.high - found.low).days <= 30
    assert found.chance > 0.99
    assert found.voices == pytest.approx(20, abs=5)


def test_a_turn_for_the_better_is_one_too() -> None:
    rng = np.random.default_rng(4)
    found = turn(opinions(stars(rng, 1.8, 30) + stars(rng, 4.6, 30)))
    assert found is not None
    assert not found.worse


def test_five_reviews_are_no_turn() -> None:
    assert turn(opinions([1.0] * 20 + [0.0] * 5)) is None
    assert turn(opinions([1.0, 1.0, 0.0, 0.0, 0.0])) is None
    assert turn([]) is None


def test_a_turn_with_few_voices_before_it_is_suspected_and_not_told() -> None:
    some = opinions([1.0, 0.75] * 2 + [0.0, 0.25] * 10)
    assert turn(some) is None
    found = suspected(some)
    assert found is not None
    assert found.fewer == pytest.approx(4)


def test_a_flood_of_copies_is_one_voice() -> None:
    before = opinions([0.9, 1.0, 0.8, 0.95] * 6)
    later = before[-1].written_on
    flood = [Opinion(later + timedelta(days=i + 1), 0.0, 1 / 30) for i in range(30)]
    alone = [Opinion(o.written_on, o.score) for o in flood]
    assert turn([*before, *alone]) is not None
    assert turn([*before, *flood]) is None


def test_false_alarms_on_opinions_that_do_not_turn_stay_under_five_in_a_hundred() -> None:
    rng = np.random.default_rng(11)
    alarms = sum(
        turn(opinions(stars(rng, float(rng.uniform(2, 4.6)), int(rng.integers(15, 120))))) is not None
        for _ in range(300)
    )
    assert alarms / 300 < 0.05


def test_most_true_turns_of_some_size_are_found() -> None:
    rng = np.random.default_rng(12)
    found = [turn(opinions(stars(rng, 4.3, 40) + stars(rng, 2.3, 20))) for _ in range(60)]
    assert sum(one is not None for one in found) >= 54
    true = FIRST + timedelta(days=120)
    inside = [one.low <= true <= one.high for one in found if one]
    assert np.mean(inside) > 0.75


def test_where_all_say_the_same_there_is_no_turn() -> None:
    assert turn(opinions([1.0] * 60)) is None
    assert turn([Opinion(FIRST, score) for score in [0.0, 1.0] * 20]) is None


@pytest.mark.parametrize("wrong", [Opinion(FIRST, 1.2), Opinion(FIRST, 0.5, 0.0), Opinion(FIRST, float("nan"))])
def test_what_is_no_opinion_is_refused(wrong: Opinion) -> None:
    with pytest.raises(ValueError, match="scores are"):
        turn([wrong])
