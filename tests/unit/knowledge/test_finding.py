"""Finding a product by code and words, and when the finder is sure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.finding import Finder
from knowledge.passage import ProductText

PRODUCTS = [
    ProductText("85123A", "WHITE HANGING HEART T-LIGHT HOLDER", "白色挂心烛台", "Candle holders"),
    ProductText("21733", "RED HANGING HEART T-LIGHT HOLDER", "红色挂心烛台", "Candle holders"),
    ProductText("22423", "REGENCY CAKESTAND 3 TIER", "摄政三层蛋糕架", "Kitchen"),
    ProductText("TEA-001", "Jasmine green tea 100 g", "茉莉花绿茶", "Green tea", brand="Leaf & Co"),
    ProductText("TEA-002", "Jasmine green tea 250 g", "茉莉花绿茶大包", "Green tea", brand="Leaf & Co"),
    ProductText("TEA-009", "Earl Grey", "格雷伯爵茶", "Black tea", brand="Leaf & Co"),
]
FINDER = Finder(PRODUCTS)


@pytest.mark.parametrize(
    ("words", "sku"),
    [
        ("the white hanging hearts", "85123A"),
        ("hearts, hanging, white", "85123A"),
        ("whit hangin heart tlight holder", "85123A"),
        ("What should I charge for the white hanging heart t-light holder next month?", "85123A"),
        ("三层蛋糕架", "22423"),
        ("cake stand with three tiers", "22423"),
        ("白色挂心", "85123A"),
        ("earl gray", "TEA-009"),
        ("leaf and co earl grey", "TEA-009"),
    ],
)
def test_words_find_the_product(words: str, sku: str) -> None:
    found = FINDER.find(words)
    assert (found.candidates[0].sku, found.candidates[0].how, found.sure) == (sku, "words", True)


def test_a_code_is_certain() -> None:
    found = FINDER.find("is 2.10 right for 85123a?")
    assert [(c.sku, c.score, c.how) for c in found.candidates] == [("85123A", 1.0, "code")]
    assert found.sure


def test_two_codes_leave_open_which_is_meant() -> None:
    found = FINDER.find("85123A or 22423?")
    assert [c.sku for c in found.candidates] == ["85123A", "22423"]
    assert not found.sure


@pytest.mark.parametrize("words", ["hanging heart", "jasmine green tea", "挂心", "tea"])
def test_words_for_several_products_are_not_sure(words: str) -> None:
    assert not FINDER.find(words).sure


def test_the_name_said_in_full_is_sure_beside_a_longer_one() -> None:
    found = FINDER.find("茉莉花绿茶")
    assert (found.candidates[0].sku, found.sure) == ("TEA-001", True)


@pytest.mark.parametrize("words", ["quantum flux capacitor", "", "  ", "?!", "\x00\ud800", "the"])
def test_what_names_nothing_has_no_candidates(words: str) -> None:
    assert FINDER.find(words).candidates == ()
    assert not FINDER.find(words).sure


def test_no_more_candidates_than_asked_for() -> None:
    assert len(FINDER.find("tea", n=1).candidates) == 1


def test_an_empty_catalogue_has_nothing_to_find() -> None:
    finder = Finder([])
    assert finder.find("white heart").candidates == ()
    assert finder.find_category("tea") is None


def test_twenty_thousand_characters_are_read_by_their_beginning() -> None:
    assert FINDER.find("white hanging heart " * 1000).candidates[0].sku == "85123A"
    assert FINDER.find("x" * 20_000).candidates == ()


@given(st.text(st.characters(), max_size=300))
def test_any_text_is_survived_with_scores_in_order(words: str) -> None:
    scores = [candidate.score for candidate in FINDER.find(words).candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_meaning_speaks_where_words_are_silent() -> None:
    finder = Finder(PRODUCTS, lambda words, n: {"TEA-009": 0.9, "22423": 0.5})
    found = finder.find("bergamot brew")
    assert (found.candidates[0].sku, found.candidates[0].how, found.sure) == ("TEA-009", "meaning", True)


def test_a_close_second_in_meaning_is_not_sure() -> None:
    finder = Finder(PRODUCTS, lambda words, n: {"TEA-009": 0.9, "TEA-001": 0.88})
    assert not finder.find("bergamot brew").sure


def test_meaning_is_not_asked_where_words_are_sure() -> None:
    def near(words: str, n: int) -> dict[str, float]:
        raise AssertionError(words)

    assert Finder(PRODUCTS, near).find("red hanging heart t-light holder").sure


def test_a_vector_of_a_product_that_is_gone_is_passed_over() -> None:
    assert Finder(PRODUCTS, lambda words, n: {"GONE": 0.95}).find("bergamot brew").candidates == ()


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ("green teas", "Green tea"),
        ("everything in Kitchen", "Kitchen"),
        ("candle holder", "Candle holders"),
        ("tea", None),
        ("garden", None),
        ("", None),
    ],
)
def test_a_category_is_found_by_its_words_or_not_at_all(words: str, category: str | None) -> None:
    assert FINDER.find_category(words) == category
