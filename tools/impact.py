"""The closed loop: what applied prices promised, what they did, and where forecasts have gone astray."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any

import numpy as np
from sqlmodel import Session

from db import changes, fits, sales, weekly
from db.changes import Change
from pricing.elasticity import Elasticity
from pricing.forecast import LONGEST, Forecast, forecasts
from pricing.impact import Band, Impact, Movement, Promise, Sold, impact, movement
from pricing.outcome import Basis
from pricing.panel import Panel
from tools.context import Context
from tools.day import STALE

WEEK = timedelta(days=7)
STILL = 0.005  # relative change up to which a price has stayed
METHOD = (
    "the product's forecast at its old price, made of the weeks before the change, times what its category's sales "
    "did that forecasts did not explain"
)


@dataclass(frozen=True)
class Followed:
    """One applied proposal with the weeks that were looked at; `impact` is None before the first complete one."""

    change: Change
    start: date  # Monday of the first complete week at the new price
    impact: Impact | None


class ImpactBook:
    """The loop as the data stands, reckoned once for each state of sales and decisions."""

    def __init__(self) -> None:
        self._mark: tuple[object, ...] | None = None
        self._found: tuple[Followed, ...] = ()
        self._lock = Lock()

    def of(self, context: Context) -> tuple[Followed, ...]:
        with self._lock:
            with context.database.reading() as session:
                mark = (*sales.mark(session), changes.newest(session), str(fits.last_run(session)))
            if mark != self._mark:
                self._found, self._mark = followed(context), mark
            return self._found


def followed(context: Context) -> tuple[Followed, ...]:
    """Every applied proposal against what would have been, newest first."""
    with context.database.reading() as session:
        made, last = changes.applied(session), weekly.last_week(session)
        if not made or last is None:
            return tuple(Followed(one, _start(one)[1], None) for one in reversed(made))
        groups = {one.product.category for one in made}
        peers = _of_categories(session, groups, {one.product.sku for one in made})
        panel = weekly.panel(session, peers, weeks=208)
        known = {one.fit.sku: one.fit for one in fits.load_all(session, Elasticity)}
    judge = _Judge(context, panel, known, made, last)
    return tuple(sorted((judge.followed(one) for one in made), key=lambda f: -(f.change.proposal.id or 0)))


def row(one: Followed) -> dict[str, Any]:
    """One change as plain data, in the columns of `pricedesk impact`."""
    proposal, found = one.change.proposal, one.impact
    head = {
        "proposal": proposal.id, "sku": proposal.sku, "currency": proposal.currency, "since": one.start,
        "old_price": proposal.current_price, "new_price": proposal.proposed_price, "signed_by": proposal.decided_by,
    }  # fmt: skip
    if found is None:
        return head | {"weeks": 0, "verdict": "early"}
    return head | {
        "weeks": found.weeks, "verdict": found.verdict, "basis": found.basis, "units": found.units,
        "revenue": found.revenue, "profit": found.profit,
        **_flat("promised", found.promised), **_flat("change", found.change), **_flat("units_without", found.without),
        **_flat("units_promised", found.promised_units), "category_moved": found.movement.factor,
        "peers": found.movement.peers, "out_of_stock": found.scarce,
    }  # fmt: skip


class _Judge:
    """Forecasts of a category as of a week are made once for all its changes of that week."""

    def __init__(
        self, context: Context, panel: Panel, known: Mapping[str, Elasticity], made: Sequence[Change], last: date
    ) -> None:
        self.context, self.panel, self.known, self.last = context, panel, known, last
        self.touched: dict[str, list[tuple[date, date]]] = defaultdict(list)
        for one in made:
            self.touched[one.product.sku].append((_start(one)[0], _end(one, last)))
        self.made: dict[tuple[date, str], dict[str, Forecast]] = {}

    def followed(self, one: Change) -> Followed:
        origin, start = _start(one)
        end = min(_end(one, self.last), start + one.proposal.weeks * WEEK, origin + LONGEST * WEEK)
        begin = self._column(origin)
        if end <= start or begin < 1 or one.proposal.sku not in self.panel.skus:
            return Followed(one, start, None)
        ahead = self._forecasts(origin, one.product.category)
        mine = ahead.get(one.proposal.sku)
        gap, weeks = (start - origin).days // 7, (end - start).days // 7
        if mine is None or not np.isfinite(mine.total_mean):
            return Followed(one, start, None)
        moved = self._movement(one, origin, end, ahead)
        with self.context.database.reading() as session:
            sold = _sold(session, self.panel, one.proposal.sku, start, weeks)
        return Followed(one, start, impact(promise_of(one), sold, mine, moved, gap))

    def _column(self, monday: date) -> int:
        return int((np.datetime64(monday) - self.panel.weeks[0]).astype(int) // 7)

    def _forecasts(self, origin: date, category: str) -> dict[str, Forecast]:
        key = (origin, category)
        if key not in self.made:
            rows = [i for i, one in enumerate(self.panel.categories) if one == category]
            self.made[key] = ahead(self.context, rows_of(self.panel, rows), self._column(origin), self.known)
        return self.made[key]

    def _movement(self, one: Change, origin: date, end: date, ahead: Mapping[str, Forecast]) -> Movement:
        """Of the products of the category that nobody repriced, over the same weeks."""
        first, last = self._column(origin), self._column(end)
        units, told = [], []
        for sku, forecast in ahead.items():
            i = self.panel.row(sku)
            actual, price = self.panel.units[i, first:last], self.panel.price[i, first - 1 : last]
            touched = any(begin < end and origin < until for begin, until in self.touched.get(sku, ()))
            stayed = np.isfinite(price).all() and np.ptp(price) <= STILL * price[0]
            if touched or not stayed or not np.isfinite(actual).all() or self.panel.in_stock[i, first:last].min() < 1:
                continue
            units.append(float(actual.sum()))
            told.append(_shortened(forecast, last - first))
        return movement(np.array(units), told)


def promise_of(one: Change) -> Promise:
    """What the proposal said, in the words of pricing/impact.py."""
    p = one.proposal
    basis: Basis = "profit" if p.basis == "profit" else "revenue"
    return Promise(
        p.sku, p.weeks, basis, float(p.current_price), float(p.proposed_price),
        None if one.product.cost is None else float(one.product.cost),
        Band(float(p.expected_change), float(p.change_low), float(p.change_high)),
        Band(p.expected_units, p.units_low, p.units_high),
    )  # fmt: skip


def _start(one: Change) -> tuple[date, date]:
    """Monday of the week in which the price changed by the store's own day, and of the first complete week after."""
    day = _store_day(one.applied_at, one.data_until)
    origin = day - timedelta(days=day.weekday())
    return origin, origin if day == origin else origin + WEEK


def _end(one: Change, last: date) -> date:
    """Monday after the last complete week at this price."""
    behind = last + WEEK
    if one.ended_at is None:
        return behind
    day = _store_day(one.ended_at, one.ended_data)
    return min(behind, day - timedelta(days=day.weekday()))


def _store_day(moment: datetime, until: date | None) -> date:
    """The day of a moment; the day after the data's end where the data was history by then, as in tools/day.py."""
    day = moment.date()
    return until + timedelta(days=1) if until is not None and day - until > STALE else day


def _of_categories(session: Session, categories: set[str], skus: set[str]) -> list[str]:
    from_them = {
        sku
        for one in categories
        if one
        for sku in (p.sku for p in sales.products(session, category=one, limit=100_000))
    }
    return sorted(from_them | skus)


def ahead(context: Context, panel: Panel, begin: int, known: Mapping[str, Elasticity]) -> dict[str, Forecast]:
    """Forecasts of the weeks from column `begin` on, from those before, at the last price, with the promotions that
    came."""
    weeks = min(LONGEST, len(panel.weeks) - begin)
    before = _columns(panel, 0, begin)
    alive = [i for i in range(len(panel.skus)) if np.nansum(before.units[i]) > 0]
    before = rows_of(before, alive)
    slopes = [known[sku] for sku in before.skus if sku in known]
    promos = np.nan_to_num(panel.promo[alive, begin : begin + weeks])
    made = forecasts(
        before, weeks, None, slopes if len(slopes) == len(before.skus) else None, promos=promos,
        country=context.shop.country,
    )  # fmt: skip
    return {one.sku: one for one in made}


def _sold(session: Session, panel: Panel, sku: str, start: date, weeks: int) -> Sold:
    lines = weekly.by_week(weekly.order_lines(session, [sku], start, start + weeks * WEEK - timedelta(days=1)))
    first, i = int((np.datetime64(start) - panel.weeks[0]).astype(int) // 7), panel.row(sku)
    units = np.nan_to_num(panel.units[i, first : first + weeks])
    return Sold(units, float(lines["revenue"].sum()), float(panel.in_stock[i, first : first + weeks].mean()))


def _shortened(forecast: Forecast, weeks: int) -> Forecast:
    """The first weeks of a forecast; its interval is wider than the share, as fewer weeks are less sure."""
    if weeks >= len(forecast.mean):
        return forecast
    share = float(forecast.mean[:weeks].sum()) / max(forecast.total_mean, 1e-9)
    stretch = np.sqrt(len(forecast.mean) / weeks)
    total = np.maximum(0.0, forecast.total_mean + (forecast.total - forecast.total_mean) * stretch) * share
    return replace(
        forecast,
        weeks=forecast.weeks[:weeks],
        mean=forecast.mean[:weeks],
        total=total,
        total_mean=forecast.total_mean * share,
    )


def rows_of(panel: Panel, rows: Sequence[int]) -> Panel:
    names: dict[str, Any] = {f.name: tuple(getattr(panel, f.name)[i] for i in rows) for f in fields(Panel)[:3]}
    return Panel(weeks=panel.weeks, **names, **{f.name: getattr(panel, f.name)[list(rows)] for f in fields(Panel)[4:]})


def _columns(panel: Panel, first: int, last: int) -> Panel:
    cut = {f.name: getattr(panel, f.name)[:, first:last] for f in fields(Panel)[4:]}
    return replace(panel, weeks=panel.weeks[first:last], **cut)


def _flat(name: str, band: Band) -> dict[str, float]:
    return {name: band.mean, f"{name}_low": band.low, f"{name}_high": band.high}
