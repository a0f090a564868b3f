"""One database by URL: sessions to write, a read-only connection to query, and its schema kept up to date."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session

from pricing.errors import PricingError

BUSY_SECONDS = 30
MIGRATION_LOCK = 0x5052_4943  # any number that is ours alone: "PRIC"


class DatabaseUnavailableError(PricingError):
    """The database cannot be opened, or another writer holds it for too long."""


class KeptError(PricingError):
    """A refusal that has left a record of itself: `Database.session` commits what was written, then raises it."""


class SchemaTooNewError(PricingError):
    """The database was migrated by a newer Pricedesk than this one."""


class Database:
    """SQLite (WAL) or PostgreSQL behind the same sessions.

    Raises DatabaseUnavailableError for a URL of another kind; opening the database itself waits for the first use.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._url = _parsed(url)
        self.engine = _engine(self._url, read_only=False)
        self.reader = _engine(self._url, read_only=True)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def migrate(self, revision: str = "head") -> None:
        """Bring the schema to the newest revision (Alembic); safe to call at every start and from several processes.

        Raises SchemaTooNewError where the database is ahead of this code.
        """
        with self._migrating() as connection:
            config = alembic_config(connection)
            self._refuse_newer(config, connection)
            command.upgrade(config, revision)

    def downgrade(self, revision: str) -> None:
        """Take the schema back to `revision` ("base" drops every table)."""
        with self._migrating() as connection:
            command.downgrade(alembic_config(connection), revision)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that commits when the block ends well (or raises KeptError) and rolls back when it raises.

        On SQLite its first statement queues for the one write lock (BEGIN IMMEDIATE), so no writer works on a stale
        snapshot; keep the block short and do long reads in `reading()`.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            try:
                yield session
            except KeptError:
                session.commit()
                raise
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that the engine itself holds read-only (SQLite `mode=ro` and `query_only`, PostgreSQL READ ONLY).

        All its queries see the same snapshot.
        """
        with Session(self.reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        self.reader.dispose()

    @contextmanager
    def _migrating(self) -> Iterator[Connection]:
        locked = _sqlite_migration(self.engine) if self.is_sqlite else _postgresql_migration(self.engine)
        with locked as connection:
            yield connection

    def _refuse_newer(self, config: Config, connection: Connection) -> None:
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
        if unknown:
            raise SchemaTooNewError(
                f"The database {_shown(self._url)} is at revision {', '.join(sorted(unknown))}, which this Pricedesk "
                "does not know. Start the newer Pricedesk that wrote it, or restore a backup made before the upgrade."
            )


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings for one open connection; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUnavailableError(f"{url!r} is not a database URL. {_REMEDY}") from None
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed.set(drivername="sqlite+pysqlite")
    raise DatabaseUnavailableError(f"{_shown(parsed)} is not a database that Pricedesk can keep. {_REMEDY}")


_REMEDY = "Use sqlite:///path/to/file.db or postgresql://user:password@host/name."


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _engine(url: URL, *, read_only: bool) -> Engine:
    make = _sqlite_engine if url.get_backend_name() == "sqlite" else _postgresql_engine
    engine = make(url, read_only)

    @event.listens_for(engine, "handle_error")
    def explain(context: ExceptionContext) -> DatabaseUnavailableError | None:
        if context.connection is None and not context.is_pre_ping:
            return DatabaseUnavailableError(
                f"The database {_shown(url)} cannot be opened: {str(context.original_exception).strip()}. "
                "Check the address, that the server runs, and the permissions of the file and its folder."
            )
        if "database is locked" in str(context.original_exception):
            return DatabaseUnavailableError(
                f"Another process has been writing to {_shown(url)} for {BUSY_SECONDS} s. Wait for it, then try again."
            )
        return None

    return engine


def _postgresql_engine(url: URL, read_only: bool) -> Engine:
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if read_only else {}
    return create_engine(url, pool_pre_ping=True, execution_options=options)


def _sqlite_engine(url: URL, read_only: bool) -> Engine:
    path = quote(str(Path(url.database or "").absolute()))
    target = f"file:{path}?mode={'ro' if read_only else 'rwc'}"

    def connect() -> sqlite3.Connection:
        # isolation_level None: the driver's own BEGIN is switched off, ours is below
        connection = sqlite3.connect(
            target, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        for pragma in ("foreign_keys=ON", "synchronous=NORMAL", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")
        return connection

    engine = create_engine(url, creator=connect, pool_size=10, max_overflow=30)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def _sqlite_migration(engine: Engine) -> Iterator[Connection]:
    """One migrator at a time by a lock file, foreign keys off so that tables can be rebuilt."""
    path = Path(engine.url.database or "").absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_name(path.name + ".lock").open("w")
    except OSError as error:
        raise DatabaseUnavailableError(
            f"The folder of {_shown(engine.url)} cannot be written: {error.strerror}. "
            "Choose another place by PRICEDESK_HOME or PRICEDESK_DATABASE_URL."
        ) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("PRAGMA journal_mode=WAL")
            raw.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
            finally:
                raw.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _postgresql_migration(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        yield connection
