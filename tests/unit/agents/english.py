"""Everything that mathematics and database say to a person, said by the code itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import permutations
from random import Random

import numpy as np

from pricing.analogy import _caution
from pricing.answers import Answers, answers, rival
from pricing.calendar import calendar
from pricing.clearing import clearing, ways
from pricing.coin import amount_of
from pricing.demand import Demand, demand
from pricing.elasticity import Elasticity, Evidence, _Figure, _judge
from pricing.errors import PricingError
from pricing.experiment import experiment
from pricing.folds import folds
from pricing.forecast import Forecast, forecasts
from pricing.guardrails import Offer, Rules, judge, lawful_limits
from pricing.optimise import best_gain, best_price
from pricing.outcome import outcome
from pricing.panel import Panel
from pricing.portfolio import Order, Terms, portfolio
from pricing.recommend import bundle
from pricing.refusal import beyond, no_price, worth
from pricing.risk import assess
from pricing.rivalry import rivalry, weighed
from pricing.shelf import item

TODAY = date(2026, 3, 2)
NAMES = ("A-1", "MUG: large (2 pcs). Blue", "85123A", "白色挂心")
GOALS = ("profit", "revenue", "units", "clear_stock")


@dataclass(frozen=True)
class Said:
    """A message, and the words in it that come from outside."""

    text: str
    names: tuple[str, ...] = ()


def refusal(work, *args, names=()) -> Iterator[Said]:
    try:
        work(*args)
    except PricingError as error:
        yield Said(str(error), tuple(names))


def evidence(**known) -> Evidence:
    usual = {"weeks": 60, "sold": 50, "prices": 4, "changed": True, "low": 2.0, "high": 3.0, "ever_sold": True}
    return Evidence(**(usual | known))


def fits(sku="A-1") -> Iterator[Elasticity]:
    """Every way in which an elasticity is refused, and one that is not."""
    peers = _Figure(np.nan, np.inf, -1.25, 0.5, 1.0, "category")
    alone = _Figure(np.nan, np.inf, np.nan, np.nan, 1.0, "store")
    gaps = (
        evidence(ever_sold=False), evidence(weeks=0), evidence(weeks=1), evidence(weeks=11), evidence(sold=3),
        evidence(changed=False),
    )  # fmt: skip
    for gap in gaps:
        for figure in (peers, alone, replace(peers, group="store")):
            yield _judge(sku, gap, figure)
    for raw, se, mean, spread in (
        (np.nan, np.inf, np.nan, np.nan), (2.5, 0.1, 2.0, 0.1), (-1.0, 1.0, -1.0, 1.5), (0.1, 0.3, 0.25, 0.3),
        (-0.1, 0.3, -0.1, 0.3), (-2.0, 0.3, -2.0, 0.2),
    ):  # fmt: skip
        yield _judge(sku, evidence(), _Figure(raw, se, mean, spread, 0.3, "category"))


def usable(sku="A-1") -> Elasticity:
    return next(fit for fit in fits(sku) if fit.usable)


def panel(units, sku="A-1", in_stock=1.0) -> Panel:
    row = np.asarray(units, dtype=float)[None, :]
    full = np.ones_like(row)
    return Panel(
        skus=(sku,), categories=("",), currencies=("GBP",),
        weeks=np.datetime64("2024-01-01") + 7 * np.arange(row.shape[1]),
        units=row, bulk=0 * full, price=2.5 * full, promo=0 * full, in_stock=in_stock * full,
        competitor=np.nan * full, cost=np.nan * full,
    )  # fmt: skip


def foreseen(units=(5.0,) * 60, price=None, **changes) -> Forecast:
    return forecasts(panel(units, **changes), 4, None if price is None else np.array([price]))[0]


def cautioned(sku="A-1") -> Iterator[Forecast]:
    """Every caution of a forecast."""
    yield foreseen((0.0,) * 30, sku=sku)
    yield foreseen(price=3.0, sku=sku)
    yield foreseen((5.0,), sku=sku)
    yield foreseen((5.0,) * 6, sku=sku)
    yield foreseen((5.0,) * 30 + (0.0,) * 20, sku=sku)
    mostly_out = np.where(np.arange(60) % 4, 0.4, 1.0)
    yield foreseen((5.0,) * 60, sku=sku, in_stock=mostly_out)


def offers(count=300, seed=7) -> Iterator[tuple[Offer, Rules]]:
    """Random offers and rules, in currencies of no, two and three decimals."""
    dice = Random(seed)

    def maybe(low: float, high: float, around: float) -> float | None:
        return round(around * dice.uniform(low, high), 2) if dice.random() < 0.5 else None

    for _ in range(count):
        currency = dice.choice(("GBP", "USD", "JPY", "KWD"))
        price = amount_of(dice.randint(200, 400_000), currency)
        low, high = maybe(0.5, 1.0, price), maybe(1.0, 1.6, price)
        below, above = maybe(0.0, 1.0, 30), maybe(0.0, 1.0, 30)
        yield (
            Offer(
                dice.choice(NAMES), currency, price, maybe(0.3, 1.3, price), maybe(0, 1, 3000), maybe(0.5, 1.4, price),
                tuple(price * dice.uniform(0.6, 1.4) for _ in range(dice.randint(0, 3))), low, high,
                TODAY - timedelta(dice.randint(0, 30)) if dice.random() < 0.5 else None, maybe(0.6, 1.2, price),
                maybe(0.5, 1.1, price), maybe(0.9, 1.5, price),
            ),
            Rules(
                round(dice.uniform(0, 60), 1), round(dice.uniform(0, 50), 1), dice.randint(0, 14), below, above,
                dice.random() < 0.7,
            ),
        )  # fmt: skip


def worlds(offer: Offer, slope: float, spread: float, seed=0) -> Demand:
    rng = np.random.default_rng(seed)
    prices = np.unique(np.array([*np.round(offer.price * np.linspace(0.5, 1.6, 23), 2), offer.price]))
    reaction = rng.normal(slope, spread, (200, 1))
    level = 1500 * np.exp(rng.normal(0, 0.3, (200, 1)))
    return Demand(offer.sku, 4, prices[prices > 0], level * (prices[prices > 0] / offer.price) ** reaction)


def of_elasticity() -> Iterator[Said]:
    yield from (Said(fit.reason) for fit in fits() if fit.reason)


def of_forecasts() -> Iterator[Said]:
    yield from (Said(forecast.caution) for forecast in cautioned() if forecast.caution)
    yield from (Said(_caution(weeks, 9)) for weeks in (0, 1, 6))
    mondays = np.array(["2026-03-02"], dtype="datetime64[D]")
    yield from refusal(calendar, mondays, "Erewhon", names=("Erewhon", "ISO", "GB", "US"))
    yield from refusal(folds, panel((5.0,) * 20), 4, 6)


def of_demand() -> Iterator[Said]:
    for name in NAMES[:2]:
        for forecast in cautioned(name):
            yield from refusal(demand, forecast, usable(name), np.array([2.5, 3.0]), 2.5, names=(name,))
        for fit in fits(name):
            yield from refusal(demand, foreseen(sku=name), fit, np.array([2.5, 3.0]), 2.5, names=(name,))
        blank = Demand(name, 4, np.array([2.5]), np.array([[np.nan]]))
        costless = Offer(name, "GBP", 2.5)
        yield from refusal(outcome, blank, costless, names=(name,))
        yield from refusal(item, blank, costless, Rules(), "profit", TODAY, names=(name,))
        yield from refusal(best_gain, worlds(costless, -1.5, 0.1), costless, (2.515,), "profit", names=(name,))


def of_tests() -> Iterator[Said]:
    for name in NAMES[:2]:
        for fit in (one for one in fits(name) if not one.usable):
            for offer, rules in (
                (Offer(name, "GBP", 2.5), Rules()),
                (Offer(name, "GBP", 2.5, last_changed=TODAY), Rules()),
            ):
                yield from refusal(experiment, foreseen(sku=name), fit, offer, rules, TODAY, names=(name,))
    for cost in (None, 1.5):
        yield Said(experiment(foreseen(), usable(), Offer("A-1", "GBP", 2.5, cost), Rules(), TODAY).words)


def of_rules() -> Iterator[Said]:
    for offer, rules in offers():
        for wanted in (offer.price * 0.7, offer.price, offer.price * 1.4):
            for ruling in judge(wanted, offer, rules, TODAY).trail:
                yield Said(ruling.note)


def of_quotes() -> Iterator[Said]:
    """Notes and refusals of the best price, and the reasons of its risk."""
    shapes = ((-0.3, 0.1), (-1.5, 0.8), (-4.0, 0.5))
    for number, (offer, rules) in enumerate(offers(260)):
        worldly = worlds(offer, *shapes[number % 3], seed=number)
        try:
            quote = best_price(worldly, offer, rules, GOALS[number % 4], TODAY)
        except PricingError as error:
            yield Said(str(error), (offer.sku,))
            if lawful_limits(offer, rules, TODAY) is None:
                prices = np.unique([*beyond(offer, rules, TODAY), offer.price])
                drawn = Demand(offer.sku, 4, prices, 1500 * (prices[None, :] / offer.price) ** -1.5)
                yield Said(no_price(offer, rules, TODAY, worth(drawn, offer)), (offer.sku,))
            continue
        yield Said(quote.note)
        for price in (offer.price, worldly.prices[2], worldly.prices[-2]):
            yield from (Said(reason) for reason in assess(worldly, offer, float(price)).reasons)
    yield from of_easy_quotes()


def of_easy_quotes() -> Iterator[Said]:
    """What only a steady market says: a rule that ends the ladder, one rung, a gain that is not worth its risk."""
    tight = Rules(max_change_pct=10, endings={})
    offer = Offer("A-1", "GBP", 10.0, 2.0, 40.0, price_low=9.5, price_high=10.5)
    for slope, spread in ((-0.2, 0.01), (-3.0, 0.01), (-1.2, 0.6), (-1.0, 1.2)):
        for goal in GOALS:
            for rules in (tight, Rules(endings={}), replace(tight, max_change_pct=2)):
                for one in (
                    offer, replace(offer, stock=None), replace(offer, cost=None, stock=None),
                    replace(offer, price_low=None, price_high=None), replace(offer, last_changed=TODAY),
                ):  # fmt: skip
                    quote = best_price(worlds(one, slope, spread), one, rules, goal, TODAY)
                    yield Said(quote.note)
                    yield from (Said(reason) for reason in quote.risk.reasons)


def of_clearing() -> Iterator[Said]:
    """A stock that clears at one price, along a path, not at all, or by giving up a rule."""
    ahead = foreseen()
    offer = Offer("A-1", "GBP", 10.0, 2.0, 1500.0, price_low=5.0, price_high=12.0)
    for one, rules in (
        (offer, Rules()), (replace(offer, stock=1900.0), Rules()), (replace(offer, stock=2500.0), Rules()),
        (replace(offer, stock=9000.0), Rules()), (replace(offer, cost=None, stock=3000.0, price_low=8.0), Rules()),
        (replace(offer, cost=9.9, price_low=None, stock=9000.0), Rules(99, 0, 0, endings={})),
        (replace(offer, stock=0.0), Rules()), (replace(offer, cost=9.5), Rules()),
    ):  # fmt: skip
        try:
            open_ = ways(one, rules, TODAY)
            prices = np.unique([*open_.prices, one.price, *worlds(one, -1.5, 0.3).prices])
            rng = np.random.default_rng(0)
            level = 1500 * np.exp(rng.normal(0, 0.2, (200, 1)))
            wanted = Demand(one.sku, 4, prices, level * (prices / one.price) ** rng.normal(-1.5, 0.3, (200, 1)))
            yield Said(clearing(wanted, ahead, one, rules, TODAY, open_).quote.note)
        except PricingError as error:
            yield Said(str(error), (one.sku,))


def of_shelves() -> Iterator[Said]:
    """What stands between products that are priced together."""
    offer = Offer("A-1", "GBP", 10.0, 2.0, price_low=5.0, price_high=12.0)
    for goal in ("profit", "revenue", "units"):
        one = item(worlds(offer, -1.5, 0.1), offer, Rules(), goal, TODAY)
        gone = replace(one, current=11.11)
        items = [replace(one, sku="A-1"), replace(one, sku="B 2"), replace(gone, sku="C"), replace(gone, sku="D")]
        for terms in (
            Terms((Order("A-1", "B 2", 1.0), Order("B 2", "A-1", 1.0))), Terms(most_changes=1),
            Terms((Order("A-1", "B 2", 3.0), Order("B 2", "A-1", 0.0), Order("C", "D", 2.0), Order("D", "C", 2.0))),
            Terms(tuple(Order(a, b, 1.0) for a, b in permutations(("A-1", "B 2", "C", "D"), 2))),
        ):  # fmt: skip
            yield from refusal(portfolio, items, terms, names=("A-1", "B 2", "C ", "D"))


def of_rivals() -> Iterator[Said]:
    """Why nothing can be said of competitors' answers, and what they do to the risk."""
    rng = np.random.default_rng(3)
    flat = panel((50.0,) * 60)
    ours = 2.5 * np.repeat(rng.choice((0.9, 1.0, 1.1), 15), 4)[None, :]
    for one in (
        flat, replace(flat, competitor=0 * flat.price + 3.0), replace(flat, price=ours, competitor=0 * ours + 3.0),
        replace(flat, price=ours, competitor=3.0 * np.exp(np.cumsum(rng.normal(0, 0.5, ours.shape), axis=1))),
    ):  # fmt: skip
        yield from refusal(answers, one, names=("A-1",))
    offer = Offer("A-1", "GBP", 2.5, 1.0, competitors=(2.4, 2.6), price_low=2.0, price_high=3.0)
    drawn = worlds(offer, -1.5, 0.1)
    price = float(drawn.prices[np.argmin(np.abs(drawn.prices - 2.0))])
    for past in (Answers(1.2, 0.01, 2.5, 0.1, 60, 14), Answers(0.1, 0.01, 3.5, 0.1, 60, 14)):
        other = rival(past, usable(), offer, len(drawn.units))
        found = rivalry(drawn, offer, other, price)
        upward = replace(other, name="Shop (2). B", elasticity=-other.elasticity)
        yield from refusal(rivalry, drawn, offer, upward, price, names=("Shop (2). B",))
        calm = replace(assess(drawn, offer, price), level="low", reasons=())
        yield from (Said(reason) for reason in weighed(calm, found).reasons)
        only = replace(found, answers=tuple(a for a in found.answers if a.stance == "follows"))
        yield from (Said(reason) for reason in weighed(calm, only).reasons)


def of_bundles() -> Iterator[Said]:
    yield from refusal(bundle, ("A-1", "B 2"), (2.0, 3.0), (4.0, 4.5), 5, 10, names=("A-1, B 2",))


def of_pricing() -> Iterator[Said]:
    for source in (
        of_elasticity,
        of_forecasts,
        of_demand,
        of_tests,
        of_rules,
        of_quotes,
        of_clearing,
        of_shelves,
        of_rivals,
        of_bundles,
    ):
        yield from (said for said in source() if said.text)
