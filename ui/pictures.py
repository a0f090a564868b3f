"""The charts of one proposal, from what the database holds."""

from dataclasses import dataclass
from typing import Any

from agents.rendering import Language
from db import fits, sales
from db.engine import Database
from pricing.forecast import Forecast
from ui.card import Row
from ui.charts import curve_chart, fan_chart, history_chart


@dataclass(frozen=True)
class Pictures:
    """Figures; None where there is nothing to draw."""

    history: Any
    curve: Any
    fan: Any


def pictures(database: Database, row: Row, language: Language) -> Pictures:
    with database.reading() as session:
        history = sales.history(session, row["sku"])
        stored = fits.load(session, row["sku"], Forecast)
    fan = fan_chart(stored.fit, history, language) if stored is not None else None
    return Pictures(history_chart(history, language), curve_chart(row, language), fan)
