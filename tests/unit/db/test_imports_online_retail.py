from datetime import date
from pathlib import Path

import polars as pl
import pytest

from db.imports.batch import Batch, Known
from db.imports.errors import ImportRefusedError
from db.imports.online_retail import read_batch
from db.imports.reading import read

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
NOTHING = pl.DataFrame(schema={"sku": pl.String, "price": pl.Float64, "currency": pl.String, "logged_on": pl.Date})


def cleaned(folder: Path, *lines: str, header: str = HEADER) -> Batch:
    path = folder / "retail.csv"
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return read_batch(read(path), Known(NOTHING, date(2026, 1, 1)))


def line(code: str = "22423", units: int = 1, price: float = 12.75, **other: str) -> str:
    cells = {"invoice": "536365", "name": "CAKESTAND", "at": "2010-12-01 08:26:00", "customer": "17850"} | other
    return f"{cells['invoice']},{code},{cells['name']},{units},{cells['at']},{price},{cells['customer']},France"


def test_a_code_in_small_letters_is_the_same_product(tmp_path: Path) -> None:
    batch = cleaned(tmp_path, line("85123A"), line(" 85123a ", invoice="536366"))
    assert batch.frames["products"]["sku"].to_list() == ["85123A"]
    assert batch.sieves[0].mended == {"blanks around a code or key taken off": 1, "code written in capitals": 1}


def test_returns_stay_as_negative_units(tmp_path: Path) -> None:
    batch = cleaned(tmp_path, line(units=5), line(units=-2, invoice="C536379"))
    assert batch.frames["sales"].sort("units")["units"].to_list() == [-2, 5]


@pytest.mark.parametrize(
    "code",
    [
        "POST",
        "DOT",
        "M",
        "m",
        "D",
        "S",
        "B",
        "C2",
        "CRUK",
        "PADS",
        "AMAZONFEE",
        "BANK CHARGES",
        "gift_0001_20",
        "TEST001",
    ],
)
def test_what_is_no_product_is_turned_away(tmp_path: Path, code: str) -> None:
    batch = cleaned(tmp_path, line(), line(code))
    assert list(batch.sieves[0].rejected) == ["not a product: postage, fee, voucher, sample or correction"]


@pytest.mark.parametrize("code", ["85123A", "15056BL", "DCGSSGIRL", "DCGS0003", "47503J"])
def test_an_odd_code_of_a_product_is_kept(tmp_path: Path, code: str) -> None:
    assert cleaned(tmp_path, line(code)).frames["products"]["sku"].to_list() == [code]


def test_free_and_negative_prices_are_turned_away(tmp_path: Path) -> None:
    batch = cleaned(tmp_path, line(), line(price=0), line(price=-11062.06))
    assert batch.sieves[0].rejected == {"price is zero or negative": 2}


def test_an_absurd_order_and_its_cancellation_go_together(tmp_path: Path) -> None:
    batch = cleaned(
        tmp_path,
        line("23843", 80995, 2.08, invoice="581483", at="2011-12-09 09:15:00"),
        line("23843", -80995, 2.08, invoice="C581484", at="2011-12-09 09:27:00"),
        line("23843", 12540, 2.08, invoice="581485"),
        line("23843", -20000, 2.08, invoice="C581486"),
    )
    assert batch.sieves[0].rejects["InvoiceNo"].to_list() == ["581483", "C581484"]
    assert sorted(batch.frames["sales"]["units"].to_list()) == [-20000, 12540]


def test_a_missing_description_is_taken_from_other_lines(tmp_path: Path) -> None:
    batch = cleaned(tmp_path, line(invoice="1"), line(name="", invoice="2"), line("10002", name="?"))
    names = dict(batch.frames["products"].select("sku", "name").rows())
    assert names == {"22423": "CAKESTAND", "10002": "10002"}
    assert batch.sieves[0].mended == {"description taken from other lines of the product": 1}


def test_the_same_line_again_is_dropped_and_lines_of_one_key_add_up(tmp_path: Path) -> None:
    batch = cleaned(tmp_path, line(units=2), line(units=2), line(units=3, at="2010-12-01 09:00:00"))
    assert batch.sieves[0].duplicates == 1
    assert batch.frames["sales"]["units"].to_list() == [5]


def test_the_names_of_the_second_edition_are_known(tmp_path: Path) -> None:
    header = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
    batch = cleaned(tmp_path, line(customer="17850.0"), header=header)
    assert batch.frames["sales"].row(0, named=True) == {
        "sku": "22423", "sold_on": date(2010, 12, 1), "order_id": "536365", "customer_id": "17850",
        "channel": "France", "price": 12.75, "units": 1, "promo": False,
    }  # fmt: skip


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match=r"has no column InvoiceNo, UnitPrice"):
        cleaned(tmp_path, "1,2,3", header="StockCode,Quantity,InvoiceDate")


def test_bad_cells_are_turned_away_line_by_line(tmp_path: Path) -> None:
    batch = cleaned(
        tmp_path, line(), line(at="never"), line().replace("12.75", "cheap"), line("X" * 65), line(at="2999-01-01")
    )
    assert batch.sieves[0].rejects.select("__line", "reason").rows() == [
        (3, "date is not a date"),
        (4, "price is not a number"),
        (5, "sku is longer than 64 characters"),
        (6, "date is later than 2026-01-02"),
    ]
