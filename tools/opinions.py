"""What the buyers of the store feel: their reviews read once, and kept beside them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from db.tables import Review
from knowledge.indexing import parts
from knowledge.opinions import Opinion, Opinions
from knowledge.sentiment import shipped
from tools.context import Shop

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Read:
    """What a run did, in reviews."""

    told: int  # have a sentiment now
    silent: int  # say nothing that can be read, or are in a language that the network was not taught


def read_opinions(shop: Shop, progress: Progress | None = None) -> Read:
    """Store sentiment and aspects of the reviews that are new or rewritten, or that an older network read.

    A run that was cut short goes on where it stopped. Without a network nothing is read.
    """
    network = shipped()
    if network is None:
        return Read(0, 0)
    opinions, told, done = Opinions(shop.knowledge.embed, network), 0, 0
    unread = _unread(shop, opinions)
    for batch in parts(unread):
        with shop.database.session() as session:
            told += _read(session, opinions, batch)
        done += len(batch)
        if progress:
            progress("opinions", done, len(unread))
    return Read(told, done - told)


def _unread(shop: Shop, opinions: Opinions) -> list[str]:
    """Ids of the reviews that were not read as they stand."""
    wanted = select(Review.review_id, Review.text, Review.opinion_hash).order_by(Review.review_id)
    with shop.database.reading() as session:
        return [name for name, text, known in session.exec(wanted) if known != opinions.mark(text)]


def _read(session: Session, opinions: Opinions, names: Sequence[str]) -> int:
    rows = list(session.exec(select(Review).where(col(Review.review_id).in_(names)).order_by(Review.review_id)))
    found: Sequence[Opinion | None] = opinions.read([row.text for row in rows])
    for row, opinion in zip(rows, found, strict=True):
        row.sentiment, row.aspects = (opinion.score, opinion.aspects) if opinion else (None, None)
        row.opinion_hash = opinions.mark(row.text)
    return sum(opinion is not None for opinion in found)
