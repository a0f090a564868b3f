import numpy as np
import pytest

from pricing.hierarchy import draw_together


def world(seed=0, n=600, categories=12, size=3):
    """True values with a category, a family, a trait and something of their own, and noisy estimates of them."""
    rng = np.random.default_rng(seed)
    category, family = np.arange(n) // size % categories, np.arange(n) // size
    trait = rng.normal(0, 1, n)
    true = -2 + rng.normal(0, 0.5, categories)[category] + rng.normal(0, 0.6, n)[family] + rng.normal(0, 0.15, n)
    true = true + 0.3 * trait
    se = rng.uniform(0.3, 0.9, n)
    return true, true + rng.normal(0, se), se, category, family, trait[:, None]


def test_drawing_together_is_nearer_the_truth_and_covers_it():
    true, estimate, se, category, family, trait = world()
    found = draw_together(estimate, se, category, family, trait)
    assert np.mean((found.mean - true) ** 2) < 0.45 * np.mean((estimate - true) ** 2)
    assert np.mean(np.abs(found.mean - true) < 1.645 * found.se) == pytest.approx(0.9, abs=0.04)


def test_the_spreads_are_found():
    _, *known = world(n=3000)
    spreads = draw_together(*known).spreads
    assert spreads.families == pytest.approx(0.6, abs=0.1)
    assert spreads.members == pytest.approx(0.15, abs=0.1)
    assert spreads.categories == pytest.approx(0.5, abs=0.25)


def test_families_and_traits_help_only_where_they_say_something():
    true, estimate, se, category, family, trait = world()
    alone = np.arange(len(true))
    nothing = np.random.default_rng(1).normal(0, 1, trait.shape)
    errors = [
        np.mean((draw_together(estimate, se, category, kin, z).mean - true) ** 2)
        for kin, z in ((family, trait), (alone, trait), (family, nothing), (family, trait[:, :0]))
    ]
    assert errors[0] < 0.9 * errors[1]
    assert errors[0] < 0.9 * errors[2]
    assert errors[2] == pytest.approx(errors[3], rel=0.05)


def test_the_vaguer_an_estimate_the_more_it_borrows_and_none_borrows_all():
    _, estimate, se, category, family, trait = world()
    se = np.where(np.arange(len(se)) % 7 == 0, np.inf, se)
    found = draw_together(estimate, se, category, family, trait)
    assert (found.pooling[np.isinf(se)] == 1).all()
    known = np.isfinite(se)
    assert np.corrcoef(se[known], found.pooling[known])[0, 1] > 0.8
    assert ((found.pooling > 0) & (found.pooling <= 1)).all()
    assert found.se[~known].mean() > found.se[known].mean()


def test_a_sibling_speaks_for_a_product_without_an_estimate():
    true, estimate, se, category, family, trait = world()
    silent = np.arange(len(se)) % 3 == 0
    told = draw_together(estimate, np.where(silent, np.inf, se), category, family, trait)
    lone = draw_together(estimate, np.where(silent, np.inf, se), category, np.arange(len(se)), trait)
    assert np.mean((told.mean - true)[silent] ** 2) < 0.8 * np.mean((lone.mean - true)[silent] ** 2)


def test_one_failed_fit_does_not_move_its_peers():
    _, estimate, se, category, family, trait = world()
    wild = estimate.copy()
    wild[0] = 500.0
    others = family != family[0]
    change = (
        draw_together(wild, se, category, family, trait).mean
        - draw_together(estimate, se, category, family, trait).mean
    )
    assert np.abs(change[others]).max() < 0.1


def test_products_without_a_category_are_drawn_to_the_store():
    _, estimate, se, _, family, trait = world()
    found = draw_together(estimate, se, np.full(len(se), -1), family, trait[:, :0])
    assert np.ptp(found.prior) < 1e-9
    assert found.prior[0] == pytest.approx(estimate.mean(), abs=0.2)
