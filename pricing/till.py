"""Order lines of the simulated shop: who buys how much, what the shelf holds, what comes back."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pricing.market import Ints, Market, codes
from pricing.panel import Days, Floats

DAY_OF_WEEK = np.array((0.15, 0.14, 0.14, 0.14, 0.13, 0.14, 0.16))  # Monday first; sums to 1
WHOLESALERS, TIERS = 12, ((96, 0.25), (48, 0.18), (24, 0.10))  # units from which a tier price holds, share taken off
SMALLEST_WHOLESALE = 24
BASKET = 4.0  # lines of a retail order, on average, where a day has enough of them
BY_THEME = 0.6  # share of lines bought with what goes with them
PACK = 6


@dataclass(frozen=True)
class Lines:
    """Wanted or served order lines as parallel arrays (L,)."""

    product: Ints
    day: Ints
    units: Ints
    wholesale: NDArray[np.bool_]

    def where(self, keep: NDArray[np.bool_]) -> "Lines":
        return Lines(self.product[keep], self.day[keep], self.units[keep], self.wholesale[keep])


@dataclass(frozen=True)
class Shelf:
    """Stock by day, and what is on its way; (N, D) each, `arrivals` beyond D too."""

    opening: Ints
    closing: Ints
    arrivals: Ints


def wanted(rng: np.random.Generator, truth: pl.DataFrame, mean: Floats, wholesale: Floats) -> Lines:
    """What customers would buy if the shelf were never empty; `mean` and `wholesale`: units a day (N, D)."""
    size = truth["line_units"].to_numpy()
    retail = _cells(rng.poisson(mean / size[:, None]))
    rate = wholesale / truth["wholesale_units"].to_numpy()[:, None]
    dozens = _cells((rng.random(rate.shape) < rate).astype(np.int64))  # at most one a day keeps lines distinct
    units = np.concatenate([rng.geometric(1 / size[retail[0]]), _wholesale_units(rng, len(dozens[0]))])
    product, day = (np.concatenate(pair) for pair in zip(retail, dozens, strict=True))
    is_wholesale = np.repeat([False, True], [len(retail[0]), len(dozens[0])])
    order = np.lexsort((rng.random(len(units)), day, product))
    return Lines(product, day, units, is_wholesale).where(order)


def _cells(counts: Ints) -> tuple[Ints, Ints]:
    product, day = np.nonzero(counts)
    times = counts[product, day]
    return np.repeat(product, times), np.repeat(day, times)


def _wholesale_units(rng: np.random.Generator, lines: int) -> Ints:
    """Dozens from 24 up, 48 on average."""
    units: Ints = 12 * (1 + rng.geometric(1 / 3, lines))
    return units


def stocked(truth: pl.DataFrame, market: Market, *, plan: Floats, demand: Ints, on_hand: Ints, due: Ints) -> Shelf:
    """Walks the days: sell, receive in the evening, and at each review order up to what the coming weeks need.

    `plan` (N, D) is the order-up-to level, `demand` (N, D) units wanted, `on_hand` (N,) the stock to begin with, `due`
    (N, any) units already on their way, by day.
    """
    n, days = demand.shape
    review, lead = truth["review_days"].to_numpy(), truth["lead_days"].to_numpy()
    broken, mended = _breaks(truth, market.days)
    arrivals = np.zeros((n, days + 120), dtype=np.int64)
    arrivals[:, : due.shape[1]] = due
    opening, closing = np.empty_like(demand), np.empty_like(demand)
    transit = arrivals.sum(axis=1)
    for day in range(days):
        opening[:, day] = on_hand
        on_hand = on_hand - np.minimum(on_hand, demand[:, day]) + arrivals[:, day]
        transit = transit - arrivals[:, day]
        closing[:, day] = on_hand
        who = np.flatnonzero((day + np.arange(n)) % review == 0)
        short = np.maximum(0, plan[who, day] - on_hand[who] - transit[who])
        units = (np.ceil(short / PACK) * PACK).astype(np.int64)
        due_day = day + lead[who]
        due_day = np.where((due_day >= broken[who]) & (due_day < mended[who]), mended[who], due_day)
        arrivals[who, due_day] += units
        transit[who] += units
    return Shelf(opening, closing, arrivals)


def _breaks(truth: pl.DataFrame, days: Days) -> tuple[Ints, Ints]:
    """First and last day index without deliveries, (N,); a pair that holds for no day where there is no break."""
    indices = []
    for name in ("break_from", "break_until"):
        dates = truth[name].to_numpy().astype("datetime64[D]")
        index = (np.where(np.isnat(dates), days[0], dates) - days[0]).astype(np.int64)
        indices.append(index)
    return indices[0], indices[1]


def order_up_to(truth: pl.DataFrame, mean: Floats) -> Floats:
    """Stock that covers the days until the next delivery, (N, D), from expected units a day (N, D + look-ahead)."""
    ahead = truth["review_days"].to_numpy() + truth["lead_days"].to_numpy()
    total = np.concatenate([np.zeros((len(mean), 1)), np.cumsum(mean, axis=1)], axis=1)
    start = np.arange(mean.shape[1])[None, :]
    end = np.minimum(start + ahead[:, None] + 7, mean.shape[1])
    need = np.take_along_axis(total, end, axis=1) - total[:, :-1]
    level: Floats = truth["cover"].to_numpy()[:, None] * (need + 2 * np.sqrt(need))
    return level


def demand_by_day(lines: Lines, shape: tuple[int, int]) -> Ints:
    """Units wanted, (N, D)."""
    demand = np.zeros(shape, dtype=np.int64)
    np.add.at(demand, (lines.product, lines.day), lines.units)
    return demand


def served(lines: Lines, opening: Ints) -> Lines:
    """The lines as the shelf could fill them, first come first served; the last one may get only a part."""
    before = np.cumsum(lines.units) - lines.units
    cell = lines.product * opening.shape[1] + lines.day
    first = np.searchsorted(cell, cell)  # lines come sorted by product and day
    left = opening[lines.product, lines.day] - (before - before[first])
    units = np.clip(left, 0, lines.units)
    return Lines(lines.product, lines.day, units, lines.wholesale).where(units > 0)


def orders(rng: np.random.Generator, goods: pl.DataFrame, market: Market, lines: Lines) -> pl.DataFrame:
    """The `sales` frame without returns: baskets that hold what goes together and seldom two of a kind."""
    theme, kind = codes(goods["theme"])[lines.product], codes(goods["substitutes"])[lines.product]
    lines, order = _baskets(rng, lines, theme, kind)
    at = (lines.product, lines.day)
    buyer, channel = _buyers(rng, int(order.max(initial=0)) + 1, goods.height)
    wholesaler = _numbered("W", (lines.product + lines.day) % WHOLESALERS + 1, 2)
    return pl.DataFrame(
        {
            "date": market.days[lines.day],
            "sku": goods["sku"].gather(lines.product),
            "units": lines.units,
            "price": np.round(market.paid[at] * (1 - _tier(lines)), 2),
            "number": order,
            "customer_id": np.where(lines.wholesale, wholesaler, buyer[order]),
            "channel": np.where(lines.wholesale, "web", channel[order]),
            "promo": market.promo[at],
            "wholesale": lines.wholesale,
        }
    ).with_columns(order_id=_order_ids()).drop("number", "wholesale")  # fmt: skip


def _order_ids() -> pl.Expr:
    stamp = pl.col("date").dt.strftime("%y%m%d")
    retail = pl.format("O{}-{}", stamp, pl.col("number"))
    return pl.when("wholesale").then(pl.format("O{}-{}", stamp, pl.col("customer_id"))).otherwise(retail)


def _tier(lines: Lines) -> Floats:
    off = np.zeros(len(lines.units))
    for least, share in reversed(TIERS):
        off[lines.wholesale & (lines.units >= least)] = share
    return off


def _baskets(rng: np.random.Generator, lines: Lines, theme: Ints, kind: Ints) -> tuple[Lines, Ints]:
    size = len(lines.units)
    shelf = np.where(rng.random(size) < BY_THEME, theme, theme.max(initial=0) + 1)
    row = np.lexsort((rng.random(size), shelf, lines.day))
    lines, kind, shelf = lines.where(row), kind[row], shelf[row]
    another = (np.diff(lines.day, prepend=-1) != 0) | (np.diff(shelf, prepend=-1) != 0)
    starts = (rng.random(size) < 1 / BASKET) | another
    basket = np.cumsum(starts)
    repeated = pl.DataFrame({"basket": basket, "kind": kind}).select(~pl.struct("basket", "kind").is_first_distinct())
    alone = repeated.to_series().to_numpy()
    return lines, np.where(alone, basket.max(initial=0) + np.cumsum(alone), basket)


def _numbered(letter: str, numbers: Ints, digits: int) -> NDArray[np.str_]:
    names = letter + pl.Series(numbers).cast(pl.String).str.zfill(digits)
    return names.to_numpy().astype(str)


def _buyers(rng: np.random.Generator, count: int, products: int) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    customers = max(200, 25 * products)
    number = (customers * rng.random(count) ** 2).astype(np.int64)  # some come often
    on_phone = rng.random(count) < np.where(number % 3 == 0, 0.8, 0.15)
    return _numbered("C", number, 6), np.where(on_phone, "app", "web")


def returns(rng: np.random.Generator, sales: pl.DataFrame, rate: pl.DataFrame, last: date) -> pl.DataFrame:
    """Some retail lines come back, in whole or in part, 3 to 20 days later; they do not go back on the shelf."""
    chance = sales.join(rate, on="sku", how="left", maintain_order="left")["return_rate"].to_numpy()
    units = sales["units"].to_numpy()
    back = (rng.random(sales.height) < chance) & (units < SMALLEST_WHOLESALE)
    some = sales.filter(pl.Series(back))
    part = np.ceil(units[back] * rng.uniform(0.3, 1.0, some.height)).astype(np.int64)
    later = pl.Series(rng.integers(3, 21, some.height))
    came = some.with_columns(units=pl.Series(-part), later=later).with_columns(
        date=pl.col("date") + pl.duration(days="later")
    )
    return came.drop("later").filter(pl.col("date") <= pl.lit(last))
