from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offers import demand_at

from pricing.demand import Demand
from pricing.errors import NotEnoughDataError
from pricing.game import Game
from pricing.guardrails import Offer
from pricing.rivalry import STANCES, Rival, rivalry

OFFER = Offer("A", "GBP", 10.0, cost=6.0)
OURS, THEIRS = np.round(np.arange(7.0, 14.01, 0.25), 2), np.round(np.arange(6.0, 13.01, 0.1), 2)
WORLDS = 400


def rival(*, cost=(5.0, 5.0), elasticity=(-2.0, 0.0), cross=(0.8, 0.0), ours=(0.8, 0.0), price=9.0, prices=THEIRS):
    return Rival.guessed(
        "Bazaar", price, prices, cost=cost, elasticity=elasticity, cross=cross, ours=ours, worlds=WORLDS
    )


def linear(elasticity=-2.0, units=100.0) -> Demand:
    return Demand("A", 4, OURS, np.tile(units * np.maximum(0, 1 + elasticity * (OURS / 10 - 1)), (WORLDS, 1)))


def answer(found, stance):
    return found.answers[STANCES.index(stance)]


def bertrand(own, other, cost, elasticity, cross, there) -> float:
    """Price that is best against `other`, from the first-order condition of linear demand."""
    return (own * (1 - elasticity + cross * (other / there - 1)) / -elasticity + cost) / 2


def test_a_rival_answers_as_the_first_order_condition_says():
    found = rivalry(linear(), OFFER, rival(), 12.0)
    best = bertrand(9.0, 12.0, 5.0, -2.0, 0.8, 10.0)
    assert answer(found, "responds").rival_price.mean == pytest.approx(best, abs=0.051)


def test_the_rounds_settle_where_both_first_order_conditions_hold():
    found = rivalry(linear(), OFFER, rival(), 12.0)
    ours, theirs = found.rounds[-1]
    assert found.settles
    assert found.rounds[-1] in found.equilibria
    assert ours == pytest.approx(bertrand(10.0, theirs, 6.0, -2.0, 0.8, 9.0), abs=0.126)
    assert theirs == pytest.approx(bertrand(9.0, ours, 5.0, -2.0, 0.8, 10.0), abs=0.051)


def test_in_an_equilibrium_neither_seller_gains_by_moving_alone():
    worlds, other = demand_at(OURS, price=10.0, spread=0.3, worlds=WORLDS), rival(elasticity=(-2.0, 0.4), cost=(4, 6))
    found = rivalry(worlds, OFFER, other, 11.0)
    assert found.equilibria
    for p, r in found.equilibria:
        earned = [ours_at(worlds, other, q, r) for q in OURS]
        assert ours_at(worlds, other, p, r) >= max(earned) - 1e-6
        won = [theirs_at(other, p, q) for q in THEIRS]
        assert theirs_at(other, p, r) >= max(won) - 1e-6


def ours_at(worlds, other, p, r):
    units = worlds.units[:, int(np.searchsorted(worlds.prices, p))] + worlds.units[
        :, int(np.searchsorted(worlds.prices, 10.0))
    ] * other.ours * (r / 9.0 - 1)
    return (np.maximum(units, 0) * (p - 6.0)).mean()


def theirs_at(other, p, r):
    units = 1 + other.elasticity * (r / 9.0 - 1) + other.cross * (p / 10.0 - 1)
    return (np.maximum(units, 0) * (r - other.cost)).mean()


def test_a_cut_earns_less_if_it_is_matched_and_a_rise_earns_more():
    cut, rise = (rivalry(linear(), OFFER, rival(), p) for p in (9.0, 11.0))
    assert answer(cut, "matches").change.mean < answer(cut, "keeps").change.mean
    assert answer(rise, "matches").change.mean > answer(rise, "keeps").change.mean
    assert answer(cut, "matches").rival_price.mean == pytest.approx(8.1)
    assert cut.worst.stance == "matches"
    assert f"If Bazaar matches the change, it changes profit by {cut.worst.change.mean:,.2f} GBP" in cut.reasons[1]


def test_what_the_rival_would_have_done_anyhow_is_not_put_down_to_our_change():
    apart = rivalry(linear(), OFFER, rival(cross=(0.0, 0.0)), 11.0)  # it does not care about our price
    assert answer(apart, "responds").rival_price.mean != pytest.approx(9.0, abs=0.2)
    kept = rivalry(linear(), OFFER, rival(), 10.0)
    assert [a.change.mean for a in kept.answers] == [0.0, 0.0, 0.0]
    assert [a.p_loss for a in kept.answers] == [0.0, 0.0, 0.0]


def test_an_unknown_cost_of_the_rival_widens_its_answer():
    known, unknown = (answer(rivalry(linear(), OFFER, rival(cost=c), 11.0), "responds") for c in ((5, 5), (3, 7)))
    assert known.rival_price.low == known.rival_price.high
    assert unknown.rival_price.high - unknown.rival_price.low > 1.0


def test_sales_won_from_a_dearer_rival_stop_at_the_stock():
    plenty, short = (rivalry(linear(), replace(OFFER, stock=s), rival(), 10.0) for s in (None, 100))
    assert answer(short, "responds").money.high <= 100 * 4.0 + 1e-9
    assert answer(plenty, "keeps").money.mean == pytest.approx(400.0)


def test_a_game_without_a_pure_equilibrium_is_said_not_to_settle():
    pennies = Game(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]]), np.zeros(2), 0, 0)
    assert pennies.equilibria() == []
    walked, settles = pennies.rounds(0)
    assert not settles
    assert len(walked) <= 4


@given(
    st.floats(0.5, 1.5),
    st.floats(-5, -0.3),
    st.floats(0, 2),
    st.floats(0, 2),
    st.sampled_from(OURS.tolist()),
    st.sampled_from([None, 20.0, 90.0]),
)
@settings(max_examples=80, deadline=None)
def test_every_price_named_is_on_its_ladder_and_none_of_ours_below_cost(share, elasticity, cross, ours, price, stock):
    offer = replace(OFFER, cost=10.0 * min(share, 1.0), stock=stock)
    other = rival(elasticity=(elasticity, 0.3), cross=(cross, 0.2), ours=(ours, 0.2), cost=(3.0, 8.0))
    found = rivalry(demand_at(OURS, price=10.0, spread=0.3, worlds=WORLDS), offer, other, price)
    for mine, theirs in (*found.equilibria, *found.rounds[1:]):
        assert mine in OURS
        assert theirs in THEIRS
        assert mine >= offer.cost
    for one in found.answers:
        assert THEIRS[0] <= one.rival_price.low <= one.rival_price.high <= THEIRS[-1]
        assert one.money.low <= one.money.high
        assert 0 <= one.p_loss <= 1
    if found.settles:
        assert found.rounds[-1] in found.equilibria


def test_our_own_answers_stay_on_the_rungs_that_the_rules_leave():
    lawful = (OURS >= 9.5) & (OURS <= 10.5)
    free, held = (rivalry(linear(-1.5), OFFER, rival(), 10.5, mask) for mask in (None, lawful))
    assert free.rounds[-1][0] > 10.5
    assert {p for p, _ in (*held.rounds, *held.equilibria)} <= set(OURS[lawful].tolist())


def test_without_a_cost_revenue_is_spoken_of():
    assert rivalry(linear(), replace(OFFER, cost=None), rival(), 11.0).basis == "revenue"


def test_what_makes_no_game_is_told():
    with pytest.raises(ValueError, match="lacks its price"):
        rival(price=9.05)
    with pytest.raises(ValueError, match="ascend"):
        rival(cost=(6.0, 5.0))
    with pytest.raises(ValueError, match="do not pair"):
        rivalry(demand_at(OURS, price=10.0, worlds=3), OFFER, rival(), 11.0)
    with pytest.raises(ValueError, match="no draws at"):
        rivalry(linear(), OFFER, rival(), 11.11)
    upward = replace(rival(), elasticity=np.full(WORLDS, 0.5))
    with pytest.raises(NotEnoughDataError, match="fall with its price"):
        rivalry(linear(), OFFER, upward, 11.0)
