"""The store folder, on SQLite and PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import func, select
from sqlmodel import Session, SQLModel, col

from db.engine import Database
from db.imports.errors import ImportRefusedError
from db.imports.loading import load
from db.imports.report import Report
from db.tables import CompetitorPrice, ImportRun, Price, Product, Promotion, Review, Sale, Stock

STORE = {
    "products": "sku,name,name_zh,category,cost,price,currency,stock,launched_on\n"
    'TEA-001,"Green, loose",绿茶,tea,2.10,4.99,GBP,40,2024-01-01\n'
    "TEA-002,Black tea,红茶,tea,,,GBP,,\n",
    "sales": "date,sku,units,price,order_id,promo\n"
    "2024-03-01,TEA-001,2,4.99,o1,no\n2024-03-01,TEA-001,1,4.99,o1,no\n2024-03-02,tea-002,3,£3.50,o2,\n"
    "2024-03-03,TEA-002,-1,3.50,o3,\n2024-03-04,TEA-001,5,3.99,,yes\n",
    "competitor_prices": "date,sku,competitor,price\n2024-03-01,TEA-001,Rival,5.25\n",
    "reviews": "review_id,sku,date,rating,text\n"
    'r1,TEA-001,2024-03-05,5,"很好喝,\n再买"\nr2,TEA-002,2024-03-06,,Too bitter\n',
    "stock": "date,sku,on_hand\n2024-03-01,TEA-001,43\n",
    "promotions": "sku,starts_on,ends_on,kind,discount_pct\nTEA-001,2024-03-04,2024-03-10,markdown,20\n",
}


def folder(at: Path, **changed: str) -> Path:
    at.mkdir(parents=True, exist_ok=True)
    for kind, text in (STORE | changed).items():
        (at / f"{kind}.csv").write_text(text, encoding="utf-8-sig")
    return at


def count(session: Session, *tables: type[SQLModel]) -> list[int]:
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


@pytest.fixture
def imported(database: Database, tmp_path: Path) -> Report:
    return load(database, folder(tmp_path / "store"), rejects_dir=tmp_path / "rejects")


def test_every_row_of_a_store_folder_arrives(database: Database, imported: Report) -> None:
    assert (imported.read, imported.kept, imported.rejected, imported.products) == (12, 12, {}, 2)
    assert (imported.first_day, imported.last_day) == (date(2024, 3, 1), date(2024, 3, 4))
    with database.reading() as session:
        tables = (Product, Sale, CompetitorPrice, Review, Stock, Promotion)
        assert count(session, *tables) == [2, 4, 1, 2, 1, 1]
        tea = session.get_one(Product, "TEA-001")
        assert (tea.name, tea.name_zh, tea.price, tea.cost, tea.stock) == (
            "Green, loose", "绿茶", Decimal("4.99"), Decimal("2.10"), 40,
        )  # fmt: skip
        assert tea.launched_on == date(2024, 1, 1)
        order = session.scalars(select(Sale).where(col(Sale.order_id) == "o1")).one()
        assert (order.units, order.price, order.sold_on) == (3, Decimal("4.99"), date(2024, 3, 1))
        assert session.get_one(Review, "r1").language == "zh"


def test_a_price_that_no_file_states_is_what_was_paid(database: Database, imported: Report) -> None:
    with database.reading() as session:
        assert session.get_one(Product, "TEA-002").price == Decimal("3.50")
        log = {row.sku: (row.price, row.starts_at) for row in session.scalars(select(Price))}
    assert log == {
        "TEA-001": (Decimal("4.99"), datetime(2024, 3, 1, tzinfo=UTC)),
        "TEA-002": (Decimal("3.50"), datetime(2024, 3, 2, tzinfo=UTC)),
    }


def test_the_same_bytes_again_change_nothing(database: Database, imported: Report, tmp_path: Path) -> None:
    again = load(database, folder(tmp_path / "copy"), rejects_dir=tmp_path / "rejects")
    assert again.already_imported
    assert again.kept == imported.kept
    with database.reading() as session:
        assert count(session, ImportRun, Sale, Price) == [1, 4, 2]


def test_a_corrected_file_updates_the_rows_it_names(database: Database, imported: Report, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("date,sku,units,price,order_id\n2024-03-01,TEA-001,7,4.99,o1\n2024-03-09,TEA-001,1,4.99,o9\n")
    load(database, path)
    with database.reading() as session:
        units = {sale.order_id: sale.units for sale in session.scalars(select(Sale))}
    assert units == {"o1": 7, "o2": 3, "o3": -1, "": 5, "o9": 1}


def test_an_empty_cell_wipes_nothing_and_a_new_price_is_logged(
    database: Database, imported: Report, tmp_path: Path
) -> None:
    path = tmp_path / "products.csv"
    path.write_text("sku,name,price,cost,category\ntea-001,,5.49,,\nTEA-002,Black tea,3.50,1.20,\n")
    load(database, path)
    with database.reading() as session:
        tea = session.get_one(Product, "TEA-001")
        assert (tea.name, tea.category, tea.cost, tea.price) == (
            "Green, loose",
            "tea",
            Decimal("2.10"),
            Decimal("5.49"),
        )
        assert session.get_one(Product, "TEA-002").cost == Decimal("1.20")
        prices = session.scalars(select(Price).where(col(Price.sku) == "TEA-001").order_by(col(Price.id))).all()
        assert [row.price for row in prices] == [Decimal("4.99"), Decimal("5.49")]
        assert count(session, Price) == [3]


BAD = {
    "products": "sku,name,price,currency\n"
    "A,One,1,EUR\nA,Other,2,EUR\n,No code,1,EUR\nB,Free,0,EUR\nC,Odd,1,euro\nD,,1,EUR\n",
    "sales": "date,sku,units,price\n2024-01-01,A,1,1\n2024-01-01,Z,1,1\n2024-01-01,A,1.5,1\nsoon,A,1,1\n"
    "2024-01-02,A,,1\n2024-01-02,A,1,inf\n2024-01-02,A,1,=1+1\n2024-01-01,A,1,1\n",
    "promotions": "sku,starts_on,ends_on,kind\nA,2024-01-01,2024-02-01,sale\nA,2024-03-01,2024-02-01,sale\n",
    "reviews": "review_id,sku,date,rating,text\n"
    f"r1,A,2024-01-01,9,fine\nr2,A,2024-01-01,4,{'x' * 1_000_000}\nr3,A,2024-01-01,4,good\n",
    "stock": "date,sku,on_hand\n2024-01-01,A,3\n2024-01-01,A,4\n",
    "competitor_prices": "date,sku,competitor,price\n",
}  # fmt: skip


def reasons(path: Path) -> list[tuple[str, str]]:
    return pl.read_csv(path, infer_schema=False).select("line", "reason").rows()


def test_each_rejected_row_lands_in_the_rejects_file_with_its_line(database: Database, tmp_path: Path) -> None:
    report = load(database, folder(tmp_path / "bad", **BAD), rejects_dir=tmp_path / "rejects")
    assert [Path(file).name for file in report.rejects_files] == [
        "products-rejects.csv", "sales-rejects.csv", "reviews-rejects.csv", "promotions-rejects.csv",
    ]  # fmt: skip
    assert reasons(tmp_path / "rejects/products-rejects.csv") == [
        ("3", "the sku stands on an earlier line with other values"), ("4", "sku is missing"),
        ("5", "price is zero or negative"), ("6", "currency is longer than 3 characters"), ("7", "name is missing"),
    ]  # fmt: skip
    assert reasons(tmp_path / "rejects/sales-rejects.csv") == [
        ("3", "sku is not among the products"), ("4", "units is not a whole number"), ("5", "date is not a date"),
        ("6", "units is missing"), ("7", "price is not finite"), ("8", "price is not a number"),
    ]  # fmt: skip
    assert reasons(tmp_path / "rejects/reviews-rejects.csv") == [
        ("2", "rating is outside 0 to 5"), ("3", "text is longer than 20,000 characters"),
    ]  # fmt: skip
    assert "'=1+1" in (tmp_path / "rejects/sales-rejects.csv").read_text()
    assert (report.duplicates, report.kept) == (1, 6)
    assert report.read == report.kept + report.duplicates + sum(report.rejected.values())
    with database.reading() as session:
        assert session.scalars(select(col(Stock.on_hand))).all() == [4]


REFUSALS = [
    ({"sales": "date,sku,units\n2024-03-01,TEA-001,1\n"}, r"sales\.csv has no column price"),
    ({"sales": 'date,sku,units,price\n2024-03-01,"TEA-001,1,2\n'}, r"damaged in the row that begins on line 2"),
    ({"sales": "date,sku,units,price\n2024-03-01,NONE,1,2\n"}, r"not one of its 1 lines can be used: sku is not among"),
    ({"sales": ""}, r"sales\.csv is empty"),
    ({"sales": "date,sku,units,price\n01/02/2024,TEA-001,1,2\n"}, r"year-month-day"),
]


@pytest.mark.parametrize(("changed", "message"), REFUSALS)
def test_a_bad_file_changes_nothing(database: Database, tmp_path: Path, changed: dict[str, str], message: str) -> None:
    with pytest.raises(ImportRefusedError, match=message):
        load(database, folder(tmp_path / "store", **changed), rejects_dir=tmp_path / "rejects")
    with database.reading() as session:
        assert count(session, Product, Sale, Review, Price, ImportRun) == [0] * 5
    assert not (tmp_path / "rejects").exists()


def test_a_failure_while_writing_rolls_everything_back(database: Database, tmp_path: Path) -> None:
    (tmp_path / "rejects").write_text("a file where the folder of the rejects should be")
    with pytest.raises(OSError, match="rejects"):
        load(database, folder(tmp_path / "bad", **BAD), rejects_dir=tmp_path / "rejects")
    with database.reading() as session:
        assert count(session, Product, Sale, ImportRun) == [0, 0, 0]


def as_xlsx(frame: pl.DataFrame, path: Path) -> None:
    frame.write_excel(path)


@pytest.mark.parametrize(("ending", "write"), [(".xlsx", as_xlsx), (".parquet", pl.DataFrame.write_parquet)])
def test_workbooks_and_parquet_bring_the_same_store(
    database: Database, tmp_path: Path, ending: str, write: Callable[[pl.DataFrame, Path], None]
) -> None:
    place = tmp_path / "other"
    place.mkdir()
    for source in folder(tmp_path / "store").glob("*.csv"):
        write(pl.read_csv(source, try_parse_dates=True), place / f"{source.stem}{ending}")
    report = load(database, place)
    assert (report.kept, report.rejected) == (12, {})
    with database.reading() as session:
        assert session.get_one(Product, "TEA-001").launched_on == date(2024, 1, 1)
        assert count(session, Sale, Review) == [4, 2]


def test_the_stages_are_told_to_their_end(database: Database, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    load(database, folder(tmp_path / "store"), progress=lambda stage, done, total: told.append((stage, done, total)))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["reading", "cleaning", "writing"]
    assert told[-1] == ("writing", 11, 11)


def test_a_currency_comes_from_the_price_signs(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("sku,name,price\nA,One,€1.50\n", encoding="utf-8")
    load(database, path)
    with database.reading() as session:
        assert (session.get_one(Product, "A").currency, session.get_one(Product, "A").price) == ("EUR", Decimal("1.50"))


def test_a_currency_that_nobody_names_is_noted(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("sku,name,price\nA,One,1.50\n", encoding="utf-8")
    assert "USD is taken" in str(load(database, path))
    path.write_text("sku,name,price\nB,Two,1.50\n", encoding="utf-8")
    assert not load(database, path, currency="eur").notes
    with database.reading() as session:
        assert session.get_one(Product, "B").currency == "EUR"


def test_two_imports_of_the_same_file_at_once_make_one(database: Database, tmp_path: Path) -> None:
    place = folder(tmp_path / "store")
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: load(database, place), range(2)))
    assert sorted(report.already_imported for report in reports) == [False, True]
    with database.reading() as session:
        assert count(session, ImportRun, Sale, Price) == [1, 4, 2]


def test_a_column_that_nothing_knows_is_told(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("sku,name,costs,currency\nA,One,1.50,EUR\n", encoding="utf-8")
    assert load(database, path).notes == ("products.csv: columns left unread: costs",)


def test_a_row_with_too_many_cells_is_rejected_alone(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("sku,name,price,currency\nA,One,1.50,EUR\nB,Two, or so,1.50,EUR\n", encoding="utf-8")
    report = load(database, path, rejects_dir=tmp_path)
    assert (report.kept, list(report.rejected.values())) == (1, [1])
    assert reasons(tmp_path / "products-rejects.csv")[0][1].startswith("5 cells, but the header names 4 columns")
