from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.baskets import Baskets
from pricing.errors import NoFeasiblePriceError
from pricing.recommend import Opportunity, bundle, ranked, related


def shop(orders=4000, products=40, pair=("P1", "P2"), often=0.5, seed=0) -> list[list[str]]:
    """Simulated orders of products at random, in which the second of a pair often follows the first."""
    rng = np.random.default_rng(seed)
    baskets = [[f"P{i}" for i in rng.choice(products, rng.integers(1, 6), replace=False)] for _ in range(orders)]
    for basket in baskets:
        if pair[0] in basket and pair[1] not in basket and rng.random() < often:
            basket.append(pair[1])
    return baskets


def test_what_is_often_bought_together_is_the_first_complement():
    found = related(shop(), "P1")
    assert (found[0].sku, found[0].other, found[0].relation) == ("P1", "P2", "complement")
    assert found[0].lift > 3
    assert found[0].lift_low < found[0].lift < found[0].lift_high


def test_together_counts_orders_not_units():
    orders = [["A", "B", "B", "A"], ["A", "B"], ["A", "C"], ["C"], ["D", "E"]] * 20
    found = {r.other: r for r in related(orders, "A")}
    assert found["B"].together == 40


def test_chance_alone_makes_few_complements_and_a_lift_of_about_one():
    orders = shop(often=0.0)
    lifts = [(r.lift_low, r.lift_high) for sku in range(40) for r in related(orders, f"P{sku}", n=40)]
    assert len(lifts) <= 0.08 * 40 * 39  # a one-sided 5 % bound is passed by chance one time in twenty


def test_the_interval_holds_the_true_lift_of_independent_products_nine_times_in_ten():
    rng = np.random.default_rng(3)
    orders = [[f"P{i}" for i in np.flatnonzero(row)] for row in rng.random((3000, 30)) < 0.15]
    baskets = Baskets.of(orders)
    alike = {f"P{i}": 1.0 for i in range(30)}
    pairs = {(r.sku, r.other): r for sku in baskets.skus for r in related(baskets, sku, alike, n=30)}
    covers = [r.lift_low <= 1 <= r.lift_high for r in pairs.values()]
    assert len(covers) > 800
    assert np.mean(covers) >= 0.85


def test_large_orders_alone_do_not_make_complements():
    rng = np.random.default_rng(5)
    sizes = np.where(rng.random(3000) < 0.05, 60, 2)
    orders = [[f"P{i}" for i in rng.choice(200, n, replace=False)] for n in sizes]
    baskets = Baskets.of(orders)
    found = [r for sku in baskets.skus[:40] for r in related(baskets, sku, n=200)]
    assert len(found) <= 0.08 * 40 * 199


def test_one_order_together_is_no_evidence():
    orders = [["A", "B"], *[["A", "C"]] * 5, *[[f"X{i}", "D"] for i in range(200)]]
    assert "B" not in {r.other for r in related(orders, "A")}


def test_what_is_alike_and_bought_apart_is_a_substitute_the_most_alike_first():
    orders = [["TEA", "MILK"]] * 50 + [["COFFEE", "MILK"]] * 50 + [["COCOA"]] * 50 + [["TEA", "TEAPOT"]] * 30
    alike = {"TEAPOT": 0.95, "COCOA": 0.7, "COFFEE": 0.9, "MILK": 0.3, "TEA": 1.0}
    found = related(orders, "TEA", alike)
    assert [r.other for r in found if r.relation == "substitute"] == ["COFFEE", "COCOA"]
    assert "TEAPOT" in {r.other for r in found if r.relation == "complement"}


def test_a_product_never_ordered_has_substitutes_by_text_alone():
    found = related(shop(), "NEW", {"P3": 0.8, "ALSO-NEW": 0.9})
    assert [(r.other, r.relation, r.together) for r in found] == [
        ("ALSO-NEW", "substitute", 0), ("P3", "substitute", 0),
    ]  # fmt: skip
    assert related(shop(), "NEW") == ()
    assert related([], "NEW") == ()


def test_n_is_the_most_of_each_kind():
    orders = [["A", *(f"B{i}" for i in range(8))]] * 50 + [[f"C{i}"] for i in range(500)]
    found = related(orders, "A", {f"C{i}": 0.9 for i in range(9)}, n=3)
    assert [r.relation for r in found] == ["complement"] * 3 + ["substitute"] * 3
    with pytest.raises(ValueError, match="n: 0"):
        related(orders, "A", n=0)


@given(st.lists(st.lists(st.sampled_from("ABCDEF"), max_size=6), max_size=30))
@settings(max_examples=80, deadline=None)
def test_together_agrees_with_counting_by_hand(orders):
    baskets = Baskets.of(orders)
    for sku in baskets.skus:
        counts = baskets.together(sku)
        for other, place in baskets.places.items():
            by_hand = sum(sku in order and other in order for order in orders) if other != sku else 0
            assert counts[place] == by_hand
        assert np.isfinite(baskets.by_chance(sku)).all()


def test_gain_weighs_with_its_certainty():
    sure, large, none, unknown = (
        Opportunity("SURE", 100.0, 0.9, 1.1, 1.0),
        Opportunity("LARGE", 150.0, 0.5, 1.1, 1.0),
        Opportunity("NONE", -5.0, 0.2, 1.1, 1.0),
        Opportunity("NAN", float("nan"), 0.9, 1.1, 1.0),
    )
    assert ranked([none, large, unknown, sure]) == (sure, large)
    assert ranked([large, sure], n=1) == (sure,)


def test_a_bundle_is_cheaper_than_its_parts():
    found = bundle(["A", "B"], [10.0, 5.0], [4.0, 2.0], 12, 10)
    assert (found.price, found.separate, found.together) == (13.5, 15.0, 12)
    assert found.margin_pct == pytest.approx((13.5 - 6) / 13.5 * 100)


def test_a_product_of_unknown_cost_keeps_its_price_in_a_bundle():
    found = bundle(["A", "B"], [10.0, 5.0], [4.0, None], 0, 50)
    assert (found.price, found.margin_pct) == (9.0, None)


@given(
    st.lists(st.tuples(st.integers(1, 10_000), st.none() | st.floats(0, 150)), min_size=2, max_size=5),
    st.floats(0, 99),
    st.sampled_from(["GBP", "JPY", "KWD"]),
)
def test_a_bundle_is_never_below_cost_nor_dearer_than_its_parts(parts, discount, currency):
    scale = {"GBP": 100, "JPY": 1, "KWD": 1000}[currency]
    prices, costs = [coins / scale for coins, _ in parts], [cost for _, cost in parts]
    skus = [f"P{i}" for i in range(len(parts))]
    try:
        found = bundle(skus, prices, costs, 0, discount, currency=currency)
    except NoFeasiblePriceError:
        assert sum(p if c is None else c for p, c in zip(prices, costs, strict=True)) > sum(prices) - 1e-9
    else:
        assert sum(c or 0 for c in costs) - 1e-9 <= found.price <= found.separate + 1e-9
        assert round(found.price * scale, 6) == int(round(found.price * scale, 6))


@pytest.mark.parametrize(
    ("skus", "prices", "costs", "discount", "words"),
    [
        (["A"], [1.0], [0.5], 10, "two or more"),
        (["A", "A"], [1.0, 1.0], [0.5, 0.5], 10, "different"),
        (["A", "B"], [1.0], [0.5, 0.5], 10, "as many"),
        (["A", "B"], [1.0, 0.0], [0.5, 0.5], 10, "above 0"),
        (["A", "B"], [1.0, 1.0], [0.5, -0.5], 10, "costs"),
        (["A", "B"], [1.0, 1.0], [0.5, 0.5], 100, "discount_pct"),
    ],
)
def test_what_makes_no_bundle_is_refused(skus, prices, costs, discount, words):
    with pytest.raises(ValueError, match=words):
        bundle(skus, prices, costs, 0, discount)


def test_real_orders_answer_with_what_the_shop_sells_beside_it():
    source = Path(__file__).parents[4] / "shared" / "data" / "online_retail.parquet"
    if not source.exists():
        pytest.skip(f"{source.name} is not here")
    import polars as pl  # noqa: PLC0415

    lines = pl.read_parquet(source, columns=["InvoiceNo", "StockCode"])
    orders = lines.group_by("InvoiceNo").agg("StockCode").get_column("StockCode").to_list()
    found = related(orders, "85123A")
    assert {"22804", "21733"} <= {r.other for r in found}  # the pink and the red of the white hanging heart
