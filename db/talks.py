"""Whose conversations there are, for a list of them; what was said in one is kept by the desk's own memory."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, select

from db.dealings import Talk, Worked
from db.tables import now
from pricing.errors import PricingError

TITLE = 120  # characters
KEPT = 200  # answers of one conversation whose steps are remembered


class UnknownTalkError(PricingError):
    """This person has no such conversation."""


def note(session: Session, thread: str, owner: str, question: str, at: datetime | None = None) -> Talk:
    """A question is asked in a conversation: its first one names it, and the list shows it (again).

    Raises UnknownTalkError where the conversation is somebody else's.
    """
    moment = at or now()
    talk = session.get(Talk, thread, populate_existing=True)
    if talk is None:
        talk = Talk(id=thread, owner=owner, title=_title(question), made_at=moment, used_at=moment)
        session.add(talk)
    _check_owner(talk, owner)
    talk.used_at, talk.hidden = moment, False
    session.flush()
    return talk


def every(session: Session, owner: str, n: int = 50) -> list[Talk]:
    """The conversations in a person's list, the one last used first."""
    wanted = select(Talk).where(Talk.owner == owner, col(Talk.hidden).is_(False))
    return list(session.exec(wanted.order_by(col(Talk.used_at).desc(), col(Talk.id)).limit(n)))


def rename(session: Session, thread: str, owner: str, title: str) -> Talk:
    """Raises UnknownTalkError; a blank title leaves the former one."""
    talk = _of(session, thread, owner)
    talk.title = _title(title) or talk.title
    session.flush()
    return talk


def hide(session: Session, thread: str, owner: str) -> Talk:
    """Out of the list; its proposals and their audit stay, and so does what was said. Raises UnknownTalkError."""
    talk = _of(session, thread, owner)
    talk.hidden = True
    session.flush()
    return talk


def remember(session: Session, thread: str, question: str, steps: Sequence[dict[str, Any]], kept: int = KEPT) -> None:
    """How the answer to a question came about. Only the last `kept` answers of a conversation are remembered."""
    session.add(Worked(talk_id=thread, question=question, steps=list(steps), made_at=now()))
    session.flush()
    newest = select(Worked.id).where(Worked.talk_id == thread).order_by(col(Worked.id).desc())
    old = session.exec(newest.offset(kept).limit(1)).first()
    if old is not None:
        session.exec(delete(Worked).where(col(Worked.talk_id) == thread, col(Worked.id) <= old))


def worked(session: Session, thread: str) -> list[Worked]:
    """The steps of each answer, oldest first."""
    return list(session.exec(select(Worked).where(Worked.talk_id == thread).order_by(col(Worked.id))))


def _of(session: Session, thread: str, owner: str) -> Talk:
    talk = session.get(Talk, thread, populate_existing=True)
    if talk is None:
        raise UnknownTalkError("There is no such conversation in your list. Begin a new one.")
    _check_owner(talk, owner)
    return talk


def _check_owner(talk: Talk, owner: str) -> None:
    if talk.owner != owner:
        raise UnknownTalkError("There is no such conversation in your list. Begin a new one.")


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE else f"{line[: TITLE - 1]}…"
