"""Events are kept in order and whole, on both engines."""

from sqlmodel import col, select, update

from db import events
from db.dealings import Delivery, Event, Webhook
from db.engine import Database
from db.moves import Actor
from db.tables import now

MIA = Actor("mia", "admin")


def test_an_event_that_was_changed_later_breaks_the_chain(database: Database) -> None:
    with database.session() as session:
        for number in range(3):
            events.record(session, "rules.changed", "store", MIA, {"version": number, "词": "规则"})
        assert events.verify(session) is None
    with database.session() as session:
        session.exec(update(Event).where(col(Event.id) == 2).values(actor="eve"))
    with database.reading() as session:
        broken = events.verify(session)
    assert broken is not None
    assert broken.id == 2


def test_only_those_who_want_a_kind_are_told(database: Database) -> None:
    with database.session() as session:
        for kinds, active in (([], True), (["rules.changed"], True), (["price.applied"], True), ([], False)):
            session.add(Webhook(url="http://x", secret="s", kinds=kinds, active=active, author="mia", made_at=now()))
        events.record(session, "rules.changed", "store", MIA, {})
    with database.reading() as session:
        assert set(session.exec(select(Delivery.webhook_id))) == {1, 2}
