"""Reviews are read for sentiment and aspects while their texts are indexed: once each, in the languages taught."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import select

from db.engine import Database
from db.tables import Product, Review
from knowledge.opinions import TAUGHT
from knowledge.store import Knowledge
from pricedesk.texts import index_texts
from pricing.guardrails import Rules
from tools.context import Shop

TEXTS = {
    "pleased": "质量很好，物流也很快，下次还买。",
    "displeased": "质量太差了，用了两天就坏，客服也不理人。",
    "russian": "Очень хороший чай, всем советую, куплю ещё раз.",
    "empty": "  \u200b ",
}


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> Iterator[Shop]:
    with database.session() as session:
        session.add(Product(sku="MUG-1", name="mug", currency="GBP", price=Decimal(5)))
        session.flush()
        session.add_all(
            Review(review_id=name, sku="MUG-1", written_on=date(2025, 5, 1), rating=3, text=text)
            for name, text in TEXTS.items()
        )
    knowledge = Knowledge(tmp_path / "knowledge")
    yield Shop(database, knowledge, Rules())
    knowledge.close()


def rows(shop: Shop) -> dict[str, Review]:
    with shop.database.reading() as session:
        return {row.review_id: row for row in session.exec(select(Review))}


def opinions_told(shop: Shop) -> list[int]:
    """How many reviews an indexing run read, as its progress tells."""
    seen: list[int] = []

    def tell(stage: str, done: int, total: int) -> None:
        if stage == "opinions":
            assert done <= total
            seen.append(total)

    index_texts(shop, tell)
    return seen


def test_a_taught_language_is_read_others_stay_empty_and_nothing_is_read_twice(shop: Shop) -> None:
    assert opinions_told(shop) == [len(TEXTS)]
    found = rows(shop)
    assert "zh" in TAUGHT
    assert (found["pleased"].sentiment or 0) > 0.5 > (found["displeased"].sentiment or 1)
    assert {"quality", "delivery"} <= (found["pleased"].aspects or {}).keys()
    assert {"quality", "service"} <= (found["displeased"].aspects or {}).keys()
    assert (found["displeased"].aspects or {})["quality"] < 0.5 < (found["pleased"].aspects or {})["quality"]
    for name in ("russian", "empty"):
        assert (found[name].sentiment, found[name].aspects) == (None, None)
    assert all(len(row.opinion_hash) == 64 for row in found.values())
    passages = shop.knowledge.search("质量", sku="MUG-1", kind="review", n=5)
    assert {p.source: p.sentiment for p in passages}["pleased"] == found["pleased"].sentiment

    assert opinions_told(shop) == []


def test_only_a_rewritten_review_is_read_again(shop: Shop) -> None:
    index_texts(shop)
    before = rows(shop)
    with shop.database.session() as session:
        session.get_one(Review, "pleased").text = TEXTS["displeased"] + "退货了。"
        session.get_one(Review, "displeased").text = "Это не по-китайски, и никто этого не учил."
    assert opinions_told(shop) == [2]
    after = rows(shop)
    assert (after["pleased"].sentiment or 1) < 0.5
    assert after["displeased"].sentiment is None
    assert after["displeased"].aspects is None
    assert after["russian"].opinion_hash == before["russian"].opinion_hash
