"""Named locks between processes, which vanish with the process that holds them: advisory ones in PostgreSQL, locked
files beside SQLite."""

import fcntl
import hashlib
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO, Protocol

import psycopg

from db.engine import Database


class Locks(Protocol):
    """`take` never waits; taking what is held already is True."""

    def take(self, name: str) -> bool: ...

    def drop(self, name: str) -> None: ...

    def close(self) -> None: ...


def locks_of(database: Database) -> Locks:
    """Those that all processes on this database share."""
    if database.is_sqlite:
        return FileLocks(Path(database.engine.url.database or "").absolute().parent)
    return AdvisoryLocks(database)


class FileLocks:
    """`flock` on files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, IO[str]] = {}
        self._guard = Lock()

    def take(self, name: str) -> bool:
        with self._guard:
            if name in self._held:
                return True
            file = (self._folder / f".{name}.lock").open("w")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                return False
            self._held[name] = file
            return True

    def drop(self, name: str) -> None:
        with self._guard:
            if file := self._held.pop(name, None):
                file.close()

    def close(self) -> None:
        for name in list(self._held):
            self.drop(name)


class AdvisoryLocks:
    """Locks of one PostgreSQL session. Where that session breaks its locks are lost, and are taken again."""

    def __init__(self, database: Database) -> None:
        url = database.engine.url.set(drivername="postgresql")
        self._address = url.render_as_string(hide_password=False)
        self._connection: psycopg.Connection | None = None
        self._held: set[str] = set()
        self._guard = Lock()

    def take(self, name: str) -> bool:
        with self._guard:
            alive = self._alive()
            if name in self._held:
                return True
            row = alive.execute("SELECT pg_try_advisory_lock(%s)", (_number(name),)).fetchone()
            if row is None or not row[0]:
                return False
            self._held.add(name)
            return True

    def drop(self, name: str) -> None:
        with self._guard:
            if name in self._held:
                self._held.discard(name)
                self._alive().execute("SELECT pg_advisory_unlock(%s)", (_number(name),))

    def close(self) -> None:
        with self._guard:
            self._held.clear()
            if self._connection is not None:
                with suppress(psycopg.Error):  # closing alone would leave them held for a moment more
                    self._connection.execute("SELECT pg_advisory_unlock_all()")
                self._connection.close()
                self._connection = None

    def _alive(self) -> "psycopg.Connection":
        """The session, opened anew where it broke; then nothing is held any more."""
        if self._connection is not None:
            try:
                self._connection.execute("SELECT 1")
                return self._connection
            except psycopg.Error:
                self._connection.close()
        self._held.clear()
        self._connection = psycopg.connect(self._address, autocommit=True)
        return self._connection


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"pricedesk {name}".encode()).digest()[:8], "big", signed=True)
