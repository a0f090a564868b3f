"""What surrounds the simulated shop's demand: costs, the merchant's prices, competitors, promotions, hidden shocks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pricing.assortment import CATEGORIES, Category, Peak
from pricing.panel import Days, Floats
from pricing.truth import FORMS, SEASON_WEEKS, Form, season_index

Ints = NDArray[np.int64]

COMPETITORS = ("Rowan & Co", "GiftBarn", "茶与物")
FOLLOWS = (0.15, 0.35, 0.6)  # how far each moves with our price, a week later
ENDINGS = np.array((0.25, 0.49, 0.75, 0.95, 0.99))
SHOCK_SD, SHOCK_MEMORY = 0.15, 0.8
HOLIDAYS: tuple[Peak, ...] = ((11, 27, 0.25, 5), (12, 27, -0.3, 5))  # Black Friday, the days after Christmas
KINDS = ("discount", "coupon", "feature")
DISCOUNTS = (10.0, 15.0, 20.0, 25.0, 30.0)


@dataclass(frozen=True)
class Market:
    """N products over W weeks and D = 7 W days."""

    weeks: Days  # (W,) Mondays
    price: Floats  # (N, W) list price
    cost: Floats  # (N, W)
    shock: Floats  # (N, W) log demand shock that nobody records, mean 0
    competitors: Floats  # (C, N, W), NaN where a competitor lacks the product
    promo: NDArray[np.bool_]  # (N, D)
    discount: Floats  # (N, D) share of the list price taken off, 0 to 1
    promotions: pl.DataFrame

    @property
    def days(self) -> Days:
        """Every day, (D,)."""
        return np.arange(self.weeks[0], self.weeks[-1] + 7)

    @property
    def paid(self) -> Floats:
        """What a retail customer pays on each day, (N, D)."""
        listed = np.repeat(self.price, 7, axis=1)
        return np.round(listed * (1 - self.discount), 2)

    @property
    def competitor(self) -> Floats:
        """Mean competitor price, (N, W), NaN where nobody else sells the product."""
        sells = ~np.isnan(self.competitors)
        count = sells.sum(axis=0)
        total = np.where(sells, self.competitors, 0.0).sum(axis=0)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    def then(self, later: "Market") -> "Market":
        """This market followed by a later one."""
        names = ("price", "cost", "shock", "competitors", "promo", "discount")
        joined = {name: np.concatenate([getattr(self, name), getattr(later, name)], axis=-1) for name in names}
        weeks = np.concatenate([self.weeks, later.weeks])
        return Market(weeks, promotions=pl.concat([self.promotions, later.promotions]), **joined)


def roles(rng: np.random.Generator, products: int) -> NDArray[np.str_]:
    """What is special about each product, (N,): "" for most."""
    shares = {"no price variation": 0.08, "intermittent": 0.1, "new": 0.06, "discontinued": 0.03}
    names = [name for name, share in shares.items() for _ in range(max(1, round(share * products)))]
    padded = np.array([*names, *[""] * products])[: max(products, 1)]
    return rng.permutation(padded)


def traits(rng: np.random.Generator, goods: pl.DataFrame, role: NDArray[np.str_], form: str) -> pl.DataFrame:
    """What demand is made of, one row a product, apart from what hangs on prices and dates."""
    n = goods.height
    of = {c.name: c for c in CATEGORIES}
    kinds = [of[name] for name in goods["category"]]
    family = codes(goods["family"])
    own = rng.normal(0, 0.4, n)[family] + rng.normal(0, 0.1, n)
    elasticity = np.clip([c.elasticity for c in kinds] + own, -4.0, -0.6)
    line = np.array([c.line_units for c in kinds])
    dear = (goods["usual_price"].to_numpy() / 15) ** -0.35
    base = np.exp(rng.normal(np.log(17.0), 0.85, n)) * dear
    quiet = role == "intermittent"
    return goods.select("sku", "category", "family", "substitutes").with_columns(
        role=pl.Series(role),
        form=pl.Series(_form(rng, elasticity, form)),
        elasticity=elasticity,
        logit_share=np.full(n, 0.4),
        base_week=np.where(quiet, rng.uniform(0.3, 1.2, n), np.clip(base, 3.0, 260.0)),
        trend=rng.normal(0.03, 0.12, n),
        season=pl.Series(
            [list(_season(c, amplitude)) for c, amplitude in zip(kinds, rng.uniform(0.6, 1.2, n), strict=True)]
        ),
        promo_lift=rng.uniform(0.1, 0.5, n),
        competitor_effect=rng.uniform(0.1, 0.7, n),
        substitute_effect=rng.uniform(0.05, 0.5, n),
        dispersion=np.where(quiet, 0.4, rng.uniform(5, 25, n)),
        line_units=np.where(quiet, 1.2, np.maximum(1.15, line * rng.uniform(0.85, 1.25, n))),
        wholesale_lines=np.where((rng.random(n) < 0.4) & ~quiet, rng.uniform(0.05, 0.5, n), 0.0),
        wholesale_units=np.full(n, 48.0),
        return_rate=rng.uniform(0.01, 0.04, n),
        quality=rng.normal(0, 1, n),
    )


def _form(rng: np.random.Generator, elasticity: Floats, form: str) -> list[Form] | list[str]:
    if form != "mixed":
        return [form] * len(elasticity)
    drawn = rng.choice(FORMS, len(elasticity))
    steep_line = (drawn == "linear") & (elasticity < -2.5)  # would hit zero within the prices that are charged
    return [str(name) for name in np.where(steep_line, "logit", drawn)]


def _season(category: Category, amplitude: float) -> Floats:
    day = np.arange(SEASON_WEEKS) * 7 + 4.0
    logs = np.zeros(SEASON_WEEKS)
    for month, of_month, height, width in (*category.peaks, *HOLIDAYS):
        peak = (np.datetime64(f"2001-{month:02d}-{of_month:02d}") - np.datetime64("2001-01-01")).astype(int) + 1
        away = np.abs(day - peak)
        logs += amplitude * height * np.exp(-0.5 * (np.minimum(away, 365 - away) / width) ** 2)
    factors = np.exp(logs)
    season: Floats = factors / factors.mean()
    return season


def history(
    rng: np.random.Generator, truth: pl.DataFrame, usual_price: Floats, weeks: Days, *, foresight: float
) -> Market:
    """A past in which the merchant follows cost, raises prices in season and when demand is good, and promotes.

    `foresight`: by how much the log price answers a hidden log demand shock.
    """
    family, wide = codes(truth["family"]), len(weeks)
    fixed = (truth["role"] == "no price variation").to_numpy()
    shock = autoregression(rng, np.zeros(truth.height), wide)
    drift = _cost_drift(rng, codes(truth["category"]), family, wide)
    cost = np.round((usual_price / _markup(rng, truth["elasticity"].to_numpy(), family))[:, None] * np.exp(drift), 2)
    season = np.array(truth["season"].to_list())[:, season_index(weeks)]
    wish = np.log(usual_price)[:, None] + 0.7 * drift + 0.12 * np.log(season) + foresight * shock
    wish += rng.normal(0, 0.09, (truth.height, wide))[family]
    changes = _change_weeks(rng, truth.height, wide)[family]
    changes[fixed] = wide - 1
    floor = np.where(fixed[:, None], cost.max(axis=1, keepdims=True), cost)
    price = np.maximum(retail(np.exp(np.take_along_axis(wish, changes, axis=1))), retail(1.1 * floor))
    promo, discount, promotions = _promotions(rng, truth["sku"].to_list(), weeks, fixed)
    discount = np.minimum(discount, np.repeat(np.maximum(0, 1 - 1.03 * cost / price), 7, axis=1))
    return Market(weeks, price, cost, shock, _competitors(rng, price, drift), promo, discount, promotions)


def onward(rng: np.random.Generator, before: Market, price: Floats, weeks: Days) -> Market:
    """The next weeks at fixed prices (N,): costs stay, competitors partly follow, nothing is promoted."""
    n, wide = len(price), len(weeks)
    listed, last = np.repeat(price[:, None], wide, axis=1), before.competitors[:, :, -1:]
    follow = np.array(FOLLOWS)[:, None] * np.log(price / before.price[:, -1])
    moved = np.exp(follow[:, :, None] + rng.normal(0, 0.01, (len(FOLLOWS), n, wide)))
    return Market(
        weeks,
        listed,
        np.repeat(before.cost[:, -1:], wide, axis=1),
        autoregression(rng, before.shock[:, -1], wide),
        np.concatenate([last, retail(last * moved)[:, :, 1:]], axis=2),
        np.zeros((n, 7 * wide), dtype=bool),
        np.zeros((n, 7 * wide)),
        before.promotions.clear(),
    )


def retail(price: Floats) -> Floats:
    """The nearest price with a shop's ending; NaN stays NaN."""
    whole = np.floor(price)[..., None]
    ladder = np.concatenate([whole - 1 + ENDINGS[-2:], whole + ENDINGS], axis=-1)
    nearest = np.abs(ladder - price[..., None]).argmin(axis=-1)[..., None]
    chosen: Floats = np.round(np.take_along_axis(ladder, nearest, axis=-1)[..., 0], 2)
    at_least: Floats = np.maximum(chosen, ENDINGS[0])
    return at_least


def codes(names: pl.Series) -> Ints:
    """Equal values to equal small integers, (N,)."""
    numbers: Ints = names.rank("dense").to_numpy().astype(np.int64) - 1
    return numbers


def autoregression(rng: np.random.Generator, last: Floats, weeks: int) -> Floats:
    """AR(1) log shocks (N, weeks) that go on from `last`; where that is 0 throughout, from their usual spread."""
    steps = rng.normal(0, SHOCK_SD * np.sqrt(1 - SHOCK_MEMORY**2), (len(last), weeks))
    state = last if last.any() else rng.normal(0, SHOCK_SD, len(last))
    shocks = np.empty_like(steps)
    for week in range(weeks):
        state = SHOCK_MEMORY * state + steps[:, week]
        shocks[:, week] = state
    return shocks


def _markup(rng: np.random.Generator, elasticity: Floats, family: Ints) -> Floats:
    """Price over cost: near the best one for the elasticity, but the merchant does not know it exactly."""
    best = np.where(elasticity < -1.4, elasticity / np.minimum(1 + elasticity, -0.4), 3.2)
    noise = np.exp(rng.normal(0, 0.15, len(elasticity)))[family]
    markup: Floats = np.clip(best, 1.45, 3.2) * np.maximum(noise, 0.85)
    return markup


def _cost_drift(rng: np.random.Generator, category: Ints, family: Ints, weeks: int) -> Floats:
    """Log cost against today's, (N, weeks): freight and currency by category, and jumps by design."""
    size = (len(category), weeks)
    common = rng.normal(0, 0.05, size) * (rng.random(size) < 0.12)
    jumps = rng.normal(0.01, 0.1, size) * (rng.random(size) < 0.04)
    path = np.cumsum(common[category] + jumps[family], axis=1)
    drift: Floats = path - path[:, -1:]
    return drift


def _change_weeks(rng: np.random.Generator, products: int, weeks: int) -> Ints:
    """For each week the week in which its price was set, (N, weeks); a change every 3 to 9 weeks on average."""
    changed = rng.random((products, weeks)) < 1 / rng.uniform(3, 9, (products, 1))
    changed[:, 0] = True
    held: Ints = np.maximum.accumulate(np.where(changed, np.arange(weeks), 0), axis=1)
    return held


def _competitors(rng: np.random.Generator, price: Floats, drift: Floats) -> Floats:
    n, weeks = price.shape
    ours = np.log(np.concatenate([price[:, :1], price[:, :-1]], axis=1))
    anchor = ours.mean(axis=1, keepdims=True)
    carried = rng.random((len(COMPETITORS), n)) < 0.55
    rivals = []
    for follow, sells in zip(FOLLOWS, carried, strict=True):
        level = anchor + rng.normal(0, 0.1, (n, 1))
        noise = rng.normal(0, 0.05, (n, weeks))
        held = np.take_along_axis(noise + follow * (ours - anchor) + 0.4 * drift, _change_weeks(rng, n, weeks), axis=1)
        rivals.append(np.where(sells[:, None], retail(np.exp(level + held)), np.nan))
    return np.array(rivals)


def _promotions(
    rng: np.random.Generator, skus: Sequence[str], weeks: Days, fixed: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], Floats, pl.DataFrame]:
    days = np.arange(weeks[0], weeks[-1] + 7)
    promo, discount = np.zeros((len(skus), len(days)), dtype=bool), np.zeros((len(skus), len(days)))
    month = days.astype("datetime64[M]").astype(int) % 12 + 1
    weight = np.where(month == 11, 3.0, 1.0) / np.where(month == 11, 3.0, 1.0).sum()
    rows = []
    for i in np.flatnonzero(~fixed):
        free = 0
        for start in np.sort(rng.choice(len(days), rng.poisson(4.5 * len(days) / 728), p=weight)):
            length, kind, percent = int(rng.integers(7, 15)), str(rng.choice(KINDS)), float(rng.choice(DISCOUNTS))
            if start < free or start + length > len(days):
                continue
            free = start + length + 14
            off = None if kind == "feature" else percent
            promo[i, start : start + length] = True
            discount[i, start : start + length] = (off or 0.0) / 100
            coupon = f"SAVE{percent:.0f}" if kind == "coupon" else None
            rows.append((skus[i], days[start].item(), days[start + length - 1].item(), kind, off, coupon))
    schema = {"sku": pl.String, "starts_on": pl.Date, "ends_on": pl.Date, "kind": pl.String}
    return (
        promo,
        discount,
        pl.DataFrame(rows, {**schema, "discount_pct": pl.Float64, "coupon": pl.String}, orient="row"),
    )
