"""New products are forecast by those like them."""

from dataclasses import replace

import numpy as np
import pytest
from panels import at, changed, grown, stacked

from pricing.analogy import METHOD, analogies, young
from pricing.forecast import forecasts

HORIZON = 4
NEW = np.arange(6)


def families(seed=3, products=90):
    """A store of six families of products, each with its own level; the likeness of texts tells the family."""
    panel = grown(seed, products=products, weeks=40, flat=1.0, stock_outs=0.0).panel
    rng = np.random.default_rng(seed)
    family = np.arange(products) % 6
    level = np.array([1.5, 5, 15, 40, 100, 250])[family] * np.exp(rng.normal(0, 0.3, products))
    units = rng.poisson(level[:, None] * rng.gamma(8, 1 / 8, panel.units.shape)).astype(float)
    likeness = np.where(family[NEW][:, None] == family, 0.7, 0.2) + rng.uniform(-0.1, 0.1, (len(NEW), products))
    store = replace(panel, units=units, categories=("",) * products, price=np.full(units.shape, 5.0))
    return store, likeness, level


@pytest.fixture(scope="module")
def store():
    return families()


def without(panel, rows, weeks=0):
    """The panel in which `rows` have sold for the last `weeks` alone."""
    stop = -weeks if weeks else None
    return changed(panel, units=at((rows, slice(0, stop)), np.nan))


def told(panel, likeness, prices=None, horizon=HORIZON):
    prices = np.full(len(NEW), 5.0) if prices is None else prices
    return analogies(panel, forecasts(panel, horizon), NEW, likeness, prices)


def test_a_new_product_sells_what_products_of_like_text_sell(store):
    panel, likeness, level = store
    found = told(without(panel, NEW), likeness)
    median = stacked(found, "total")[:, 2] / HORIZON
    assert (np.diff(median) > 0).all()
    assert np.abs(np.log(median / level[NEW])).mean() < 0.6
    blind = told(without(panel, NEW), np.zeros_like(likeness))
    assert np.abs(np.log(stacked(blind, "total")[:, 2] / HORIZON / level[NEW])).mean() > 1.2


def test_its_interval_is_wider_than_that_of_a_product_that_has_sold(store):
    panel, likeness, _ = store
    widths = [
        np.log((stacked(f, "total")[:, 4] + 1) / (stacked(f, "total")[:, 0] + 1))
        for f in (told(without(panel, NEW), likeness), forecasts(panel, HORIZON)[: len(NEW)])
    ]
    assert (widths[0] > 1.5 * widths[1]).all()


@pytest.mark.slow
def test_its_interval_holds_about_ninety_percent():
    held = []
    for seed in range(12):
        panel, likeness, level = families(seed)
        total = stacked(told(without(panel, NEW), likeness), "total")
        sold = np.random.default_rng(seed).poisson(level[NEW] * HORIZON)
        held += list((sold >= total[:, 0]) & (sold <= total[:, 4]))
    assert np.mean(held) >= 0.85


def test_own_sales_outweigh_the_analogy_the_more_of_them_there_are(store):
    panel, likeness, _ = store
    strange = changed(panel, units=at((0, slice(None)), 400.0))  # of the family that sells least
    means = [told(without(strange, NEW, weeks), likeness)[0].total_mean / HORIZON for weeks in (0, 1, 4, 7)]
    assert means[0] < means[1] < means[2] < means[3]
    assert means[0] < 20
    assert means[3] > 150


def test_the_caution_says_that_it_is_an_analogy(store):
    panel, likeness, _ = store
    nothing, three, one = (told(without(panel, NEW, weeks), likeness)[0] for weeks in (0, 3, 1))
    assert nothing.caution.startswith("no sale yet: forecast by analogy with ")
    assert three.caution.startswith("only 3 weeks of sales: forecast by analogy with ")
    assert one.caution.startswith("only 1 week of sales")
    assert nothing.method == METHOD
    assert (nothing.history_weeks, three.history_weeks) == (0, 3)


def test_the_same_category_counts_for_more(store):
    panel, likeness, level = store
    named = replace(panel, categories=tuple(f"family {i % 6}" for i in range(len(panel.skus))))
    found = told(without(named, NEW), np.zeros_like(likeness))
    blind = told(without(panel, NEW), np.zeros_like(likeness))
    errors = [np.abs(np.log(stacked(f, "total")[:, 2] / HORIZON / level[NEW])).mean() for f in (found, blind)]
    assert errors[0] < 0.8 * errors[1]


def test_a_dearer_new_product_sells_less():
    panel, likeness, _ = families(8)
    dear = np.exp(np.random.default_rng(8).normal(1.6, 0.5, len(panel.skus)))
    units = np.random.default_rng(9).poisson(60 * (dear / 5) ** -1.0, panel.units.shape[::-1]).T.astype(float)
    priced = without(replace(panel, units=units, price=np.repeat(dear[:, None], units.shape[1], axis=1)), NEW)
    alike = np.full_like(likeness, 0.5)
    cheap, costly = (told(priced, alike, np.full(len(NEW), p))[0].total_mean for p in (3.0, 12.0))
    assert costly < 0.7 * cheap


def test_quantiles_ascend_and_the_mean_of_the_sum_is_the_sum_of_means(store):
    panel, likeness, _ = store
    for f in told(without(panel, NEW), likeness, horizon=13):
        assert (np.diff(f.quantiles, axis=0) >= 0).all()
        assert (np.diff(f.total) >= 0).all()
        assert f.total_mean == pytest.approx(f.mean.sum())
        assert len(f.weeks) == 13


def test_the_young_are_found(store):
    panel, _, _ = store
    assert list(young(without(panel, NEW, 7))) == list(NEW)
    assert list(young(without(panel, NEW, 8))) == []


def test_a_store_of_new_products_alone_tells_nothing():
    panel, likeness, _ = families(products=6)
    empty = without(panel, NEW)
    found = told(empty, likeness)
    assert all(np.isnan(f.total_mean) for f in found)
    assert all("no sale in the data" in f.caution for f in found)


def test_arrays_must_fit(store):
    panel, likeness, _ = store
    with pytest.raises(ValueError, match="likeness"):
        told(panel, likeness[:, :3])
