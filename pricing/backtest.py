"""Forecasts made at past dates, ours beside others, against what came."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from pricing.contest import CHOICES, contest, require
from pricing.elasticity import elasticities
from pricing.folds import Fold, Mask, Plan, Rows, only
from pricing.forecast import Forecast, forecasts
from pricing.panel import Days, Floats, Panel
from pricing.scores import Fan, Scale, Score, scale, score
from pricing.spread import Kinds, speed

OURS = "Pricedesk"
PLANNED = "Pricedesk, plan known"
PACES = ("slow", "middling", "brisk", "fast")  # by CLASSES: under 1, 6, 40 units a week, and above
INTERMITTENT = 1.32  # mean weeks from one with a sale to the next
PORTION = 50  # products between two signs of progress

Tell = Callable[[str, int, int], None]
Forecaster = Callable[[Panel, Rows, Plan], Fan]


@dataclass(frozen=True)
class Method:
    """A way to forecast. It gets the panel before a date, the rows wanted, and the weeks to come."""

    name: str
    forecast: Forecaster
    apart: bool = False  # each product by itself, so that the rows may come in portions


@dataclass(frozen=True)
class Backtest:
    """S series (a product at a date) by H weeks, with the forecasts of every method for them."""

    dates: Days  # (F,) first Monday of each fold
    actual: Floats  # (S, H) units, NaN where not scored
    scale: Scale  # of S
    pace: Kinds  # (S,) class of speed before the date
    gap: Floats  # (S,) mean weeks from one with a sale to the next, before the date
    product: Rows  # (S,) row of the panel
    week: Rows  # (S, H) column of the panel
    fans: Mapping[str, Fan]  # by method
    products: int  # with something to compare
    censored: int  # weeks left out, not on hand all week
    unanswered: Mapping[str, int]  # weeks left out because a method had no forecast, by method

    def scores(self, where: Mask | None = None) -> dict[str, Score]:
        """The score of every method, over the part of (S, H) that `where` is true on."""
        actual = self.actual if where is None else np.where(where, self.actual, np.nan)
        return {name: score(actual, fan, self.scale, self.product, self.week) for name, fan in self.fans.items()}

    def at_pace(self, name: str) -> Mask:
        """Where a product of that class of speed is forecast, (S, H)."""
        return np.repeat((self.pace == PACES.index(name))[:, None], self.actual.shape[1], axis=1)

    def intermittent(self) -> Mask:
        """Where weeks without a sale are many (Syntetos, Boylan & Croston 2005), (S, H)."""
        return np.repeat((self.gap >= INTERMITTENT)[:, None], self.actual.shape[1], axis=1)

    def ahead(self, week: int) -> Mask:
        """The forecasts of one week ahead, 1 to H, (S, H)."""
        return np.tile(np.arange(1, self.actual.shape[1] + 1) == week, (len(self.actual), 1))


def ours(past: Panel, rows: Rows, plan: Plan, country: str | None = None) -> Fan:
    """The product's own forecast, at the price of the date: the whole panel is fitted, and `rows` are handed out.

    `country` as in `forecasts`.
    """
    return _picked(forecasts(past, len(plan.weeks), None, elasticities(past), country=country), rows)


def ours_with_plan(past: Panel, rows: Rows, plan: Plan) -> Fan:
    """The same, told the promotions and prices to come; these where the elasticity is known, else that of the date."""
    slopes = elasticities(past)
    price = np.where(np.array([e.usable for e in slopes])[:, None], plan.price, np.nan)
    return _picked(forecasts(past, len(plan.weeks), price, slopes, promos=plan.promo), rows)


def _picked(found: Sequence[Forecast], rows: Rows) -> Fan:
    return Fan(np.array([found[i].mean for i in rows]), np.stack([found[i].quantiles for i in rows], axis=1))


def methods(names: Sequence[str] = tuple(CHOICES), country: str | None = None) -> tuple[Method, ...]:
    """Ours, which knows the holidays of `country`, and the named peers.

    Raises PricingError where the library of the peers is not installed.
    """
    if names:
        require()
    return (Method(OURS, partial(ours, country=country)), *(Method(n, partial(contest, n), apart=True) for n in names))


def with_plan() -> Method:
    """Ours, told the prices and promotions to come."""
    return Method(PLANNED, ours_with_plan)


def backtest(cut: Sequence[Fold], methods: Sequence[Method], rows: Rows, tell: Tell | None = None) -> Backtest:
    """Every method on every fold, for the products of `rows`.

    A week that some method has no forecast for is left out for all, and counted. Raises PricingError where a method
    cannot run, ValueError without folds.
    """
    if not cut:
        raise ValueError("a backtest needs a fold")
    tell = tell or (lambda stage, done, total: None)
    fans = {m.name: _joined(list(_runs(m, cut, rows, tell))) for m in methods}
    actual = np.concatenate([fold.actual[rows] for fold in cut])
    silent = {name: ~np.isfinite(fan.quantiles).all(axis=0) | ~np.isfinite(fan.mean) for name, fan in fans.items()}
    unanswered = {name: int((mute & np.isfinite(actual)).sum()) for name, mute in silent.items()}
    actual = np.where(np.any(list(silent.values()), axis=0), np.nan, actual)
    product = np.tile(rows, len(cut))
    return Backtest(
        dates=np.array([fold.plan.weeks[0] for fold in cut]),
        actual=actual,
        scale=_piled([scale(only(fold.past, rows)) for fold in cut]),
        pace=np.concatenate([speed(_usual(fold.past)[rows]) for fold in cut]),
        gap=np.concatenate([_gap(fold.past)[rows] for fold in cut]),
        product=product,
        week=np.concatenate([np.tile(fold.origin + np.arange(actual.shape[1]), (len(rows), 1)) for fold in cut]),
        fans=fans,
        products=len(np.unique(product[np.isfinite(actual).any(axis=1)])),
        censored=int(sum(fold.censored[rows].sum() for fold in cut)),
        unanswered=unanswered,
    )


def together(tests: Sequence[Backtest]) -> Backtest:
    """Several stores as one; all tried by the same methods over the same horizon."""
    first = tests[0]
    shift = _starts([t.product for t in tests])
    later = _starts([t.week for t in tests])
    return Backtest(
        dates=np.unique(np.concatenate([t.dates for t in tests])),
        actual=np.concatenate([t.actual for t in tests]),
        scale=_piled([t.scale for t in tests]),
        pace=np.concatenate([t.pace for t in tests]),
        gap=np.concatenate([t.gap for t in tests]),
        product=np.concatenate([t.product + s for t, s in zip(tests, shift, strict=True)]),
        week=np.concatenate([t.week + s for t, s in zip(tests, later, strict=True)]),
        fans={name: _joined([t.fans[name] for t in tests]) for name in first.fans},
        products=sum(t.products for t in tests),
        censored=sum(t.censored for t in tests),
        unanswered={name: sum(t.unanswered[name] for t in tests) for name in first.unanswered},
    )


def _starts(numbers: Sequence[Rows]) -> list[int]:
    """What to add so that no number means two things."""
    return [sum(int(before.max(initial=-1)) + 1 for before in numbers[:k]) for k in range(len(numbers))]


def _runs(method: Method, cut: Sequence[Fold], rows: Rows, tell: Tell) -> Iterator[Fan]:
    portions = [rows[i : i + PORTION] for i in range(0, len(rows), PORTION)] if method.apart else [rows]
    total = len(cut) * len(rows)
    tell(method.name, 0, total)
    for k, fold in enumerate(cut):
        parts: list[Fan] = []
        for portion in portions:
            parts.append(method.forecast(fold.past, portion, fold.plan))
            tell(method.name, k * len(rows) + sum(len(p.mean) for p in parts), total)
        yield _joined(parts)


def _joined(fans: Sequence[Fan]) -> Fan:
    return Fan(np.concatenate([f.mean for f in fans]), np.concatenate([f.quantiles for f in fans], axis=1))


def _piled(parts: Sequence[Scale]) -> Scale:
    return Scale(*(np.concatenate([getattr(p, n) for p in parts]) for n in ("absolute", "squared", "fallback")))


def _usual(past: Panel) -> Floats:
    """Mean weekly units (N,) since the first sale."""
    return np.asarray(np.nansum(past.units, axis=1) / np.maximum(np.isfinite(past.units).sum(axis=1), 1))


def _gap(past: Panel) -> Floats:
    return np.asarray(np.isfinite(past.units).sum(axis=1) / np.maximum((np.nan_to_num(past.units) > 0).sum(axis=1), 1))
