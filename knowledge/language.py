"""Which language a text is in, from its script."""

import re

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
