import numpy as np
import pytest

from bench import peers, uplift
from bench.elasticity import pricedesk
from bench.options import Options, numbers
from bench.stores import stores
from bench.table import Table, percent


@pytest.fixture(scope="module")
def known():
    return next(stores(Options(seeds=(11,), products=60), "linear"))


@pytest.fixture(scope="module")
def scored(known):
    return uplift._bench(known)


def test_seeds_are_read_as_ranges_and_lists():
    assert numbers("1-3,7") == (1, 2, 3, 7)
    assert numbers("101") == (101,)


def test_a_table_lines_its_columns_up():
    lines = str(Table("Title", ("", "share"), [("ours", percent(0.5)), ("theirs", 12.25)])).splitlines()
    assert lines[0] == "Title"
    assert len({len(line) for line in lines[2:]}) == 1
    assert lines[-1].endswith("12.25")


def test_nobody_beats_the_oracle_and_the_oracle_never_loses(scored):
    assert (scored.scores["oracle"].alone >= -1e-9).all()
    for name in ("Pricedesk", "cost-plus", "OLS optimum"):
        assert scored.scores[name].alone.sum() <= scored.scores["oracle"].alone.sum()
    assert scored.scores["wide oracle"].alone.sum() >= scored.scores["oracle"].alone.sum()


def test_no_proposal_of_anyone_breaks_the_rules(scored):
    assert [score.outside for score in scored.scores.values()] == [0] * len(scored.scores)


def test_pricedesk_loses_on_fewer_moves_than_naive_pricing(scored):
    def losing(name):
        score = scored.scores[name]
        return np.mean(score.alone[score.moved] < 0) if score.moved.any() else 0.0

    assert losing("Pricedesk") < losing("OLS optimum")
    assert losing("Pricedesk") < losing("cost-plus")


def test_most_of_what_is_missed_is_missed_for_want_of_the_true_slopes(scored):
    earned = {name: score.alone.sum() for name, score in scored.scores.items()}
    assert earned["knowing slopes"] > 0.7 * earned["oracle"]
    assert earned["knowing slopes"] > 2 * max(earned["Pricedesk"], earned["knowing forms"])


def test_what_is_stated_of_losses_is_set_against_the_truth(scored):
    bold = scored.scores["best on average"]
    assert np.isfinite(bold.p_loss[bold.moved]).all()
    table = uplift._reliability("Losses", [scored])
    assert sum(int(row[1]) for row in table.rows) == bold.moved.sum()
    lost = sum(int(row[1]) * float(str(row[3]).removesuffix(" %")) / 100 for row in table.rows)
    assert lost == pytest.approx((bold.alone[bold.moved] < 0).sum(), abs=0.1)


def test_the_knowing_benchmark_is_unbiased_and_nearer_than_ols(known):
    _, _, usable = pricedesk(known)
    errors = [np.abs(method(known).slope - known.today)[usable] for method in (peers.knowing, peers.naive)]
    assert np.nanmedian(errors[0]) < np.nanmedian(errors[1])
    assert abs(np.nanmedian((peers.knowing(known).slope - known.today)[usable])) < 0.15


@pytest.mark.slow
def test_double_machine_learning_answers_where_prices_moved(known):
    pytest.importorskip("econml", reason="EconML is not installed")
    dml, moved = peers.dml(known), np.isfinite(peers.controlled(known).slope)
    assert np.isfinite(dml.slope[moved]).mean() > 0.8
    assert (dml.low <= dml.high)[np.isfinite(dml.slope)].all()


def test_what_cannot_be_known_is_flagged(known):
    _, _, usable = pricedesk(known)
    assert known.unknowable.any()
    assert not usable[known.unknowable].any()
    assert usable[known.knowable].mean() > 0.9
