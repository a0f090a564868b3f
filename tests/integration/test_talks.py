"""Lists of conversations, on both engines."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from db import talks
from db.engine import Database
from db.talks import UnknownTalkError

EARLY, LATE = datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 1, 6, 9, tzinfo=UTC)


def test_the_first_question_names_a_conversation_and_the_last_used_stands_first(database: Database) -> None:
    with database.session() as session:
        talks.note(session, "t1", "ann", "What should  I charge?\nfor tea", EARLY)
        talks.note(session, "t2", "ann", "x" * 500, LATE)
        talks.note(session, "t3", "mei", "Mine alone", LATE)
    with database.reading() as session:
        assert [(t.id, t.title[:28]) for t in talks.every(session, "ann")] == [
            ("t2", "x" * 28),
            ("t1", "What should I charge? for te"),
        ]
        assert len(talks.every(session, "ann")[0].title) == talks.TITLE
    with database.session() as session:
        talks.note(session, "t1", "ann", "And in March?", datetime(2026, 1, 7, tzinfo=UTC))
    with database.reading() as session:
        assert [t.title[:4] for t in talks.every(session, "ann")] == ["What", "xxxx"]


def test_only_the_owner_renames_and_removes_and_a_new_question_brings_it_back(database: Database) -> None:
    with database.session() as session:
        talks.note(session, "t1", "ann", "Tea?")
        talks.rename(session, "t1", "ann", "  Spring   prices ")
        talks.rename(session, "t1", "ann", "   ")
    meddling: list[Callable[[Session], object]] = [
        lambda s: talks.rename(s, "t1", "mei", "Mine"),
        lambda s: talks.hide(s, "t1", "mei"),
        lambda s: talks.note(s, "t1", "mei", "Mine?"),
        lambda s: talks.hide(s, "t9", "ann"),
    ]
    for meddle in meddling:
        with pytest.raises(UnknownTalkError), database.session() as session:
            meddle(session)
    with database.session() as session:
        assert [t.title for t in talks.every(session, "ann")] == ["Spring prices"]
        talks.hide(session, "t1", "ann")
        assert talks.every(session, "ann") == []
        talks.note(session, "t1", "ann", "Again?")
        assert [t.title for t in talks.every(session, "ann")] == ["Spring prices"]


def test_the_steps_of_an_answer_are_remembered_and_the_oldest_let_go(database: Database) -> None:
    with database.session() as session:
        for n in range(5):
            talks.remember(session, "t1", f"Question {n}", [{"name": "price", "seconds": n}], kept=3)
        talks.remember(session, "t2", "Another", [])
    with database.reading() as session:
        assert [row.question for row in talks.worked(session, "t1")] == ["Question 2", "Question 3", "Question 4"]
        assert talks.worked(session, "t1")[0].steps == [{"name": "price", "seconds": 2}]
        assert len(talks.worked(session, "t2")) == 1
