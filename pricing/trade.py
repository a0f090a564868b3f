"""Days of trading in the simulated shop: demand meets the shelf."""

import numpy as np
import polars as pl

from pricing.market import SHOCK_SD, Ints, Market, codes
from pricing.panel import Floats
from pricing.till import DAY_OF_WEEK, demand_by_day, order_up_to, orders, returns, served, stocked, wanted
from pricing.truth import expected_units, expected_wholesale

LOOK_AHEAD = 70  # days of expected demand that a purchase may cover


def traded(
    rng: np.random.Generator,
    goods: pl.DataFrame,
    truth: pl.DataFrame,
    market: Market,
    *,
    on_hand: Ints | None,
    due: Ints,
) -> tuple[pl.DataFrame, Ints, Ints]:
    """The `sales` frame, stock at the end of each day (N, D), and units still on their way by day after the last.

    `on_hand` (N,) is the stock to begin with; None = well filled.
    """
    retail, wholesale = expected_by_day(truth, market), _wholesale_by_day(truth, market)
    noise = _noise(rng, truth, market)
    lines = wanted(rng, truth, retail * noise, wholesale)
    plan = order_up_to(truth, np.concatenate([retail + wholesale, _ahead(truth, market)], axis=1))[:, : retail.shape[1]]
    first = np.ceil(plan[:, 0]).astype(np.int64) if on_hand is None else on_hand
    shelf = stocked(truth, market, plan=plan, demand=demand_by_day(lines, retail.shape), on_hand=first, due=due)
    sales = orders(rng, goods, market, served(lines, shelf.opening))
    back = returns(rng, sales, truth.select("sku", "return_rate"), market.days[-1].item())
    columns = ("date", "sku", "units", "price", "order_id", "customer_id", "channel", "promo")
    ordered = pl.concat([sales, back]).select(columns).sort("date", "order_id", "sku", "units")
    ended = market.days[None, :] >= truth["discontinued_on"].to_numpy().astype("datetime64[D]")[:, None]
    return ordered, np.where(ended, 0, shelf.closing), shelf.arrivals[:, retail.shape[1] :]


def expected_by_day(truth: pl.DataFrame, market: Market) -> Floats:
    """Retail units that are expected on each day at the prices charged, (N, D), without shocks and noise."""
    gap = np.log(market.paid / truth["reference_price"].to_numpy()[:, None])
    weekly = expected_units(
        truth,
        market.paid,
        market.days,
        promo=market.promo,
        competitor=np.repeat(market.competitor, 7, axis=1),
        substitutes=_mean_of_others(gap, codes(truth["substitutes"])),
    )
    daily: Floats = weekly * np.tile(DAY_OF_WEEK, len(market.weeks))
    return daily


def _mean_of_others(values: Floats, group: Ints) -> Floats:
    """For each row the mean of the other rows of its group, 0 where it is alone."""
    total = np.zeros((group.max() + 1, values.shape[1]))
    np.add.at(total, group, values)
    others = np.bincount(group)[group][:, None] - 1
    mean: Floats = (total[group] - values) / np.maximum(others, 1)
    return np.where(others > 0, mean, 0.0)


def _wholesale_by_day(truth: pl.DataFrame, market: Market) -> Floats:
    daily: Floats = expected_wholesale(truth, market.days) * np.tile(DAY_OF_WEEK, len(market.weeks))
    return daily


def _ahead(truth: pl.DataFrame, market: Market) -> Floats:
    """Expected units a day after the last, at the last price: what the merchant plans purchases with."""
    days = market.days[-1] + np.arange(1, LOOK_AHEAD + 1)
    weekly = expected_units(truth, market.price[:, -1:], days) + expected_wholesale(truth, days)
    daily: Floats = weekly * np.tile(DAY_OF_WEEK, LOOK_AHEAD // 7)
    return daily


def _noise(rng: np.random.Generator, truth: pl.DataFrame, market: Market) -> Floats:
    """Weekly factors with mean 1, by day (N, D): the shock and the gamma behind negative-binomial counts."""
    shape = truth["dispersion"].to_numpy()[:, None]
    weekly = np.exp(market.shock - SHOCK_SD**2 / 2) * rng.gamma(np.broadcast_to(shape, market.shock.shape)) / shape
    return np.repeat(weekly, 7, axis=1)
