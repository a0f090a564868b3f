"""What a proposed price should bring: its revenue and profit, read off what the proposal keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any

from tools.facts import Fact
from ui.evidence import fact_of

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Band:
    """A mean with its 90 % interval."""

    mean: float
    low: float
    high: float


def revenue_of(row: Row) -> Band | None:
    """Revenue over the horizon. None where prices change on the way and the proposal does not say what they bring."""
    if row["goal"] == "clear_stock":
        return _told(row, "clear_revenue")
    price = float(row["proposed_price"])
    return Band(price * row["expected_units"], price * row["units_low"], price * row["units_high"])


def profit_of(row: Row) -> Band | None:
    """Profit over the horizon; None where no cost is known, or the curve does not speak of this price."""
    if row["basis"] != "profit" or row["goal"] == "clear_stock":
        return None
    return money_at(row, float(row["proposed_price"]))


def money_at(row: Row, price: float) -> Band | None:
    """Money of the proposal's own kind at one price of its curve."""
    return _on_curve(row, "money", price)


def units_at(row: Row, price: float) -> Band | None:
    return _on_curve(row, "units", price)


def _on_curve(row: Row, name: str, price: float) -> Band | None:
    curve = row["curve"]
    at = next((i for i, one in enumerate(curve.get("prices") or ()) if isclose(one, price, abs_tol=1e-6)), None)
    if at is None or name not in curve:
        return None
    low, mean, high = (line[at] for line in curve[name])
    return Band(mean, low, high)


def _told(row: Row, label: str) -> Band | None:
    fact = next((one for one in map(fact_of, row["facts"]) if one.label == label), None)
    return None if fact is None or not isinstance(fact.value, (int, float)) else _band(fact, float(fact.value))


def _band(fact: Fact, mean: float) -> Band:
    return Band(mean, mean if fact.low is None else fact.low, mean if fact.high is None else fact.high)
