from datetime import date

import numpy as np
import polars as pl

from db.sales import History
from pricing.forecast import Forecast
from ui.charts import curve_chart, fan_chart, history_chart

WEEKS = pl.DataFrame(
    {"week": [date(2026, 1, 5), date(2026, 1, 12)], "units": [3, 5], "revenue": [6.0, 10.0], "price": [2.0, 2.0]}
)
HISTORY = History("TEA", "GBP", WEEKS, "SELECT")
ROW = {
    "currency": "GBP", "basis": "profit", "current_price": "2.00", "proposed_price": "2.20",
    "curve": {
        "prices": [1.9, 2.0, 2.2],
        "units": [[1, 1, 1], [2, 2, 2], [3, 3, 3]],
        "money": [[1, 1, 1], [2, 2, 3], [3, 3, 3]],
    },
}  # fmt: skip


def _forecast(mean: list[float]) -> Forecast:
    weeks = np.array(["2026-01-19", "2026-01-26"], dtype="datetime64[D]")
    fan = np.array([[1.0, 1], [2, 2], [4, 4], [6, 6], [7, 7]])
    return Forecast("TEA", weeks, np.array(mean), fan, fan.sum(axis=1), 8.0, 2.0, 2, 0, "m", "")


def test_history_shows_units_and_price_of_every_week() -> None:
    units, price = history_chart(HISTORY, "en").data
    assert list(units.y) == [3, 5]
    assert list(price.y) == [2.0, 2.0]


def test_nothing_sold_is_no_picture() -> None:
    assert history_chart(History("TEA", "GBP", WEEKS.head(0), ""), "en") is None


def test_the_curve_marks_both_prices_and_draws_the_band() -> None:
    figure = curve_chart(ROW, "en")
    assert {note.text for note in figure.layout.annotations} == {"today £2.00", "proposed £2.20"}
    assert {line.x0 for line in figure.layout.shapes} == {2.0, 2.2}
    assert len(figure.data) == 6
    assert {note.text for note in curve_chart(ROW, "zh").layout.annotations} == {"现价 £2.00", "建议 £2.20"}


def test_a_single_price_is_no_curve() -> None:
    assert curve_chart(ROW | {"curve": {"prices": [2.0], "units": [[1]] * 3, "money": [[1]] * 3}}, "en") is None
    assert curve_chart(ROW | {"curve": {}}, "en") is None


def test_the_fan_holds_both_intervals_and_a_refused_forecast_is_no_picture() -> None:
    figure = fan_chart(_forecast([4.0, 4.0]), HISTORY, "en")
    assert {trace.name for trace in figure.data if trace.name} == {
        "90 % interval",
        "80 % interval",
        "Expected",
        "Units",
    }
    assert fan_chart(_forecast([np.nan, np.nan]), HISTORY, "en") is None
