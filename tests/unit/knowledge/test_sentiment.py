"""Letters, clauses and aspects, and a small network taught from nothing."""

import csv
from pathlib import Path

import numpy as np
import pytest

from knowledge.aspects import clauses, cued
from knowledge.sentiment import BITS, Network, buckets, label_of, loaded, readied, saved

CLAUSES = Path(__file__).parents[2] / "opinions" / "clauses.csv"


@pytest.fixture
def network() -> Network:
    rng = np.random.default_rng(1)
    first, first_bias, second = (rng.normal(0, 0.2, shape).astype(np.float32) for shape in ((512, 8), (8,), (8,)))
    letters = rng.normal(0, 1, 2**BITS).astype(np.float32)
    return Network(first, first_bias, second, 0.3, letters, -0.2, (0.6, 0.7, 0.1), 1.3)


def test_the_same_letters_have_the_same_buckets_whatever_their_width_and_case() -> None:
    assert buckets("ＶＥＲＹ  good").tolist() == buckets("very good").tolist()
    assert buckets("很好").tolist() != buckets("好很").tolist()
    assert buckets("").size > 0
    assert buckets("x" * 1_000_000).max() < 2**BITS


def test_what_is_saved_scores_as_before(network: Network, tmp_path: Path) -> None:
    saved(network, tmp_path / "weights.npz")
    vectors = np.random.default_rng(2).normal(0, 0.05, (2, 512)).astype(np.float32)
    texts = ["质量很好", "it broke"]
    again = loaded(tmp_path / "weights.npz").scores(texts, vectors)
    assert again == pytest.approx(network.scores(texts, vectors), abs=0.02)
    assert (tmp_path / "weights.npz").stat().st_size < 3_000_000


def test_letters_have_a_say_in_chinese_alone(network: Network) -> None:
    vectors = np.zeros((2, 512), np.float32)
    english = network.scores(["good", "bad"], vectors)
    assert english[0] == english[1]
    chinese = network.scores(["很好", "很差"], vectors)
    assert chinese[0] != chinese[1]


def test_there_are_two_labels() -> None:
    assert label_of(0.5) == "positive"
    assert label_of(0.49) == "negative"


def test_a_text_in_which_nothing_can_be_seen_is_no_text() -> None:
    assert readied("\u200b\u200b \x00") == ""
    assert readied("  好 ") == "好"


def test_a_review_falls_into_clauses_of_one_thing_each() -> None:
    assert clauses("Great price, but it arrived late.") == ["Great price", "it arrived late"]
    assert clauses("质量很好，但是物流太慢！") == ["质量很好", "但是物流太慢"]
    assert clauses("costs 12.50 only") == ["costs 12.50 only"]
    assert clauses("!!! 。。 ") == []
    assert len(clauses("好的。" * 1000)) <= 12


@pytest.mark.parametrize("half", ["dev", "report"])
def test_cue_words_name_the_aspect_of_most_clauses(half: str) -> None:
    with CLAUSES.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["half"] == half]
    assert len(rows) >= 60
    assert np.mean([cued(row["text"]) == row["aspect"] for row in rows]) >= 0.9
