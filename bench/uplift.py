"""What the proposed prices of simulated stores truly earn."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

import numpy as np

from bench import peers
from bench.options import Options
from bench.stores import Known, Mask, stores
from bench.table import Cell, Table, percent
from pricing.demand import demand
from pricing.elasticity import Elasticity, elasticities
from pricing.errors import PricingError
from pricing.forecast import Forecast, forecasts
from pricing.guardrails import Offer, Rules, judge, ladder, lawful_limits
from pricing.market import codes
from pricing.optimise import best_price
from pricing.outcome import outcome
from pricing.panel import Floats
from pricing.risk import p_below
from pricing.truth import expected_units

WEEKS = 6
RULES = Rules(max_change_pct=30.0)
SURE = 1e-3  # standard error of what is known
COLUMNS = ("", "moved", "uplift", "of oracle", "of wide oracle", "together", "losing moves", "lost", "outside rules")
NOTE = (
    f"Expected retail profit of the next {WEEKS} weeks at the proposed prices against today's, by the true demand: no\n"
    "promotion, competitors at today's price, stock unlimited. uplift: share of today's profit, each price moved\n"
    "alone. oracle: the best price by the true demand under the same rules (30 % a change, 10 % margin, endings,\n"
    "the prices seen so far); wide oracle: without the range of prices seen. together: share of the oracle's, all\n"
    "prices moved at once. losing moves: share of the moved prices that earn less than today's; lost: what they\n"
    "lose, share of today's profit.\n"
    "best on average: Pricedesk's largest mean gain, however likely it is to lose. knowing slopes, knowing forms:\n"
    "Pricedesk were it told the true elasticity at today's price, or the true form of demand: what the rest costs."
)
BINS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
PLAIN = (
    "The best steps on average, by the probability of a loss that Pricedesk states for them. A step is chosen for\n"
    "looking good, so more may be lost than is stated; pricing/choice.py takes those alone where the two agree."
)


@dataclass(frozen=True)
class Score:
    """Money of one store's proposals."""

    moved: Mask  # (N,)
    alone: Floats  # (N,) true change of profit, each price moved alone
    together: float
    outside: int
    p_loss: Floats  # (N,) as stated, NaN where nothing is


@dataclass(frozen=True)
class Bench:
    """One store's offers and its profit today."""

    known: Known
    offers: tuple[Offer, ...]
    today: float  # true profit at today's prices
    scores: Mapping[str, Score]


def run(options: Options) -> Iterator[Table]:
    """A table a form of demand, then one over all."""
    every: list[Bench] = []
    for form in options.forms:
        found = [_bench(known) for known in stores(options, form)]
        every += found
        yield _table(f"Uplift, {form} demand, seeds {options.seeds}", found, "")
    yield _table(f"Uplift, all of {', '.join(options.forms)}, seeds {options.seeds}", every, NOTE)
    yield _reliability(f"Stated and true losses, seeds {options.seeds}", every)


def _bench(known: Known) -> Bench:
    found = elasticities(known.panel, charged=known.charged)
    ahead = forecasts(known.panel, WEEKS, elasticities=found)
    offers = tuple(_offer(known, e) for e in found)
    wide = tuple(replace(o, price_low=None, price_high=None) for o in offers)
    now = np.array([o.price for o in offers])
    told = {"knowing slopes": _with_slope, "knowing forms": _with_form}
    risky = [_boldest(*one, known) for one in zip(found, ahead, offers, strict=True)]
    proposals = {
        "Pricedesk": _proposals(known, found, ahead, offers),
        "best on average": np.array([price for price, _ in risky]),
        **{name: _proposals(known, tell(known, found), ahead, offers) for name, tell in told.items()},
        "cost-plus": _cost_plus(known, offers),
        "OLS optimum": _ols_optimum(known, offers),
        "oracle": _oracle(known, offers),
        "wide oracle": _oracle(known, wide),
    }
    scores = {
        name: _score(known, prices, wide if name == "wide oracle" else offers) for name, prices in proposals.items()
    }
    stated = np.array([p_loss for _, p_loss in risky])
    scores["best on average"] = replace(scores["best on average"], p_loss=stated)
    return Bench(known, offers, float(profit(known, now).sum()), scores)


def _offer(known: Known, fit: Elasticity) -> Offer:
    """What the merchant knows; stock is left out, since the store restocks."""
    row = known.panel.row(fit.sku)
    product = known.store.products.row(row, named=True)
    rivals = known.panel.competitor[row, -1:]
    return Offer(
        sku=fit.sku,
        currency=product["currency"],
        price=product["price"],
        cost=product["cost"],
        map_price=product["map_price"],
        competitors=tuple(float(p) for p in rivals if np.isfinite(p)),
        price_low=fit.price_low if np.isfinite(fit.price_low) else None,
        price_high=max(fit.price_high, product["price"]) if np.isfinite(fit.price_high) else None,
    )


def _proposals(known: Known, found: Sequence[Elasticity], ahead: Sequence[Forecast], offers: Sequence[Offer]) -> Floats:
    return np.array([_proposed(*one, known) for one in zip(found, ahead, offers, strict=True)])


def _with_slope(known: Known, found: Sequence[Elasticity]) -> list[Elasticity]:
    """The same estimates, told the true slopes at today's prices."""
    return [
        replace(fit, forms=tuple(form._replace(elasticity=float(true), se=SURE) for form in fit.forms))
        for fit, true in zip(found, known.today, strict=True)
    ]


def _with_form(known: Known, found: Sequence[Elasticity]) -> list[Elasticity]:
    """The same estimates, told the true forms of demand."""
    true = known.store.truth["form"].to_list()
    return [
        replace(fit, forms=tuple(form._replace(weight=float(form.shape == name)) for form in fit.forms))
        for fit, name in zip(found, true, strict=True)
    ]


def _boldest(fit: Elasticity, ahead: Forecast, offer: Offer, known: Known) -> tuple[float, float]:
    """The lawful price that earns most on average, and its probability of a loss."""
    if not fit.usable:
        return offer.price, np.nan
    try:
        prices = np.unique([*ladder(offer, RULES, known.store.end + timedelta(1)), offer.price])
        worlds = outcome(demand(ahead, fit, prices, offer.price), offer)
    except PricingError:
        return offer.price, np.nan
    change = worlds.money - worlds.money[:, [worlds.rung(offer.price)]]
    best = int(change.mean(axis=0).argmax())
    return float(prices[best]), float(p_below(change[:, best]))


def _proposed(fit: Elasticity, ahead: Forecast, offer: Offer, known: Known) -> float:
    """Pricedesk's price; today's where it refuses."""
    if not fit.usable:
        return offer.price
    today = known.store.end + timedelta(1)
    try:
        prices = np.unique([*ladder(offer, RULES, today), offer.price])
        return best_price(demand(ahead, fit, prices, offer.price), offer, RULES, "profit", today).price
    except PricingError:
        return offer.price


def _lawful(wanted: float, offer: Offer, known: Known) -> float:
    found = judge(max(wanted, 0.01), offer, RULES, known.store.end + timedelta(1)).price
    return offer.price if found is None else found


def _cost_plus(known: Known, offers: tuple[Offer, ...]) -> Floats:
    """Cost times the usual markup of the category."""
    names = np.array(known.panel.categories)
    markup = np.array([o.price / (o.cost or o.price) for o in offers])
    usual = {name: float(np.median(markup[names == name])) for name in set(names)}
    return np.array([_lawful((o.cost or o.price) * usual[n], o, known) for o, n in zip(offers, names, strict=True)])


def _ols_optimum(known: Known, offers: tuple[Offer, ...]) -> Floats:
    """Where the constant elasticity of a per-product OLS puts the best price."""
    slopes = peers.naive(known).slope
    return np.array([_lawful(_best(s, o), o, known) for s, o in zip(slopes, offers, strict=True)])


def _best(slope: float, offer: Offer) -> float:
    if not np.isfinite(slope):
        return offer.price
    return (offer.cost or 0.0) * slope / (1 + slope) if slope < -1 else 10 * offer.price


def _oracle(known: Known, offers: tuple[Offer, ...]) -> Floats:
    """The rung that truly earns most, the other prices as they are."""
    today = known.store.end + timedelta(1)
    rungs = [np.unique([*ladder(o, RULES, today, 120), o.price]) for o in offers]
    rungs = [r if len(r) > 1 else np.array([o.price]) for r, o in zip(rungs, offers, strict=True)]
    prices = np.array([np.pad(r, (0, 121 - len(r)), mode="edge") for r in rungs])
    worth = np.stack([profit(known, prices[:, k]) for k in range(prices.shape[1])])
    best = prices[np.arange(len(prices)), worth.argmax(axis=0)]
    return np.array([p if _breaks(p, o, known) == 0 else o.price for p, o in zip(best, offers, strict=True)])


def profit(known: Known, prices: Floats, *, at_once: bool = False) -> Floats:
    """True expected retail profit (N,) of the coming weeks; substitutes keep today's price unless `at_once`."""
    truth, market = known.store.truth, known.store.market
    weeks = known.panel.weeks[-1] + 7 * np.arange(1, WEEKS + 1)
    gap = np.log(prices / truth["reference_price"].to_numpy())
    units = expected_units(
        truth, prices[:, None], weeks, substitutes=_others(known, gap)[:, None] if at_once else 0.0
    ).sum(axis=1)
    return np.asarray(units * (prices - market.cost[:, -1]))


def _others(known: Known, gap: Floats) -> Floats:
    """Mean of the other substitutes' log price steps."""
    kind = codes(known.store.truth["substitutes"])
    same = (kind[:, None] == kind) & ~np.eye(len(kind), dtype=bool)
    return np.asarray(same @ gap / np.maximum(same.sum(axis=1), 1))


def _score(known: Known, prices: Floats, offers: tuple[Offer, ...]) -> Score:
    now = np.array([o.price for o in offers])
    moved = np.abs(prices / now - 1) > 1e-9
    outside = sum(_breaks(p, o, known) for p, o, m in zip(prices, offers, moved, strict=True) if m)
    together = profit(known, prices, at_once=True).sum() - profit(known, now).sum()
    alone = profit(known, prices) - profit(known, now)
    return Score(moved, alone, float(together), outside, np.full(len(now), np.nan))


def _breaks(price: float, offer: Offer, known: Known) -> int:
    limits = lawful_limits(offer, RULES, known.store.end + timedelta(1))
    return int(price != offer.price and (limits is None or not limits.holds(float(price))))


def _table(title: str, found: list[Bench], note: str) -> Table:
    names = list(found[0].scores)
    return Table(title, COLUMNS, [_row(name, found) for name in names], note)


def _row(name: str, found: list[Bench]) -> tuple[Cell, ...]:
    mine, oracle, wide = ([b.scores[n] for b in found] for n in (name, "oracle", "wide oracle"))
    earned, today = sum(s.alone.sum() for s in mine), sum(b.today for b in found)
    moved, change = np.concatenate([s.moved for s in mine]), np.concatenate([s.alone for s in mine])
    losing = change[moved] < -1e-9
    return (
        name,
        percent(float(moved.mean())),
        f"{100 * earned / today:.2f} %",
        percent(earned / sum(s.alone.sum() for s in oracle)),
        percent(earned / sum(s.alone.sum() for s in wide)),
        percent(sum(s.together for s in mine) / sum(s.together for s in oracle)),
        percent(float(losing.mean()) if losing.size else 0.0),
        f"{-100 * change[moved][losing].sum() / today:.2f} %",
        sum(s.outside for s in mine),
    )


def _reliability(title: str, found: list[Bench]) -> Table:
    """Of the best steps on average: how many lose, by how likely they are said to."""
    bold = [b.scores["best on average"] for b in found]
    stated, lost = (
        np.concatenate(parts)
        for parts in zip(*((s.p_loss[s.moved], s.alone[s.moved] < -1e-9) for s in bold), strict=True)
    )
    rows: list[tuple[Cell, ...]] = []
    for low, high in pairwise(BINS):
        inside = (stated >= low) & (stated < high)
        if inside.any():
            shares = (percent(float(stated[inside].mean())), percent(float(lost[inside].mean())))
            rows.append((f"{100 * low:g} to {100 * high:g} %", int(inside.sum()), *shares))
    return Table(title, ("stated between", "steps", "stated", "truly lose"), rows, PLAIN)
