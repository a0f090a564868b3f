import pytest

from pricing.bundle import Part, paying
from pricing.errors import NoFeasiblePriceError, NotEnoughDataError

KEEN = (Part("A", 10.0, 2.0, -3.0, 0.2), Part("B", 8.0, 2.0, -3.0, 0.2))


def test_keen_buyers_and_a_fat_margin_make_a_bundle_that_pays() -> None:
    made = paying(KEEN, 200, 26, 4)
    assert made.bundle.price < made.bundle.separate
    assert made.gain_low < made.gain < made.gain_high
    assert made.gain > 0
    assert made.p_gain > 0.6
    assert made.given_away > 0


def test_buyers_who_hardly_react_only_save() -> None:
    with pytest.raises(NoFeasiblePriceError, match="take them together anyway"):
        paying((Part("A", 10.0, 6.0, -0.8, 0.2), Part("B", 8.0, 5.0, -0.8, 0.2)), 200, 26, 4)


def test_a_thin_margin_pays_for_no_discount() -> None:
    with pytest.raises(NoFeasiblePriceError):
        paying((Part("A", 10.0, 9.8, -3.0, 0.2), Part("B", 8.0, 7.9, -3.0, 0.2)), 200, 26, 4)


@pytest.mark.parametrize(
    ("parts", "together", "words"),
    [
        (KEEN, 3, "a bundle needs 10"),
        ((KEEN[0], Part("B", 8.0, None, -3.0)), 200, "B has no known cost"),
        ((KEEN[0], Part("B", 8.0, 2.0, None)), 200, "How buyers of B react"),
    ],
)
def test_it_refuses_where_the_data_cannot_say(parts: tuple[Part, ...], together: int, words: str) -> None:
    with pytest.raises(NotEnoughDataError, match=words):
        paying(parts, together, 26, 4)


def test_no_bundle_is_sold_below_cost() -> None:
    made = paying((Part("A", 10.0, 7.0, -9.0, 0.1), Part("B", 8.0, 5.0, -9.0, 0.1)), 500, 26, 4)
    assert made.bundle.price >= 12.0


def test_the_same_question_has_the_same_answer_and_a_longer_one_a_larger() -> None:
    assert paying(KEEN, 200, 26, 4) == paying(KEEN, 200, 26, 4)
    assert paying(KEEN, 200, 26, 8).gain == pytest.approx(2 * paying(KEEN, 200, 26, 4).gain)
