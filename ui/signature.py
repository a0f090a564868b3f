"""Who may decide a proposal as it stands: told to the person beforehand, enforced in db/moves.py."""

from db import audit
from db.engine import Database
from db.moves import MOVES, Actor
from ui.card import Row


def hindrance(database: Database, row: Row, actor: Actor) -> str:
    """Why this person may not sign, as a key of ui/words.py; "" where nothing stands in the way."""
    if actor.role not in MOVES["proposed", "approved"]:
        return "only_approvers"
    if row["risk"] == "low":
        return ""
    with database.reading() as session:
        moves = audit.moves(session, row["id"])
    writers = {m.actor for m in moves if m.version == row["version"] and m.to_status == "proposed"}
    return "four_eyes" if actor.name in writers | {row["created_by"]} else ""


def may(row: Row, to: str, actor: Actor) -> bool:
    """Whether the table of lawful moves lets this person make this move."""
    return actor.role in MOVES.get((row["status"], to), ())
