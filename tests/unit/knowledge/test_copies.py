"""A flood of copies has one voice; buyers who happen to agree keep theirs."""

from datetime import date, timedelta

import pytest

from knowledge.copies import Said, voices

DAY = date(2025, 3, 1)
LONG = "This mug broke after three days and the shop never answered a single mail of mine."


def said(*texts: str, apart: int = 1) -> list[Said]:
    return [Said(f"r{i}", DAY + timedelta(days=apart * i), text) for i, text in enumerate(texts)]


@pytest.mark.parametrize(
    "copy",
    [
        LONG,
        LONG.upper() + "!!!",
        LONG.replace(" ", "  ").replace("mug", "mu\u200bg"),
        LONG.replace("three", "thr33"),
        LONG.replace("o", "\u043e") + " 😡😡",
        "Hi! " + LONG,
    ],
)
def test_a_copy_has_the_voice_of_the_first(copy: str) -> None:
    assert voices(said(LONG, copy)) == {"r0": ("r0", 2), "r1": ("r0", 2)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LONG, "This mug survived three years and the shop answered every single mail of mine at once."),
        ("Very good", "Very good"),
        ("很好", "很好"),
        ("买给妈妈的，质量很好，物流也很快，包装完好无损", "买给爸爸的，味道一般，物流有点慢，包装破了一个角"),
    ],
)
def test_different_reviews_and_short_ones_of_other_days_keep_their_voices(one: str, other: str) -> None:
    assert voices(said(one, other)) == {"r0": ("r0", 1), "r1": ("r1", 1)}


def test_short_equal_reviews_of_one_day_are_copies() -> None:
    assert voices(said("很好！", "很好", "不好", apart=0)) == {"r0": ("r0", 2), "r1": ("r0", 2), "r2": ("r2", 1)}


def test_a_flood_of_thousands_is_one_voice_among_the_honest() -> None:
    flood = [Said(f"f{i:04d}", DAY, f"{LONG} {i}") for i in range(3000)]
    honest = [Said("h", DAY, "A sturdy mug with a lovely glaze, I bought two more for my office kitchen.")]
    found = voices([*flood, *honest])
    assert found["h"] == ("h", 1)
    assert {found[said.name] for said in flood} == {("f0000", 3000)}


def test_the_order_in_which_reviews_are_given_does_not_matter() -> None:
    reviews = said(LONG, LONG.upper(), "Very good", LONG + " Really.")
    assert voices(reviews) == voices(reviews[::-1])


def test_reviews_without_letters_stand_alone() -> None:
    assert voices(said("👍", "!!!", apart=0)) == {"r0": ("r0", 1), "r1": ("r1", 1)}
