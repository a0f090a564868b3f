from dataclasses import replace

import numpy as np
import pytest

from bench import forecast
from bench.options import Options
from pricing import simulate
from pricing.backtest import OURS, PLANNED, Method, backtest
from pricing.contest import CHOICES, NAMED
from pricing.folds import folds, sample
from pricing.scores import Fan


@pytest.fixture(scope="module")
def panel():
    return simulate.panel(simulate.store(11, 30, 60), cost_history=False)


def saying(factor):
    """A method that repeats the mean of each product's past, times `factor`."""

    def said(past, rows, plan):
        mean = factor * np.nan_to_num(past.units[rows]).mean(axis=1)[:, None] * np.ones(len(plan.weeks))
        return Fan(mean, mean[None] * np.array([0.2, 0.4, 1.0, 1.6, 1.8])[:, None, None])

    return said


@pytest.fixture(scope="module")
def tried(panel):
    names = (OURS, *NAMED)
    rivals = [Method(name, saying(1 + 0.2 * k)) for k, name in enumerate(names)]
    return backtest(folds(panel, 4, 2), rivals, sample(panel.skus, 20))


def test_the_table_has_a_row_a_method_and_the_verdict(tried):
    table = forecast._methods("some store", tried, None)
    assert [row[0] for row in table.rows] == [OURS, *NAMED]
    assert {len(row) for row in table.rows} == {len(table.columns)}
    assert f"{tried.products:,} products, 2 dates" in table.title
    assert "Best here" in table.note or "No clear winner" in table.note


def test_a_part_names_its_products_and_is_measured_against_the_best_of_the_four(tried):
    half = np.zeros(tried.actual.shape, bool)
    half[tried.product == tried.product[0]] = True
    assert "1 products" in forecast._methods("one", tried, half).title
    scores = tried.scores()
    rival = min(NAMED, key=lambda name: scores[name].pinball)
    row = forecast._against("all", tried, None)
    assert row[7] == rival
    assert float(row[8]) == pytest.approx(scores[OURS].pinball / scores[rival].pinball, abs=0.0006)
    assert [row[0] for row in forecast._parts("some store", tried).rows][-4:] == [f"week {k}" for k in (1, 2, 3, 4)]


def test_what_sells_later_chooses_no_product(panel, monkeypatch):
    monkeypatch.setattr(forecast, "CATALOGUE", 10)
    chosen = forecast._busiest(panel).skus
    later = panel.units.copy()
    later[:, -16:] = np.where(np.isin(panel.skus, chosen)[:, None], 0.0, 99.0)
    assert forecast._busiest(replace(panel, units=later)).skus == chosen


def test_a_store_that_is_not_on_the_disk_is_said_to_be_left_out(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv(forecast.VARIABLE, str(tmp_path / "none.parquet"))
    monkeypatch.setattr(forecast, "find_spec", lambda name: None)
    assert list(forecast._real()) == []
    said = capsys.readouterr().out
    assert forecast.VARIABLE in said
    assert "`journey` is not installed" in said


def test_each_simulated_store_draws_a_sample_of_its_own():
    one, other = forecast._simulated(Options(seeds=(1, 2), products=20, weeks=30))
    assert not set(one.skus) & set(other.skus)
    assert np.array_equal(one.cost[:, 0], one.cost[:, -1]), "the merchant knows today's cost alone"


def test_the_stores_that_need_no_file_are_simulated_and_say_so(monkeypatch):
    monkeypatch.setattr(forecast, "_real", lambda: iter(()))
    names = [name for name, _ in forecast._stores(Options(seeds=(11, 12), products=40))]
    assert names == ["the demo store (simulated)", "simulated stores of 40 products, seeds (11, 12)"]


@pytest.mark.slow
def test_the_bench_prints_tables_for_every_store(monkeypatch, panel):
    monkeypatch.setattr(forecast, "SAMPLE", 12)
    monkeypatch.setattr(forecast, "_stores", lambda options: [("one", [panel]), ("two", [panel, panel])])
    tables = list(forecast.run(Options()))
    assert len(tables) == 2 * 2 + 2
    assert [row[0] for row in tables[0].rows] == [OURS, *CHOICES, PLANNED]
    assert [row[0] for row in tables[-1].rows] == ["one", "two", forecast.RARE]
