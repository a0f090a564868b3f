"""What a change of price did."""

import numpy as np
import pytest

from pricing.elasticity import elasticities
from pricing.forecast import Forecast, forecasts
from pricing.impact import FAR, Band, Movement, Promise, Sold, calibration, drift, impact, movement, total
from pricing.simulate import continued, panel, store

WEEKS = 4


def told(mean: float, low: float, high: float, sku: str = "A", weeks: int = WEEKS) -> Forecast:
    totals = np.array([low, low + (mean - low) / 3, mean, mean + (high - mean) / 2, high])
    return Forecast(
        sku, np.arange("2026-01-05", weeks, dtype="datetime64[W]").astype("datetime64[D]")[:weeks],
        np.full(weeks, mean / weeks), np.tile(totals[:, None] / weeks, weeks), totals, mean, 2.0, 104, 0, "told", "",
    )  # fmt: skip


PLAUSIBLE = Band(20, 5, 35)


def promise(change: Band = PLAUSIBLE, cost: float | None = 1.0) -> Promise:
    return Promise("A", WEEKS, "profit" if cost else "revenue", 2.0, 2.4, cost, change, Band(90, 70, 110))


def sold(units: float, price: float = 2.4, weeks: int = WEEKS) -> Sold:
    return Sold(np.full(weeks, units / weeks), units * price)


def test_money_is_counted_against_what_would_have_sold() -> None:
    found = impact(promise(), sold(90), told(100, 80, 120), Movement())
    assert found.profit == pytest.approx(90 * 1.4)
    assert found.without.mean == pytest.approx(100)
    assert found.change.mean == pytest.approx(90 * 1.4 - 100)
    assert (found.change.low, found.change.high) == (pytest.approx(6), pytest.approx(46))
    assert found.verdict == "kept"
    assert found.kept_units


def test_a_category_that_rose_takes_the_credit_for_what_it_did() -> None:
    plain = impact(promise(), sold(120), told(100, 80, 120), Movement())
    risen = impact(promise(), sold(120), told(100, 80, 120), Movement(1.2, 0.05, 9))
    assert risen.without.mean == pytest.approx(120)
    assert risen.change.mean == pytest.approx(plain.change.mean - 20)
    assert risen.change.high - risen.change.low > plain.change.high - plain.change.low


def test_an_outcome_far_below_the_promise_is_worse_and_far_above_it_better() -> None:
    assert impact(promise(Band(200, 150, 250)), sold(90), told(100, 80, 120), Movement()).verdict == "worse"
    assert impact(promise(Band(-90, -99, -80)), sold(90), told(100, 80, 120), Movement()).verdict == "better"


def test_two_weeks_of_four_are_too_early_and_are_held_to_half_the_promise() -> None:
    found = impact(promise(), sold(45, weeks=2), told(100, 80, 120), Movement())
    assert found.verdict == "early"
    assert found.promised.mean == pytest.approx(10)
    assert found.without.mean == pytest.approx(50)
    assert calibration([found]).judged == 0


def test_without_a_cost_the_change_is_one_of_revenue_and_no_profit_is_told() -> None:
    found = impact(promise(cost=None), sold(90), told(100, 80, 120), Movement())
    assert found.profit is None
    assert found.change.mean == pytest.approx(90 * 2.4 - 200)


def test_discounts_are_taken_to_have_been_given_at_the_old_price_too() -> None:
    found = impact(promise(), sold(90, price=1.2), told(100, 80, 120), Movement())
    assert found.change.mean == pytest.approx(90 * 0.2 - 100 * 0.0)


def test_a_forecast_shorter_than_the_sales_is_refused() -> None:
    with pytest.raises(ValueError, match="does not speak"):
        impact(promise(), sold(90), told(100, 80, 120), Movement(), gap=1)


def test_a_category_that_did_not_move_changes_nothing_and_one_that_did_moves_all() -> None:
    random = np.random.default_rng(3)
    peers = [told(200, 150, 255, f"P{i}") for i in range(30)]
    still = movement(200 * np.exp(random.normal(0, 0.16, 30)), peers)
    risen = movement(200 * np.exp(random.normal(0.4, 0.16, 30)), peers)
    assert abs(np.log(still.factor)) < 0.06
    assert np.log(risen.factor) == pytest.approx(0.4, abs=0.1)
    assert movement(np.array([400.0, 400.0]), peers[:2]) == Movement(peers=2)


def test_sums_add_money_and_take_errors_for_independent() -> None:
    one = impact(promise(), sold(90), told(100, 80, 120), Movement())
    whole = total([one] * 4)
    assert whole.count == 4
    assert whole.change.mean == pytest.approx(4 * one.change.mean)
    assert whole.change.high - whole.change.mean == pytest.approx(2 * (one.change.high - one.change.mean))
    assert total([]).change.mean == 0


def test_a_forecast_goes_astray_when_sales_leave_it_far_behind() -> None:
    assert abs(drift(105, told(100, 80, 120))) < 1
    assert drift(200, told(100, 80, 120)) > FAR
    assert drift(50, told(100, 80, 120)) < -FAR
    assert np.isnan(drift(5, told(float("nan"), float("nan"), float("nan"))))


@pytest.mark.slow
def test_the_interval_covers_the_true_effect_in_nine_cases_of_ten() -> None:
    """Against the same simulated weeks sold at the old prices, over three stores."""
    found = [one for seed in (1, 2, 3) for one in _against_the_truth(seed)]
    covered = np.mean([low <= truth <= high for truth, low, high in found])
    assert len(found) > 60
    assert 0.8 <= covered <= 0.98, covered


def _against_the_truth(seed: int) -> list[tuple[float, float, float]]:
    before = store(seed, 60)
    past = panel(before, cost_history=False)
    prices = dict(before.products.select("sku", "price").iter_rows())
    tried = [sku for sku, role in before.truth.select("sku", "role").iter_rows() if role in ("", "intermittent")][::2]
    new = {sku: round(prices[sku] * (1.12 if i % 2 else 0.9), 2) for i, sku in enumerate(tried)}
    kept, changed = (panel(continued(before, p, WEEKS, seed + 50), cost_history=False) for p in (prices, prices | new))
    ahead = {f.sku: f for f in forecasts(past, WEEKS, None, elasticities(past), promos=np.zeros((60, WEEKS)))}
    rows = []
    for sku in tried:
        i = past.row(sku)
        without, with_it = kept.units[i, -WEEKS:], changed.units[i, -WEEKS:]
        peers = [p for p in past.skus if p not in new and past.categories[past.row(p)] == past.categories[i]]
        peers = [
            p for p in peers if np.isfinite(ahead[p].total_mean) and kept.in_stock[past.row(p), -WEEKS:].min() == 1
        ]
        if (
            not np.isfinite(ahead[sku].total_mean)
            or min(kept.in_stock[i, -WEEKS:].min(), changed.in_stock[i, -WEEKS:].min()) < 1
        ):
            continue
        moved = movement(
            np.array([changed.units[past.row(p), -WEEKS:].sum() for p in peers]), [ahead[p] for p in peers]
        )
        cost = float(past.cost[i, -1])
        asked = Promise(sku, WEEKS, "profit", prices[sku], new[sku], cost, Band(0, -1, 1), Band(0, 0, 0))
        one = impact(asked, Sold(with_it, float(with_it.sum()) * new[sku]), ahead[sku], moved)
        truth = with_it.sum() * (new[sku] - cost) - without.sum() * (prices[sku] - cost)
        rows.append((float(truth), one.change.low, one.change.high))
    return rows
