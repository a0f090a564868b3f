from datetime import date, timedelta

import polars as pl

from db.imports.catalogue import names, usual_prices

FIRST = date(2011, 11, 1)


def sales(*rows: tuple[int, int, float] | tuple[int, int, float, bool]) -> pl.DataFrame:
    """Rows of day, units, price and whether on promotion."""
    cells = [("A", FIRST + timedelta(days=row[0]), row[1], row[2], row[3] if len(row) > 3 else False) for row in rows]
    schema = {"sku": pl.String, "sold_on": pl.Date, "units": pl.Int64, "price": pl.Float64, "promo": pl.Boolean}
    return pl.DataFrame(cells, schema=schema, orient="row")


def usual(*rows: tuple[int, int, float] | tuple[int, int, float, bool]) -> float:
    return float(usual_prices(sales(*rows))["usual"].item())


def test_the_usual_price_is_what_most_small_lines_paid() -> None:
    assert usual((0, 1, 2.95), (1, 2, 2.95), (2, 96, 2.55), (3, 96, 2.55), (4, 48, 2.55), (5, 1, 2.95)) == 2.95


def test_only_the_last_four_weeks_count() -> None:
    assert usual(*((day, 1, 2.0) for day in range(9)), (50, 1, 3.0), (51, 1, 3.0)) == 3.0


def test_a_promotion_is_not_the_usual_price_where_there_is_another() -> None:
    assert usual((0, 1, 2.0), (1, 1, 1.5, True), (2, 1, 1.5, True)) == 2.0
    assert usual((0, 1, 1.5, True)) == 1.5


def test_returns_do_not_count_and_the_later_price_wins_a_tie() -> None:
    assert usual((0, 1, 2.0), (1, 1, 3.0), (2, -1, 2.0), (3, -1, 2.0)) == 3.0


def test_the_first_day_at_the_price_is_told() -> None:
    found = usual_prices(sales((0, 1, 2.0), (3, 1, 3.0), (5, 1, 3.0)))
    assert found.row(0, named=True) == {
        "sku": "A", "usual": 3.0, "since": FIRST + timedelta(days=3), "first_sold": FIRST,
        "last_sold": FIRST + timedelta(days=5),
    }  # fmt: skip


def test_the_name_is_the_most_frequent_description_that_says_something() -> None:
    said = ["", "", "", "HEART", "HEART", "WHITE HEART"]
    lines = pl.DataFrame({"sku": ["A"] * 6, "name": said, "sold_on": [FIRST] * 6})
    assert names(lines).rows() == [("A", "HEART")]
