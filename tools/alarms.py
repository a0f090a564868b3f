"""Of what a person should know: promises that are not kept, and forecasts that have gone astray."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlmodel import col, select

from db import audit, events, fits, weekly
from db.dealings import Event
from db.moves import SYSTEM
from pricing.elasticity import Elasticity
from pricing.impact import FAR, Band, drift
from tools.context import Context
from tools.impact import STILL, Followed, ahead, followed, rows_of

DRIFT_WEEKS = 8


@dataclass(frozen=True)
class Alarm:
    """A product of which a person should know: its promise is not kept, or its forecasts go astray."""

    sku: str
    why: str  # promise or forecast
    week: date  # Monday of the newest complete week
    outcome: float  # money against the old price, or units sold
    expected: Band
    proposal: int | None = None
    currency: str = ""


def alarms(context: Context, found: Iterable[Followed]) -> list[Alarm]:
    """Promises that the outcome stays below, and products whose sales of late their forecast did not foresee."""
    with context.database.reading() as session:
        last = weekly.last_week(session)
    if last is None:
        return []
    broken = [
        Alarm(
            one.impact.sku, "promise", last, one.impact.change.mean, one.impact.promised, one.change.proposal.id,
            one.change.proposal.currency,
        )
        for one in found
        if one.impact is not None and one.impact.verdict == "worse" and one.change.ended_at is None
    ]  # fmt: skip
    return broken + _drifted(context, last)


def watch(context: Context) -> list[Alarm]:
    """Record every alarm as the event `drift.alarm`, once a product and week; the new ones."""
    found = alarms(context, followed(context))
    new = []
    with context.database.session() as session:
        audit.alone(session)  # two who look at once record an alarm once
        told = select(Event).where(Event.kind == "drift.alarm", col(Event.subject).in_([a.sku for a in found]))
        before = {(event.subject, event.body.get("week")) for event in session.exec(told)}
        for alarm in found:
            if (alarm.sku, alarm.week.isoformat()) in before:
                continue
            before.add((alarm.sku, alarm.week.isoformat()))
            events.record(session, "drift.alarm", alarm.sku, SYSTEM, _body(alarm))
            new.append(alarm)
    return new


def _drifted(context: Context, last: date) -> list[Alarm]:
    """Products whose units of the last DRIFT_WEEKS lie FAR from the forecast made before them, prices and promotions as
    they came."""
    with context.database.reading() as session:
        panel = weekly.panel(session)
        known = {one.fit.sku: one.fit for one in fits.load_all(session, Elasticity)}
    begin = len(panel.weeks) - DRIFT_WEEKS
    if begin < 2 * DRIFT_WEEKS:
        return []
    stocked = [i for i in range(len(panel.skus)) if panel.in_stock[i, begin:].min() >= 1]
    still = [i for i in stocked if np.ptp(panel.price[i, begin - 1 :]) <= STILL * panel.price[i, begin - 1]]
    panel = rows_of(panel, still)
    found = []
    for sku, forecast in ahead(context, panel, begin, known).items():
        actual = float(np.nansum(panel.units[panel.row(sku), begin:]))
        if abs(drift(actual, forecast)) > FAR:
            band = Band(forecast.total_mean, float(forecast.total[0]), float(forecast.total[-1]))
            found.append(Alarm(sku, "forecast", last, actual, band))
    return found


def _body(alarm: Alarm) -> dict[str, Any]:
    return {
        "why": alarm.why, "week": alarm.week.isoformat(), "outcome": round(alarm.outcome, 2),
        "expected": round(alarm.expected.mean, 2), "low": round(alarm.expected.low, 2),
        "high": round(alarm.expected.high, 2), "proposal": alarm.proposal, "currency": alarm.currency,
    }  # fmt: skip
