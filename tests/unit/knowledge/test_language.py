"""The language of a text, by its script."""

import pytest

from knowledge.language import language_of, written_in


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How much for the white hanging hearts?", "en"),
        ("白色挂心卖多少钱", "zh"),
        ("85123A 定什么价?", "zh"),
        ("这个 T-light holder 很好看，质量也不错", "zh"),
        ("T-light holder 很好", "zh"),
        ("WHITE HANGING HEART T-LIGHT HOLDER 定什么价", "zh"),
        ("What should I charge for 白色挂心?", "en"),
        ("とても良い商品です", "ja"),
        ("아주 좋은 제품입니다", "ko"),
        ("Очень хороший товар", "ru"),
        ("The café's crème brûlée dish", "en"),
        ("", "en"),
        ("12345 !!!", "en"),
        ("\ud800\x00", "en"),
    ],
)
def test_the_script_tells_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_megabyte_is_read_by_its_beginning() -> None:
    assert language_of("好" * 1_000_000) == "zh"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Sehr gute Qualität, schnelle Lieferung, gerne wieder", "de"),
        ("Très joli produit, livraison rapide et soignée", "fr"),
        ("Muy buen producto, llegó a tiempo y bien embalado", "es"),
        ("Lovely glaze, every one is a slightly different blue", "en"),
        ("Nylon braided usb cable type c samsung galaxy", "en"),
        ("Bueno", "en"),
        ("质量很好 very good", "zh"),
        ("", "en"),
        ("12345 !!!", "en"),
    ],
)
def test_latin_letters_tell_a_language_where_there_are_enough(text: str, language: str) -> None:
    assert written_in(text) == language
