"""The chain of moves holds, and shows where it was broken."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlmodel import select

from db import audit, proposals
from db.engine import Database
from db.proposals import Actor, Draft
from db.tables import Move, Proposal

Drafts = Callable[..., Draft]


@pytest.fixture
def history(shop: Database, draft: Drafts) -> Database:
    """Five proposals of which two are approved and one is rejected: eight rows."""
    with shop.session() as session:
        made: list[Proposal] = [
            proposals.create(session, draft(shop, f"2.{n}0"), Actor("desk", "agent"), asked_by="mei")
            for n in range(1, 6)
        ]
        for proposal in made[:2]:
            proposals.move(session, proposal.id or 0, "approved", Actor("sam", "approver"), seen=proposal.content_hash)
        proposals.move(session, made[2].id or 0, "rejected", Actor("sam", "approver"), reason="too dear")
    return shop


def broken(database: Database) -> int | None:
    with database.reading() as session:
        row = audit.verify(session)
    return row.id if row else None


def test_an_untouched_chain_holds(history: Database) -> None:
    with history.reading() as session:
        rows = session.exec(select(Move).order_by(Move.id)).all()  # type: ignore[arg-type]
    assert len(rows) == 8
    assert rows[0].previous_hash == audit.FIRST
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert broken(history) is None


def test_an_empty_chain_holds(shop: Database) -> None:
    assert broken(shop) is None


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'mei'", "role = 'admin'", "reason = 'fine'", "to_status = 'rejected'", "version = 9",
        "moved_at = '2020-01-01 00:00:00.000000'", "content_hash = 'x'", "hash = 'x'",
    ],
)  # fmt: skip
def test_a_row_that_was_changed_is_found(history: Database, change: str) -> None:
    with history.session() as session:
        session.connection().execute(text(f"UPDATE move SET {change} WHERE id = 6"))
    assert broken(history) == 6


def test_a_changed_row_with_a_mended_hash_breaks_the_next(history: Database) -> None:
    with history.session() as session:
        row = session.get_one(Move, 6)
        row.actor = "mei"
        row.hash = audit.digest(row)
    assert broken(history) == 7


def test_a_row_taken_out_is_found(history: Database) -> None:
    with history.session() as session:
        session.delete(session.get_one(Move, 4))
    assert broken(history) == 5


def test_a_row_slipped_in_is_found(history: Database) -> None:
    with history.session() as session:
        forged = Move(**session.get_one(Move, 6).model_dump(exclude={"id"}))
        forged.previous_hash = "f" * 64
        forged.hash = audit.digest(forged)
        session.add(forged)
    assert broken(history) == 9
