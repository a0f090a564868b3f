"""Sessions of people that ended before their time. The others live in signed cookies, and nowhere here."""

from datetime import datetime

from sqlmodel import Session, col, delete

from db.dealings import EndedSession
from db.tables import now


def end(session: Session, session_id: str, until: datetime) -> None:
    """From now on this session opens nothing; `until` is when it would have ended by itself."""
    session.exec(delete(EndedSession).where(col(EndedSession.until) < now()))
    if session.get(EndedSession, session_id) is None:
        session.add(EndedSession(id=session_id, until=until))
        session.flush()


def ended(session: Session, session_id: str) -> bool:
    return session.get(EndedSession, session_id) is not None
