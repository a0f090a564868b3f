"""The revisions and the models say the same, on both engines."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import String, Text, inspect, text
from sqlmodel import SQLModel

from db import tables
from db.engine import Database, DatabaseUnavailableError, SchemaTooNewError


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


def start_one(url: str) -> bool:
    database = Database(url)
    database.migrate()
    database.dispose()
    return True


def test_the_revisions_give_exactly_the_schema_of_the_models(database: Database) -> None:
    assert tables.Product.metadata is SQLModel.metadata
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_second_start_changes_nothing(database: Database) -> None:
    with database.session() as session:
        session.add(tables.StoreInfo(key="simulated", value="no"))
    database.migrate()
    with database.reading() as session:
        assert session.get_one(tables.StoreInfo, "simulated").value == "no"


def test_the_way_back_to_nothing_works_and_forth_again(database: Database) -> None:
    database.downgrade("base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    database.migrate()
    assert "proposal" in inspect(database.engine).get_table_names()


def test_two_processes_may_migrate_at_once(empty: Database) -> None:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(start_one, [empty.url] * 2)) == [True, True]
    assert "proposal" in inspect(empty.engine).get_table_names()


def test_a_newer_database_is_refused_by_name(database: Database) -> None:
    with database.session() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNewError, match="9999"):
        database.migrate()


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    letter = tmp_path / "letter.db"
    letter.write_text("Dear customer, " * 100)
    database = Database(f"sqlite:///{letter}")
    with pytest.raises(DatabaseUnavailableError, match="not a database"):
        database.migrate()
    database.dispose()
    assert letter.read_text().startswith("Dear customer")


def test_accounts_made_before_a_revision_are_there_after_it(empty: Database) -> None:
    empty.migrate("0001")
    with empty.engine.begin() as connection:
        made = "INSERT INTO user_account VALUES ('mia', 'x', 'merchant', :yes, '2026-01-01 00:00:00')"
        connection.execute(text(made), {"yes": True})
    empty.migrate()
    with empty.reading() as session:
        assert session.get_one(tables.User, "mia").subject == ""


WARE = {"sku": "'A'", "currency": "'GBP'", "status": "'active'"} | dict.fromkeys(
    ("name", "name_zh", "category", "description", "brand"), "''"
)
OFFERED = {"sku": "'A'", "status": "'expired'", "trail": "'[]'", "facts": "'[]'", "curve": "'{}'"} | dict.fromkeys(
    ("created_at", "expires_at"), "'2026-01-01'"
)


def test_a_batch_with_two_prices_of_a_product_keeps_the_first(empty: Database) -> None:
    empty.migrate("0006")
    with empty.engine.begin() as connection:
        connection.execute(text(f"INSERT INTO product ({', '.join(WARE)}) VALUES ({', '.join(WARE.values())})"))
        columns = [one for one in inspect(connection).get_columns("proposal") if not one["nullable"]]
        said = {one["name"]: "''" if isinstance(one["type"], String | Text) else "0" for one in columns} | OFFERED
        for number, batch in enumerate(("spring", "spring", "", ""), 1):
            row = said | {"id": str(number), "batch_id": f"'{batch}'"}
            connection.execute(text(f"INSERT INTO proposal ({', '.join(row)}) VALUES ({', '.join(row.values())})"))
    empty.migrate()
    with empty.engine.begin() as connection:
        kept = connection.execute(text("SELECT batch_id FROM proposal ORDER BY id")).scalars().all()
    assert list(kept) == ["spring", "", "", ""]
