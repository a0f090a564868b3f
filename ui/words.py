"""Every text of the page, in both languages, out of ui/said."""

from agents.rendering import Language
from ui.said import (
    approvals,
    audit,
    card,
    chat,
    impact,
    imports,
    opinions,
    opportunities,
    page,
    products,
    rules,
    settings,
    tour,
)

PAGES = (
    page, chat, card, approvals, products, opinions, opportunities, impact, audit, rules, imports, settings, tour,
)  # fmt: skip
WORDS: dict[str, tuple[str, str]] = {key: words for said in PAGES for key, words in said.WORDS.items()}
STATIC = tuple(key for said in PAGES for key in said.STATIC)  # stands still: the browser shows it in its own language


def say(key: str, language: Language, **slots: object) -> str:
    """One text with its slots filled, as plain text: escape it where HTML or Markdown is made of it."""
    text = WORDS[key][language == "zh"]
    return text.format(**slots) if slots else text


def known(key: str, language: Language, otherwise: str) -> str:
    """One text, or `otherwise` where none is written."""
    return say(key, language) if key in WORDS else otherwise
