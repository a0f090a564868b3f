"""Runs the revisions on the connection that `Database.migrate` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from db import columns, dealings, tables

assert tables.Product.metadata is dealings.Event.metadata is SQLModel.metadata  # the import registers the tables


def render(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Our column types as a revision writes them, without the package's path."""
    if kind == "type" and isinstance(item, (columns.Money, columns.Moment)):
        return f"{type(item).__name__}()"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String({item.length})"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
