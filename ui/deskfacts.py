"""What stands behind the desk: store, model, and what lies undelivered."""

from pathlib import Path

from sqlmodel import Session, col, func, select

from agents.rendering import Language
from db.dealings import Delivery, Dispatch
from db.tables import Product
from ui.markup import Html, el, joined
from ui.office import Office
from ui.words import say

CARD = "CARD.md"
LONGEST = 20_000  # characters of the card


def deskfacts(office: Office, session: Session, language: Language) -> Html:
    """One line each, and the adapter's card to unfold."""
    behind, model = office.behind, office.model()
    currencies = session.exec(select(Product.currency).distinct().order_by(col(Product.currency)))
    state = say(f"model_{model.phase}", language)
    lines = (
        ("set_currency", ", ".join(currencies)),
        ("set_country", behind.country or say("set_by_currency", language)),
        ("set_model", behind.model or say("set_no_model", language)),
        ("set_state", f"{state} {model.reason}".strip()),
        ("set_planner", say("set_planner_no" if behind.model else "set_planner_yes", language)),
        ("set_dead", str(_dead(session, Dispatch.status))),
        ("set_webhook_dead", str(_dead(session, Delivery.status))),
    )
    facts = el("dl", *(el("div", el("dt", say(k, language)), el("dd", v)) for k, v in lines), class_="pd-facts")
    return joined(facts, _card(behind.adapter, language))


def _dead(session: Session, status: str) -> int:
    return session.exec(select(func.count()).where(col(status) == "dead")).one()


def _card(adapter: Path | None, language: Language) -> Html:
    """As it is written: what the adapter was trained on, how, and how it scores."""
    path = adapter / CARD if adapter else None
    if path is None or not path.is_file():
        return Html("")
    text = path.read_text("utf-8")[:LONGEST]
    shown = el("pre", text, lang="en", tabindex="0", aria_label=say("set_card", language), role="region")
    return el("details", el("summary", say("set_card", language)), shown, class_="pd-adapter")
