"""Which language a text is in: from its script, and for Latin letters from what they spell."""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7af\u1100-\u11ff]"),
    "zh": re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
}
_LETTER = re.compile(r"[^\W\d_]")
_ENGLISH = re.compile(
    r"\b(?:a|an|and|are|at|can|do|does|for|how|i|if|in|is|it|many|me|much|my|of|on|our|should|the|this|to|"
    r"was|we|what|when|which|why|will|with|would|you)\b",
    re.IGNORECASE,
)
_ASIAN = (
    0.35  # of the letters; below it, Latin letters may be a product's name within a sentence, so its grammar decides
)
_TRACE = 0.05
_OTHER = 0.5
_LATIN = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "cs", "tr", "ro", "hu", "fi", "id", "vi")
_ENOUGH = 20  # letters that a guess between languages of one script needs
_SURE = 0.9  # and how sure it must be against English


def language_of(text: str) -> str:
    """By script zh, ja, ko, ru, ar or th, else en; Chinese with brand names and codes in it is Chinese."""
    head = text[:4000]
    letters = len(_LETTER.findall(head))
    counts = {language: len(script.findall(head)) for language, script in _SCRIPTS.items()}
    if not letters:
        return "en"
    share = (counts["ja"] + counts["zh"] + counts["ko"]) / letters
    if share >= _ASIAN or (share >= _TRACE and not _ENGLISH.search(head)):
        return _east_asian(counts)
    return next((language for language in ("ru", "ar", "th") if counts[language] / letters >= _OTHER), "en")


def _east_asian(counts: dict[str, int]) -> str:
    if counts["ko"] > counts["zh"]:
        return "ko"
    return "ja" if counts["ja"] * 4 > counts["zh"] else "zh"


def written_in(text: str) -> str:
    """As `language_of`, with the languages of Latin letters told apart where the text is long enough to say so."""
    script = language_of(text)
    head = text[:1000]
    if script != "en" or len(_LETTER.findall(head)) < _ENOUGH:
        return script
    language, share = _identifier().classify(head.lower())
    return str(language) if share >= _SURE else script


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    known = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known.set_languages(list(_LATIN))
    return known
