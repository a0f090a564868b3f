"""What sold, as weeks, offers and reports, the same on both engines."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel

from db import sales, weekly
from db.engine import Database
from db.tables import CompetitorPrice, Price, Product, Promotion, Review, Sale, Stock
from db.versions import known_as
from pricing.elasticity import Elasticity, elasticities

MONDAY = date(2026, 1, 5)
SUNDAY = MONDAY + timedelta(days=6)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """Two products without sales."""
    with database.session() as session:
        session.add(Product(sku="A", name="Green tea", name_zh="绿茶", category="tea", currency="GBP", cost=Decimal(1)))
        session.add(Product(sku="B", name="Cup_100%", category="cups", brand="Acme", currency="GBP"))
        session.flush()
        yield session


def keep(session: Session, *rows: SQLModel) -> None:
    session.add_all(rows)
    session.flush()


def line(day: int, units: int, price: str, order: str = "", sku: str = "A", promo: bool = False) -> Sale:
    return Sale(
        sku=sku, sold_on=MONDAY + timedelta(days=day), units=units, price=Decimal(price), order_id=order, promo=promo
    )


def closed(session: Session, weeks: int = 1) -> None:
    """A sale of B on the last Sunday, so that the last week is complete."""
    keep(session, line(7 * weeks - 1, 1, "9", "END", "B"))


def test_a_store_without_sales_has_no_day_and_a_panel_of_one_week_without_any(session: Session) -> None:
    assert sales.last_day(session) is None
    panel = sales.panel(session)
    assert panel.skus == ("A", "B")
    assert panel.units.shape == (2, 1)
    assert not np.nan_to_num(panel.units).any()


def test_an_unknown_product_is_refused_by_name(session: Session) -> None:
    for ask in (
        lambda: sales.panel(session, ["A", "NONE"]),
        lambda: sales.product(session, "NONE"),
        lambda: sales.history(session, "NONE"),
        lambda: sales.report(session, "NONE"),
        lambda: sales.data_version(session, "NONE"),
        lambda: sales.offer(session, "NONE", None, MONDAY),
    ):
        with pytest.raises(sales.UnknownProductError, match="NONE"):
            ask()


def test_weeks_begin_on_monday_and_are_dense(session: Session) -> None:
    keep(session, line(6, 2, "3", "1"), line(7, 5, "3", "2"), line(28, 1, "3", "3"))
    closed(session, 5)
    panel = sales.panel(session, ["A"])
    assert panel.weeks[0] == np.datetime64(MONDAY)
    assert panel.units[0].tolist() == [2, 5, 0, 0, 1]


def test_before_the_first_sale_nothing_is_known(session: Session) -> None:
    keep(session, line(0, 1, "9", "0", "B"), line(14, 4, "3", "1"))
    closed(session, 3)
    panel = sales.panel(session)
    np.testing.assert_equal(panel.units[0], [np.nan, np.nan, 4])
    np.testing.assert_equal(panel.price[0], [np.nan, np.nan, 3])
    assert panel.units[1].tolist() == [1, 0, 1]


def test_an_unfinished_week_is_left_out(session: Session) -> None:
    keep(session, line(0, 1, "3", "1"), line(6, 1, "3", "2"), line(13, 1, "3", "3"), line(15, 9, "3", "4"))
    assert sales.panel(session, ["A"]).units[0].tolist() == [2, 1]


def test_a_store_that_rests_on_weekends_finishes_its_week_on_friday(session: Session) -> None:
    keep(session, *(line(7 * week + day, 1, "3", f"{week}{day}") for week in range(4) for day in range(5)))
    assert sales.panel(session, ["A"]).units[0].tolist() == [5, 5, 5, 5]


def test_returns_are_taken_off_and_never_leave_less_than_nothing(session: Session) -> None:
    keep(session, line(0, 5, "3", "1"), line(1, -2, "3", "2"), line(7, -9, "3", "3"))
    closed(session, 2)
    assert sales.panel(session, ["A"]).units[0].tolist() == [3, 0]


def test_what_costs_nothing_is_no_sale(session: Session) -> None:
    keep(session, line(0, 5, "3", "1"), line(1, 100, "0", "2"))
    closed(session)
    assert sales.panel(session, ["A"]).units[0].tolist() == [5]


def test_the_usual_price_is_that_of_most_small_lines(session: Session) -> None:
    keep(
        session, *(line(n, 2, "2.95", f"s{n}") for n in range(5)), line(0, 2, "5.79", "odd"), line(1, 48, "2.55", "big")
    )
    keep(session, line(2, 40, "2.95", "full"))
    closed(session)
    panel = sales.panel(session, ["A"])
    assert panel.price[0].tolist() == [2.95]
    assert panel.bulk[0].tolist() == [48]
    assert panel.units[0].tolist() == [100]


def test_rows_of_whole_days_weigh_by_their_units_and_are_no_wholesale(session: Session) -> None:
    keep(session, line(0, 2, "3"), line(1, 2, "3"), line(2, 90, "2", promo=True))
    closed(session)
    panel = sales.panel(session, ["A"])
    assert panel.price[0].tolist() == [2]
    assert panel.bulk[0].tolist() == [0]


def by_channel(session: Session, prices: dict[str, list[str]], sold: dict[str, list[int]]) -> None:
    """One order line for every three units of A that each channel sold, week by week; the last week is complete."""
    for channel, units_by_week in sold.items():
        for week, (units, price) in enumerate(zip(units_by_week, prices[channel], strict=True)):
            for n in range(units):
                one = line(7 * week + n % 6, 3, price, f"{channel}{week}-{n}")
                one.channel = channel
                keep(session, one)
    closed(session, len(next(iter(sold.values()))))


def test_buyers_who_change_to_a_dearer_channel_do_not_change_the_price(session: Session) -> None:
    by_channel(session, {"web": ["8"] * 4, "shop, main": ["10"] * 4}, {"web": [9, 2, 9, 2], "shop, main": [3, 8, 3, 8]})
    assert sales.panel(session, ["A"]).price[0] == pytest.approx([10] * 4)
    assert sales.history(session, "A", 4).weeks["price"].to_list() == [8, 10, 8, 10]  # what was really paid


def test_a_channels_own_move_counts_by_its_share_of_the_lines(session: Session) -> None:
    prices = {"web": ["8", "8", "8.8", "8.8"], "shop": ["10", "10", "10", "10"]}
    by_channel(session, prices, {"web": [6, 6, 6, 6], "shop": [2, 2, 2, 2]})
    logs = np.log(sales.panel(session, ["A"]).price[0])
    assert np.diff(logs) == pytest.approx([0, 0.75 * np.log(1.1), 0])
    assert np.exp(logs[-1]) == pytest.approx(8.8)


def test_a_channel_that_opens_moves_no_price(session: Session) -> None:
    prices = {"web": ["8", "8.8", "8.8", "8.8"], "shop": ["10", "10", "10", "10"]}
    by_channel(session, prices, {"web": [4, 4, 4, 4], "shop": [0, 0, 5, 5]})
    assert np.diff(np.log(sales.panel(session, ["A"]).price[0])) == pytest.approx([np.log(1.1), 0, 0])


def test_channels_that_charge_alike_keep_the_usual_price(session: Session) -> None:
    prices = {"web": ["8", "9", "8", "9"], "shop": ["8", "9", "8", "9"]}
    by_channel(session, prices, {"web": [4, 1, 4, 1], "shop": [1, 4, 1, 4]})
    assert sales.panel(session, ["A"]).price[0].tolist() == [8, 9, 8, 9]


def test_a_shift_between_channels_is_not_taken_for_an_elasticity(session: Session) -> None:
    rng = np.random.default_rng(0)
    web = rng.integers(1, 12, 40).tolist()
    by_channel(session, {"web": ["8"] * 40, "shop": ["10"] * 40}, {"web": web, "shop": [13 - n for n in web]})
    found = elasticities(sales.panel(session, ["A"]))[0]
    assert not found.usable
    assert "the price never changed" in found.reason


def test_the_price_charged_is_that_of_the_price_list_whatever_sold_last(session: Session) -> None:
    product = session.get_one(Product, "A")
    product.price = Decimal("3.5")
    keep(session, product, line(0, 2, "3", "1"))
    assert weekly.charged(session, ["B", "A"]).tolist() == pytest.approx([np.nan, 3.5], nan_ok=True)


def test_a_week_without_a_sale_keeps_the_price_before_it(session: Session) -> None:
    keep(session, line(0, 2, "3", "1"), line(14, 2, "4", "2"))
    closed(session, 4)
    assert sales.panel(session, ["A"]).price[0].tolist() == [3, 3, 4, 4]


def test_a_short_panel_knows_what_was_before_it(session: Session) -> None:
    keep(session, line(0, 2, "3", "1"), line(1, 2, "3", "2"))
    closed(session, 40)
    panel = sales.panel(session, weeks=2)
    assert panel.units[0].tolist() == [0, 0]
    assert np.isnan(panel.price[0]).all()  # half a year without a sale: no price is known
    closed_recently = sales.panel(session, weeks=38)
    assert closed_recently.price[0, 0] == 3


def test_promotions_come_from_the_lines_and_from_the_calendar(session: Session) -> None:
    keep(session, line(0, 1, "3", "1", promo=True), line(1, 1, "3", "2"), line(7, 1, "3", "3"))
    keep(session, Promotion(sku="A", starts_on=SUNDAY, ends_on=SUNDAY + timedelta(days=2), kind="coupon"))
    keep(session, Promotion(sku="A", starts_on=SUNDAY, ends_on=SUNDAY, kind="banner"))
    closed(session, 3)
    np.testing.assert_allclose(sales.panel(session, ["A"]).promo[0], [0.5, 2 / 7, 0])


def test_stock_is_the_share_of_counts_that_found_some(session: Session) -> None:
    keep(session, line(0, 1, "3", "1"))
    keep(session, *(Stock(sku="A", counted_on=MONDAY + timedelta(days=n), on_hand=max(0, 2 - n)) for n in range(4)))
    closed(session, 2)
    assert sales.panel(session, ["A"]).in_stock[0].tolist() == [0.5, 1]


def test_a_competitor_is_taken_at_its_word_for_four_weeks(session: Session) -> None:
    keep(session, line(0, 1, "3", "1"))
    keep(session, CompetitorPrice(sku="A", seen_on=MONDAY, competitor="X", price=Decimal(4)))
    keep(session, CompetitorPrice(sku="A", seen_on=SUNDAY, competitor="Y", price=Decimal(2)))
    keep(session, CompetitorPrice(sku="A", seen_on=MONDAY, competitor="Z", price=Decimal(1), in_stock=False))
    closed(session, 7)
    np.testing.assert_equal(sales.panel(session, ["A"]).competitor[0], [3, 3, 3, 3, 3, np.nan, np.nan])


def test_the_panel_keeps_the_order_asked_for(session: Session) -> None:
    keep(session, line(0, 3, "3", "1"))
    closed(session)
    panel = sales.panel(session, ["B", "A"])
    assert (panel.skus, panel.categories, panel.currencies) == (("B", "A"), ("cups", "tea"), ("GBP", "GBP"))
    assert panel.units[:, 0].tolist() == [1, 3]
    np.testing.assert_equal(panel.cost[:, 0], [np.nan, 1])


def test_one_product_reads_the_same_alone_and_among_all(either_shop: Database) -> None:
    with either_shop.reading() as session:
        alone, among = sales.panel(session, ["TEA-001"]), sales.panel(session)
    for name in ("units", "bulk", "price", "promo", "in_stock", "competitor", "cost"):
        np.testing.assert_equal(getattr(alone, name), getattr(among, name))


def test_a_history_has_every_week_and_shows_sql_that_runs(session: Session) -> None:
    keep(session, line(0, 2, "3", "1"), line(14, 2, "4", "2"))
    closed(session, 3)
    history = sales.history(session, "A")
    assert history.weeks.rows() == [
        (MONDAY, 2, 6, 3),
        (MONDAY + timedelta(days=7), 0, 0, 3),
        (MONDAY + timedelta(days=14), 2, 8, 4),
    ]
    assert len(session.connection().execute(text(history.sql)).all()) == 2


def test_a_product_without_sales_has_an_empty_history(session: Session) -> None:
    assert len(sales.history(session, "A").weeks) == 0


def test_an_offer_knows_cost_stock_rivals_and_former_prices(session: Session) -> None:
    today = MONDAY + timedelta(days=60)
    product = sales.product(session, "A")
    product.price, product.map_price, product.stock = Decimal("3.5"), Decimal(2), 99
    keep(
        session, line(50, 2, "3.20", "1"), line(51, 60, "1", "bulk"), line(52, 2, "3.20", "2"), line(53, 1, "3.2", "3")
    )
    keep(session, Stock(sku="A", counted_on=today, on_hand=0), Stock(sku="A", counted_on=MONDAY, on_hand=7))
    for seen, name, price, has in (
        (59, "X", 4, True), (40, "X", 1, True), (50, "Y", 5, True), (58, "Z", 2, False), (10, "OLD", 1, True),
    ):  # fmt: skip
        day = MONDAY + timedelta(days=seen)
        keep(session, CompetitorPrice(sku="A", seen_on=day, competitor=name, price=Decimal(price), in_stock=has))
    for after, charged in ((0, "2.80"), (20, "3.40"), (55, "3.50")):
        at = datetime.combine(MONDAY + timedelta(days=after), datetime.min.time(), UTC)
        keep(session, Price(sku="A", price=Decimal(charged), currency="GBP", starts_at=at))
    fit = Elasticity("A", -2, -3, -1, "product", True, "", 9, 3, 2.8, 3.5, 0, "PPML")
    offer = sales.offer(session, "A", fit, today)
    assert (offer.price, offer.cost, offer.map_price, offer.stock) == (3.5, 1, 2, 0)
    assert offer.competitors == (4, 5)
    assert (offer.price_low, offer.price_high) == (2.8, 3.5)
    assert offer.last_changed == MONDAY + timedelta(days=55)
    assert offer.lowest_30_days == 3.2


def test_a_product_without_a_price_is_offered_at_what_was_paid_last(session: Session) -> None:
    with pytest.raises(sales.NoPriceError, match="no price and no sale"):
        sales.offer(session, "A", None, MONDAY)
    keep(session, line(0, 2, "3", "1"), line(8, 2, "4", "2"))
    offer = sales.offer(session, "A", None, MONDAY + timedelta(days=9))
    assert (offer.price, offer.stock, offer.competitors, offer.last_changed) == (4, None, (), None)


def test_a_report_sets_the_weeks_against_those_before(session: Session) -> None:
    keep(session, line(0, 10, "2", "1"), line(7, 12, "2", "2"), line(8, -1, "2", "3"), line(13, 3, "9", "4", "B"))
    report = sales.report(session, weeks=1)
    assert (report.since, report.last_day) == (MONDAY + timedelta(days=7), MONDAY + timedelta(days=13))
    assert (report.units, report.revenue, report.units_before, report.revenue_before) == (14, 49, 10, 20)
    assert report.profit is None  # nobody knows what B costs
    assert [(p.sku, p.units, p.revenue, p.profit) for p in report.top] == [("B", 3, 27, None), ("A", 11, 22, 11)]
    assert report.units_change_pct == pytest.approx(40)
    tea = sales.report(session, category="tea", weeks=1)
    assert (tea.units, tea.profit, [p.sku for p in tea.top]) == (11, 11, ["A"])
    assert sales.report(session, "B", weeks=1).units_change_pct is None
    assert len(session.connection().execute(text(report.sql)).all()) == 2


def test_a_report_mixes_no_currencies(session: Session) -> None:
    keep(session, Product(sku="C", name="Vase", currency="EUR"))
    keep(session, line(0, 1, "100", "1", "C"), line(0, 1, "2", "1"))
    report = sales.report(session)
    assert (report.currency, report.revenue, report.left_out) == ("EUR", 100, ("GBP",))


def test_a_report_of_an_empty_store_is_zeros(session: Session) -> None:
    report = sales.report(session)
    assert (report.units, report.revenue, report.profit, report.top) == (0, 0, None, ())


def test_orders_hold_what_was_bought_together(session: Session) -> None:
    keep(session, line(0, 1, "2", "1"), line(0, 1, "9", "1", "B"), line(1, 1, "2", "2"), line(1, 2, "3", "2"))
    keep(session, line(2, 1, "2"))
    found = sales.orders(session)
    assert sorted(sorted(order) for order in found.orders) == [["A"], ["A", "B"]]
    assert [set(o) for o in sales.orders(session, limit=1).orders] == [{"A"}]
    assert len(session.connection().execute(text(found.sql)).all()) == 4


def test_the_mark_moves_with_every_sale_and_import(session: Session) -> None:
    empty = sales.mark(session)
    keep(session, line(0, 1, "2", "1"))
    assert sales.mark(session) != empty
    assert sales.mark(session) == sales.mark(session)


def test_ratings_tell_lately_from_ever(session: Session) -> None:
    today = MONDAY + timedelta(days=400)
    for n, (day, stars) in enumerate(((0, 5.0), (1, 4.0), (390, 1.0), (391, None), (500, 5.0))):
        keep(
            session, Review(review_id=f"R{n}", sku="A", written_on=MONDAY + timedelta(days=day), rating=stars, text="x")
        )
    ratings = sales.ratings(session, "A", today)
    assert (ratings.count, ratings.recent, ratings.recent_count) == (3, 1, 1)
    assert ratings.mean == pytest.approx(10 / 3)
    assert sales.ratings(session, "B", today).mean is None
    assert [r.review_id for r in sales.reviews(session, "A", limit=2)] == ["R4", "R3"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("green", ["A"]),
        ("GREEN T", ["A"]),
        ("绿", ["A"]),
        ("acme", ["B"]),
        ("", ["A", "B"]),
        ("%", ["B"]),
        ("_", ["B"]),
    ],
)
def test_products_are_found_by_their_words(session: Session, query: str, found: list[str]) -> None:
    assert [p.sku for p in sales.products(session, query)] == found


def test_products_are_paged_and_kept_to_a_category(session: Session) -> None:
    assert [p.sku for p in sales.products(session, limit=1, offset=1)] == ["B"]
    assert [p.sku for p in sales.products(session, category="tea")] == ["A"]


CHANGES: dict[str, SQLModel] = {
    "a sale": line(3, 1, "2", "new"),
    "a return": line(3, -1, "2", "new"),
    "a stock count": Stock(sku="A", counted_on=MONDAY, on_hand=3),
    "a competitor": CompetitorPrice(sku="A", seen_on=MONDAY, competitor="X", price=Decimal(2)),
    "a promotion": Promotion(sku="A", starts_on=MONDAY, ends_on=SUNDAY, kind="coupon"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_news_of_a_product_changes_its_version_and_no_other(session: Session, change: str) -> None:
    keep(session, line(0, 1, "2", "1"))
    before = sales.data_versions(session)
    keep(session, type(CHANGES[change]).model_validate(CHANGES[change].model_dump(exclude={"id"})))
    after = sales.data_versions(session)
    assert after["A"] != before["A"]
    assert after["B"] == before["B"]
    assert sales.data_version(session, "A") == after["A"]


@pytest.mark.parametrize(
    ("column", "value"), [("price", Decimal(3)), ("cost", Decimal(2)), ("stock", 4), ("name", "x")]
)
def test_a_change_of_the_product_itself_changes_its_version(session: Session, column: str, value: object) -> None:
    before = sales.data_version(session, "A")
    setattr(sales.product(session, "A"), column, value)
    session.flush()
    assert sales.data_version(session, "A") != before


@pytest.mark.parametrize("sku", ["A' OR '1'='1", "A'; DROP TABLE sale; --", ":sku", "%"])
def test_a_hostile_sku_is_only_a_text(session: Session, sku: str) -> None:
    keep(session, Product(sku=sku, name="odd", currency="GBP"), line(0, 1, "2", "1"), line(0, 4, "5", "1", sku))
    assert sales.report(session, sku).units == 4
    assert sales.panel(session, [sku]).skus == (sku,)
    shown = sales.report(session, sku).sql.replace(":", r"\:")
    assert len(session.connection().execute(text(shown)).all()) == 1


def test_a_sku_is_known_in_another_case_where_one_product_alone_matches(session: Session) -> None:
    keep(
        session, *(Product(sku=sku, name=sku, currency="GBP") for sku in ("Tea-1", "Mug-1", "mug-1", "pot_1", "POT%1"))
    )
    asked = ["Tea-1", "TEA-1", "mug-1", "Mug-1", "MUG-1", "POT_1", "none"]
    assert known_as(session, asked) == {
        "Tea-1": "Tea-1", "TEA-1": "Tea-1", "mug-1": "mug-1", "Mug-1": "Mug-1", "POT_1": "pot_1"
    }  # fmt: skip
