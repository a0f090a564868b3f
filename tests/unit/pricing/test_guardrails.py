from dataclasses import asdict, replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offers import TODAY, breaks, offers, rules

from pricing.guardrails import Offer, Rules, judge, ladder, lawful_limits, relaxed

ORDER = (
    "history_range", "ending", "competitor_band", "line_order", "max_change", "change_frequency", "map", "prior_price",
    "margin_floor", "cost_floor",
)  # fmt: skip
FREE = Rules(max_change_pct=90, min_margin_pct=0, endings={})


def offer(price=10.0, **known) -> Offer:
    return Offer("A", known.pop("currency", "GBP"), price, **known)


def ruling(verdict, rule):
    return next(r for r in verdict.trail if r.rule == rule)


@given(offers(), rules(), st.floats(0.01, 500.0))
@settings(max_examples=150, deadline=None)
def test_the_trail_names_every_rule_once_in_order_with_the_floors_last(an_offer, some_rules, wanted):
    trail = judge(wanted, an_offer, some_rules, TODAY).trail
    assert tuple(r.rule for r in trail) == ORDER
    assert trail[0].before == wanted
    assert all(a.after == b.before for a, b in pairwise(trail))
    assert all(r.binding == (r.before != r.after) and r.note for r in trail)


@given(offers(), rules(), st.floats(0.01, 500.0))
@settings(max_examples=400, deadline=None)
def test_a_judged_price_breaks_no_rule_and_is_judged_to_itself(an_offer, some_rules, wanted):
    verdict = judge(wanted, an_offer, some_rules, TODAY)
    if verdict.price is not None:
        assert breaks(verdict.price, an_offer, some_rules) == []
        assert verdict.price == verdict.trail[-1].after
        again = judge(verdict.price, an_offer, some_rules, TODAY)
        assert (again.price, again.binding_rule) == (verdict.price, "")


@given(offers(), rules())
@settings(max_examples=200, deadline=None)
def test_every_rung_survives_the_judge_unchanged(an_offer, some_rules):
    rungs = ladder(an_offer, some_rules, TODAY, 20)
    assert len(rungs) <= 20
    assert list(rungs) == sorted(set(rungs))
    for rung in rungs:
        verdict = judge(rung, an_offer, some_rules, TODAY)
        assert (verdict.price, verdict.binding_rule) == (rung, "")
    assert (judge(an_offer.price, an_offer, some_rules, TODAY).price is None) == (rungs == ())
    assert (judge(an_offer.price, an_offer, some_rules, TODAY).price == an_offer.price) == (an_offer.price in rungs)


@given(offers(), rules(), st.floats(0.01, 500.0))
@settings(max_examples=200, deadline=None)
def test_no_rung_is_nearer_to_the_wanted_price_than_the_judged_one(an_offer, some_rules, wanted):
    price = judge(wanted, an_offer, some_rules, TODAY).price
    for rung in ladder(an_offer, some_rules, TODAY):
        assert price is not None
        assert abs(price - wanted) <= abs(rung - wanted) + 1e-9


def test_a_price_is_rounded_to_the_nearest_allowed_ending():
    assert judge(11.90, offer(), Rules(), TODAY).price == 11.95
    assert judge(11.60, offer(currency="USD"), Rules(), TODAY).price == 11.49


def test_the_floor_rounds_up_to_an_ending_and_never_down():
    verdict = judge(8.0, offer(cost=9.10), Rules(min_margin_pct=0), TODAY)
    assert verdict.price == 9.25
    assert verdict.binding_rule == "margin_floor"


def test_the_smallest_coin_serves_where_no_ending_lies_between_the_limits():
    verdict = judge(10.2, offer(10.10, cost=10.12), Rules(min_margin_pct=0, max_change_pct=1), TODAY)
    assert verdict.price == 10.2
    tight = judge(9.0, offer(10.10, cost=10.12), Rules(min_margin_pct=0, max_change_pct=1), TODAY)
    assert tight.price == 10.12
    assert "smallest coin" in ruling(tight, "ending").note


def test_the_smallest_coin_serves_beside_a_lawful_price_of_today():
    around = ladder(offer(10.10), Rules(max_change_pct=0.2), TODAY)
    assert around == (10.08, 10.09, 10.10, 10.11, 10.12)


def test_todays_price_may_stay_whatever_its_ending():
    assert judge(2.55, offer(2.55), Rules(), TODAY).price == 2.55
    assert judge(3.3333, offer(3.3333), Rules(), TODAY).price == 3.3333


@pytest.mark.parametrize(
    ("currency", "wanted", "price"),
    [("JPY", 1234.4, 1234.0), ("CNY", 9.876, 9.88), ("KWD", 1.23449, 1.234)],
)
def test_a_currency_is_paid_in_its_own_coins(currency, wanted, price):
    assert judge(wanted, offer(wanted * 1.1, currency=currency), FREE, TODAY).price == price


def test_money_in_notes_carries_its_currency():
    yen = judge(1000, offer(1000, currency="JPY", cost=500), Rules(), TODAY)
    assert "500 JPY" in ruling(yen, "cost_floor").note
    pounds = judge(10, offer(cost=5), Rules(), TODAY)
    assert "5.00 GBP" in ruling(pounds, "cost_floor").note


def test_no_price_is_lawful_when_the_cost_is_out_of_reach():
    verdict = judge(6.0, offer(5.0, cost=8.0), Rules(max_change_pct=10), TODAY)
    assert verdict.price is None
    assert "contradicts the largest change" in ruling(verdict, "margin_floor").note
    assert ladder(offer(5.0, cost=8.0), Rules(max_change_pct=10), TODAY) == ()


def test_a_price_below_cost_rises_where_the_rise_is_small_enough():
    assert judge(5.0, offer(5.0, cost=5.20), Rules(min_margin_pct=0), TODAY).price == 5.25


def test_an_unknown_cost_is_said_and_does_not_bind():
    verdict = judge(7.99, offer(), Rules(), TODAY)
    for rule in ("margin_floor", "cost_floor"):
        assert not ruling(verdict, rule).binding
        assert "could not be checked" in ruling(verdict, rule).note.lower()


def test_the_margin_is_a_share_of_the_price():
    assert judge(5.0, offer(cost=8.0), Rules(min_margin_pct=20, endings={}), TODAY).price == 10.0


@pytest.mark.parametrize(("days", "price"), [(6, 10.0), (7, 11.49)])
def test_a_price_changed_lately_stays(days, price):
    changed = offer(last_changed=TODAY - timedelta(days))
    verdict = judge(11.49, changed, Rules(), TODAY)
    assert verdict.price == price
    assert ruling(verdict, "change_frequency").binding == (price == 10.0)


def test_the_lawful_prior_price_is_noted_and_forbids_nothing():
    verdict = judge(8.99, offer(lowest_30_days=8.50), Rules(), TODAY)
    assert verdict.price == 8.99
    assert not ruling(verdict, "prior_price").binding
    assert "8.50 GBP" in ruling(verdict, "prior_price").note


def test_each_limit_binds_in_its_own_name():
    cases = {
        "history_range": (offer(price_high=11.0), FREE, 12.0, 11.0),
        "competitor_band": (offer(competitors=(9.0, 10.0, 20.0)), replace(FREE, competitor_high_pct=5), 12.0, 10.5),
        "line_order": (offer(line_low=9.5), FREE, 9.0, 9.5),
        "max_change": (offer(), replace(FREE, max_change_pct=10), 12.0, 11.0),
        "map": (offer(map_price=9.8), FREE, 9.0, 9.8),
        "margin_floor": (offer(cost=9.4), FREE, 9.0, 9.4),
    }
    for rule, (an_offer, some_rules, wanted, price) in cases.items():
        verdict = judge(wanted, an_offer, some_rules, TODAY)
        assert (verdict.binding_rule, verdict.price) == (rule, price)


def test_the_map_is_passed_over_only_where_the_store_says_so():
    assert judge(9.0, offer(map_price=9.8), replace(FREE, respect_map=False), TODAY).price == 9.0


def test_siblings_out_of_order_leave_no_price():
    assert judge(10.0, offer(line_low=11.0, line_high=9.0), Rules(), TODAY).price is None


def test_a_long_ladder_is_thinned_evenly_and_keeps_todays_price():
    rungs = ladder(offer(1_000_000, currency="JPY"), Rules(), TODAY, 15)
    assert len(rungs) == 15
    assert 1_000_000 in rungs
    assert (rungs[0], rungs[-1]) == (700_000, 1_300_000)
    steps = [b - a for a, b in pairwise(rungs)]
    assert max(steps) <= 3 * min(steps)


def test_relaxing_names_the_price_that_each_rule_stands_before():
    dear = offer(5.0, cost=8.0)
    assert relaxed(dear, Rules(max_change_pct=10, min_margin_pct=0), TODAY) == {("max_change",): 8.25}
    changed = replace(dear, last_changed=TODAY)
    assert relaxed(changed, Rules(max_change_pct=10, min_margin_pct=0), TODAY) == {
        ("max_change", "change_frequency"): 8.25
    }


@given(offers(), rules())
@settings(max_examples=200, deadline=None)
def test_a_relaxed_price_never_lies_below_cost(an_offer, some_rules):
    if lawful_limits(an_offer, some_rules, TODAY) is None:
        for price in relaxed(an_offer, some_rules, TODAY).values():
            assert "cost_floor" not in breaks(price, an_offer, some_rules)


@pytest.mark.parametrize(
    ("field", "value"),
    [("price", 0.0), ("price", float("nan")), ("cost", -1.0), ("stock", -1), ("competitors", (1.0, float("inf"))),
     ("map_price", 0.0), ("currency", "gbp"), ("currency", "£")],
)  # fmt: skip
def test_an_offer_that_cannot_be_is_refused_by_the_field_at_fault(field, value):
    with pytest.raises(ValueError, match=field):
        Offer(**{"sku": "A", "currency": "GBP", "price": 1.0, field: value})


def test_a_range_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="price_low"):
        offer(price_low=3.0, price_high=2.0)


@pytest.mark.parametrize(
    ("field", "value"),
    [("max_change_pct", -1.0), ("min_margin_pct", 100.0), ("days_between_changes", -1), ("competitor_low_pct", 101.0),
     ("competitor_high_pct", float("nan")), ("endings", {"GBP": (1.99,)}), ("endings", {"JPY": (0.99,)})],
)  # fmt: skip
def test_rules_that_cannot_be_are_refused_by_the_field_at_fault(field, value):
    with pytest.raises(ValueError, match=field):
        Rules(**{field: value})


@pytest.mark.parametrize("wanted", [0.0, -1.0, float("nan"), float("inf")])
def test_a_wanted_price_is_a_number_above_zero(wanted):
    with pytest.raises(ValueError, match="above 0"):
        judge(wanted, offer(), Rules(), TODAY)


def test_rules_can_be_written_down():
    assert Rules(**asdict(Rules())) == Rules()
