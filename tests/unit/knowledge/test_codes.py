"""Product codes within a message."""

import pytest

from knowledge.codes import Codes

CODES = Codes(["85123A", "85099B", "85099C", "22423", "TEA-001", "POST", "M", "15056bl", "茶-7"])


@pytest.mark.parametrize(
    ("words", "skus"),
    [
        ("85123a", ["85123A"]),
        ("the 85123A holders", ["85123A"]),
        ("85123A多少钱", ["85123A"]),
        ("85123 A", ["85123A"]),
        ("tea 001", ["TEA-001"]),
        ("what about TEA-001?", ["TEA-001"]),
        ("tea001", ["TEA-001"]),
        ("15056-BL parasol", ["15056bl"]),
        ("22423, and 85123A", ["22423", "85123A"]),
        ("post", ["POST"]),
        ("m", ["M"]),
        ("茶7", ["茶-7"]),
        ("i'm paying for post", []),
        ("224230", []),
        ("2.24 23", []),
        ("", []),
        ("-- / --", []),
        ("\ud800\x00", []),
    ],
)
def test_codes_are_heard_in_what_is_said(words: str, skus: list[str]) -> None:
    assert CODES.said(words) == skus


def test_a_code_said_short_names_every_variant() -> None:
    assert CODES.begun("the 85099 bags") == ["85099B", "85099C"]
    assert CODES.begun("85123") == ["85123A"]


def test_of_two_codes_alike_the_one_written_just_so_is_meant() -> None:
    codes = Codes(["84970l", "84970L"])
    assert codes.said("84970l") == ["84970l"]
    assert codes.said("the 84970L") == ["84970L"]
    assert codes.said("84970-l") == ["84970l", "84970L"]
