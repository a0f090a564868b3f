"""The store's own day."""

from datetime import date, timedelta

from db import weekly
from db.engine import Database

STALE = timedelta(days=21)  # older data is history, and is looked at from the day it ends


def today(database: Database, wall: date | None = None) -> date:
    """Today, or the day after the last sale where the data ends long before: a store of history has its own now."""
    now = wall or date.today()
    with database.reading() as session:
        last = weekly.last_day(session)
    return last + timedelta(days=1) if last and now - last > STALE else now
