"""Questions written by hand, in two languages, against the passages that answer them (tests/questions)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.search import PUBLIC, QUESTIONS, Question, Score, made_up, public, questions, scored
from knowledge.searching import BOTH, Blend
from knowledge.store import Knowledge

MEANING, WORDS = Blend(words=0), Blend(meaning=0, share=0)


def mean(scores: list[Score]) -> tuple[float, float]:
    return sum(s.recall for s in scores) / len(scores), sum(s.reciprocal for s in scores) / len(scores)


def measured(knowledge: Knowledge, asked: list[Question], blend: Blend) -> tuple[float, float]:
    return mean([scored(knowledge, question, blend) for question in asked])


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Knowledge]:
    knowledge = Knowledge(tmp_path_factory.mktemp("questions"))
    knowledge.index(*made_up())
    yield knowledge
    knowledge.close()


@pytest.fixture(scope="module")
def asked() -> list[Question]:
    _, reviews = made_up()
    return questions(QUESTIONS / "questions.csv", {review.review_id: review.text for review in reviews})


def test_there_are_enough_questions_and_each_has_an_answer(asked: list[Question]) -> None:
    products, reviews = made_up()
    known = {f"p:{p.sku}" for p in products} | {r.review_id for r in reviews}
    assert len({(q.text, q.language) for q in asked}) == len(asked) >= 100
    assert all(q.expected and q.expected <= known for q in asked)
    for part in ("dev", "report"):
        assert sum(q.part == part and q.language == "zh" for q in asked) >= 25
        assert sum(q.part == part and q.across for q in asked) >= 25


def test_both_ways_together_find_most_and_no_less_than_either(knowledge: Knowledge, asked: list[Question]) -> None:
    mine = [q for q in asked if q.part == "report"]
    recall, reciprocal = measured(knowledge, mine, BOTH)
    assert recall >= 0.8
    assert reciprocal >= 0.6
    for blend in (MEANING, WORDS):
        alone, first = measured(knowledge, mine, blend)
        assert recall >= alone - 0.01
        assert reciprocal >= first - 0.01


def test_a_question_finds_its_answer_in_the_other_language(knowledge: Knowledge, asked: list[Question]) -> None:
    recall, _ = measured(knowledge, [q for q in asked if q.part == "report" and q.across], BOTH)
    assert recall >= 0.75


@pytest.mark.slow
@pytest.mark.skipif(not PUBLIC.exists(), reason="the Amazon India data is not beside the repository")
def test_public_products_are_found_better_by_both_ways_than_by_either(tmp_path: Path) -> None:
    knowledge = Knowledge(tmp_path / "public")
    products, _ = public()
    knowledge.index([replace(product, description=product.description[:300]) for product in products], [])
    mine = [q for q in questions(QUESTIONS / "public.csv", {}) if q.part == "report"]
    recall, reciprocal = measured(knowledge, mine, BOTH)
    for blend in (MEANING, WORDS):
        alone, first = measured(knowledge, mine, blend)
        assert (recall, reciprocal) > (alone, first)
    knowledge.close()
