"""Offers: what is chosen by behaviour, and prices that are the same for everybody."""

import inspect
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

import tools.recommending
from agents.roster import AGENTS
from db.tables import Product, Sale
from pricing.errors import NotEnoughDataError
from tests.small_store import LAST, TODAY, small_home, small_knowledge, small_shop
from tools.context import Context, Shop
from tools.recommending import offers_by_segment, offers_to

__all__ = ["small_home", "small_knowledge", "small_shop"]


@pytest.fixture
def known(small_shop: Shop) -> Context:
    """Forty customers who buy tea, forty who buy candles (simulated)."""
    with small_shop.database.session() as session:
        for i in range(80):
            pair = ("TEA-001", "TEA-002") if i % 2 else ("CND-001", "CND-002")
            for k, sku in enumerate(pair if i % 3 else pair[:1] * 2):
                day = LAST - timedelta(days=i % 20 + k)
                session.add(
                    Sale(
                        sku=sku,
                        sold_on=day,
                        units=1,
                        price=Decimal("4.95"),
                        order_id=f"X{i}-{k}",
                        customer_id=f"K{i:02}",
                    )
                )
    return Context(small_shop, TODAY)


def prices(context: Context) -> dict[str, float]:
    with context.database.reading() as session:
        return {row.sku: float(row.price) for row in session.exec(select(Product)) if row.price}


def test_whoever_is_asked_for_a_product_has_one_price(known: Context) -> None:
    own = prices(known)
    seen = [offer for i in range(80) for offer in offers_to(known, f"K{i:02}", 3)]
    assert len({offer.sku for offer in seen}) > 2
    assert all(offer.price == own[offer.sku] for offer in seen)
    assert all(o.price == own[o.sku] for one in offers_by_segment(known) for o in one.offers)


def test_a_customer_is_offered_first_what_people_like_them_buy(known: Context) -> None:
    assert offers_to(known, "K03", 1)[0].sku.startswith("TEA")
    assert offers_to(known, "K06", 1)[0].sku.startswith("CND")


def test_what_is_out_of_stock_is_not_offered(known: Context) -> None:
    with known.database.session() as session:
        for row in session.exec(select(Product).where(col(Product.sku).startswith("TEA"))):
            row.stock = 0
    assert not [o for o in offers_to(known, "K01", 5) if o.sku.startswith("TEA")]


def test_nobody_is_shown_alone_as_a_segment(known: Context) -> None:
    assert all(one.customers >= 5 for one in offers_by_segment(known))


def test_a_customer_without_orders_is_refused_and_so_is_a_store_without_customers(
    known: Context, small_shop: Shop
) -> None:
    with pytest.raises(NotEnoughDataError, match="No order is known of customer nobody"):
        offers_to(known, "nobody")
    with known.database.session() as session:
        for row in session.exec(select(Sale).where(Sale.customer_id != "")):
            session.delete(row)
    with pytest.raises(NotEnoughDataError, match="an offer needs 30"):
        offers_by_segment(known)


def test_no_door_takes_a_customer_and_returns_a_price_but_the_product_s_own() -> None:
    """Tools of the analysts know no customer; the one function that does takes nothing that could move a price."""
    for agent in AGENTS:
        for tool in agent.tools:
            assert not {"customer", "customer_id", "segment"} & set(tool.args), tool.name
    assert set(inspect.signature(tools.recommending.offers_to).parameters) == {"context", "customer", "n"}
    assert set(inspect.signature(tools.recommending.offers_by_segment).parameters) == {"context", "n"}
