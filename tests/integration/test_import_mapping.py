"""Files whose columns have other names: guessed, corrected, imported through the importer's own door."""

from pathlib import Path

import pytest
from sqlmodel import select

from db.engine import Database
from db.imports.errors import ImportRefusedError
from db.imports.loading import load
from db.imports.mapping import columns_of, corrected, guess, is_known
from db.tables import Product

FOREIGN = "Product Code,Title,Unit Price,Cost per item,Shade\nA-1,oak bowl,12.50,5,brown\nA-2,elm bowl,,4,red\n"


def _file(folder: Path, text: str = FOREIGN, name: str = "from_shop.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_foreign_names_are_guessed(tmp_path: Path) -> None:
    columns = columns_of(_file(tmp_path))
    mapped = guess(columns)
    assert not is_known(columns)
    assert (mapped.kind, mapped.missing) == ("products", [])
    assert mapped.columns == {"Product Code": "sku", "Title": "name", "Unit Price": "price", "Cost per item": "cost"}
    assert mapped.guessed == set(mapped.columns)


def test_chinese_names_are_guessed() -> None:
    mapped = guess(["日期", "货号", "数量", "单价", "订单号"])
    assert mapped.kind == "sales"
    assert list(mapped.columns.values()) == ["date", "sku", "units", "price", "order_id"]


def test_our_own_names_are_no_guess() -> None:
    mapped = guess(["sku", "Name", "price"])
    assert not mapped.guessed
    assert is_known(["sku", "Name", "price"])


def test_a_mapped_file_is_imported(database: Database, tmp_path: Path) -> None:
    path = _file(tmp_path)
    report = load(database, path, mapped=guess(columns_of(path)))
    with database.reading() as session:
        bowl = session.exec(select(Product).where(Product.sku == "A-1")).one()
    assert (bowl.name, float(bowl.price or 0), float(bowl.cost or 0)) == ("oak bowl", 12.5, 5.0)
    assert (report.read, report.kept) == (2, 2)


def test_the_same_bytes_under_another_mapping_are_another_import(database: Database, tmp_path: Path) -> None:
    path = _file(tmp_path)
    load(database, path, mapped=guess(columns_of(path)))
    named = {"Product Code": "sku", "Shade": "name"}
    assert not load(database, path, mapped=corrected("products", named)).already_imported
    assert load(database, path, mapped=corrected("products", named)).already_imported
    with database.reading() as session:
        assert session.exec(select(Product.name).where(Product.sku == "A-1")).one() == "brown"


def test_a_column_left_unread_is_not_taken_by_its_name(database: Database, tmp_path: Path) -> None:
    path = _file(tmp_path, "code,name,title\nA-1,wrong,right\n")
    load(database, path, mapped=corrected("products", {"code": "sku", "title": "name"}))
    with database.reading() as session:
        assert session.exec(select(Product.name)).one() == "right"


def test_a_mapping_that_lacks_or_doubles_a_column_is_refused() -> None:
    with pytest.raises(ImportRefusedError, match="need name"):
        corrected("products", {"code": "sku"})
    with pytest.raises(ImportRefusedError, match="Two columns are read into name"):
        corrected("products", {"code": "sku", "a": "name", "b": "name"})
    with pytest.raises(ImportRefusedError, match="no column colour"):
        corrected("products", {"code": "sku", "a": "colour"})
