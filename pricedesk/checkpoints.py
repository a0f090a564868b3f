"""Where conversations are kept."""

import atexit
import sqlite3

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.sqlite import SqliteSaver
from psycopg import Connection
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from pricedesk.settings import Settings


def checkpointer(settings: Settings) -> BaseCheckpointSaver[str]:
    """Beside the data: a SQLite file of its own, or the PostgreSQL database that the settings name."""
    if not settings.database_url.startswith("postgres"):
        file = settings.home / "threads.db"
        lite = SqliteSaver(sqlite3.connect(file, check_same_thread=False, timeout=30))
        lite.setup()
        return lite
    url = settings.database_url.replace("postgresql+psycopg://", "postgresql://")
    pool: ConnectionPool[Connection[dict[str, object]]] = ConnectionPool(
        url,
        kwargs={"autocommit": True, "row_factory": dict_row, "prepare_threshold": 0},
        min_size=1,
        max_size=8,
        open=True,
    )
    atexit.register(pool.close)  # or its workers outlive the command that is done
    saver = PostgresSaver(pool)
    saver.setup()
    return saver
