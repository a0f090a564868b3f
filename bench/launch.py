"""How well the first weeks of a product that was never seen are foreseen: error, coverage, width."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.options import Options
from bench.public import cleaned, public
from bench.table import Cell, Table, percent
from knowledge.embedding import Embedder
from pricedesk.demo import SEED
from pricing import simulate
from pricing.head import Head
from pricing.newcomer import FOLDS, HALF, LEAST, WAYS, Way, conformal, debuts, held_out, told_by
from pricing.panel import Floats, Panel
from pricing.resembling import Debuts

MOST = 1500  # products of a store
SPLITS = 100  # in halves, on one of which intervals are set
COLUMNS = ("way", "MAE log1p", "MAE, launched", "WAPE", "covers 90", "width ×", "MAE, last", "covers, last")
NOTE = (
    f"Every product is foreseen without itself ({FOLDS} folds by product): mean units a week of its first six whole\n"
    "weeks from its name, category and price. launched: first sold within the data. covers 90 and width (upper over\n"
    "lower end, of 1 + units a week): split-conformal intervals set on half of the products and tried on the other,\n"
    f"mean of {SPLITS} splits. last: the third of the launched that came last, foreseen from all others, with\n"
    "intervals as the desk sets them: what a merchant meets, for new products differ from old ones."
)
ENDS = (0.05, 0.95)


def run(options: Options) -> Iterator[Table]:
    """One table a store: the demo store, and the public ones that are here."""
    embedder = Embedder()
    made = simulate.store(SEED)
    names = dict(zip(made.products["sku"].to_list(), made.products["name"].to_list(), strict=True))
    yield _table("the demo store (simulated)", simulate.panel(made, cost_history=False), names, embedder)
    for name, path, form in public():
        lines, products = cleaned(path, form)
        kept = _kept(lines)
        known = products.filter(pl.col("sku").is_in(kept))
        panel = _panel(lines.filter(pl.col("sku").is_in(kept)), known)
        yield _table(name, panel, dict(zip(known["sku"].to_list(), known["name"].to_list(), strict=True)), embedder)


def _kept(lines: pl.DataFrame) -> list[str]:
    """MOST products at random among those that sold on ten days or more."""
    often = lines.group_by("sku").agg(days=pl.col("sold_on").n_unique()).filter(pl.col("days") >= 10)["sku"].sort()
    return often.sample(min(MOST, len(often)), seed=0).to_list()


def _panel(lines: pl.DataFrame, products: pl.DataFrame) -> Panel:
    """Net units and mean price paid by week, from each product's first sale on."""
    week = lines.filter(pl.col("price") > 0).with_columns(
        week=pl.col("sold_on") - pl.duration(days=pl.col("sold_on").dt.weekday() - 1)
    )
    sold = week.group_by("sku", "week").agg(
        units=pl.col("units").sum(), price=(pl.col("units").abs() * pl.col("price")).sum() / pl.col("units").abs().sum()
    )
    mondays = sold["week"].unique().sort().to_list()
    count = (mondays[-1] - mondays[0]).days // 7 + 1
    weeks = [mondays[0] + timedelta(days=7 * n) for n in range(count)]
    skus = products["sku"].to_list()
    row, column = {sku: i for i, sku in enumerate(skus)}, {day: t for t, day in enumerate(weeks)}
    units, price = np.full((len(skus), len(weeks)), np.nan), np.full((len(skus), len(weeks)), np.nan)
    for sku, day, count, paid in sold.select("sku", "week", "units", "price").rows():
        units[row[sku], column[day]], price[row[sku], column[day]] = count, paid
    begun = np.cumsum(np.isfinite(units), axis=1) > 0
    units = np.maximum(units, 0.0)
    units = np.where(begun & ~np.isfinite(units), 0.0, units)
    return Panel(
        skus=tuple(skus), weeks=np.array(weeks, "datetime64[D]"), units=units, price=price,
        categories=tuple(name or "" for name in products["category"].to_list()), currencies=("",) * len(skus),
        bulk=np.zeros_like(units), promo=np.zeros_like(units), in_stock=np.ones_like(units),
        competitor=np.full_like(units, np.nan), cost=np.full_like(units, np.nan),
    )  # fmt: skip


def _table(name: str, panel: Panel, names: dict[str, str], embedder: Embedder) -> Table:
    vectors = np.asarray(embedder.embed([names.get(sku, sku) for sku in panel.skus]), np.float64)
    known = debuts(panel, vectors)
    told, prices = held_out(known)
    last = _last(known, _begun(panel, known.skus))
    rows = [_row(way, known, told[way], last[way]) for way in WAYS]
    off = np.log(known.prices) - prices
    price = f"Of the prices of products held back, {percent(_covered(off, HALF)[0])} lie in the range of their like"
    title = f"First weeks, {name}: {len(known.skus):,} products, {int(known.fresh.sum()):,} launched within the data"
    return Table(title, COLUMNS, rows, f"{price} (half should).\n{NOTE}")


def _begun(panel: Panel, skus: tuple[str, ...]) -> NDArray[np.int64]:
    """The first week in which each product sold."""
    first = dict(zip(panel.skus, np.argmax(np.isfinite(panel.units), axis=1), strict=True))
    return np.array([first[sku] for sku in skus], np.int64)


def _last(known: Debuts, begun: NDArray[np.int64]) -> dict[Way, tuple[float, float]]:
    """Error and coverage of the third of the launched products that came last, foreseen from all others."""
    fresh = np.flatnonzero(known.fresh)
    out = fresh[np.argsort(begun[fresh], kind="stable")][-(len(fresh) // 3) :]
    rows = np.setdiff1d(np.arange(len(known.skus)), out)
    seen, asked = known.only(rows), known.only(out)
    actual, truth = np.log1p(seen.units), np.log1p(asked.units)
    before, _ = held_out(seen)
    like = seen.fresh if seen.fresh.sum() >= LEAST else np.ones(len(rows), bool)
    head, found = Head.of(seen, actual), dict[Way, tuple[float, float]]()
    for way in WAYS:
        off = truth - told_by(way, seen, asked, head)
        low, high = conformal((actual - before[way])[like], ENDS)
        found[way] = float(np.abs(off).mean()), float(((off >= low) & (off <= high)).mean())
    return found


def _covered(off: Floats, levels: tuple[float, float]) -> tuple[float, float]:
    """Share of residuals within the ends that the others of a split set, and the mean width."""
    rng, found = np.random.default_rng(1), list[tuple[float, float]]()
    for _ in range(SPLITS):
        half = rng.permutation(len(off)) % 2 == 0
        low, high = conformal(off[half], levels)
        found.append((float(((off[~half] >= low) & (off[~half] <= high)).mean()), float(high - low)))
    inside, wide = np.mean(found, axis=0)
    return float(inside), float(wide)


def _row(way: Way, known: Debuts, told: Floats, last: tuple[float, float]) -> tuple[Cell, ...]:
    off = np.log1p(known.units) - told
    covers, width = _covered(off, ENDS)
    new = float(np.abs(off[known.fresh]).mean()) if known.fresh.any() else float("nan")
    units = np.maximum(np.expm1(told), 0)
    wape = float(np.abs(known.units - units).sum() / known.units.sum())
    label = {"category": "category median", "neighbours": "nearest neighbours", "head": "regression head"}[way]
    error, later = last
    return label, float(np.abs(off).mean()), new, wape, percent(covers), float(np.exp(width)), error, percent(later)
