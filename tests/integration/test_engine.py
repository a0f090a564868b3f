"""Sessions: what is written stays, what fails leaves nothing, and reading cannot write."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from db.engine import Database, DatabaseUnavailableError
from db.tables import Product, Stock, StoreInfo


def store(database: Database, value: str) -> None:
    with database.session() as session:
        session.add(StoreInfo(key="note", value=value))


def test_a_block_that_ends_well_is_kept(database: Database) -> None:
    store(database, "kept")
    with database.reading() as session:
        assert session.get_one(StoreInfo, "note").value == "kept"


def test_a_block_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError), database.session() as session:
        session.add_all(
            (StoreInfo(key="note", value="lost"), Stock(sku="NONE", counted_on=date(2026, 1, 5), on_hand=1))
        )
    with database.reading() as session:
        assert session.get(StoreInfo, "note") is None


def test_a_reading_session_cannot_write(database: Database) -> None:
    with database.reading() as session:
        session.add(StoreInfo(key="note", value="smuggled"))
        with pytest.raises(DBAPIError, match=r"read-?only"):
            session.flush()


def test_a_reading_session_cannot_drop_a_table(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), database.reading() as session:
        session.connection().execute(text("DROP TABLE store_info"))


def test_a_reader_keeps_its_snapshot_while_others_write(database: Database) -> None:
    with database.reading() as session:
        before = session.scalar(select(func.count()).select_from(StoreInfo))
        store(database, "later")
        assert session.scalar(select(func.count()).select_from(StoreInfo)) == before == 0


def test_foreign_keys_are_held(database: Database) -> None:
    with pytest.raises(IntegrityError), database.session() as session:
        session.connection().execute(text("INSERT INTO stock VALUES ('NONE', '2026-01-05', 1)"))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Stock)) == 0


def test_writers_that_read_first_queue_and_lose_nothing(sqlite_database: Database) -> None:
    with sqlite_database.session() as session:
        session.add(Product(sku="TEA-001", name="Tea", currency="GBP", stock=0))

    def add_one(_: int) -> None:
        with sqlite_database.session() as session:
            product = session.get_one(Product, "TEA-001")
            product.stock = (product.stock or 0) + 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_one, range(80)))
    with sqlite_database.reading() as session:
        assert session.get_one(Product, "TEA-001").stock == 80


def test_sqlite_keeps_a_write_ahead_log(sqlite_database: Database) -> None:
    with sqlite_database.session() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/name", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_cannot_be_kept_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUnavailableError, match="Use sqlite:///"):
        Database(url)


def test_a_missing_file_is_refused_with_a_remedy(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")
    with pytest.raises(DatabaseUnavailableError, match="cannot be opened"), database.reading() as session:
        session.connection()


def test_a_server_that_is_down_is_refused_without_its_password() -> None:
    database = Database("postgresql://clerk:secret@127.0.0.1:1/shop")
    with pytest.raises(DatabaseUnavailableError, match="cannot be opened") as refusal:
        database.migrate()
    assert "secret" not in str(refusal.value)


def test_a_file_in_the_way_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, not a folder")
    database = Database(f"sqlite:///{tmp_path / 'var' / 'x.db'}")
    with pytest.raises(DatabaseUnavailableError, match="PRICEDESK_HOME"):
        database.migrate()
