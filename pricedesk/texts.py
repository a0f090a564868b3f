"""The texts of the store, from its database into the knowledge store, and what their writers felt, back."""

from sqlmodel import select

from db.tables import Product, Review
from knowledge.passage import Indexed, ProductText, ReviewText
from tools.context import Shop
from tools.opinions import read_opinions
from tools.refresh import Progress


def index_texts(shop: Shop, progress: Progress | None = None, *, rebuild: bool = False) -> Indexed:
    """Make the knowledge store hold the texts of the database; only what is new is embedded, or all with `rebuild`.

    Then what is new of the reviews is read for how pleased their writers are, and with what.
    """
    done = _index(shop, progress, rebuild)
    if read_opinions(shop, progress).told:
        _index(shop, None, False)  # the passages learn their sentiment; nothing is embedded
    return done


def _index(shop: Shop, progress: Progress | None, rebuild: bool) -> Indexed:
    with shop.database.reading() as session:
        products = [
            ProductText(p.sku, p.name, p.name_zh, p.category, p.description, p.brand)
            for p in session.exec(select(Product))
        ]
        reviews = [
            ReviewText(r.review_id, r.sku, r.written_on, r.rating, r.text, r.language, r.sentiment)
            for r in session.exec(select(Review))
        ]
    tell = progress or (lambda stage, done, total: None)
    work = shop.knowledge.rebuild if rebuild else shop.knowledge.index
    return work(products, reviews, lambda done, total: tell("texts", done, total))
