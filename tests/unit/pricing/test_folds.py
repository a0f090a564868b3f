import numpy as np
import pytest
from panels import changed, grown

from pricing.errors import NotEnoughDataError
from pricing.folds import ARRAYS, folds, only, sample, until


@pytest.fixture(scope="module")
def panel():
    return grown(31, products=12, weeks=60, stock_outs=0.0).panel


def test_the_last_fold_ends_with_the_panel_and_the_others_stand_a_step_apart(panel):
    cut = folds(panel, horizon=4, count=3)
    assert [fold.origin for fold in cut] == [48, 52, 56]
    assert cut[-1].plan.weeks.tolist() == panel.weeks[-4:].tolist()
    assert [fold.origin for fold in folds(panel, horizon=4, count=3, step=1)] == [54, 55, 56]


def test_a_fold_holds_what_was_known_and_what_came(panel):
    fold = folds(panel, 4, 2)[0]
    assert fold.past.weeks.tolist() == panel.weeks[:52].tolist()
    for name in ARRAYS:
        assert np.array_equal(getattr(fold.past, name), getattr(panel, name)[:, :52], equal_nan=True)
    assert np.array_equal(fold.actual, panel.units[:, 52:56])
    assert np.array_equal(fold.plan.price, panel.price[:, 52:56])
    assert np.array_equal(fold.plan.promo, panel.promo[:, 52:56])


def test_the_past_shares_no_memory_with_what_came(panel):
    past = until(panel, 40)
    plan = folds(panel, 4, 1)[0].plan
    assert not any(np.shares_memory(getattr(past, name), getattr(panel, name)) for name in ARRAYS)
    assert not np.shares_memory(plan.price, panel.price)
    assert not np.shares_memory(plan.promo, panel.promo)


def test_weeks_off_the_shelf_are_left_out_and_counted(panel):
    def half(array):
        array[3, -2] = 0.5

    last = folds(changed(panel, in_stock=half), 4, 1)[0]
    assert np.isnan(last.actual[3]).tolist() == [False, False, True, False]
    assert np.isfinite(np.delete(last.actual, 3, axis=0)).all()
    assert last.censored.sum() == 1


def test_a_product_that_had_not_sold_is_not_judged(panel):
    def launched_later(array):
        array[5, :57] = np.nan

    last = folds(changed(panel, units=launched_later), 4, 1)[0]
    assert np.isnan(last.actual[5]).all()
    assert not last.censored.any()


def test_too_few_weeks_are_refused_with_what_is_needed(panel):
    assert len(folds(until(panel, 29), 4, 4)) == 4
    with pytest.raises(NotEnoughDataError, match=r"28 weeks .* takes 29\. Ask for fewer folds"):
        folds(until(panel, 28), 4, 4)


@pytest.mark.parametrize("wrong", [(0, 1, 1), (4, 0, 1), (4, 1, 0)])
def test_folds_have_bounds(panel, wrong):
    with pytest.raises(ValueError, match="1 or more"):
        folds(panel, *wrong)


def test_a_sample_is_the_same_in_every_run_and_order():
    skus = [f"SKU-{k}" for k in range(1000)]
    drawn = {skus[i] for i in sample(skus, 50)}
    turned = skus[::-1]
    assert drawn == {turned[i] for i in sample(turned, 50)}
    assert drawn < {skus[i] for i in sample(skus, 60)}
    assert abs(np.mean([int(sku[4:]) for sku in drawn]) - 500) < 150


def test_a_sample_larger_than_the_store_is_all_of_it(panel):
    assert sample(panel.skus, 500).tolist() == list(range(12))


def test_some_products_of_a_panel_keep_their_names_and_numbers(panel):
    few = only(panel, np.array([7, 2]))
    assert few.skus == ("S7", "S2")
    assert few.categories == (panel.categories[7], panel.categories[2])
    assert np.array_equal(few.units, panel.units[[7, 2]])
