from pathlib import Path

import pytest

from db.imports.detect import find, recognise
from db.imports.errors import ImportRefusedError

HEADERS = {
    "products": "sku,name",
    "sales": "Date,SKU,Units,Price",
    "competitor_prices": "date,sku,competitor,price",
    "reviews": "review_id,sku,date,rating,text",
    "stock": "date,sku,on hand",
    "promotions": "sku,starts_on,ends_on,kind",
}


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", HEADERS)
def test_one_file_of_a_store_is_known_by_its_columns(tmp_path: Path, kind: str) -> None:
    path = put(tmp_path, "export.csv", f"{HEADERS[kind]}\n1,2,3,4,5\n"[: len(HEADERS[kind]) + 3])
    form, ((found, _),) = recognise(find(path))
    assert (form, found) == ("store", kind)


@pytest.mark.parametrize(
    "header",
    [
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
        "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country",
    ],
)
def test_online_retail_is_known_by_its_columns_old_and_new(tmp_path: Path, header: str) -> None:
    assert recognise(find(put(tmp_path, "data.csv", f"{header}\n1\n")))[0] == "online_retail"


def test_the_name_decides_where_columns_lack(tmp_path: Path) -> None:
    _, ((kind, _),) = recognise(find(put(tmp_path, "sales.csv", "date,sku,units\n1,2,3\n")))
    assert kind == "sales"


def test_columns_of_nothing_known_are_refused_with_what_is_nearest(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match="As sales it lacks price"):
        recognise(find(put(tmp_path, "data.csv", "date,sku,units,amount\n1,2,3,4\n")))


def test_a_folder_counts_its_known_files_and_tells_of_the_others(tmp_path: Path) -> None:
    for name in ("Products.csv", "sales.csv", "readme.txt", "sales-rejects.csv"):
        put(tmp_path, name, "sku,name\n1,2\n")
    source = find(tmp_path)
    assert [file.name for file in source.files] == ["Products.csv", "sales.csv"]
    assert source.notes == ("left unread: readme.txt",)


def test_a_folder_with_one_kind_twice_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "sales.csv", "x")
    put(tmp_path, "sales.parquet", "x")
    with pytest.raises(ImportRefusedError, match=r"holds sales\.csv and sales\.parquet"):
        find(tmp_path)


def test_a_folder_with_nothing_known_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match=r"holds none of products\.csv"):
        find(tmp_path)


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match=r"'json' is no format\. Choose auto, store, online_retail"):
        find(tmp_path, "json")
