"""What the buttons do: decisions carried out by the desk on what was on the screen."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from agents.deciding import Deed, Outcome
from agents.rendering import Language
from agents.request import Decision
from db.moves import Actor
from tools.proposals import as_json
from ui.amounts import money
from ui.card import Row
from ui.office import Office
from ui.words import say


@dataclass(frozen=True)
class Shown:
    """The proposal on the screen, and the hash of what it said there."""

    id: int
    seen: str
    thread: str


@dataclass(frozen=True)
class Told:
    """What to tell the person."""

    text: str
    good: bool


def row_of(office: Office, number: int) -> Row | None:
    return next(iter(as_json(office.database, [number])), None)


def shown(row: Row) -> Shown:
    return Shown(row["id"], row["content_hash"], row["thread_id"])


def carry_out(office: Office, decisions: tuple[Deed, ...], actor: Actor, thread: str, language: Language) -> Told:
    """Deeds one after the other, up to the first refusal; each later one holds to what the former left."""
    outcome = Outcome(0, False)
    for deed in decisions:
        outcome = office.desk.decide(deed, actor, thread)
        if not outcome.done:
            return Told(outcome.text, False)
    return Told(_done(office, outcome, language), True)


def deeds(on: Shown, kinds: tuple[Decision, ...], reason: str = "", price: Decimal | None = None) -> tuple[Deed, ...]:
    return tuple(Deed(on.id, kind, on.seen, price, reason) for kind in kinds)


def price_in(value: object) -> Decimal | None:
    """The price that a person typed, in the smallest coin; None where that is none."""
    try:
        price = Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return price if price.is_finite() and price > 0 else None


def _done(office: Office, outcome: Outcome, language: Language) -> str:
    row = row_of(office, outcome.proposal)
    if row is None:
        return outcome.status
    price = row["current_price"] if outcome.status == "rolled_back" else row["proposed_price"]
    return say(
        f"done_{outcome.status}", language, id=outcome.proposal,
        price=money(price, row["currency"], language), version=row["version"],
    )  # fmt: skip
