from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pricing import simulate
from pricing.assortment import catalogue
from pricing.errors import PricingError
from pricing.panel import Floats
from pricing.simulate import SimulatedStore, continued, panel, store
from pricing.trade import expected_by_day
from pricing.truth import FORMS, demand_shape, elasticity_at, expected_units, expected_wholesale

COLUMNS = {
    "products": "sku name name_zh category description brand cost price currency stock map_price launched_on status",
    "sales": "date sku units price order_id customer_id channel promo",
    "competitor_prices": "date sku competitor price url in_stock condition",
    "reviews": "review_id sku date rating text language",
    "stock": "date sku on_hand",
    "promotions": "sku starts_on ends_on kind discount_pct coupon",
}
WEEK = date(2025, 6, 16)


def _retail_units(shop: SimulatedStore) -> int:
    return int(shop.sales.filter(pl.col("units").is_between(1, 23))["units"].sum())


@pytest.fixture(scope="module")
def shop() -> SimulatedStore:
    return store(seed=3, products=80, weeks=60)


@pytest.fixture(scope="module")
def established(shop: SimulatedStore) -> pl.DataFrame:
    return shop.truth.filter(
        pl.col("role").is_in(["", "no price variation"]) & (pl.col("launched_on") < date(2025, 1, 1))
    )


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        store(seed=5, products=15, weeks=20).write(tmp_path / name, tmp_path / f"{name}.parquet")
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(files) == 7
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_another_seed_gives_another_shop() -> None:
    assert not store(1, 15, 20).sales.equals(store(2, 15, 20).sales)


def test_the_frames_have_the_columns_of_the_store_folder(shop: SimulatedStore) -> None:
    assert {name: " ".join(getattr(shop, name).columns) for name in COLUMNS} == COLUMNS


def test_the_folder_reads_back_as_written_says_that_it_is_simulated_and_keeps_the_truth_out(
    shop: SimulatedStore, tmp_path: Path
) -> None:
    shop.write(tmp_path / "store", tmp_path / "truth.parquet")
    for name in COLUMNS:
        frame = getattr(shop, name)
        back = pl.read_csv(tmp_path / "store" / f"{name}.csv", schema_overrides=frame.schema)
        assert_frame_equal(back, frame)
    assert simulate.NOTICE in (tmp_path / "store" / "README.txt").read_text(encoding="utf-8")
    assert not list((tmp_path / "store").glob("*truth*"))
    assert_frame_equal(pl.read_parquet(tmp_path / "truth.parquet"), shop.truth)


def test_the_truth_is_not_written_into_the_store_folder(shop: SimulatedStore, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="outside"):
        shop.write(tmp_path, tmp_path / "truth.parquet")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("products", [1, 7, 200, 4000])
def test_names_are_unique_in_both_languages(products: int) -> None:
    goods = catalogue(np.random.default_rng(0), products)
    assert [goods[c].n_unique() for c in ("sku", "name", "name_zh", "description")] == [products] * 4
    assert not goods["name"].str.contains(r"\p{Han}").any()
    assert goods["name_zh"].str.contains(r"\p{Han}").all()


def test_sizes_of_one_design_cost_more_the_larger_they_are(shop: SimulatedStore) -> None:
    lines = shop.products.with_columns(shop.goods["family"]).group_by("family", maintain_order=True).agg("price")
    sized = [prices for prices in lines["price"].to_list() if len(prices) == 3]
    assert len(sized) > 3
    assert np.mean([small < medium < large for small, medium, large in sized]) > 0.8


def test_nothing_is_sold_while_out_of_stock(shop: SimulatedStore) -> None:
    sold = shop.sales.filter(pl.col("units") > 0).group_by("sku", "date").agg(pl.col("units").sum())
    opening = shop.stock.with_columns(date=pl.col("date") + pl.duration(days=1)).rename({"on_hand": "opening"})
    days = sold.join(opening, on=["sku", "date"])
    assert days.height > 5000
    assert (days["units"] <= days["opening"]).all()


def test_stock_outs_hide_demand(shop: SimulatedStore) -> None:
    empty = shop.stock.filter(pl.col("on_hand") == 0)
    assert empty["sku"].n_unique() > 10
    hidden = np.where(panel(shop).in_stock == 0, expected_by_day(shop.truth, shop.market)[:, ::7] * 7, 0.0)
    assert hidden.sum() > 100


def test_units_sold_are_close_to_what_the_truth_expects_where_stock_was_ample(shop: SimulatedStore) -> None:
    ample = shop.truth.filter(stock_policy="ample")["sku"].implode()
    rows = shop.truth["sku"].is_in(ample).to_numpy()
    small = shop.sales.filter(pl.col("sku").is_in(ample) & pl.col("units").is_between(1, 23))
    expected = expected_by_day(shop.truth, shop.market)[rows].sum()
    assert small["units"].sum() == pytest.approx(expected, rel=0.08)
    wholesale = shop.sales.filter(pl.col("sku").is_in(ample) & (pl.col("units") >= 24))["units"].sum()
    meant = expected_wholesale(shop.truth, shop.market.weeks)[rows].sum()
    assert 0.6 * meant < wholesale < 1.2 * meant  # a large order meets an emptier shelf


def test_a_product_sells_only_between_its_launch_and_its_end(shop: SimulatedStore) -> None:
    life = shop.sales.filter(pl.col("units") > 0).join(shop.truth, on="sku")
    assert (life["date"] >= life["launched_on"]).all()
    ended = life.filter(pl.col("discontinued_on").is_not_null())
    assert ended.height > 0
    assert (ended["date"] < ended["discontinued_on"]).all()
    fresh = shop.truth.filter(role="new")
    assert fresh.height > 0
    assert fresh.select((shop.end - pl.col("launched_on")).dt.total_days().is_between(14, 70).all()).item()


@pytest.mark.parametrize("form", FORMS)
def test_true_demand_falls_in_price_in_every_form(form: str) -> None:
    truth = store(4, 30, 20, form=form).truth  # type: ignore[arg-type]
    assert set(truth["form"]) == {form}
    prices = truth["reference_price"].to_numpy()[:, None] * np.linspace(0.6, 1.5, 40)
    shape = demand_shape(truth, prices)
    assert (np.diff(shape) <= 0).all()
    assert (np.diff(shape)[:, :8] < 0).all()
    assert demand_shape(truth, truth["reference_price"].to_numpy()[:, None]) == pytest.approx(1.0)


def test_the_forms_have_the_shapes_of_their_names(shop: SimulatedStore) -> None:
    ratios = np.array([0.9, 1.0, 1.1])
    at = {}
    for form in FORMS:
        truth = shop.truth.filter(pl.col("elasticity") > -3).with_columns(form=pl.lit(form))
        at[form] = demand_shape(truth, truth["reference_price"].to_numpy()[:, None] * ratios)
    assert np.diff(at["linear"], 2) == pytest.approx(0, abs=1e-9)
    assert np.diff(np.log(at["exponential"]), 2) == pytest.approx(0, abs=1e-9)
    assert np.ptp(np.diff(np.log(at["constant"])) / np.diff(np.log(ratios)), axis=1) == pytest.approx(0, abs=1e-9)
    odds = np.log(0.4 * at["logit"] / (1 - 0.4 * at["logit"]))
    assert np.diff(odds, 2) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("ratio", [0.9, 1.0, 1.1])
def test_the_true_elasticity_is_the_derivative_of_expected_units(established: pl.DataFrame, ratio: float) -> None:
    price, step = established["reference_price"].to_numpy()[:, None] * ratio, 1e-5
    above, below = (expected_units(established, price * np.exp(h), WEEK) for h in (step, -step))
    numerical = np.log(above / below) / (2 * step)
    assert numerical == pytest.approx(elasticity_at(established, price), rel=1e-5)
    if ratio == 1.0:
        assert numerical[:, 0] == pytest.approx(established["elasticity"].to_numpy(), rel=1e-5)


def test_elasticities_are_realistic_and_differ_by_category(shop: SimulatedStore) -> None:
    assert shop.truth["elasticity"].is_between(-4.0, -0.6).all()
    means = shop.truth.group_by("category").agg(pl.col("elasticity").mean())["elasticity"]
    assert len(means) == 12
    assert means.max() - means.min() > 1  # type: ignore[operator]


def test_promotion_competitors_and_substitutes_move_true_demand(established: pl.DataFrame) -> None:
    price = established["reference_price"].to_numpy()[:, None]
    usual = expected_units(established, price, WEEK)
    assert (expected_units(established, price, WEEK, promo=1.0) > usual).all()
    assert (expected_units(established, price, WEEK, substitutes=0.1) > usual).all()
    rival = established["competitor_reference"].to_numpy()[:, None]
    dearer = expected_units(established, price, WEEK, competitor=1.2 * rival)
    assert (dearer[~np.isnan(rival)] > usual[~np.isnan(rival)]).all()
    assert dearer[np.isnan(rival)] == pytest.approx(usual[np.isnan(rival)])


def test_a_price_of_nothing_is_refused(established: pl.DataFrame) -> None:
    with pytest.raises(ValueError, match="above 0"):
        expected_units(established, 0.0, WEEK)


def test_christmas_things_sell_before_christmas(established: pl.DataFrame) -> None:
    festive = established.filter(category="Christmas")
    assert festive.height > 0
    price = festive["reference_price"].to_numpy()[:, None]
    assert (expected_units(festive, price, date(2025, 12, 1)) > 3 * expected_units(festive, price, WEEK)).all()


def test_prices_stand_still_for_some_products_and_move_for_most(shop: SimulatedStore) -> None:
    distinct = np.array([len(set(row)) for row in shop.market.price])
    fixed = (shop.truth["role"] == "no price variation").to_numpy()
    assert fixed.any()
    assert (distinct[fixed] == 1).all()
    assert np.median(distinct[~fixed]) >= 5
    paid = shop.sales.join(shop.truth.filter(pl.Series(fixed)), on="sku").filter(pl.col("units") < 24)
    assert (paid.group_by("sku").agg(pl.col("price").n_unique())["price"] == 1).all()


def test_the_merchant_never_sells_below_cost_or_the_advertised_minimum(shop: SimulatedStore) -> None:
    assert (shop.market.paid > np.repeat(shop.market.cost, 7, axis=1)).all()
    bound = shop.products.filter(pl.col("map_price").is_not_null())
    assert bound.height > 0
    small = shop.sales.filter(pl.col("units") < 24).join(bound, on="sku")
    assert (small["price"] >= small["map_price"]).all()


def test_prices_are_endogenous_and_follow_cost(shop: SimulatedStore) -> None:
    moving = (shop.truth["role"] == "").to_numpy()
    price, cost = np.log(shop.market.price[moving]), np.log(shop.market.cost[moving])

    def within(values: Floats) -> Floats:
        around: Floats = values - values.mean(axis=1, keepdims=True)
        return around.ravel()

    assert np.corrcoef(within(price), within(cost))[0, 1] > 0.2
    assert np.corrcoef(within(price), within(shop.market.shock[moving]))[0, 1] > 0.03


def test_returns_are_negative_units_of_an_earlier_order(shop: SimulatedStore) -> None:
    back = shop.sales.filter(pl.col("units") < 0)
    assert 0.01 < back.height / shop.sales.height < 0.05
    bought = shop.sales.filter(pl.col("units") > 0).join(
        back, on=["order_id", "sku", "customer_id", "price"], suffix="_back"
    )
    assert bought.height == back.height
    assert (bought["date_back"] > bought["date"]).all()
    assert (bought["units"] + bought["units_back"] >= 0).all()


def test_an_order_line_is_told_apart_by_its_key_and_an_order_has_one_customer(shop: SimulatedStore) -> None:
    key = ["sku", "date", "order_id", "customer_id", "channel", "price"]
    assert shop.sales.select(key).is_unique().all()
    assert shop.sales.group_by("order_id").agg(pl.col("customer_id").n_unique())["customer_id"].max() == 1
    assert set(shop.sales["channel"]) == {"web", "app"}


def test_wholesale_customers_pay_tier_prices(shop: SimulatedStore) -> None:
    large = shop.sales.filter(pl.col("units") >= 96, pl.col("customer_id").str.starts_with("W"))
    listed = (
        shop.sales.filter(pl.col("units").is_between(1, 23)).group_by("sku", "date").agg(full=pl.col("price").max())
    )
    both = large.join(listed, on=["sku", "date"])
    assert both.height > 0
    assert (both["price"] / both["full"]).to_numpy() == pytest.approx(0.75, abs=0.01)


def test_reviews_come_in_two_languages_and_turn_where_the_truth_says_so() -> None:
    shop = store(seed=11)
    assert set(shop.reviews["language"]) == {"en", "zh"}
    assert shop.reviews["rating"].is_between(1, 5).all()
    turned = shop.truth.filter("reviews_turn")["sku"]
    assert len(turned) == 2
    of_them = shop.reviews.filter(pl.col("sku").is_in(turned.implode()))
    recent = pl.col("date") > date(2025, 11, 20)
    late, early = of_them.filter(recent)["rating"].mean(), of_them.filter(~recent)["rating"].mean()
    assert late + 1 < early  # type: ignore[operator]
    assert 150_000 < shop.sales.height < 300_000


def test_what_belongs_together_is_bought_together_more_than_substitutes() -> None:
    shop = store(seed=12, products=120, weeks=30)
    lines = shop.sales.filter(pl.col("units") > 0, pl.col("order_id").str.starts_with("O")).join(shop.goods, on="sku")
    pairs = lines.join(lines, on="order_id", suffix="_other").filter(pl.col("sku") < pl.col("sku_other"))
    chance = lines.group_by("theme").len().select((pl.col("len") / pl.col("len").sum()).pow(2).sum()).item()
    assert pairs.select((pl.col("theme") == pl.col("theme_other")).mean()).item() > 2 * chance
    assert not (pairs["substitutes"] == pairs["substitutes_other"]).any()


def test_weeks_pass_at_the_prices_that_were_set(shop: SimulatedStore) -> None:
    price = {sku: round(1.3 * now, 2) for sku, now in shop.products.select("sku", "price").iter_rows()}
    dearer, same = continued(shop, price, 8, seed=1), continued(shop, {}, 8, seed=1)
    news = dearer.since(shop.end)
    assert news.sales["date"].min() > shop.end  # type: ignore[operator]
    assert dearer.end == news.sales["date"].max() == date(2026, 2, 22)
    assert_frame_equal(dearer.sales.head(shop.sales.height), shop.sales)
    asked = pl.DataFrame({"sku": price.keys(), "asked": price.values()})
    small = news.sales.filter(pl.col("units").is_between(1, 23)).join(asked, on="sku")
    assert (small["price"] == small["asked"]).all()
    sold, otherwise = (_retail_units(w.since(shop.end)) for w in (dearer, same))
    expected = [expected_by_day(shop.truth, w.market)[:, -56:].sum() for w in (dearer, same)]
    assert sold / otherwise == pytest.approx(expected[0] / expected[1], rel=0.12)
    assert sold < 0.85 * otherwise


def test_weeks_pass_in_steps_and_repeatably(shop: SimulatedStore) -> None:
    later = continued(continued(shop, {}, 2, seed=1), {}, 3, seed=1)
    assert panel(later).units.shape == (80, 65)
    assert_frame_equal(later.sales, continued(continued(shop, {}, 2, seed=1), {}, 3, seed=1).sales)
    assert later.sales.select("sku", "date", "order_id", "customer_id", "channel", "price").is_unique().all()


def test_an_unknown_product_cannot_be_repriced(shop: SimulatedStore) -> None:
    with pytest.raises(PricingError, match="NOPE"):
        continued(shop, {"NOPE": 1.0}, 1, seed=1)


@pytest.mark.parametrize(("products", "weeks"), [(0, 52), (10, 11)])
def test_a_store_too_small_to_mean_anything_is_refused(products: int, weeks: int) -> None:
    with pytest.raises(ValueError, match="at least"):
        store(1, products, weeks)


def test_the_last_day_is_moved_back_to_a_sunday() -> None:
    assert store(1, 5, 12, end=date(2025, 7, 2)).end == date(2025, 6, 29)
    assert store(1, 5, 12, end=date(2025, 6, 29)).end == date(2025, 6, 29)


def test_the_panel_agrees_with_the_frames(shop: SimulatedStore) -> None:
    weekly = panel(shop)
    arrays = ("units", "bulk", "price", "promo", "in_stock", "competitor", "cost")
    assert {getattr(weekly, name).shape for name in arrays} == {(80, 60)}
    assert weekly.skus == tuple(shop.products["sku"])
    assert (weekly.weeks.astype("datetime64[D]").astype(int) % 7 == 4).all()  # Mondays
    monday = pl.col("date").dt.truncate("1w")
    net = shop.sales.group_by("sku", monday).agg(pl.col("units").sum())
    assert np.nansum(weekly.units) == net["units"].clip(0).sum()
    bulk = shop.sales.filter(pl.col("units") >= 24)["units"].sum()
    assert weekly.bulk.sum() == bulk
    row, week = weekly.row(net["sku"][0]), int(np.flatnonzero(weekly.weeks == np.datetime64(net["date"][0]))[0])
    assert weekly.units[row, week] == max(0, net["units"][0])


def test_the_panel_is_unknown_before_the_first_sale_and_carries_the_price(shop: SimulatedStore) -> None:
    weekly = panel(shop)
    for row, sku in enumerate(weekly.skus):
        first = shop.sales.filter(pl.col("sku") == sku, pl.col("units") > 0)["date"].to_numpy().min()
        before = weekly.weeks + 6 < first
        assert np.isnan(weekly.units[row, before]).all()
        assert not np.isnan(weekly.units[row, ~before]).any()
        assert (weekly.price[row, ~before][1:] > 0).all()
    shares = np.stack([weekly.promo, weekly.in_stock])
    assert ((shares >= 0) & (shares <= 1)).all()
    assert ((weekly.promo > 0) & (weekly.promo < 1)).any()


def test_the_panel_can_hide_what_an_import_could_not_know(shop: SimulatedStore) -> None:
    assert (np.ptp(panel(shop, cost_history=False).cost, axis=1) == 0).all()
    assert panel(shop).cost[:, -1].tolist() == shop.products["cost"].to_list()
    assert shop.costs.height == panel(shop).cost.size
