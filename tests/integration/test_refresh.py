"""A refresh of the small shop: the same whatever it runs on, stopped and gone on with, and done only once."""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import astuple, replace
from datetime import UTC, datetime
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from sqlmodel import select

from db import fits, sales
from db.engine import Database
from db.fits import Fitted
from db.tables import Fit, Product, Sale, StoreInfo
from knowledge.store import Knowledge
from pricing.elasticity import Elasticity
from pricing.errors import PricingError
from pricing.forecast import Forecast
from pricing.guardrails import Rules
from pricing.recommend import Opportunity
from tests.small_store import LAST, TODAY, WARES, contents, fill
from tools.context import Context, Shop
from tools.fitted import fitted, forecast_of
from tools.price import quote
from tools.refresh import Refreshed, refresh

KINDS: Sequence[type[Fitted]] = (Elasticity, Forecast, Opportunity)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def context_on(database: Database, folder: Path, rules: Rules | None = None) -> Context:
    return Context(Shop(database, Knowledge(folder / "knowledge"), rules or Rules()), TODAY)


@pytest.fixture
def either(database: Database, tmp_path: Path) -> Context:
    """The small shop on either engine, never refreshed."""
    fill(database)
    return context_on(database, tmp_path)


@pytest.fixture
def filled(sqlite_database: Database, tmp_path: Path) -> Context:
    """The same on SQLite, where the engine does not matter."""
    fill(sqlite_database)
    return context_on(sqlite_database, tmp_path)


def stages(context: Context, **how: object) -> tuple[Refreshed, list[str]]:
    """Refresh, and the stages that it told of."""
    told: list[str] = []
    done = refresh(context, lambda stage, done, total: told.append(stage), **how)  # type: ignore[arg-type]
    return done, list(dict.fromkeys(told))


def learned(database: Database) -> dict[str, list[object]]:
    """Every fit with its data version, without its date."""
    with database.reading() as session:
        stored = {kind.__name__: fits.load_all(session, kind) for kind in KINDS}
    return {name: [(one.data_version, astuple(one.fit)) for one in found] for name, found in stored.items()}


def aged(database: Database) -> None:
    """All fits are made long ago, so that what is made now can be told from them."""
    with database.session() as session:
        for row in session.exec(select(Fit)):
            row.fitted_at = LONG_AGO


def old(database: Database) -> set[str]:
    """Kinds of which every fit is still the old one."""
    with database.reading() as session:
        rows = session.exec(select(Fit)).all()
    return {row.kind for row in rows} - {row.kind for row in rows if row.fitted_at != LONG_AGO}


def test_a_refresh_fits_every_product_and_each_fit_names_its_data(either: Context) -> None:
    done = refresh(either)
    assert (done.products, done.unchanged) == (len(WARES), False)
    with either.database.reading() as session:
        known = sales.data_versions(session)
        for kind in (Elasticity, Forecast):
            assert {s.fit.sku: s.data_version for s in fits.load_all(session, kind)} == known
        assert done.usable == sum(s.fit.usable for s in fits.load_all(session, Elasticity)) > 0
        assert done.opportunities == len(fits.load_all(session, Opportunity)) > 0


def test_the_second_refresh_of_the_same_data_writes_nothing_and_says_so(either: Context) -> None:
    first = refresh(either)
    before = contents(either.database)
    second, told = stages(either)
    assert second == replace(first, unchanged=True)
    assert told == ["versions"]
    assert contents(either.database) == before


def test_what_stands_is_made_anew_when_asked_and_comes_out_the_same(either: Context) -> None:
    refresh(either)
    before = learned(either.database)
    aged(either.database)
    done, _ = stages(either, again=True)
    assert not done.unchanged
    assert old(either.database) == set()
    np.testing.assert_equal(learned(either.database), before)


def test_a_sale_more_is_learned_from(either: Context) -> None:
    refresh(either)
    before = learned(either.database)
    with either.database.session() as session:
        session.add(Sale(sku="TEA-001", sold_on=LAST, units=40, price=Decimal("4.95"), order_id="late"))
    assert not refresh(either).unchanged
    after = learned(either.database)
    assert repr(after["Forecast"]) != repr(before["Forecast"])
    with either.database.reading() as session:
        stored = fits.load(session, "TEA-001", Elasticity)
        assert stored is not None
        assert stored.data_version == sales.data_version(session, "TEA-001")


@pytest.mark.slow
def test_neither_parts_nor_processes_change_a_number(filled: Context) -> None:
    refresh(filled, workers=1)
    whole = learned(filled.database)
    for how in ({"part": 4}, {"part": 1, "workers": 2}):
        done, _ = stages(filled, again=True, **how)
        assert done.products == len(WARES)
        np.testing.assert_equal(learned(filled.database), whole)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_ray_learns_the_same_numbers(filled: Context) -> None:
    ray = pytest.importorskip("ray")
    refresh(filled)
    here = learned(filled.database)
    aged(filled.database)
    done, _ = stages(filled, engine="ray", again=True, workers=2, part=2)
    assert done.products == len(WARES)
    assert old(filled.database) == set()
    np.testing.assert_equal(learned(filled.database), here)
    assert not ray.is_initialized()


def test_an_opportunity_is_what_a_quote_would_gain(filled: Context) -> None:
    refresh(filled)
    with filled.database.reading() as session:
        found = [one.fit for one in fits.load_all(session, Opportunity)]
    for one in found:
        made = quote(filled, one.sku)
        assert (one.price, one.current) == (made.price, made.current)
        assert one.gain == pytest.approx(made.risk.change.mean)
        assert one.p_gain == pytest.approx(1 - made.risk.p_loss)


def test_what_is_no_opportunity_any_more_is_taken_away(either: Context) -> None:
    with either.database.session() as session:
        stale = [Opportunity(sku, 99.0, 0.9, 9.9, 8.9) for sku in ("KET-001", "TEA-001")]
        fits.save(session, stale, sales.data_versions(session))
    refresh(either)
    with either.database.reading() as session:
        assert fits.load(session, "KET-001", Opportunity) is None
        assert all(one.fit.gain != 99.0 for one in fits.load_all(session, Opportunity))


def test_other_rules_weigh_prices_again_and_fit_nothing(filled: Context, tmp_path: Path) -> None:
    refresh(filled)
    aged(filled.database)
    done, told = stages(context_on(filled.database, tmp_path, Rules(max_change_pct=3)))
    assert told == ["versions", "best prices"]
    assert not done.unchanged
    assert {"elasticity", "forecast"} <= old(filled.database)
    with filled.database.reading() as session:
        found = [one.fit for one in fits.load_all(session, Opportunity)]
    assert len(found) == done.opportunities
    assert all(abs(one.price / one.current - 1) <= 0.03 + 1e-9 for one in found)


def test_a_store_without_products_is_refreshed_in_no_time(database: Database, tmp_path: Path) -> None:
    assert refresh(context_on(database, tmp_path)).products == 0
    assert refresh(context_on(database, tmp_path)).unchanged


def refreshed_until(url: str, folder: str, stage: str, count: int) -> None:
    """A refresh that is killed as a machine kills it, at its `count`th news of a stage."""
    told: list[str] = []

    def tell(now: str, done: int, total: int) -> None:
        told.append(now)
        if told.count(stage) == count:
            os.kill(os.getpid(), signal.SIGKILL)

    refresh(context_on(Database(url), Path(folder)), tell, part=3, workers=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "count", "kept", "left"),
    [
        ("elasticities", 1, set(), ["versions", "sales", "elasticities", "forecasts", "best prices"]),
        ("forecasts", 1, {"elasticity"}, ["versions", "sales", "forecasts", "best prices"]),
        ("best prices", 2, {"elasticity", "forecast"}, ["versions", "best prices"]),
    ],
)
def test_a_run_that_was_killed_goes_on_where_it_stopped(
    filled: Context, tmp_path: Path, stage: str, count: int, kept: set[str], left: list[str]
) -> None:
    work = (filled.database.url, str(tmp_path / "killed"), stage, count)
    process = get_context("spawn").Process(target=refreshed_until, args=work)
    process.start()
    process.join()
    with closing(process):
        assert process.exitcode == -signal.SIGKILL
    aged(filled.database)
    done, told = stages(filled)
    assert told == left
    assert kept <= old(filled.database)
    assert (done.products, done.unchanged) == (len(WARES), False)
    straight = learned(filled.database)
    assert done.opportunities == len(straight["Opportunity"])
    refresh(filled, again=True)
    np.testing.assert_equal(learned(filled.database), straight)


def test_prices_that_were_weighed_before_a_stop_are_not_weighed_again(either: Context) -> None:
    weighed: list[tuple[int, int]] = []

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "best prices":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refresh(either, stop, part=4)
    refresh(either, lambda stage, done, total: weighed.append((done, total)) if stage == "best prices" else None)
    assert weighed == [(len(WARES) - 4, len(WARES) - 4)]


def test_a_note_that_another_pricedesk_wrote_counts_as_none(filled: Context) -> None:
    refresh(filled)
    with filled.database.session() as session:
        session.get_one(StoreInfo, fits.RUN).value = '{"stage": 3}'
    assert not refresh(filled).unchanged
    assert refresh(filled).unchanged


def test_an_engine_that_is_not_there_is_refused_before_anything_is_read(
    filled: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PricingError, match=r"No engine is called 'spark'\. Use local or ray"):
        refresh(filled, engine="spark")  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(PricingError, match=r"Ray is not installed.*pricedesk\[ray\]"):
        refresh(filled, engine="ray")
    assert learned(filled.database)["Elasticity"] == []


def test_a_product_without_a_price_is_no_opportunity(filled: Context) -> None:
    with filled.database.session() as session:
        session.get_one(Product, "TEA-001").price = None
    refresh(filled)
    with filled.database.reading() as session:
        assert fits.load(session, "TEA-001", Opportunity) is None


def test_a_store_that_never_sold_anything_opens_and_says_so(database: Database, tmp_path: Path) -> None:
    with database.session() as session:
        session.add(Product(sku="MUG-01", name="mug", currency="GBP", price=Decimal("5")))
    context = context_on(database, tmp_path)
    refresh(context)
    known = fitted(context, "MUG-01")
    assert not known.elasticity.usable
    with pytest.raises(PricingError, match="no sales"):
        forecast_of(context, known, 4)
