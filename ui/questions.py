"""First questions, from the merchant's own sales."""

from sqlmodel import Session

from agents.rendering import Language
from db import sales
from db.engine import Database
from ui.markup import flat
from ui.words import say

ASKED = ("question_price", "question_forecast", "question_related", "question_first")
LONGEST = 60  # characters of a name in a question


def first_questions(database: Database, language: Language) -> list[str]:
    """One question a kind, about the best sellers of the last quarter; none where nothing has sold."""
    with database.reading() as session:
        names = _names(session, language)
    if not names:
        return []
    return [say(key, language, name=names[i % len(names)]) for i, key in enumerate(ASKED)]


def _names(session: Session, language: Language) -> list[str]:
    top = sales.report(session, weeks=13, n=len(ASKED) - 1).top
    products = [sales.product(session, line.sku) for line in top]
    return [flat((p.name_zh if language == "zh" else "") or p.name, LONGEST) for p in products]
