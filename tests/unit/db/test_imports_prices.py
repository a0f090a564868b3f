from datetime import date

import polars as pl

from db.imports.batch import Batch, Known, products_frame, summed
from db.imports.prices import priced

TODAY = date(2026, 1, 5)


def known(price: float | None = None, logged_on: date | None = None, sku: str = "A") -> Known:
    schema = {"sku": pl.String, "price": pl.Float64, "currency": pl.String, "logged_on": pl.Date}
    return Known(pl.DataFrame([(sku, price, "GBP", logged_on)], schema=schema, orient="row"), TODAY)


def sold(day: date, price: float) -> pl.DataFrame:
    return summed(
        pl.DataFrame({"sku": ["A"], "sold_on": [day], "order_id": ["1"], "customer_id": [""], "channel": [""],
                      "price": [price], "units": [1], "promo": [False]})
    )  # fmt: skip


def product(price: float | None, launched_on: date | None = None) -> pl.DataFrame:
    return products_frame(
        sku=pl.Series(["A"]),
        name=pl.Series(["Tea"]),
        price=pl.Series([price], dtype=pl.Float64),
        launched_on=pl.Series([launched_on], dtype=pl.Date),
    )


def logged(batch: Batch, before: Known) -> list[tuple[str, float, str | None, date]]:
    return priced(batch, before)[1].rows()


def lines(day: date, price: float) -> Batch:
    return Batch(frames={"products": product(None), "sales": sold(day, price)}, price_from_sales=True)


def test_a_first_price_begins_on_the_day_it_was_first_paid() -> None:
    assert logged(lines(date(2025, 3, 1), 2.5), known()) == [("A", 2.5, "GBP", date(2025, 3, 1))]


def test_newer_order_lines_bring_a_newer_price() -> None:
    assert logged(lines(date(2025, 3, 1), 2.5), known(2.0, date(2025, 1, 1))) == [("A", 2.5, "GBP", date(2025, 3, 1))]


def test_older_order_lines_do_not_undo_a_price_set_since() -> None:
    batch = lines(date(2025, 3, 1), 2.5)
    assert logged(batch, known(2.0, date(2025, 6, 1))) == []
    assert priced(batch, known(2.0, date(2025, 6, 1)))[0]["price"].to_list() == [None]


def test_a_stated_price_beats_what_was_paid_and_begins_at_the_launch() -> None:
    batch = Batch(frames={"products": product(3.0, date(2024, 1, 1)), "sales": sold(date(2025, 3, 1), 2.5)})
    assert logged(batch, known(sku="B")) == [("A", 3.0, None, date(2024, 1, 1))]


def test_a_stated_price_that_changes_begins_today() -> None:
    assert logged(Batch(frames={"products": product(3.0)}), known(2.0, date(2025, 1, 1))) == [("A", 3.0, "GBP", TODAY)]


def test_a_price_that_stays_is_not_logged_again() -> None:
    assert logged(Batch(frames={"products": product(2.0)}), known(2.0, date(2025, 1, 1))) == []


def test_sales_alone_give_a_price_only_to_a_product_without_one() -> None:
    batch = Batch(frames={"sales": sold(date(2025, 3, 1), 2.5)})
    assert logged(batch, known()) == [("A", 2.5, "GBP", date(2025, 3, 1))]
    assert logged(batch, known(2.0, date(2025, 1, 1))) == []
