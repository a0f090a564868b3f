from dataclasses import replace

import numpy as np
import pytest
from panels import changed, grown, only, until

from pricing import simulate
from pricing.elasticity import Elasticity, elasticities
from pricing.paid import paid
from pricing.truth import demand_shape


@pytest.fixture(scope="module")
def known():
    return grown(3)


@pytest.fixture(scope="module")
def found(known):
    return elasticities(known.panel)


def row_set(row, values):
    """Writes `values` into one row of an array."""

    def alter(array):
        array[row] = values

    return alter


def test_estimates_come_in_the_panels_order(known, found):
    assert tuple(e.sku for e in found) == known.panel.skus


def test_estimates_are_near_the_truth(known, found):
    error = np.array([e.elasticity for e in found]) - known.elasticity
    usable = np.array([e.usable for e in found])
    assert np.sqrt(np.mean(error[usable] ** 2)) < 0.5
    assert abs(np.mean(error[usable])) < 0.2


def test_nearly_all_products_with_varied_prices_are_answered(known, found):
    usable = np.array([e.usable for e in found])
    assert usable[~known.flat].mean() >= 0.9


def test_a_price_that_never_changed_is_refused_with_the_peers_figure(known, found):
    refused = [e for e, flat in zip(found, known.flat, strict=True) if flat]
    assert refused
    for e in refused:
        assert not e.usable
        assert e.reason.startswith("the price never changed in")
        assert "price test" in e.reason
        assert (e.level, e.pooling) == ("category", 1.0)
        assert e.ci_low < e.elasticity < e.ci_high


@pytest.mark.parametrize("volume", [0.7, 2.5])
def test_ninety_percent_intervals_cover_at_least_about_ninety_percent_where_prices_are_set_blindly(volume):
    inside = []
    for seed in range(4):
        known = grown(seed, volume=volume)
        found = elasticities(known.panel)
        inside += [e.ci_low < true < e.ci_high for e, true in zip(found, known.elasticity, strict=True) if e.usable]
    assert 0.87 <= np.mean(inside) <= 0.98


@pytest.mark.slow
@pytest.mark.parametrize("form", ["constant", "linear", "logit", "exponential", "mixed"])
def test_intervals_of_the_simulated_shop_cover_the_slope_over_past_prices_and_at_todays(form):
    behind, now = [], []
    for seed in (1, 2):
        shop = simulate.store(seed, form=form)
        panel = simulate.panel(shop)
        truth = zip(past_slope(panel, shop.truth), shop.truth["elasticity"], strict=True)
        for e, (past, today) in zip(elasticities(panel), truth, strict=True):
            if e.usable and np.isfinite(past):
                behind.append(e.past_low < past < e.past_high)
                now.append(e.ci_low < today < e.ci_high)
    assert len(now) > 200
    assert 0.82 <= np.mean(behind) <= 0.98
    assert 0.82 <= np.mean(now) <= 0.98


def past_slope(panel, truth):
    """True demand's weighted log-log slope over the prices that a product had."""
    price = np.where(panel.price > 0, panel.price, 1.0)
    shape = demand_shape(truth, price)
    usual = np.nanmean(np.where(np.isfinite(panel.units), panel.units, 0), axis=1, keepdims=True)
    weight = (np.isfinite(panel.units) & (panel.in_stock > 0.5)) * usual * shape / (1 + 0.2 * usual * shape)
    step = np.log(price)
    step = step - (weight * step).sum(axis=1, keepdims=True) / np.maximum(weight.sum(axis=1, keepdims=True), 1e-9)
    bottom = (weight * step**2).sum(axis=1)
    top = (weight * step * np.log(np.maximum(shape, 1e-3))).sum(axis=1)
    return np.where(bottom > 1e-6, top / np.maximum(bottom, 1e-6), np.nan)


def test_the_simulated_shops_unidentified_products_are_refused():
    shop = simulate.store(4)
    role = shop.truth["role"].to_list()
    found = elasticities(simulate.panel(shop))
    unknowable = [e for e, r in zip(found, role, strict=True) if r in ("no price variation", "new")]
    assert unknowable
    assert not any(e.usable for e in unknowable)


def test_three_weeks_are_not_enough(known):
    def young(units):
        units[0, :-3] = np.nan

    e = elasticities(changed(known.panel, units=young))[0]
    assert not e.usable
    assert e.reason.startswith("3 weeks of sales; 12 are needed")
    assert e.weeks == 3


def test_a_product_that_hardly_sells_is_refused(known):
    def idle(units):
        units[0] = 0
        units[0, 50:52] = 1

    e = elasticities(changed(known.panel, units=idle))[0]
    assert not e.usable
    assert "only 2 of" in e.reason


def test_a_product_without_a_sale_is_refused(known):
    e = elasticities(changed(known.panel, units=row_set(0, 0.0)))[0]
    assert not e.usable
    assert e.reason.startswith("no sale in the data")


def test_a_product_without_a_price_is_refused(known):
    e = elasticities(changed(known.panel, price=row_set(0, np.nan)))[0]
    assert not e.usable
    assert "known price" in e.reason
    assert np.isnan(e.price_low)


def test_a_store_without_any_evidence_says_nothing(known):
    e = elasticities(changed(only(known.panel, [0]), units=row_set(0, 0.0)))[0]
    assert not e.usable
    assert np.isnan([e.elasticity, e.ci_low, e.ci_high]).all()


def test_units_that_rise_with_price_are_refused(known):
    row = int(np.flatnonzero(~known.flat)[0])
    price = known.panel.price[row]
    rising = np.round(60 * (price / price.mean()) ** 3)
    e = elasticities(changed(known.panel, units=row_set(row, rising), in_stock=row_set(row, 1.0)))[row]
    assert not e.usable
    assert "positive" in e.reason


def test_a_hopelessly_wide_interval_is_refused():
    known = grown(5, products=1, weeks=30, volume=-0.3, flat=0.0)
    e = elasticities(known.panel)[0]
    assert not e.usable
    assert "price test" in e.reason


def test_bulk_lines_do_not_move_the_estimate(known, found):
    row = int(np.flatnonzero(~known.flat)[0])
    bulk = np.where(known.panel.price[row] < np.median(known.panel.price[row]), 500.0, 0.0)
    panel = changed(known.panel, units=row_set(row, known.panel.units[row] + bulk), bulk=row_set(row, bulk))
    assert elasticities(panel)[row].elasticity == pytest.approx(found[row].elasticity, abs=0.05)


def test_weeks_out_of_stock_do_not_look_like_weak_demand(known, found):
    row = int(np.flatnonzero(~known.flat)[0])
    cheap = known.panel.price[row] < np.quantile(known.panel.price[row], 0.3)
    empty = changed(
        known.panel,
        units=row_set(row, np.where(cheap, 0, known.panel.units[row])),
        in_stock=row_set(row, np.where(cheap, 0.0, known.panel.in_stock[row])),
    )
    assert elasticities(empty)[row].elasticity < -0.5
    assert elasticities(empty)[row].weeks < found[row].weeks


def test_money_may_be_counted_in_any_coin(known, found):
    pence = elasticities(replace(known.panel, price=known.panel.price * 100, competitor=known.panel.competitor * 100))
    assert pence[0].elasticity == pytest.approx(found[0].elasticity, rel=1e-6)
    assert pence[0].price_high == pytest.approx(100 * found[0].price_high)


def test_thin_products_borrow_more():
    known = grown(6, flat=0.0)
    thin = np.arange(40)

    def thinner(units):
        units[thin] = np.random.default_rng(0).binomial(units[thin].astype(int), 0.1)

    found = elasticities(changed(known.panel, units=thinner))
    pooling = np.array([e.pooling for e in found])
    assert pooling[thin].mean() > pooling[40:].mean() + 0.1


def test_a_thin_category_borrows_from_the_store(known):
    names = ("alone", *known.panel.categories[1:])
    e = elasticities(replace(known.panel, categories=names))[0]
    assert e.level in ("product", "store")
    assert "store" in e.method


def test_one_product_stands_on_its_own_data(known):
    row = int(np.argmax(np.where(known.flat, 0, known.panel.units.mean(axis=1))))
    e = elasticities(only(known.panel, [row]))[0]
    assert e.pooling == 0
    assert e.level == "product"
    assert e.ci_low < known.elasticity[row] < e.ci_high


def test_the_range_is_that_of_the_prices_seen(known, found):
    for i, e in enumerate(found):
        assert known.panel.price[i].min() <= e.price_low <= known.panel.price[i, -1] <= e.price_high
        assert e.price_high <= known.panel.price[i].max()


def test_the_slope_is_told_at_the_price_charged_today_where_the_price_list_knows_it():
    shop = simulate.store(7, form="linear")
    panel, truth = simulate.panel(shop, cost_history=False), shop.truth["elasticity"].to_numpy()
    charged = shop.products["price"].to_numpy()
    some = np.where(np.arange(len(charged)) % 2 == 0, charged, np.nan)
    plain, told, half = elasticities(panel), elasticities(panel, charged=charged), elasticities(panel, charged=some)
    moved = np.array([abs(e.reference / price - 1) > 0.05 for e, price in zip(plain, charged, strict=True)])
    usable = np.array([a.usable and b.usable for a, b in zip(plain, told, strict=True)])
    assert (moved & usable).sum() >= 5
    errors = [
        np.abs([e.elasticity - true for e, true in zip(found, truth, strict=True)])[moved & usable].mean()
        for found in (told, plain)
    ]
    assert errors[0] < errors[1]
    assert [e.reference for e in told] == charged.tolist()
    assert [e.reference for e in half[1::2]] == [e.reference for e in plain[1::2]]


def test_the_same_panel_gives_the_same_answer(known, found):
    assert elasticities(known.panel) == found


def test_an_empty_panel_has_no_estimates(known):
    assert elasticities(only(known.panel, [])) == ()


@pytest.mark.parametrize("weeks", [1, 2, 11, 12, 13])
def test_short_panels_are_answered_or_refused_without_a_fault(known, weeks):
    for e in elasticities(until(known.panel, weeks)):
        assert e.usable or e.reason


def test_a_stale_price_is_put_between_its_neighbours(known):
    def sales(units):
        units[:] = 1
        units[:, 2:5] = 0

    def prices(price):
        price[:] = 2.0
        price[:, 5:] = 4.0

    panel = changed(until(known.panel, 8), units=sales, price=prices, promo=row_set(slice(None), 0.0))
    logs = paid(panel)
    assert np.allclose(np.exp(logs[0, [0, 1, 5, 7]]), [2, 2, 4, 4])
    assert np.allclose(np.diff(logs[0, 1:6]), np.log(2) / 4)


def test_a_week_half_on_promotion_has_half_the_discount(known):
    def prices(price):
        price[:] = 4.0
        price[:, 3] = 2.0

    def promos(promo):
        promo[:] = 0
        promo[:, 3] = 1
        promo[:, 4] = 0.5

    panel = changed(until(known.panel, 8), units=row_set(slice(None), 1.0), price=prices, promo=promos)
    assert np.allclose(np.exp(paid(panel)[0, 2:6]), [4, 2, 4 / np.sqrt(2), 4])


def test_the_interval_implies_the_standard_error():
    e = Elasticity("A", -2, -2 - 1.6448536, -2 + 1.6448536, "product", True, "", 50, 3, 1, 2, 0, "")
    assert e.se == pytest.approx(1)
