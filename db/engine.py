"""One database by URL: sessions to write, a read-only connection to query, and its schema kept up to date."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlmodel import Session


class Database:
    """SQLite (WAL) or PostgreSQL behind the same sessions."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine
        raise NotImplementedError

    def migrate(self) -> None:
        """Bring the schema to the newest revision (Alembic); safe to call at every start and from several processes."""
        raise NotImplementedError

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it raises."""
        raise NotImplementedError

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that the engine itself holds read-only (SQLite `mode=ro` and `query_only`, PostgreSQL READ ONLY)."""
        raise NotImplementedError
