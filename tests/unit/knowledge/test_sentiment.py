"""Letters, clauses and aspects, and a small network taught from nothing."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.aspects import clauses, cued
from knowledge.sentiment import BITS, Network, buckets, label_of, loaded, readied, saved
from knowledge.sentiment_data import Corpus
from knowledge.sentiment_trial import School, joined, report
from knowledge.teaching import Recipe

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


def test_without_a_network_of_its_own_english_is_told_by_meaning_alone(network: Network) -> None:
    vectors = np.zeros((2, 512), np.float32)
    english = network.scores(["good", "bad"], vectors)
    assert english[0] == english[1]
    chinese = network.scores(["很好", "很差"], vectors)
    assert chinese[0] != chinese[1]
    assert network.languages == ("zh",)


def test_each_language_is_told_by_its_own_network(network: Network) -> None:
    rng = np.random.default_rng(3)
    other = replace(network, letters=rng.normal(0, 1, 2**BITS).astype(np.float32), joint=(0.1, 0.9, -0.3))
    both = replace(network, english=other)
    texts, vectors = ["很好", "good", "very bad 很差"], rng.normal(0, 0.05, (3, 512)).astype(np.float32)
    told = both.scores(texts, vectors)
    assert told[0] == pytest.approx(network.scores(texts, vectors)[0])
    assert told[1] == pytest.approx(1 / (1 + np.exp(-other.odds(["good"], vectors[1:2])[0])))
    assert told[2] == pytest.approx(network.scores(texts, vectors)[2])
    assert both.languages == ("zh", "en")
    assert both.mark() != network.mark() == replace(network).mark()
    assert both.scores([], vectors[:0]).shape == (0,)


def test_english_is_spelt_in_words_and_pairs_of_them_whatever_the_case_and_the_apostrophe() -> None:
    assert buckets("I Don’t like it").tolist() == buckets("i don't  like it").tolist()
    assert len(buckets("one two three")) == 5
    assert buckets("like it not").tolist() != buckets("not like it").tolist()
    assert len(buckets("word " * 100_000)) == 2


def test_goods_left_out_are_neither_taught_nor_do_copies_of_them_teach() -> None:
    rng = np.random.default_rng(5)
    texts = tuple(f"text {i % 250} {'good' if i % 2 else 'bad'}" for i in range(300))
    corpus = Corpus(texts, np.arange(300) % 2 * 1.0, ("a", "b", "c") * 100, ("review",) * 300, (1,) * 300)
    vectors = rng.normal(0, 0.1, (300, 512)).astype(np.float32)
    trials = list(School(corpus, vectors, "en").left_out("review", Recipe(hidden=4, epochs=1)))
    assert [trial.name for trial in trials] == ["a", "b", "c"]
    for trial in trials:
        assert {corpus.groups[i] for i in trial.rows} == {trial.name}
        assert not {texts[i] for i in trial.rows} & {texts[i] for i in trial.taught}
        assert trial.truth.tolist() == [bool(i % 2) for i in trial.rows]
    whole = joined(trials)
    assert len(whole.rows) == len(set(whole.rows.tolist()))
    assert whole.right() == pytest.approx(
        np.average([t.right() for t in trials], weights=[len(t.rows) for t in trials])
    )


def test_the_report_is_that_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    truth, told = np.random.default_rng(4).random((2, 200)) > 0.4
    wanted = metrics.classification_report(truth, told, target_names=["negative", "positive"], output_dict=True)
    for name, *figures in report(truth, told)[:2]:
        keys = ("precision", "recall", "f1-score", "support")
        assert figures == pytest.approx([wanted[name][key] for key in keys])
    assert report(truth, told)[2][1:] == pytest.approx(tuple(wanted["weighted avg"][key] for key in keys))


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
