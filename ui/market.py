"""What others charge for a product and what buyers say of it, as a person reads it."""

import logging
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from agents.rendering import Language
from db.offers import DAYS
from db.tables import CompetitorPrice
from knowledge.passage import KnowledgeError, Passage
from tools.context import Shop
from tools.day import today
from tools.heard import Heard, heard
from ui.amounts import change, day, money
from ui.figures import Row
from ui.markup import Html, el, flat
from ui.opinions import opinions
from ui.words import say

ASKED = "is it worth its price, good value for money, too expensive"
PLEASED, DISPLEASED = 4.0, 3.0  # stars from which on, and up to which, a buyer praises or complains
QUOTED = 280  # characters of a quotation
MOST = 8  # competitors on the card
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rival:
    name: str
    price: Decimal
    seen: date
    in_stock: bool


@dataclass(frozen=True)
class Voices:
    """What was counted of the reviews, and a word of praise and of complaint, masked."""

    heard: Heard
    quotes: tuple[Passage, ...]


def rivals(session: Session, sku: str, on: date) -> list[Rival]:
    """The newest price of each competitor in the days that the rules count, cheapest first."""
    wanted = select(CompetitorPrice).where(
        CompetitorPrice.sku == sku, CompetitorPrice.seen_on >= on - timedelta(days=DAYS), CompetitorPrice.seen_on <= on
    )
    newest: dict[str, CompetitorPrice] = {}
    for row in session.exec(wanted.order_by(col(CompetitorPrice.seen_on), col(CompetitorPrice.id))):
        newest[row.competitor] = row
    found = [Rival(r.competitor, r.price, r.seen_on, r.in_stock) for r in newest.values()]
    return sorted(found, key=lambda rival: rival.price)


def voices(shop: Shop, sku: str, on: date) -> Voices:
    """What buyers say; without quotations where the store of texts does not answer."""
    known = heard(shop, sku, on)
    return Voices(known, _quotes(shop, sku) if known.reviews else ())


def _quotes(shop: Shop, sku: str) -> tuple[Passage, ...]:
    """The nearest word of praise and the nearest complaint about its price."""
    try:
        good = shop.knowledge.search(ASKED, sku=sku, kind="review", min_rating=PLEASED, n=1)
        bad = shop.knowledge.search(ASKED, sku=sku, kind="review", max_rating=DISPLEASED, n=1)
        return (*good, *bad) or tuple(shop.knowledge.search(ASKED, sku=sku, kind="review", n=2))
    except KnowledgeError as fault:
        log.warning("no quotations on the card: %s", fault)
        return ()


def market(shop: Shop, row: Row, language: Language) -> Html:
    """Both, as two lists."""
    on = today(shop.database)
    with shop.database.reading() as session:
        others = rivals(session, row["sku"], on)
    said = voices(shop, row["sku"], on)
    return el("section", _rivals(others, row, language), _voices(said, language), class_="pd-card pd-market")


def _rivals(others: list[Rival], row: Row, language: Language) -> Html:
    title = el("h4", say("rivals_title", language))
    if not others:
        return el("div", title, el("p", say("unknown_competitors", language), class_="pd-faint"))
    names = ("rival_name", "rival_asks", "rival_against", "rival_seen")
    header = el("tr", *(el("th", say(name, language), scope="col") for name in names))
    lines = [_rival(one, row, language) for one in others[:MOST]]
    table = el("table", el("thead", header), el("tbody", *lines))
    more = say("rivals_more", language, n=len(others) - MOST) if len(others) > MOST else ""
    scroll = el("div", table, class_="pd-scroll", tabindex="0", role="region", aria_label=say("rivals_title", language))
    return el("div", title, scroll, el("p", more, class_="pd-faint") if more else Html(""))


def _rival(one: Rival, row: Row, language: Language) -> Html:
    out = "" if one.in_stock else f" ({say('rival_out', language)})"
    cells = (
        flat(one.name, 80) + out,
        money(one.price, row["currency"], language),
        change(one.price, row["proposed_price"], language),
        day(one.seen.isoformat(), language),
    )
    return el("tr", *(el("td", cell) for cell in cells))


def _voices(said: Voices, language: Language) -> Html:
    title = el("h4", say("voices_title", language))
    if not said.heard.reviews:
        return el("div", title, el("p", say("unknown_reviews", language), class_="pd-faint"))
    return el("div", title, opinions(said.heard, language), *(_quote(one, language) for one in said.quotes))


def _quote(one: Passage, language: Language) -> Html:
    rated = [] if one.rating is None else [f"★ {one.rating:g}"]
    when = [] if one.written_on is None else [day(one.written_on.isoformat(), language)]
    source = el("footer", " · ".join([*rated, *when, say("review_number", language, id=one.source)]), class_="pd-faint")
    return el("blockquote", el("p", flat(one.text, QUOTED)), source)
