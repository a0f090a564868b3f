"""Which product or category is meant, by search over a catalogue of real names."""

from pathlib import Path

import pytest

from agents.finding import FOR_A_CATEGORY, FOR_ONE_PRODUCT, meant
from agents.request import Request
from knowledge.finding import Finder, Found
from knowledge.passage import ProductText
from knowledge.store import Knowledge

PRODUCTS = [
    ProductText("TEA-001", "Jasmine green tea", "茉莉花绿茶", "Tea"),
    ProductText("CND-001", "Lavender candle", "薰衣草蜡烛", "Candles"),
    ProductText("CND-002", "Vanilla candle", "香草蜡烛", "Candles"),
    ProductText("CND-003", "Beeswax candle", "蜂蜡蜡烛", "Candles"),
]


class WordsOnly(Knowledge):
    """Finds by code and words; nothing is embedded and nothing is on disk."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"))
        self._by_words = Finder(PRODUCTS)

    def find(self, words: str, n: int = 5) -> Found:
        return self._by_words.find(words, n)

    def find_category(self, words: str) -> str | None:
        return self._by_words.find_category(words)


SHELF = WordsOnly()


def request(tool: str, **said: str) -> Request:
    return Request.model_validate({"tool": tool} | said)


@pytest.mark.parametrize("words", ["jasmine green tea", "TEA-001", "tea-001", "茉莉花绿茶"])
def test_a_product_is_known_by_its_name_or_its_code(words: str) -> None:
    assert meant(request("propose_price", product=words), SHELF, None).sku == "TEA-001"


def test_what_could_be_several_products_is_asked_back() -> None:
    found = meant(request("what_if", product="candle"), SHELF, None)
    assert found.sku is None
    assert {c.sku for c in found.candidates} == {"CND-001", "CND-002", "CND-003"}


@pytest.mark.parametrize("tool", FOR_A_CATEGORY)
def test_several_products_that_are_a_category_are_that_category(tool: str) -> None:
    found = meant(request(tool, product="candles"), SHELF, None)
    assert (found.sku, found.category, found.candidates) == (None, "Candles", ())


def test_a_category_is_written_as_the_catalogue_writes_it() -> None:
    assert meant(request("propose_price", category="candles"), SHELF, None).category == "Candles"


@pytest.mark.parametrize("field", ["product", "category"])
def test_words_that_nothing_answers_to_are_said_back(field: str) -> None:
    found = meant(request("propose_price", **{field: "flux capacitor"}), SHELF, "TEA-001")
    assert (found.unknown, found.sku, found.category) == ("flux capacitor", None, None)


@pytest.mark.parametrize("tool", [*FOR_ONE_PRODUCT, "recommend_products", "sales_report"])
def test_without_words_it_is_what_the_thread_speaks_of(tool: str) -> None:
    assert meant(request(tool), SHELF, "TEA-001").sku == "TEA-001"
    assert meant(request(tool), SHELF, None).sku is None


def test_a_new_product_counts_for_more_than_the_one_spoken_of() -> None:
    assert meant(request("what_if", product="vanilla candle"), SHELF, "TEA-001").sku == "CND-002"
