"""Whom to offer what: EASE^R with habits beside popularity, a customer's own habits, and `implicit`'s models."""

from collections.abc import Iterator
from datetime import date, timedelta
from importlib.util import find_spec

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix

from bench.options import Options
from bench.public import cleaned, public
from bench.table import Table
from pricing.offering import Purchases, Quality, Taste, best_terms, quality
from tools.recommending import purchases_of

WEEKS = {"online_retail": 8, "complete_journey": 4}  # that are foreseen: a few orders of most customers
MOST = 2500  # products that most customers bought before
COLUMNS = ("model", "recall@10", "NDCG@10", "recall@10, new", "NDCG@10, new")
Scores = NDArray[np.float32]
NOTE = (
    "Split by time: learnt from what was bought before, judged on the customers who bought again after. recall@10:\n"
    "hits over the smaller of ten and what was bought. new: products the customer had not bought before, alone.\n"
    "Penalty and habit were chosen on the weeks before the split."
)


def run(options: Options) -> Iterator[Table]:
    """One table a store."""
    for name, path, form in public():
        lines, _ = cleaned(path, form)
        bought = lines.filter((pl.col("customer_id") != "") & (pl.col("units") > 0) & (pl.col("price") > 0))
        yield table(name, bought.select("customer_id", "sku", "order_id", "sold_on"), WEEKS[form])


def table(name: str, lines: pl.DataFrame, weeks: int) -> Table:
    """The models on the last `weeks` of the order lines."""
    last: date = lines["sold_on"].sort()[-1]
    cut = last - timedelta(weeks=weeks)
    earlier, first = _split(lines.filter(pl.col("sold_on") <= cut), cut - timedelta(weeks=weeks))
    penalty, habit = best_terms(earlier, first)
    before, after = _split(lines, cut)
    wanted = np.flatnonzero(np.diff(after.indptr))
    sought = csr_array(after[wanted])
    rows = [(model, *_judged(scores, before.orders[wanted], sought))
            for model, scores in _models(before, wanted, penalty, habit)]  # fmt: skip
    title = (
        f"Offers, {name}: {len(wanted):,} customers, {len(before.skus):,} products, the last {weeks} weeks from {cut}; "
        f"penalty {penalty:g}, habit {habit:g}"
    )
    return Table(title, COLUMNS, rows, NOTE)


def _split(lines: pl.DataFrame, cut: date) -> tuple[Purchases, csr_array]:
    """What was bought up to `cut`, and what the same customers bought of the same products after it."""
    before = purchases_of(lines.filter(pl.col("sold_on") <= cut), cut, MOST)
    people = pl.DataFrame({"customer_id": before.customers}).with_row_index("who")
    wares = pl.DataFrame({"sku": before.skus}).with_row_index("what")
    later = lines.filter(pl.col("sold_on") > cut).select("customer_id", "sku").unique()
    found = later.join(people, on="customer_id").join(wares, on="sku")
    places = (found["who"].to_numpy(), found["what"].to_numpy())
    return before, csr_array((np.ones(len(found)), places), shape=before.orders.shape)


def _models(before: Purchases, wanted: NDArray[np.int64], penalty: float, habit: float) -> Iterator[tuple[str, Scores]]:
    mine = before.orders[wanted]
    popular = np.tile(before.popularity.astype(np.float32), (len(wanted), 1))
    yield "popularity", popular
    yield "own most frequent, then popularity", np.asarray(mine.todense(), np.float32) * 1e6 + popular
    taste = Taste.of(before, penalty, habit)
    yield "EASE^R alone", Taste(taste.skus, taste.weights, 0.0, penalty).scores(mine)
    yield "EASE^R with habits (Pricedesk)", taste.scores(mine)
    if find_spec("implicit"):
        yield from _peers(before, wanted)


def _peers(before: Purchases, wanted: NDArray[np.int64]) -> Iterator[tuple[str, Scores]]:
    from implicit.als import AlternatingLeastSquares  # noqa: PLC0415
    from implicit.nearest_neighbours import BM25Recommender, bm25_weight  # noqa: PLC0415

    held = csr_matrix(before.orders).astype(np.float32)
    als = AlternatingLeastSquares(factors=64, iterations=15, random_state=0, num_threads=1)
    als.fit(csr_matrix(bm25_weight(held.T, K1=100, B=0.8).T), show_progress=False)
    yield "implicit: ALS, BM25 weights", np.asarray(als.user_factors[wanted] @ als.item_factors.T, np.float32)
    bm25 = BM25Recommender(K=200, num_threads=1)
    bm25.fit(held, show_progress=False)
    yield "implicit: BM25 neighbours", np.asarray((held[wanted] @ bm25.similarity).todense(), np.float32)


def _judged(scores: Scores, mine: csr_array, sought: csr_array) -> tuple[float, float, float, float]:
    """Of everything bought later, and of what was new to the customer."""
    every: Quality = quality(scores, sought)
    had = np.asarray(mine.todense()) > 0
    fresh = csr_array(np.asarray(sought.todense()) * ~had)
    some = np.flatnonzero(np.diff(fresh.indptr))
    new = quality(np.where(had, np.float32(-1e9), scores)[some], csr_array(fresh[some]))
    return every.recall, every.ndcg, new.recall, new.ndcg
