from datetime import date, datetime

import polars as pl
import pytest

from db.imports.dates import dates
from db.imports.errors import ImportRefusedError
from db.imports.parsing import Parsed

DAY = date(2011, 12, 9)


def read(*cells: object, serial: bool = False, required: bool = False) -> Parsed:
    return dates(pl.Series("date", cells), date(1980, 1, 1), date(2030, 1, 1), serial=serial, required=required)


@pytest.mark.parametrize(
    "cell",
    [
        "2011-12-09", "2011-12-9", "2011/12/09", "2011.12.09", "20111209", "2011年12月9日", "2011-12-09 08:26",
        "2011-12-09T08:26:00Z", "2011-12-09 08:26:00.123+02:00", "09-Dec-2011", "9 December 2011", " 2011-12-09 ",
    ],
)  # fmt: skip
def test_a_date_that_can_only_mean_one_day_is_read(cell: str) -> None:
    assert read(cell).values.to_list() == [DAY]


def test_dates_and_times_of_parquet_are_read() -> None:
    assert read(DAY, None).values.to_list() == [DAY, None]
    assert read(datetime(2011, 12, 9, 23, 59)).values.to_list() == [DAY]


def test_the_column_shows_that_the_day_comes_first() -> None:
    assert read("09/12/2011", "13/12/2011 08:26").values.to_list() == [DAY, date(2011, 12, 13)]


def test_the_column_shows_that_the_month_comes_first() -> None:
    assert read("12/9/2011 8:26", "12/13/11").values.to_list() == [DAY, date(2011, 12, 13)]


def test_iso_and_one_other_order_may_stand_in_one_column() -> None:
    assert read("2011-12-09", "31.12.2011").values.to_list() == [DAY, date(2011, 12, 31)]


def test_a_day_that_equals_its_month_needs_no_order() -> None:
    assert read("12/12/2011").values.to_list() == [date(2011, 12, 12)]


def test_an_order_that_cannot_be_known_is_refused_and_asks_for_iso() -> None:
    with pytest.raises(ImportRefusedError, match=r"Column date does not show.*'09/12/2011'.*year-month-day"):
        read("09/12/2011", "12/12/2011")


def test_two_orders_in_one_column_are_refused() -> None:
    with pytest.raises(ImportRefusedError, match=r"mixes day/month \('31/12/2011'\) and month/day \('12/31/2011'\)"):
        read("31/12/2011", "12/31/2011")


def test_what_is_no_date_is_named_and_the_rest_is_read() -> None:
    parsed = read("2011-12-09", "yesterday", "2011-02-30", "45/45/2011", "", None, "40886", required=True)
    assert parsed.values.to_list() == [DAY, *[None] * 6]
    assert parsed.problems.to_list() == [
        None,
        *["date is not a date"] * 3,
        *["date is missing"] * 2,
        "date is not a date",
    ]


def test_a_date_beyond_reason_is_named() -> None:
    parsed = read("2031-01-01", "1979-12-31", "2011-12-09")
    assert parsed.problems.to_list() == ["date is later than 2030-01-01", "date is earlier than 1980-01-01", None]


def test_a_spreadsheet_may_hand_over_its_day_numbers() -> None:
    assert read("40886", "40886.35", serial=True).values.to_list() == [DAY, DAY]
