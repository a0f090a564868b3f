from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offers import TODAY, breaks, demand_at, offers, rules

from pricing.choice import LOSS_AVERSION, MIN_GAIN
from pricing.errors import NoFeasiblePriceError, NotEnoughDataError
from pricing.guardrails import Offer, Rules, ladder
from pricing.portfolio import REACH, Item, Order, Terms, item, portfolio

OFFER = Offer("A", "GBP", 10.0, cost=6.0, price_low=5.0, price_high=15.0)
FREE = Rules(endings={})


def priced(sku: str, *, price=10.0, cost=6.0, elasticity=-2.0, level=100.0, step=0.1, rungs=5, lawful_now=True) -> Item:
    """A product of certain exponential demand, with `rungs` prices on either side of today's."""
    prices = np.round(price * (1 + step * np.arange(-rungs, rungs + 1)), 2)
    value = level * np.exp(elasticity * (prices / price - 1)) * (prices - cost)
    gain = value - value[rungs]
    keep = np.ones(prices.size, bool) if lawful_now else np.arange(prices.size) != rungs
    return Item(sku, "GBP", "profit", price, prices[keep], gain[keep], gain[keep], value[keep])


def score_of(items, rungs, cross) -> float:
    """The maximised sum, counted apart from the programme; -inf beyond the reach of cross effects."""
    total, place = 0.0, {one.sku: i for i, one in enumerate(items)}
    for i, one in enumerate(items):
        push = sum(
            effect * np.log(items[place[b]].prices[rungs[place[b]]] / items[place[b]].current)
            for (a, b), effect in cross.items()
            if a == one.sku
        )
        if abs(push) > REACH + 1e-9:
            return -np.inf
        total += one.score[rungs[i]] + one.spill[rungs[i]] * push
    return total


def keeps(items, rungs, terms) -> bool:
    price = {one.sku: one.prices[rung] for one, rung in zip(items, rungs, strict=True)}
    changes = sum(p != one.current for one, p in zip(items, price.values(), strict=True))
    ordered = all(price[o.upper] >= price[o.lower] + o.gap - 1e-9 for o in terms.orders)
    return ordered and (terms.most_changes is None or changes <= terms.most_changes)


def by_hand(items, terms) -> float:
    """The best score of all combinations that keep the terms; -inf where none does."""
    every = product(*(range(one.prices.size) for one in items))
    return max((score_of(items, r, terms.cross) for r in every if keeps(items, r, terms)), default=-np.inf)


@st.composite
def lines(draw):
    """One to four products with a handful of rungs each, and terms between them."""
    items = []
    for i in range(draw(st.integers(1, 4))):
        prices = np.array(sorted(draw(st.sets(st.integers(1, 30), min_size=1, max_size=5)))) / 2
        current = draw(st.sampled_from([*prices.tolist(), 4.25]))
        numbers = st.lists(st.integers(-50, 50), min_size=prices.size, max_size=prices.size).map(np.array)
        gain, score, spill = (draw(numbers).astype(float) for _ in range(3))
        items.append(Item(f"P{i}", "GBP", "profit", current, prices, gain, score, spill))
    pairs = [(a.sku, b.sku) for a in items for b in items if a.sku != b.sku]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=3, unique=True)) if pairs else []
    orders = tuple(Order(a, b, draw(st.integers(0, 6)) / 2) for a, b in chosen)
    touched = draw(st.lists(st.sampled_from(pairs), max_size=4, unique=True)) if pairs else []
    cross = {pair: draw(st.integers(-10, 10)) / 10 for pair in touched}
    return items, Terms(orders, draw(st.none() | st.integers(0, 4)), cross)


@given(lines())
@settings(max_examples=150, deadline=None)
def test_the_programme_finds_what_trying_every_combination_finds(line):
    items, terms = line
    best = by_hand(items, terms)
    if best == -np.inf:
        with pytest.raises(NoFeasiblePriceError, match=r"relaxing would buy|does not help"):
            portfolio(items, terms, gap=0.0)
        return
    found = portfolio(items, terms, gap=0.0)
    rungs = [int(np.flatnonzero(one.prices == p.price)[0]) for one, p in zip(items, found.picks, strict=True)]
    assert keeps(items, rungs, terms)
    assert score_of(items, rungs, terms.cross) == pytest.approx(best, abs=1e-5)
    assert found.score == pytest.approx(best, abs=1e-5)
    assert found.bound >= found.score - 1e-5
    assert found.gain == pytest.approx(sum(p.gain for p in found.picks))
    assert all(cost >= 0 for _, cost in found.costs)


@given(
    st.lists(st.tuples(offers(), rules(), st.floats(-4, 0), st.floats(0, 1)), min_size=1, max_size=3),
    st.integers(0, 3),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_no_price_of_a_portfolio_is_below_cost_or_off_its_ladder_or_over_the_budget(drawn, most, careful):
    items, allowed = [], []
    for i, (some, limits, elasticity, spread) in enumerate(drawn):
        offer = replace(some, sku=f"P{i}", currency="GBP", cost=some.price / 2 if some.cost is None else some.cost)
        rungs = ladder(offer, limits, TODAY, 12)
        if rungs:
            worlds = replace(demand_at(rungs, price=offer.price, elasticity=elasticity, spread=spread), sku=offer.sku)
            items.append(item(worlds, offer, limits, "profit", TODAY, careful=careful))
            allowed.append((offer, limits, rungs))
    if not items:
        return
    if sum(one.now is None for one in items) > most:
        with pytest.raises(NoFeasiblePriceError, match=r"they need a budget of [1-3]"):
            portfolio(items, Terms(most_changes=most))
        return
    found = portfolio(items, Terms(most_changes=most))
    assert found.changes <= most
    for pick, (offer, limits, rungs) in zip(found.picks, allowed, strict=True):
        assert pick.price in rungs
        assert breaks(pick.price, offer, limits) == []


def test_substitutes_are_priced_higher_together_than_apart():
    items = [priced("A"), priced("B")]
    apart = portfolio(items, Terms())
    together = portfolio(items, Terms(cross={("A", "B"): 0.5, ("B", "A"): 0.5}))
    assert [p.price for p in apart.picks] == [11.0, 11.0]
    assert all(p.price > 11.0 for p in together.picks)


def test_complements_are_priced_lower_together_than_apart():
    found = portfolio([priced("A"), priced("B")], Terms(cross={("A", "B"): -0.6, ("B", "A"): -0.6}))
    assert all(p.price < 11.0 for p in found.picks)


@pytest.mark.parametrize("seed", range(12))
def test_the_linear_effects_find_nearly_all_that_power_law_effects_would_let_one_earn(seed):
    rng = np.random.default_rng(seed)
    items = [priced(f"P{i}", elasticity=e, cost=c) for i, (e, c) in enumerate(rng.uniform((-3, 4), (-1.2, 7), (3, 2)))]
    pull = rng.uniform(-0.3, 0.6, (3, 3)) * (1 - np.eye(3))
    cross = {(f"P{i}", f"P{j}"): pull[i, j] for i in range(3) for j in range(3) if i != j}

    def earned(rungs) -> float:
        steps = np.array([np.log(one.prices[r] / one.current) for one, r in zip(items, rungs, strict=True)])
        alone = np.array([one.spill[r] for one, r in zip(items, rungs, strict=True)])
        return float(alone @ np.exp(pull @ steps))

    def rungs_of(found) -> list[int]:
        return [int(np.flatnonzero(one.prices == p.price)[0]) for one, p in zip(items, found.picks, strict=True)]

    today = earned([one.now for one in items])
    best = max(earned(r) for r in product(*(range(one.prices.size) for one in items))) - today
    together = earned(rungs_of(portfolio(items, Terms(cross=cross), gap=0.0))) - today
    apart = earned(rungs_of(portfolio(items, Terms(), gap=0.0))) - today
    assert together >= 0.9 * best
    assert together >= apart - 1e-6


def test_the_larger_size_stays_dearer_by_the_least_gap():
    items = [priced("small", elasticity=-0.8), priced("large", elasticity=-4.0)]
    assert portfolio(items, Terms()).picks[0].price > portfolio(items, Terms()).picks[1].price
    found = portfolio(items, Terms((Order("small", "large", 1.0),)))
    assert found.picks[1].price - found.picks[0].price >= 1.0
    ((words, cost),) = found.costs
    assert words == "the order small ≤ large less 1"
    assert cost == pytest.approx(portfolio(items, Terms()).score - found.score, rel=1e-3)


def test_a_budget_of_one_change_goes_where_it_earns_most_and_says_what_it_costs():
    items = [priced("A", level=10), priced("B", level=1000), priced("C", level=100)]
    found = portfolio(items, Terms(most_changes=1))
    assert [p.sku for p in found.picks if p.price != p.current] == ["B"]
    assert found.changes == 1
    assert dict(found.costs)["the budget of changes"] == pytest.approx(portfolio(items, Terms()).score - found.score)


def test_cross_effects_are_not_believed_beyond_their_reach():
    items = [priced("A"), priced("B", elasticity=-0.1)]
    found = portfolio(items, Terms(cross={("A", "B"): 3.0}))
    assert 3.0 * np.log(found.picks[1].price / 10.0) <= REACH
    assert dict(found.costs)["the reach of cross effects"] > 0


def test_a_budget_that_the_rules_overrun_is_refused_with_the_changes_needed():
    items = [priced("A", lawful_now=False), priced("B", lawful_now=False), priced("C")]
    with pytest.raises(
        NoFeasiblePriceError, match=r"without the budget of changes, .*GBP of profit \(they need a budget of 2"
    ):
        portfolio(items, Terms(most_changes=1))


def test_orders_that_contradict_are_refused_with_what_each_would_buy():
    items = [priced("A"), priced("B")]
    round_about = Terms((Order("A", "B", 1.0), Order("B", "A", 1.0)))
    with pytest.raises(NoFeasiblePriceError) as refusal:
        portfolio(items, round_about)
    assert "without the order A ≤ B less 1, " in str(refusal.value)
    assert "without the order B ≤ A less 1, " in str(refusal.value)


def test_two_terms_that_stand_in_the_way_together_are_named_together():
    contradictions = tuple(Order(a, b, 1.0) for a, b in ("AB", "BA", "CD", "DC"))
    with pytest.raises(NoFeasiblePriceError, match="without the order A ≤ B less 1 and the order C ≤ D less 1, "):
        portfolio([priced(sku) for sku in "ABCD"], Terms(contradictions))


def test_a_careful_item_charges_each_step_with_its_risk():
    worlds = demand_at(ladder(OFFER, FREE, TODAY), price=10.0, elasticity=-1.0, spread=0.2)
    plain = item(worlds, OFFER, FREE, "profit", TODAY, careful=False)
    careful = item(worlds, OFFER, FREE, "profit", TODAY)
    assert (plain.score == plain.gain).all()
    assert (careful.gain == plain.gain).all()
    money = worlds.units * (worlds.prices - 6.0)
    rung, now = int(np.argmax(careful.score)), int(np.flatnonzero(worlds.prices == 10.0)[0])
    change = money[:, int(np.flatnonzero(worlds.prices == careful.prices[rung])[0])] - money[:, now]
    charged = LOSS_AVERSION * np.maximum(-change, 0).mean() + MIN_GAIN * money[:, now].mean()
    assert rung != int(np.flatnonzero(careful.prices == 10.0)[0])
    assert careful.score[rung] == pytest.approx(change.mean() - charged)


def test_where_every_step_is_a_gamble_a_careful_portfolio_changes_nothing():
    worlds = demand_at(ladder(OFFER, FREE, TODAY), price=10.0, elasticity=-2.0, spread=2.0)
    assert portfolio([item(worlds, OFFER, FREE, "profit", TODAY)], Terms()).changes == 0
    assert portfolio([item(worlds, OFFER, FREE, "profit", TODAY, careful=False)], Terms()).changes == 1


def test_demand_won_from_others_earns_nothing_once_the_stock_is_gone():
    worlds = demand_at(ladder(OFFER, FREE, TODAY), price=10.0, noise=0.0)
    short = item(worlds, replace(OFFER, stock=50), FREE, "profit", TODAY)
    assert short.spill[short.now] == 0.0
    assert item(worlds, OFFER, FREE, "profit", TODAY).spill[short.now] == pytest.approx(400.0)


def test_profit_cannot_be_added_up_without_a_cost():
    with pytest.raises(NotEnoughDataError, match="cost is not known"):
        item(demand_at([10.0, 11.0], price=10.0), replace(OFFER, cost=None), FREE, "profit", TODAY)


def test_without_a_cost_no_rung_lies_below_what_history_has_seen():
    blind = replace(OFFER, cost=None, price_low=9.0)
    units = item(demand_at(np.arange(7.0, 13.0), price=10.0), blind, FREE, "units", TODAY)
    assert units.prices.min() == 9.0


def test_terms_that_do_not_fit_are_told_at_once():
    items = [priced("A"), priced("B")]
    for terms, words in (
        (Terms((Order("A", "X"),)), "two products"),
        (Terms((Order("A", "B", -1.0),)), "0 or more"),
        (Terms(most_changes=-1), "below 0"),
        (Terms(cross={("A", "A"): 1.0}), "between two products"),
    ):
        with pytest.raises(ValueError, match=words):
            portfolio(items, terms)
    with pytest.raises(ValueError, match="one currency"):
        portfolio([priced("A"), replace(priced("B"), currency="EUR")], Terms())
    with pytest.raises(ValueError, match="different products"):
        portfolio([priced("A"), priced("A")], Terms())


def test_products_that_nothing_ties_together_are_priced_as_each_pair_would_be():
    levels = np.random.default_rng(3).uniform(10, 500, 50)
    pairs = [(priced(f"S{i}", level=a), priced(f"L{i}", level=600 - a)) for i, a in enumerate(levels)]
    order = {a.sku: Order(a.sku, b.sku, 0.5) for a, b in pairs}
    cross = {(a.sku, b.sku): 0.3 for a, b in pairs}
    alone = [portfolio(pair, Terms((order[pair[0].sku],), cross=cross), gap=0.0).score for pair in pairs]
    found = portfolio([one for pair in pairs for one in pair], Terms(tuple(order.values()), cross=cross), gap=0.0)
    assert found.score == pytest.approx(sum(alone))
    assert found.bound == pytest.approx(found.score)
    assert sum(alone) == pytest.approx(sum(by_hand(p, Terms((order[p[0].sku],), cross=cross)) for p in pairs))


def test_one_price_too_many_to_change_among_many_products_is_refused():
    items = [priced(f"P{i}", lawful_now=False) for i in range(120)]
    with pytest.raises(NoFeasiblePriceError, match="they need a budget of 120"):
        portfolio(items, Terms(most_changes=119))
    assert portfolio(items, Terms(most_changes=120)).changes == 120


@pytest.mark.slow
def test_five_hundred_products_with_orders_a_budget_and_cross_effects_are_priced_near_the_proven_best():
    rng = np.random.default_rng(0)
    items = [
        priced(f"P{i}", price=p, cost=c * p, elasticity=e, level=level, step=0.025, rungs=10)
        for i, (p, c, e, level) in enumerate(
            zip(
                np.round(rng.uniform(3, 20, 500), 2),
                rng.uniform(0.4, 0.7, 500),
                rng.uniform(-4, -0.8, 500),
                rng.uniform(20, 400, 500),
                strict=True,
            )
        )
    ]
    cross = {(f"P{i}", f"P{j}"): rng.uniform(-0.03, 0.12) for i in range(500) for j in rng.choice(500, 5) if i != j}
    pairs = (sorted((items[i], items[i + 1]), key=lambda one: one.current) for i in range(0, 500, 4))
    terms = Terms(tuple(Order(a.sku, b.sku) for a, b in pairs), 100, cross)
    found = portfolio(items, terms, shadows=False, time_limit=600.0)
    assert found.changes == 100
    assert found.gain > 0
    assert found.bound <= found.score * 1.002
