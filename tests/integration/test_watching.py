"""Alarms record themselves: after a refresh, and by the clock where sales have come; once each."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import col, select, update

from db.dealings import Event
from db.engine import Database
from db.moves import SYSTEM
from db.tables import Sale
from knowledge.store import Knowledge
from pricing.guardrails import Rules
from serving.jobs.runner import Jobs
from serving.jobs.watching import Watch
from serving.jobs.works import refreshing
from tests.small_store import LAST, TODAY, WARES, put
from tools.context import Context, Shop


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> Shop:
    """Teas, candles and a towel whose price has never moved; of late the towel sells ten times what it did."""
    with database.session() as session:
        put(session, *WARES[:5], WARES[6])
        late = col(Sale.sold_on) > LAST - timedelta(weeks=8)
        session.exec(update(Sale).where(col(Sale.sku) == "TWL-001", late).values(units=Sale.units * 10))
    return Shop(database, Knowledge(tmp_path / "knowledge"), Rules())


def alarms(database: Database) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        found = session.exec(select(Event).where(Event.kind == "drift.alarm").order_by(col(Event.id))).all()
        return [(one.subject, one.role, str(one.body["why"])) for one in found]


def sell(database: Database, day: int) -> None:
    with database.session() as session:
        session.add(
            Sale(sku="TEA-001", sold_on=LAST + timedelta(days=day), units=1, price=Decimal(5), order_id=f"N{day}")
        )


def test_the_clock_looks_where_sales_have_come_and_records_an_alarm_once(shop: Shop) -> None:
    def contexts() -> Context:
        return Context(shop, TODAY)

    watch = Watch(contexts)
    assert watch.if_moved() == len(alarms(shop.database)) > 0
    assert ("TWL-001", "system", "forecast") in alarms(shop.database)
    before = alarms(shop.database)
    assert watch.if_moved() == 0
    sell(shop.database, 1)  # a day of a week that is not complete: nothing new can be said
    assert watch.if_moved() == 0
    assert Watch(contexts).look() == Watch(contexts).if_moved() == 0  # another process
    assert alarms(shop.database) == before


def test_a_refresh_looks_for_alarms(shop: Shop) -> None:
    def contexts() -> Context:
        return Context(shop, TODAY)

    jobs = Jobs(shop.database, [refreshing(contexts, Watch(contexts).look)], poll=0.05)
    jobs.start(wait=True)
    try:
        first, second = (jobs.wait(jobs.submit("refresh", actor=SYSTEM).id, 120) for _ in range(2))
    finally:
        jobs.stop()
    assert first.result is not None
    assert second.result is not None
    assert first.result["alarms"] == len(alarms(shop.database)) > 0
    assert second.result["alarms"] == 0
