"""The list of both chains, on both engines."""

from datetime import UTC, date, datetime

from sqlmodel import Session

from db import events, trail
from db.actors import Actor
from db.engine import Database

ANN, EVA = Actor("ann", "approver"), Actor("eva", "admin")


def _happened(session: Session) -> None:
    events.record(session, "rules.changed", "the store", EVA, {"reason": "costs rose", "version": 1})
    events.record(session, "key.created", "abc", ANN, {"name": "till"})
    events.record(session, "proposal.approved", "7", ANN, {})


def test_what_a_move_says_is_not_said_twice(database: Database) -> None:
    with database.session() as session:
        _happened(session)
        entries, total = trail.page(session, trail.Filter())
    assert [entry.kind for entry in entries] == ["key.created", "rules.changed"]
    assert total == 2
    assert entries[1].reason == "costs rose"


def test_a_filter_narrows_by_person_kind_subject_and_day(database: Database) -> None:
    today = datetime.now(UTC).date()
    with database.session() as session:
        _happened(session)
        of = {
            wanted: [entry.kind for entry in trail.page(session, wanted)[0]]
            for wanted in (
                trail.Filter(person="eva"), trail.Filter(kind="key.created"), trail.Filter(subject="STORE"),
                trail.Filter(subject="%"), trail.Filter(until=date(2020, 1, 1)), trail.Filter(since=date(2020, 1, 1)),
                trail.Filter(until=today),
            )
        }  # fmt: skip
    assert list(of.values())[:5] == [["rules.changed"], ["key.created"], ["rules.changed"], [], []]
    assert [len(kinds) for kinds in list(of.values())[5:]] == [2, 2]


def test_pages_follow_each_other_without_a_gap(database: Database) -> None:
    with database.session() as session:
        for n in range(7):
            events.record(session, "job.done", str(n), EVA, {})
        pages = [trail.page(session, trail.Filter(), number, size=3) for number in range(4)]
    assert [entry.subject for some, _ in pages for entry in some] == list("6543210")
    assert {total for _, total in pages} == {7}


def test_people_and_kinds_are_those_on_record(database: Database) -> None:
    with database.session() as session:
        _happened(session)
        assert trail.people(session) == ["ann", "eva"]
        assert trail.kinds(session) == ["key.created", "rules.changed"]
