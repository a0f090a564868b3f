import numpy as np
import pytest
from scipy.sparse import csr_array

from pricing.errors import NotEnoughDataError
from pricing.offering import Purchases, Taste, best_terms, first_of, quality
from pricing.segments import ForbiddenTraitError, segments


def shop(seed: int = 0, customers: int = 240) -> tuple[Purchases, csr_array]:
    """Simulated customers of two tastes; each buys four of the ten products of a taste, and later others of them."""
    rng = np.random.default_rng(seed)
    who, what, later = [], [], []
    for i in range(customers):
        own = rng.permutation(np.arange(10) + 10 * (i % 2))
        who += [f"C{i:03}"] * 4
        what += [f"P{j:02}" for j in own[:4]]
        later += [(i, int(j)) for j in own[4:7]]
    bought = Purchases.of(who, what, [f"O{c}" for c in who], np.zeros(len(who), np.int64))
    rows, columns = np.array(later).T
    return bought, csr_array((np.ones(len(rows)), (rows, columns)), shape=bought.orders.shape)


def test_what_people_of_one_taste_buy_is_offered_to_them_and_beats_popularity() -> None:
    bought, after = shop()
    taste = Taste.of(bought, 10.0, 0.0)
    popular = np.tile(bought.popularity.astype(np.float32), (len(bought.customers), 1))
    ours, theirs = quality(taste.scores(bought.orders), after), quality(popular, after)
    assert ours.ndcg > 1.2 * theirs.ndcg
    own = first_of(taste.scores(bought.orders) - 1e6 * (bought.orders.todense() > 0), 3)
    assert {bought.skus[i] for i in own[0]} <= {f"P{i:02}" for i in range(10)}


def test_the_weights_are_the_closed_form_of_a_ridge_without_diagonal() -> None:
    bought, _ = shop()
    held = (np.asarray(bought.orders.todense()) > 0).astype(float)
    weights = Taste.of(bought, 50.0, 0.0).weights.astype(float)
    slope = held.T @ (held - held @ weights) - 50.0 * weights  # zero but for the multipliers of the diagonal
    np.fill_diagonal(slope, 0.0)
    assert np.abs(slope).max() < 1e-3
    assert not np.diag(weights).any()


def test_penalty_and_habit_are_those_that_rank_best() -> None:
    bought, after = shop()
    penalty, habit = best_terms(bought, after)
    assert habit == 0.0  # here nobody buys the same again
    assert penalty > 0


def test_a_handful_of_customers_is_too_few() -> None:
    bought, _ = shop(customers=20)
    with pytest.raises(NotEnoughDataError, match="an offer needs 30"):
        Taste.of(bought)


def test_older_orders_say_less() -> None:
    bought = Purchases.of(["A", "A"], ["X", "Y"], ["1", "2"], np.array([0, 240]))
    assert bought.orders.todense().tolist() == [[1.0, 0.25]]


def test_recall_and_ndcg_agree_with_a_list_by_hand() -> None:
    scores = np.array([[3.0, 2.0, 1.0, 0.0]], np.float32)
    found = quality(scores, csr_array(np.array([[0.0, 1.0, 0.0, 1.0]])), 2)
    assert found.recall == pytest.approx(0.5)
    assert found.ndcg == pytest.approx((1 / np.log2(3)) / (1 + 1 / np.log2(3)))


@pytest.mark.parametrize("trait", ["gender", "age", "postcode", "name", "device", "email", "anything_else"])
def test_customers_are_never_told_apart_by_who_they_are(trait: str) -> None:
    with pytest.raises(ForbiddenTraitError, match=trait):
        segments({"orders": [1], trait: ["x"]})


def test_customers_are_told_apart_by_what_they_did() -> None:
    made = segments({"last_order_days": [3, 400], "orders": [9, 1], "category": ["Tea", ""]})
    assert made == ("recent, often, Tea", "lapsed, once")
