"""The small shop on SQLite and on PostgreSQL. For a test's own use:

from tests.integration.both_shops import any_shop, postgresql_small_template
from tests.small_store import small_home, small_knowledge
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlmodel import SQLModel

from db.engine import Database
from knowledge.store import Knowledge
from pricing.guardrails import Rules
from tests.conftest import fresh, migrated
from tests.small_store import opened
from tools.context import Shop


def copy(source: Database, target: Database) -> None:
    """Every row of every table, and numbers that go on behind them."""
    with source.reading() as here, target.session() as there:
        connection = there.connection()
        for table in SQLModel.metadata.sorted_tables:
            rows = [dict(row._mapping) for row in here.connection().execute(select(table))]
            if rows:
                connection.execute(insert(table), rows)
                numbered = table.primary_key.columns.get("id")
                if numbered is not None and numbered.type.python_type is int:
                    sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
                    connection.execute(text(f"SELECT setval({sequence}, MAX(id)) FROM {table.name}"))


@pytest.fixture(scope="session")
def postgresql_small_template(postgresql_server: str, postgresql_template: str, small_home: Path) -> Iterator[str]:
    """The name of a PostgreSQL database with the small shop, to be copied."""
    with fresh(postgresql_server, postgresql_template) as url:
        source = Database(f"sqlite:///{small_home / 'pricedesk.db'}")
        with migrated(url) as target:
            copy(source, target)
        source.dispose()
        yield url.partition("?")[0].rpartition("/")[2]


@contextmanager
def on_postgresql(server: str, template: str, knowledge: Knowledge) -> Iterator[Shop]:
    with fresh(server, template) as url, migrated(url) as database:
        yield Shop(database, knowledge, Rules())


@pytest.fixture(params=["sqlite", "postgresql"])
def any_shop(
    request: pytest.FixtureRequest, small_home: Path, small_knowledge: Knowledge, tmp_path: Path
) -> Iterator[Shop]:
    """The small shop, in a database of the test's own, on either engine."""
    if request.param == "sqlite":
        with opened(small_home, small_knowledge, tmp_path) as shop:
            yield shop
        return
    server, template = (request.getfixturevalue(name) for name in ("postgresql_server", "postgresql_small_template"))
    with on_postgresql(server, template, small_knowledge) as shop:
        yield shop
