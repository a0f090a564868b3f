import numpy as np
import pytest

from pricing.errors import NotEnoughDataError
from pricing.newcomer import conformal, newcomers
from pricing.resembling import Debuts, category_mean


def store(n: int = 160, seed: int = 0) -> Debuts:
    """Simulated products of eight kinds told by their vectors; each kind has its own price and sales."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 8, n)
    vectors = np.eye(8)[kind] + 0.15 * rng.standard_normal((n, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    prices = np.exp(1 + 0.2 * kind + 0.1 * rng.standard_normal(n))
    units = np.exp(1 + 0.4 * kind + 0.3 * rng.standard_normal(n))
    return Debuts(tuple(f"P{i}" for i in range(n)), vectors, ("",) * n, prices, units, np.ones(n, bool))


def test_a_new_product_sells_and_costs_what_its_like_do() -> None:
    learnt = newcomers(store())
    assert learnt.way != "category"
    for kind in (1, 6):
        told = learnt.launch(np.eye(8)[kind], "")
        assert told.units == pytest.approx(np.exp(1 + 0.4 * kind), rel=0.4)
        assert told.units_low < told.units < told.units_high
        assert told.price_low < np.exp(1 + 0.2 * kind) * 1.15
        assert told.price_high > np.exp(1 + 0.2 * kind) * 0.85


def test_nine_in_ten_products_of_another_draw_lie_in_the_interval() -> None:
    learnt, others = newcomers(store()), store(seed=1)
    inside = []
    for vector, price, units in zip(others.vectors, others.prices, others.units, strict=True):
        told = learnt.launch(vector, "", float(price))
        inside.append(told.units_low <= units <= told.units_high)
    assert 0.83 <= np.mean(inside) <= 0.97


def test_the_way_is_the_one_that_errs_least_on_products_held_back() -> None:
    learnt = newcomers(store())
    assert learnt.errors[learnt.way] == min(learnt.errors.values())


def test_the_same_store_teaches_the_same() -> None:
    first, second = (newcomers(store(60)).launch(np.eye(8)[2], "") for _ in range(2))
    assert first == second


def test_a_young_store_cannot_tell() -> None:
    with pytest.raises(NotEnoughDataError, match="40 are needed"):
        newcomers(store(20))


def test_conformal_ends_leave_a_little_more_than_the_sample_s_own() -> None:
    ends = conformal(np.arange(99.0), (0.05, 0.5, 0.95))
    assert ends.tolist() == [4.0, 49.0, 94.0]


def test_the_mean_of_a_category_does_not_tell_a_product_what_it_is_itself() -> None:
    known = store()
    actual = np.log1p(known.units)
    told = category_mean(known, known, actual, themselves=True)
    assert len(set(told.tolist())) == 5  # one category, five folds: nothing of a single product
    assert told.mean() == pytest.approx(actual.mean(), abs=0.05)
    assert category_mean(known, known, actual) == pytest.approx(np.full(len(actual), actual.mean()))


def test_the_head_does_not_lose_what_neighbours_know() -> None:
    told = newcomers(store()).errors
    assert told["head"] < 1.25 * told["neighbours"]
    assert told["head"] < 0.7 * told["category"]
