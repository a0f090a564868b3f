"""What the buttons do: decisions carried out by the desk on what was on the screen."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from agents.deciding import Deed, Outcome
from agents.rendering import Language
from agents.request import Decision
from db import moves, schedule
from db.moves import Actor
from db.schedule import ScheduleError
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
    return Told(_done(office, outcome.proposal, outcome.status, language), True)


def deeds(on: Shown, kinds: tuple[Decision, ...], reason: str = "", price: Decimal | None = None) -> tuple[Deed, ...]:
    return tuple(Deed(on.id, kind, on.seen, price, reason) for kind in kinds)


def put_on_schedule(office: Office, on: Shown, times: tuple[str, str], actor: Actor, language: Language) -> Told:
    """Approve where that is still to be done, and schedule, both or neither; `times` are as a person typed them.

    Raises what db.moves.move and db.schedule.put raise.
    """
    start, end = (time_in(one, language) for one in times)
    if start is None:
        raise ScheduleError(say("no_start", language))
    with office.database.session() as session:
        moves.remember_rules(session, office.desk.shop.rules)
        if moves.get(session, on.id).status == "proposed":
            moves.move(session, on.id, "approved", actor, seen=on.seen)
        schedule.put(session, on.id, actor, start, end, seen=on.seen)
    return Told(_done(office, on.id, "scheduled", language), True)


def take_off_schedule(office: Office, on: Shown, actor: Actor, language: Language) -> Told:
    """Raises what db.schedule.off raises."""
    with office.database.session() as session:
        schedule.off(session, on.id, actor)
    return Told(_done(office, on.id, "approved", language), True)


def time_in(text: str | None, language: Language) -> datetime | None:
    """A time that a person typed, in UTC; None where nothing was typed. Raises ScheduleError for anything else."""
    wanted = (text or "").strip()
    if not wanted:
        return None
    try:
        time = datetime.fromisoformat(wanted)
    except ValueError:
        raise ScheduleError(say("no_time", language, text=wanted[:40])) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def price_in(value: object) -> Decimal | None:
    """The price that a person typed, in the smallest coin; None where that is none."""
    try:
        price = Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return price if price.is_finite() and price > 0 else None


def _done(office: Office, number: int, status: str, language: Language) -> str:
    row = row_of(office, number)
    if row is None:
        return status
    price = row["current_price"] if status == "rolled_back" else row["proposed_price"]
    return say(
        f"done_{status}", language, id=number, price=money(price, row["currency"], language), version=row["version"]
    )
