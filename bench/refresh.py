"""How long a whole catalogue takes and how much memory, beside loops of statsmodels and statsforecast."""

import resource
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from os import getloadavg, sched_getaffinity
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.options import Options
from bench.table import Cell, Table
from db.engine import Database
from db.imports.loading import load
from knowledge.store import Knowledge
from pricing import simulate
from pricing.guardrails import Rules
from pricing.panel import Floats, Panel
from tools.context import Context, Shop
from tools.day import today
from tools.refresh import refresh

SAMPLE = 100  # products of the first store that the peers are timed on
HORIZON, DATES = 4, 12
WEEKS_A_YEAR = 52.18
COLUMNS = (
    "products", "order lines", "refresh, s", "core s", "ms each", "again, s", "peak MiB", "GLM, core s",
    "AutoETS, core s", "conformal, core s",
)  # fmt: skip
NOTE = (
    "refresh: sales read, elasticities, forecasts and best prices of every product, all written to SQLite, in a fresh\n"
    "process and its workers. again: the same on the same data. core s: processor time of all processes, which other\n"
    "work on the machine does not stretch as it stretches s. peak MiB: largest memory of the process and of each of\n"
    "its workers, summed. GLM: statsmodels, a Poisson regression a product on log price, promotion, rival and two\n"
    "waves of season. AutoETS: statsforecast, a product at a time, four weeks; conformal: the same with intervals\n"
    "from 12 past dates, as ours are. All three from sales in memory, nothing pooled and nothing stored, timed on\n"
    "{sample} products and extrapolated in proportion. Load while this ran: {load:.1f} on {cores} cores."
)


@dataclass(frozen=True)
class Cost:
    """What a piece of work took."""

    seconds: float
    core: float  # seconds of all processors
    peak: float  # MiB
    found: object


def run(options: Options) -> Iterator[Table]:
    """One simulated store a size; the peers' figures are in proportion to the size."""
    rows: list[tuple[Cell, ...]] = []
    peers: tuple[float, ...] = ()
    for size in options.sizes:
        with TemporaryDirectory() as home:
            panel, lines = _made(Path(home), size, options)
            peers = peers or tuple(_each(panel, work) for work in (_glm, _ets, _conformal))
            first, again = (_apart(partial(_refreshed, home, anew)) for anew in (True, False))
        beside = tuple("-" if np.isnan(each) else f"{each * size:,.1f}" for each in peers)
        each = f"{1000 * first.core / size:.1f}"
        rows.append(
            (size, f"{lines:,}", f"{first.seconds:.0f}", f"{first.core:.0f}", each, f"{again.seconds:.1f}",
             f"{first.peak:,.0f}", *beside)
        )  # fmt: skip
        note = NOTE.format(sample=min(SAMPLE, options.sizes[0]), load=getloadavg()[2], cores=len(sched_getaffinity(0)))
        yield Table(f"Refresh of simulated stores, {options.weeks} weeks", COLUMNS, tuple(rows), note)


def _made(home: Path, size: int, options: Options) -> tuple[Panel, int]:
    """A store in a database under `home`; its panel and its number of order lines."""
    store = simulate.store(options.seeds[0], size, options.weeks)
    store.write(home / "store")
    database = Database(f"sqlite:///{home / 'pricedesk.db'}")
    database.migrate()
    load(database, home / "store", "store", None, home / "rejects")
    database.dispose()
    return simulate.panel(store), len(store.sales)


def _refreshed(home: str, anew: bool) -> object:
    database = Database(f"sqlite:///{Path(home) / 'pricedesk.db'}")
    shop = Shop(database, Knowledge(Path(home) / "knowledge"), Rules())
    return refresh(Context(shop, today(database)), again=anew)


def _apart(work: Callable[[], object]) -> Cost:
    """In a process of its own, so that its memory is told apart."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_measured, work).result()


def _measured(work: Callable[[], object]) -> Cost:
    begun, before = time.perf_counter(), _core()
    found = work()
    seconds, core = time.perf_counter() - begun, _core() - before
    here, workers = (resource.getrusage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Cost(seconds, core, (here + workers * len(sched_getaffinity(0))) / 1024, found)


def _core() -> float:
    """Processor seconds of this process and of the workers that it has ended."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _each(panel: Panel, work: Callable[[Panel, int], None]) -> float:
    """Core seconds a product, over a sample spread through the catalogue; NaN where the library is missing."""
    some = np.unique(np.linspace(0, len(panel.skus) - 1, SAMPLE).astype(int))
    try:
        work(panel, int(some[0]))  # the first call loads and compiles
    except ImportError:
        return float("nan")
    before = _core()
    for i in some:
        work(panel, int(i))
    return (_core() - before) / len(some)


def _glm(panel: Panel, i: int) -> None:
    api, family = import_module("statsmodels.api"), import_module("statsmodels.genmod.families").Poisson()
    weeks = np.flatnonzero(np.isfinite(panel.units[i]) & (panel.price[i] > 0) & (panel.in_stock[i] >= 0.5))
    if len(weeks) < 12:
        return
    angle = 2 * np.pi * weeks / WEEKS_A_YEAR
    rival = np.nan_to_num(np.log(panel.competitor[i, weeks]))
    waves = [f(k * angle) for f in (np.sin, np.cos) for k in (1, 2)]
    x = np.stack([np.ones(len(weeks)), np.log(panel.price[i, weeks]), panel.promo[i, weeks], rival, *waves], axis=1)
    with warnings.catch_warnings(action="ignore"):
        api.GLM(panel.units[i, weeks], x, family=family).fit().conf_int(0.1)


def _ets(panel: Panel, i: int) -> None:
    _forecast(panel, i)


def _conformal(panel: Panel, i: int) -> None:
    intervals = import_module("statsforecast.utils").ConformalIntervals(n_windows=DATES, h=HORIZON)
    _forecast(panel, i, prediction_intervals=intervals)


def _forecast(panel: Panel, i: int, **how: object) -> None:
    known: Floats = panel.units[i][np.isfinite(panel.units[i])]
    if len(known) > HORIZON * DATES + 8:
        model = import_module("statsforecast.models").AutoETS(season_length=1, **how)
        with warnings.catch_warnings(action="ignore"):
            model.forecast(y=known.astype(np.float32), h=HORIZON, level=[80, 90])
