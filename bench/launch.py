"""How well the first weeks of a product that was never seen are foreseen: error, coverage, width."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import polars as pl

from bench.options import Options
from bench.public import cleaned, public
from bench.table import Table, percent
from knowledge.embedding import Embedder
from pricedesk.demo import SEED
from pricing import simulate
from pricing.folds import Mask
from pricing.newcomer import FOLDS, HALF, WAYS, Way, conformal, debuts, held_out
from pricing.panel import Floats, Panel
from pricing.resembling import Debuts

MOST = 1500  # products of a store
COLUMNS = ("way", "products", "MAE log1p", "MAE, launched", "WAPE", "covers 90", "width ×")
NOTE = (
    f"Every product is foreseen without itself ({FOLDS} folds by product): mean units a week of its first six whole\n"
    "weeks from its name, category and price. launched: first sold within the data. covers 90 and width (upper over\n"
    "lower end, of 1 + units a week): split-conformal intervals set on half of the products and tried on the other."
)


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
    half = np.random.default_rng(1).permutation(len(known.skus)) % 2 == 0
    rows = [_row(way, known, told[way], half) for way in WAYS]
    off = np.log(known.prices) - prices
    low, high = conformal(off[half], HALF)
    inside = (off[~half] >= low) & (off[~half] <= high)
    price = f"Of the prices of products held back, {percent(float(inside.mean()))} lie in the range of their like"
    title = f"First weeks, {name}: {len(known.skus):,} products, {int(known.fresh.sum()):,} launched within the data"
    return Table(title, COLUMNS, rows, f"{price} (half should).\n{NOTE}")


def _row(way: Way, known: Debuts, told: Floats, half: Mask) -> tuple[str, int, float, float, float, str, float]:
    actual = np.log1p(known.units)
    off = actual - told
    low, high = conformal(off[half], (0.05, 0.95))
    covers = float(((off[~half] >= low) & (off[~half] <= high)).mean())
    new = float(np.abs(off[known.fresh]).mean()) if known.fresh.any() else float("nan")
    units = np.maximum(np.expm1(told), 0)
    wape = float(np.abs(known.units - units).sum() / known.units.sum())
    label = {"category": "category median", "neighbours": "nearest neighbours", "head": "regression head"}[way]
    return label, len(actual), float(np.abs(off).mean()), new, wape, percent(covers), float(np.exp(high - low))
