"""Dirty and hostile text, made readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.cleaning import cleaned, unreadable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Unbreakable â€“ wonâ€™t break", "Unbreakable – won’t break"),
        ("schÃ¶n verpackt", "schön verpackt"),
        ("Tom &amp; Jerry &lt;3", "Tom & Jerry <3"),
        ("ÖÊÁ¿ºÜºÃ£¬ËÍ»õÒ²¿ì", "质量很好，送货也快"),
        ("good\u200bprod\u00aduct\ufeff", "goodproduct"),
        ("\u202eevil\u202c text\u2066", "evil text"),
        ("hi\U000e0049\U000e0067\U000e006e there", "hi there"),
        ("line one\nline\ttwo\x00", "line one line two"),
        ("wow!!!!!!!!!!!!!!!!!!!!!!!!", "wow!!!!!!!!"),
        ("好" * 500, "好" * 8),
        ("z\u0301\u0302\u0303\u0304\u0305\u0306a", "z\u0301\u0302a"),
        ("fr\u0435\u0435 gift", "free gift"),
        ("family 👩\u200d👧 🇬🇧 ❤\ufe0f", "family 👩\u200d👧 🇬🇧 ❤\ufe0f"),
        ("Очень хороший", "Очень хороший"),
        ("质量很好！Ｆｕｌｌ", "质量很好！Ｆｕｌｌ"),
        ("Très joli, 12,50 € à Noël", "Très joli, 12,50 € à Noël"),
        ("Größe ÄÖÜ straße", "Größe ÄÖÜ straße"),
        ("size 10 x 1000000", "size 10 x 1000000"),
    ],
)
def test_a_text_reads_as_its_writer_saw_it(text: str, shown: str) -> None:
    assert cleaned(text) == shown


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u200d\ufeff", "\x00\ud800", "\u3000\u2060"])
def test_nothing_to_see_is_no_text(text: str) -> None:
    assert unreadable(text)
    assert not cleaned(text).strip("\u200d\u3000")


@given(st.text(st.characters(), max_size=300))
def test_any_text_is_survived_and_can_be_stored(text: str) -> None:
    cleaned(text).encode("utf-8")
    assert "\n" not in cleaned(text)
