"""Texts to terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.words import stem, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The white hanging hearts", ["white", "hanging", "heart"]),
        ("WHITE HANGING HEART T-LIGHT HOLDER", ["white", "hanging", "heart", "t", "light", "holder"]),
        ("set of three boxes", ["set", "3", "box"]),
        ("PAPER CHAIN KIT 50'S CHRISTMAS", ["paper", "chain", "kit", "50", "christma"]),
        ("Café Crème", ["cafe", "creme"]),
        ("Ｔｅａ", ["tea"]),
        ("白色挂心", ["白色", "色挂", "挂心"]),
        ("我们的白色挂心应该定什么价", ["白色", "色挂", "挂心"]),
        ("茶", ["茶"]),
        ("", []),
        ("\x00\ud800", []),
    ],
)
def test_texts_become_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("hearts", "heart"),
        ("dishes", "dish"),
        ("berries", "berry"),
        ("glass", "glass"),
        ("gas", "gas"),
        ("iris", "iris"),
    ],
)
def test_plurals_become_singulars(plural: str, singular: str) -> None:
    assert stem(plural) == singular


@given(st.text(st.characters(), max_size=200))
def test_any_text_has_terms_without_blanks(text: str) -> None:
    assert all(term and not term.isspace() for term in terms(text))
