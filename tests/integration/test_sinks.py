"""The CSV price list: whole, current, and never half-written."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from db.engine import Database
from db.sinks import COLUMNS, CsvPriceList, SinkError, plain
from db.tables import Price, Product, now


def log(shop: Database, sku: str, *prices: str) -> None:
    with shop.session() as session:
        if session.get(Product, sku) is None:
            session.add(Product(sku=sku, name=sku, currency="GBP"))
            session.flush()
        for price in prices:
            session.add(Price(sku=sku, price=Decimal(price), currency="GBP", starts_at=now()))


def written(shop: Database, path: Path) -> list[list[str]]:
    with shop.reading() as session:
        CsvPriceList(path).write(session)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_list_holds_the_newest_price_of_every_product(either_shop: Database, tmp_path: Path) -> None:
    log(either_shop, "TEA-001", "2.00", "2.20")
    log(either_shop, 'CUP, "big"', "10", "0.125")
    head, *rows = written(either_shop, tmp_path / "list.csv")
    assert tuple(head) == COLUMNS
    assert [row[:3] for row in rows] == [['CUP, "big"', "0.125", "GBP"], ["TEA-001", "2.20", "GBP"]]


def test_a_list_without_prices_has_its_head(either_shop: Database, tmp_path: Path) -> None:
    assert written(either_shop, tmp_path / "list.csv") == [list(COLUMNS)]


def test_a_place_that_cannot_be_written_is_refused_and_the_old_list_stays(shop: Database, tmp_path: Path) -> None:
    log(shop, "TEA-001", "2.00")
    good = tmp_path / "list.csv"
    written(shop, good)
    before = good.read_bytes()
    (tmp_path / ".list.csv.new").mkdir()
    log(shop, "TEA-001", "2.50")
    with shop.reading() as session, pytest.raises(SinkError, match=r"list\.csv cannot be written"):
        CsvPriceList(good).write(session)
    assert good.read_bytes() == before


def test_the_list_may_be_read_by_other_programs(shop: Database, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    written(shop, path)
    (tmp_path / "plain").write_text("")
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert sorted(p.name for p in tmp_path.glob("*list*")) == ["list.csv"]


@pytest.mark.parametrize(
    ("price", "text"), [("2", "2.00"), ("2.2000", "2.20"), ("0.125", "0.125"), ("1000", "1000.00")]
)
def test_a_price_reads_as_people_write_it(price: str, text: str) -> None:
    assert plain(Decimal(price)) == text
