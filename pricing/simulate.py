"""The demo store: a shop made up from a seed, hard in the ways that real ones are, whose true demand is known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from pricing.assortment import catalogue
from pricing.errors import PricingError
from pricing.frames import carried, dense, placed, product_frame, rival_frame, stock_frame, summed
from pricing.market import Ints, Market, history, onward, roles, traits
from pricing.opinions import reviews
from pricing.panel import Days, Floats, Panel
from pricing.till import SMALLEST_WHOLESALE
from pricing.trade import traded
from pricing.truth import Form

NOTICE = "Simulated data: this shop, its customers and its reviews are made up."
NOTICE_ZH = "模拟数据：本店铺及其顾客和评价均为虚构。"
END = date(2025, 12, 28)  # a Sunday
FILES = ("products", "sales", "competitor_prices", "reviews", "stock", "promotions")


@dataclass(frozen=True)
class SimulatedStore:
    """A made-up shop. The first six frames have the columns of the store folder, `products` also `name_zh`.

    `truth` has a row a product in the order of `products`: `role` ("no price variation", "intermittent", "new",
    "discontinued" or ""), `form`, `elasticity` at `reference_price` (the price on the day the store was made),
    `base_week`, `season`, `trend`, effects, stock policy, and all else that `pricing.truth.expected_units` needs.
    `goods`, `market` and `due` are the hidden state from which `continued` goes on.
    """

    products: pl.DataFrame
    sales: pl.DataFrame
    competitor_prices: pl.DataFrame
    reviews: pl.DataFrame
    stock: pl.DataFrame
    promotions: pl.DataFrame
    truth: pl.DataFrame
    goods: pl.DataFrame
    market: Market
    due: Ints  # (N, any) units on their way, by day after `end`
    end: date  # the last day, a Sunday

    @property
    def costs(self) -> pl.DataFrame:
        """week_start, sku, cost: what each product cost in each week. A real store folder does not hold it."""
        weeks = self.market.weeks
        return pl.DataFrame(
            {
                "week_start": np.tile(weeks, self.truth.height),
                "sku": self.truth["sku"].gather(np.repeat(np.arange(self.truth.height), len(weeks))),
                "cost": self.market.cost.ravel(),
            }
        )

    def since(self, day: date) -> "SimulatedStore":
        """The same store with only the rows after `day` in its dated frames: what an import of the news holds."""
        later = {
            n: getattr(self, n).filter(pl.col("date") > day) for n in ("sales", "competitor_prices", "reviews", "stock")
        }
        return replace(self, **later, promotions=self.promotions.filter(pl.col("ends_on") > day))

    def write(self, folder: Path, truth: Path | None = None) -> None:
        """Writes the store folder as CSV with a README.txt, and `truth` (.parquet) apart from it.

        Raises ValueError where `truth` lies inside the folder.
        """
        if truth and truth.resolve().is_relative_to(folder.resolve()):
            raise ValueError("the truth must lie outside the store folder")
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            getattr(self, name).write_csv(folder / f"{name}.csv", float_precision=2)
        (folder / "README.txt").write_text(f"{NOTICE}\n{NOTICE_ZH}\n", encoding="utf-8")
        if truth:
            truth.parent.mkdir(parents=True, exist_ok=True)
            self.truth.write_parquet(truth)


def store(
    seed: int,
    products: int = 200,
    weeks: int = 104,
    end: date = END,
    form: Form | Literal["mixed"] = "mixed",
    *,
    foresight: float = 0.1,
) -> SimulatedStore:
    """A shop with `products` products and `weeks` weeks of sales up to `end` (moved back to a Sunday), in GBP.

    `foresight` is how far the merchant's log price answers hidden log demand shocks: it biases naive elasticities
    towards 0, and controls for season do not remove it; cost moves prices without moving demand. The same arguments
    give the same bytes. Raises ValueError for fewer than 1 product or 12 weeks.
    """
    if products < 1 or weeks < 12:
        raise ValueError("a simulated store needs at least 1 product and 12 weeks")
    naming, making, dating, pricing, trading, talking = map(
        np.random.default_rng, np.random.SeedSequence(seed).spawn(6)
    )
    last = np.datetime64(end) - (np.datetime64(end).astype(np.int64) + 4) % 7
    calendar = last + 1 - 7 * np.arange(weeks, 0, -1)
    goods = catalogue(naming, products)
    truth = traits(making, goods, roles(making, products), form)
    truth = _policies(dating, _dates(dating, truth, calendar), calendar)
    market = history(pricing, truth, goods["usual_price"].to_numpy(), calendar, foresight=foresight)
    truth = truth.with_columns(
        reference_price=market.price[:, -1],
        competitor_reference=market.competitor[:, -1],
        reviews_turn=pl.col("sku").is_in(_turning(talking, truth)),
    )
    return _opened(trading, talking, goods, truth, market)


def continued(before: SimulatedStore, prices: Mapping[str, float], weeks: int, seed: int) -> SimulatedStore:
    """The store `weeks` weeks later, with `prices` (by sku; today's for the others) charged from the next day on.

    `later.since(before.end)` holds the news alone. No promotion runs and no review is written in those weeks.
    Raises PricingError for an unknown product, ValueError for a price or a number of weeks that is not above 0.
    """
    unknown = sorted(set(prices) - set(before.products["sku"]))
    if unknown:
        raise PricingError(f"{unknown[0]} is not in this simulated store; use one of its products.")
    charged = np.array([prices.get(sku, now) for sku, now in before.products.select("sku", "price").iter_rows()])
    if weeks < 1 or not (charged > 0).all():
        raise ValueError("weeks and prices must be above 0")
    moving, trading = map(np.random.default_rng, np.random.SeedSequence([seed, before.end.toordinal()]).spawn(2))
    calendar = before.market.weeks[-1] + 7 * np.arange(1, weeks + 1)
    market = onward(moving, before.market, charged, calendar)
    on_hand = before.products["stock"].to_numpy()
    sales, closing, due = traded(trading, before.goods, before.truth, market, on_hand=on_hand, due=before.due)
    products = before.products.with_columns(price=charged, stock=closing[:, -1])
    return replace(
        before,
        products=products,
        sales=pl.concat([before.sales, sales]),
        competitor_prices=pl.concat([before.competitor_prices, rival_frame(moving, before.truth, market)]),
        stock=pl.concat([before.stock, stock_frame(before.truth, market, closing)]),
        market=before.market.then(market),
        due=due,
        end=market.days[-1].item(),
    )


def panel(simulated: SimulatedStore, cost_history: bool = True) -> Panel:
    """Weekly sales of the store from its frames. `cost` follows the true cost week by week, which a real import cannot
    know; without `cost_history` it is today's cost throughout."""
    skus = simulated.products["sku"]
    weeks = simulated.market.weeks
    shape = (len(skus), len(weeks))
    lines = placed(simulated.sales, skus, weeks)
    units = summed(lines, "units", shape)
    sold_from = np.where((units > 0).any(axis=1), (units > 0).argmax(axis=1), shape[1])
    before = np.arange(shape[1])[None, :] < sold_from[:, None]
    small = lines.filter((pl.col("units") > 0) & (pl.col("units") < SMALLEST_WHOLESALE))
    usual = small.group_by("row", "week").agg(value=pl.col("price").quantile(0.5, "nearest"))
    today = np.repeat(simulated.products["cost"].to_numpy()[:, None], shape[1], axis=1)
    rivals = placed(simulated.competitor_prices, skus, weeks)
    return Panel(
        skus=tuple(skus),
        categories=tuple(simulated.products["category"]),
        currencies=tuple(simulated.products["currency"]),
        weeks=weeks,
        units=np.where(before, np.nan, np.maximum(units, 0)),
        bulk=np.where(before, 0.0, summed(lines.filter(pl.col("units") >= SMALLEST_WHOLESALE), "units", shape)),
        price=carried(dense(usual, shape)),
        promo=np.nan_to_num(_promo_share(simulated, skus, weeks)),
        in_stock=np.nan_to_num(_stock_share(simulated, skus, weeks), nan=1.0),
        competitor=dense(rivals.group_by("row", "week").agg(value=pl.col("price").mean()), shape),
        cost=simulated.market.cost if cost_history else today,
    )


def _promo_share(simulated: SimulatedStore, skus: pl.Series, weeks: Days) -> Floats:
    spans = simulated.promotions.with_columns(date=pl.date_ranges("starts_on", "ends_on"))
    days = placed(spans.select("sku", "date").explode("date").unique(), skus, weeks)
    return dense(days.group_by("row", "week").agg(value=pl.len() / 7), (len(skus), len(weeks)))


def _stock_share(simulated: SimulatedStore, skus: pl.Series, weeks: Days) -> Floats:
    """Share of days that began with something on hand."""
    opening = pl.col("on_hand").shift(1).over("sku", order_by="date").fill_null(pl.col("on_hand"))
    days = placed(simulated.stock.with_columns(opening=opening), skus, weeks)
    return dense(days.group_by("row", "week").agg(value=(pl.col("opening") > 0).mean()), (len(skus), len(weeks)))


def _dates(rng: np.random.Generator, truth: pl.DataFrame, calendar: Days) -> pl.DataFrame:
    """When each product came and went, on Mondays, and the `anchor` that trend counts from."""
    n, wide, role = truth.height, len(calendar), truth["role"].to_numpy()
    long_ago = calendar[0] - 7 * rng.integers(8, 150, n)
    midway = calendar[rng.integers(wide // 5, wide * 3 // 5, n)]
    recent = calendar[wide - rng.integers(3, 11, n)]
    launched = np.where(rng.random(n) < 0.1, midway, long_ago)
    launched = np.where(role == "discontinued", long_ago, np.where(role == "new", recent, launched))
    ended = np.where(role == "discontinued", calendar[wide - rng.integers(2, wide * 2 // 5, n)], np.datetime64("NaT"))
    return truth.with_columns(
        anchor=pl.lit((calendar[-1] + 7).item()), launched_on=pl.Series(launched), discontinued_on=pl.Series(ended)
    )


def _policies(rng: np.random.Generator, truth: pl.DataFrame, calendar: Days) -> pl.DataFrame:
    """How each product is restocked; the tight ones and those whose supplier fails run out."""
    n, wide = truth.height, len(calendar)
    policy = rng.choice(("ample", "tight", "supplier break"), n, p=(0.68, 0.2, 0.12))
    start = calendar[rng.integers(wide // 6, wide * 5 // 6, n)]
    broken = policy == "supplier break"
    return truth.with_columns(
        stock_policy=pl.Series(policy),
        review_days=rng.choice((7, 14, 21, 28), n),
        lead_days=rng.integers(4, 18, n),
        cover=np.where(policy == "tight", rng.uniform(0.45, 0.75, n), rng.uniform(1.3, 1.8, n)),
        break_from=pl.Series(np.where(broken, start, np.datetime64("NaT"))),
        break_until=pl.Series(np.where(broken, start + rng.integers(30, 60, n), np.datetime64("NaT"))),
    )


def _turning(rng: np.random.Generator, truth: pl.DataFrame) -> list[str]:
    """Two products that sell well and whose reviews have lately turned bad."""
    selling = truth.filter(pl.col("role") == "").sort("base_week", descending=True)["sku"]
    return [str(sku) for sku in rng.permutation(selling.head(20).to_numpy())[:2]]


def _opened(
    trading: np.random.Generator, talking: np.random.Generator, goods: pl.DataFrame, truth: pl.DataFrame, market: Market
) -> SimulatedStore:
    last = market.days[-1].item()
    nothing = np.zeros((truth.height, 0), dtype=np.int64)
    sales, closing, due = traded(trading, goods, truth, market, on_hand=None, due=nothing)
    dearness = np.log(truth["reference_price"] / goods["usual_price"])
    known = goods.select("sku", "noun", "noun_zh").with_columns(
        truth["quality"], truth["reviews_turn"], dearness=dearness
    )
    return SimulatedStore(
        products=product_frame(trading, goods, truth, market, closing),
        sales=sales,
        competitor_prices=rival_frame(trading, truth, market),
        reviews=reviews(talking, sales.filter(pl.col("units").is_between(1, SMALLEST_WHOLESALE)), known, last),
        stock=stock_frame(truth, market, closing),
        promotions=market.promotions,
        truth=truth,
        goods=goods,
        market=market,
        due=due,
        end=last,
    )
