"""Many rows into one table at speed: new ones inserted, known ones updated where they differ."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
from sqlalchemy import Connection

CHUNK = 50_000
_CACHE_KIB = 262_144


def upsert(
    connection: Connection,
    table: str,
    frame: pl.DataFrame,
    key: Sequence[str],
    *,
    wrote: Callable[[int], None],
    keep: Mapping[str, str] | None = None,
) -> None:
    """Write `frame`, whose columns are the table's and whose `key` is distinct, within the connection's transaction.

    A row whose key is there is updated; `keep` gives a column's new value in SQL where it is not just the row's.
    `wrote` hears of every chunk.
    """
    if frame.is_empty():
        return
    sql = _conflict(connection.dialect.name, table, frame.columns, key, keep or {})
    write = _sqlite if connection.dialect.name == "sqlite" else _postgresql
    write(connection.connection.driver_connection, table, frame, sql, wrote)


def _conflict(dialect: str, table: str, columns: Sequence[str], key: Sequence[str], keep: Mapping[str, str]) -> str:
    values = {name: keep.get(name, f"excluded.{name}") for name in columns if name not in key}
    if not values:
        return f"ON CONFLICT ({', '.join(key)}) DO NOTHING"
    differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    sets = ", ".join(f"{name} = {value}" for name, value in values.items())
    where = " OR ".join(f"{table}.{name} {differs} {value}" for name, value in values.items())
    return f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets} WHERE {where}"


def _sqlite(raw: Any, table: str, frame: pl.DataFrame, conflict: str, wrote: Callable[[int], None]) -> None:
    marks = ", ".join("?" * frame.width)
    sql = f"INSERT INTO {table} ({', '.join(frame.columns)}) VALUES ({marks}) {conflict}"
    with _large_cache(raw), _indexes_after(raw, table, frame.height):
        for part in frame.iter_slices(CHUNK):
            raw.executemany(sql, part.with_columns(pl.col(pl.Date).cast(pl.String)).rows())
            wrote(part.height)


@contextmanager
def _large_cache(raw: Any) -> Iterator[None]:
    """Room for the index pages of a big import, so that none is written twice."""
    before = raw.execute("PRAGMA cache_size").fetchone()[0]
    raw.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA cache_size={before}")


@contextmanager
def _indexes_after(raw: Any, table: str, rows: int) -> Iterator[None]:
    """Where most of the table is new, its plain indexes are built once at the end: half the time of keeping them."""
    most = rows > raw.execute(f"SELECT COALESCE(MAX(rowid), 0) FROM {table}").fetchone()[0]
    wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
    indexes = raw.execute(wanted, (table,)).fetchall() if most else []
    for name, _ in indexes:
        raw.execute(f'DROP INDEX "{name}"')
    yield
    for _, sql in indexes:
        raw.execute(sql)


def _postgresql(raw: Any, table: str, frame: pl.DataFrame, conflict: str, wrote: Callable[[int], None]) -> None:
    columns = ", ".join(frame.columns)
    with raw.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA")
        for part in frame.iter_slices(CHUNK):
            cursor.execute("TRUNCATE incoming")
            with cursor.copy(f"COPY incoming ({columns}) FROM STDIN (FORMAT csv)") as copy:
                copy.write(part.write_csv(include_header=False, quote_style="non_numeric"))
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM incoming {conflict}")
            wrote(part.height)
        cursor.execute("DROP TABLE incoming")
