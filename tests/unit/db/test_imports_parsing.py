import polars as pl
import pytest

from db.imports.errors import ImportRefusedError
from db.imports.parsing import flags, numbers, texts


def column(*cells: str | None) -> pl.Series:
    return pl.Series("price", cells, dtype=pl.String)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2.55", 2.55), (" 2.55 ", 2.55), ("£2.55", 2.55), ("US$ 2.55", 2.55), ("1,234.50", 1234.5),
        ("12,345,678", 12345678.0), ("(3.20)", -3.2), ("2.55 EUR", 2.55), ("￥１２.５", 12.5), ("12元", 12.0),
        ("15%", 15.0), ("1e3", 1000.0), ("−4", -4.0), ("1 234", 1234.0), ("1'234.5", 1234.5),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(cell: str, value: float) -> None:
    parsed = numbers(column(cell), -1e9, 1e9)
    assert parsed.values.to_list() == [value]
    assert parsed.problems.to_list() == [None]


def test_a_decimal_comma_holds_for_its_whole_column() -> None:
    parsed = numbers(column("2,55", "1.234,50", "1.234", "7", "1.234.567"), 0, 1e9)
    assert parsed.values.to_list() == [2.55, 1234.5, 1234.0, 7.0, 1234567.0]
    assert parsed.mended == {"number written with a currency sign or separators": 3}


def test_a_column_with_both_decimal_marks_is_refused_with_an_example_of_each() -> None:
    with pytest.raises(ImportRefusedError, match=r"price.*'2,55'.*'3\.10'.*one way"):
        numbers(column("2,55", "3.10"), 0, 1e9)


@pytest.mark.parametrize("cell", ["abc", "1.2.3", "£", "--1", "12,34,5.6x", "1/2"])
def test_what_is_no_number_is_named(cell: str) -> None:
    parsed = numbers(column(cell, "1"), 0, 1e9)
    assert parsed.values.to_list() == [None, 1.0]
    assert parsed.problems.to_list() == ["price is not a number", None]


@pytest.mark.parametrize("cell", ["NaN", "inf", "-inf", "1e999"])
def test_a_number_that_is_not_finite_is_turned_away(cell: str) -> None:
    parsed = numbers(column(cell), 0, 1e9)
    assert parsed.values.to_list() == [None]
    assert parsed.problems.to_list() == ["price is not finite"]


def test_floats_that_are_not_finite_are_turned_away_too() -> None:
    parsed = numbers(pl.Series("price", [float("nan"), float("inf"), 1.0, None]), 0, 1e9)
    assert parsed.values.to_list() == [None, None, 1.0, None]
    assert parsed.problems.to_list() == ["price is not finite", "price is not finite", None, None]


def test_a_number_out_of_bounds_or_missing_or_in_pieces_is_named() -> None:
    parsed = numbers(column("11", "", None, "1.5", "3"), 0, 10, required=True, whole=True)
    assert parsed.values.to_list() == [None, None, None, None, 3]
    assert parsed.problems.to_list() == [
        "price is outside 0 to 10", "price is missing", "price is missing", "price is not a whole number", None,
    ]  # fmt: skip


def test_money_is_rounded_to_the_places_that_the_database_keeps() -> None:
    assert numbers(column("2.00005", "0.00001"), 0, 10).values.to_list() == [2.0001, 0.0]


def test_text_is_trimmed_and_measured() -> None:
    parsed = texts(pl.Series("sku", [" a\u00a0", "b\u200b", "", None, "x" * 9, "中文"]), 8, required=True)
    assert parsed.values.to_list() == ["a", "b", "", "", "x" * 9, "中文"]
    assert parsed.problems.to_list() == [
        None, None, "sku is missing", "sku is missing", "sku is longer than 8 characters", None,
    ]  # fmt: skip
    assert parsed.mended == {"blanks around a code or key taken off": 2}


def test_a_code_that_a_spreadsheet_made_a_float_is_whole_again() -> None:
    assert texts(pl.Series("customer_id", [17850.0, None]), 64).values.to_list() == ["17850", ""]
    assert texts(pl.Series("customer_id", [1.5, 2.0]), 64).values.to_list() == ["1.5", "2.0"]


def test_the_guard_of_an_exported_cell_comes_off() -> None:
    assert texts(pl.Series("name", ["'=1", "'tis"]), 64).values.to_list() == ["=1", "'tis"]


def test_flags_are_read_in_the_usual_spellings() -> None:
    parsed = flags(pl.Series("promo", ["yes", "No", "1", "0", "TRUE", "是", "否", "", None, "maybe"]), default=False)
    assert parsed.values.to_list() == [True, False, True, False, True, True, False, False, False, None]
    assert parsed.problems.to_list()[-1] == "promo is neither yes nor no"
    assert flags(pl.Series("promo", [True, None, False]), default=True).values.to_list() == [True, True, False]
