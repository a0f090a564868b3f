"""What became of a proposal since it was made, and where its price is on its way."""

from dataclasses import dataclass

from sqlmodel import col, select

from agents.rendering import Language, told_in
from agents.request import Decision
from db import audit
from db.dealings import Dispatch
from db.engine import Database
from db.moves import MOVES, SUPERSEDED, Actor
from ui.amounts import moment
from ui.figures import Row
from ui.markup import Html, el, flat, joined
from ui.words import say

ENDED = ("rejected", "expired", "failed")


@dataclass(frozen=True)
class Sent:
    """One sink that is, or was, to be told of the price."""

    sink: str
    action: str  # apply, rollback or revert
    status: str  # waiting, sent or dead
    attempts: int
    next_at: str  # ISO
    error: str

    @property
    def stuck(self) -> bool:
        """Whether asking again now helps: it was given up, or waits for its next try."""
        return self.status == "dead" or (self.status == "waiting" and self.attempts > 0)


@dataclass(frozen=True)
class Whereabouts:
    """`newer` is the proposal that took this one's place; `why` is what was said with the last move."""

    sent: tuple[Sent, ...] = ()
    newer: int | None = None
    why: str = ""

    def retry(self, row: Row, actor: Actor) -> Decision | None:
        """What to ask for again so that the sinks are told; None where nothing is stuck or this person may not."""
        stuck = next((one for one in reversed(self.sent) if one.stuck), None)
        if stuck is None:
            return None
        to: tuple[Decision, str] = ("apply", "applied") if stuck.action == "apply" else ("rollback", "rolled_back")
        return to[0] if actor.role in MOVES.get((row["status"], to[1]), ()) else None


def whereabouts(database: Database, row: Row) -> Whereabouts:
    with database.reading() as session:
        last = next(iter(audit.moves(session, row["id"], n=1)), None)
        wanted = select(Dispatch).where(Dispatch.proposal_id == row["id"], Dispatch.version == row["version"])
        sent = [_sent(one) for one in session.exec(wanted.order_by(col(Dispatch.id)))]
    why = last.reason if last is not None and row["status"] in ENDED else ""
    newer = why.removeprefix(SUPERSEDED) if why.startswith(SUPERSEDED) else ""
    return Whereabouts(tuple(sent), int(newer) if newer.isdigit() else None, why)


def _sent(row: Dispatch) -> Sent:
    return Sent(row.sink, row.action, row.status, row.attempts, row.next_at.isoformat(), row.error)


def told(row: Row, where: Whereabouts, language: Language) -> Html:
    """What a reader of the card should know of it; "" where nothing has happened yet."""
    lines = [*_schedule(row, language), *_ending(where, language)]
    sinks = [_line(one, language) for one in where.sent]
    if not lines and not sinks:
        return Html("")
    said = joined(*(el("p", one) for one in lines))
    listed = el("ul", *sinks, aria_label=say("sinks", language)) if sinks else Html("")
    return el("section", said, listed, class_="pd-card pd-way", role="status")


def _schedule(row: Row, language: Language) -> list[str]:
    if not row["starts_at"]:
        return []
    ends = say("schedule_ends", language, when=moment(row["ends_at"], language)) if row["ends_at"] else ""
    return [say("schedule_starts", language, when=moment(row["starts_at"], language)) + ends]


def _ending(where: Whereabouts, language: Language) -> list[str]:
    if where.newer is not None:
        return [say("superseded", language, id=where.newer)]
    return [say("ended_why", language, why=flat(told_in(where.why, language)))] if where.why else []


def _line(one: Sent, language: Language) -> Html:
    state = say(
        f"sink_{'retrying' if one.status == 'waiting' and one.attempts else one.status}", language,
        n=one.attempts, when=moment(one.next_at, language),
    )  # fmt: skip
    name = say(f"action_{one.action}", language)
    error = el("small", flat(told_in(one.error, language), 500)) if one.error else Html("")
    return el("li", el("b", one.sink), f" · {name}: ", el("span", state), error, class_=f"pd-sink-{one.status}")
