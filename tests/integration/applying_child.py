"""A process that applies what is approved, until nothing is left or it is killed: DATABASE-URL SINK-URL SECRET LATER.

LATER is how many seconds its clock is ahead, so that what an earlier one held when it was killed is due again.
"""

import sys
from datetime import datetime, timedelta

from pydantic import SecretStr
from sqlmodel import col, select

from db import charging, outbox
from db.actors import SYSTEM
from db.engine import Database
from db.hook import SignedWebhook
from db.tables import Proposal, now

PART = 5


def main(url: str, address: str, secret: str, later: str) -> None:
    database, sinks = Database(url), [SignedWebhook(address, SecretStr(secret))]
    print("started", flush=True)
    outbox.drain(database, sinks, moment(later))
    while ids := waiting(database):
        for one in ids:
            with database.session() as session:
                ordered = [d.id or 0 for d in charging.apply(session, one, SYSTEM, sinks, at=moment(later))]
            outbox.send_many(database, sinks, ordered, moment(later))
    outbox.drain(database, sinks, moment(later) + timedelta(hours=1))
    database.dispose()


def moment(later: str) -> datetime:
    return now() + timedelta(seconds=int(later))


def waiting(database: Database) -> list[int]:
    """The next of those that nobody has ordered."""
    with database.reading() as session:
        wanted = select(Proposal.id).where(Proposal.status == "approved").order_by(col(Proposal.id)).limit(PART)
        return [i or 0 for i in session.exec(wanted)]


if __name__ == "__main__":
    main(*sys.argv[1:])
