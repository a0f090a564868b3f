"""The append-only record of moves, each row bound to the one before it by a hash."""

import hashlib
import json
from contextlib import closing
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from db.tables import Move

FIRST = "0" * 64  # what the first row follows
_LOCK = 0x4155_4449  # "AUDI"; PostgreSQL names its advisory locks by number


def alone(session: Session) -> None:
    """Wait until no other transaction moves a proposal. SQLite's one writer is alone from its first statement."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def append(session: Session, move: Move) -> Move:
    """Add a row at the end of the chain; the caller holds `alone`. Sets its two hashes."""
    move.previous_hash = session.exec(select(Move.hash).order_by(col(Move.id).desc()).limit(1)).first() or FIRST
    move.hash = digest(move)
    session.add(move)
    session.flush()
    return move


def verify(session: Session) -> Move | None:
    """The first row that was changed, or that follows a row which was taken out or slipped in; None where all holds.

    Rows cut off at the very end leave no trace here: keep the newest hash elsewhere to notice that.
    """
    previous = FIRST
    chain = select(Move).order_by(col(Move.id)).execution_options(yield_per=1000)
    with closing(session.exec(chain)) as rows:
        for move in rows:
            if move.previous_hash != previous or move.hash != digest(move):
                return move
            previous = move.hash
    return None


def moves(session: Session, proposal_id: int | None = None, n: int = 100) -> list[Move]:
    """The newest `n` rows, of one proposal or of all, newest first."""
    wanted = select(Move).order_by(col(Move.id).desc()).limit(n)
    return list(session.exec(wanted if proposal_id is None else wanted.where(Move.proposal_id == proposal_id)))


def digest(move: Move) -> str:
    """SHA-256 of what the row says and of the hash before it."""
    said = [
        move.previous_hash, move.proposal_id, move.version, move.from_status, move.to_status, move.actor, move.role,
        move.reason, move.content_hash, _moment(move.moved_at),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _moment(at: datetime) -> str:
    return at.isoformat()
