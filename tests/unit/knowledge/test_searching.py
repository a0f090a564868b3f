"""Two rankings made one."""

import pytest

from knowledge.searching import fused


def test_first_in_both_is_one() -> None:
    assert fused([(1.0, [("review", "a"), ("review", "b")]), (1.5, [("review", "a")])])[
        ("review", "a")
    ] == pytest.approx(1)


def test_what_both_name_stands_above_what_one_names() -> None:
    scores = fused([(1.0, [("review", "a"), ("review", "b")]), (1.0, [("review", "c"), ("review", "b")])])
    assert list(scores) == [("review", "b"), ("review", "a"), ("review", "c")]
    assert list(scores.values()) == sorted(scores.values(), reverse=True)


def test_an_empty_ranking_leaves_the_order_of_the_other() -> None:
    assert list(fused([(1.0, [("review", "b"), ("review", "a")]), (1.5, [])])) == [("review", "b"), ("review", "a")]
