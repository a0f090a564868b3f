"""Shopify, WooCommerce and the signed webhook, against a server that answers as theirs do."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from shops import HOOK_SECRET, KEY, SECRET, TOKEN, Shops, Told, shops
from sqlmodel import Session
from standardwebhooks import Webhook, WebhookVerificationError

from db import doors
from db.engine import Database
from db.hook import SignedWebhook, message
from db.shopify import Shopify
from db.sinks import Answer, Change, Sink, SinkBusyError, SinkError
from db.woocommerce import WooCommerce

THROTTLED = {
    "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
    "extensions": {
        "cost": {
            "requestedQueryCost": 202, "actualQueryCost": None,
            "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 2, "restoreRate": 50.0},
        }
    },
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[Shops]:
    with shops() as running:
        yield running


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    with sqlite_database.reading() as reading:
        yield reading


def shopify(server: Shops, token: str = TOKEN) -> Shopify:
    return Shopify(server.url, SecretStr(token))


def woocommerce(server: Shops, secret: str = SECRET) -> WooCommerce:
    return WooCommerce(server.url, SecretStr(KEY), SecretStr(secret))


def hook(server: Shops) -> SignedWebhook:
    return SignedWebhook(f"{server.url}/prices", SecretStr(HOOK_SECRET))


SINKS = (shopify, woocommerce, hook)
Make = Callable[[Shops], Sink]


def change(sku: str, price: str = "2.20", former: str = "2.00", currency: str = "GBP") -> Change:
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    return Change(f"key-{sku}", sku, Decimal(price), currency, Decimal(former), 7, 1, "apply", moment)


def publish(sink: Sink, session: Session, *changes: Change) -> list[Answer]:
    """The answers, a refusal of all of them as the answer to each."""
    try:
        return list(sink.publish(session, changes))
    except SinkError as refusal:
        return [refusal] * len(changes)


def stocked(server: Shops) -> None:
    for sku in ("TEA-001", "TEA-002"):
        server.stock_variant(sku, "2.00")
        server.stock_item(sku, "2.00")


def test_shopify_charges_each_variant_that_is_found_by_its_own_sku(server: Shops, session: Session) -> None:
    tea = server.stock_variant("TEA-1", "2.00")
    other = server.stock_variant("TEA-10", "9.00")  # a search for TEA-1 finds it too
    odd = server.stock_variant('6" pot \\ "red"', "5.00", product=2)
    answers = publish(shopify(server), session, change("TEA-1"), change('6" pot \\ "red"', "5.50"))
    assert answers == [f"{tea['id']} at 2.20", f"{odd['id']} at 5.50"]
    assert (tea["price"], other["price"], odd["price"]) == ("2.20", "9.00", "5.50")


def test_variants_of_one_product_are_charged_in_one_request_and_many_are_looked_up_together(
    server: Shops, session: Session
) -> None:
    for n in range(25):
        server.stock_variant(f"S-{n:02}", "1.00", product=n % 2)
    answers = publish(shopify(server), session, *(change(f"S-{n:02}") for n in range(25)))
    assert all(isinstance(answer, str) for answer in answers)
    assert {v["price"] for v in server.variants.values()} == {"2.20"}
    assert server.count("productVariantsBulkUpdate") == 2


@pytest.mark.parametrize("make", [shopify, woocommerce])
def test_a_price_that_stands_there_already_is_taken_and_not_written_again(
    server: Shops, session: Session, make: Make
) -> None:
    stocked(server)
    first = publish(make(server), session, change("TEA-001"))
    written = server.count("atch")
    (again,) = publish(make(server), session, change("TEA-001"))
    assert isinstance(first[0], str)
    assert "already at 2.20" in str(again)
    assert server.count("atch") == written


@pytest.mark.parametrize("make", [shopify, woocommerce])
def test_one_refused_price_leaves_the_others_charged_and_says_why(server: Shops, session: Session, make: Make) -> None:
    stocked(server)
    first = next(iter(server.variants)), str(next(iter(server.items)))
    server.refused = dict.fromkeys(first, "Price is\n odd <b>")
    bad, good, unknown = publish(make(server), session, change("TEA-001"), change("TEA-002"), change("GONE"))
    assert isinstance(bad, SinkError)
    assert not isinstance(bad, SinkBusyError)
    assert "the price of TEA-001: “Price is odd <b>”" in str(bad)
    assert isinstance(good, str)
    assert "with the SKU GONE, and one is needed" in str(unknown)


@pytest.mark.parametrize("make", [shopify, woocommerce])
def test_two_products_with_one_sku_are_not_guessed_between(server: Shops, session: Session, make: Make) -> None:
    stocked(server)
    stocked(server)
    (answer,) = publish(make(server), session, change("TEA-001"))
    assert "2 " in str(answer)
    assert "a SKU of its own" in str(answer)
    assert server.count("atch") == 0


@pytest.mark.parametrize("make", [shopify, woocommerce])
def test_a_shop_of_another_currency_is_told_nothing(server: Shops, session: Session, make: Make) -> None:
    stocked(server)
    (answer,) = publish(make(server), session, change("TEA-001", currency="EUR"))
    assert "charges GBP" in str(answer)
    assert "is priced in EUR" in str(answer)
    assert {item["price"] for item in server.items.values()} == {"2.00"}


def test_a_price_that_the_shop_rounds_is_not_called_taken(server: Shops, session: Session) -> None:
    stocked(server)
    rounded = {"update": [{**server.items[701], "regular_price": "2.13", "price": "2.13"}]}
    server.instead.append(Told(200, rounded, only="products/batch"))
    for make in (shopify, woocommerce):
        (answer,) = publish(make(server), session, change("TEA-001", "2.125"))
        assert "did not take the price of TEA-001 as it is" in str(answer)


def test_shopify_throttled_says_when_the_bucket_is_full_enough(server: Shops, session: Session) -> None:
    stocked(server)
    server.instead.append(Told(200, THROTTLED))
    (answer,) = publish(shopify(server), session, change("TEA-001"))
    assert isinstance(answer, SinkBusyError)
    assert answer.seconds == 4.0  # 200 points at 50 a second


def test_shopify_throttled_between_two_products_keeps_what_was_charged(server: Shops, session: Session) -> None:
    server.stock_variant("A", "1.00", product=1)
    server.stock_variant("B", "1.00", product=2)
    server.instead.append(Told(200, THROTTLED, only='Product/2","variants"'))
    first, second = publish(shopify(server), session, change("A"), change("B"))
    assert isinstance(first, str)
    assert isinstance(second, SinkBusyError)
    assert [v["price"] for v in server.variants.values()] == ["2.20", "1.00"]


@pytest.mark.parametrize(
    ("code", "busy"), [("INTERNAL_SERVER_ERROR", True), ("ACCESS_DENIED", False), ("MAX_COST_EXCEEDED", False)]
)
def test_a_fault_of_shopify_is_tried_again_and_a_refusal_is_not(
    server: Shops, session: Session, code: str, busy: bool
) -> None:
    server.instead.append(Told(200, {"errors": [{"message": "No.", "extensions": {"code": code}}], "data": None}))
    (answer,) = publish(shopify(server), session, change("TEA-001"))
    assert isinstance(answer, SinkBusyError) == busy
    assert isinstance(answer, SinkError)


def test_a_sale_goes_on_at_its_new_price_and_ends_where_the_price_is_no_reduction(
    server: Shops, session: Session
) -> None:
    low, high = server.stock_item("LOW", "5.00", "4.00"), server.stock_item("HIGH", "5.00", "4.00")
    plain = server.stock_item("PLAIN", "5.00")
    publish(woocommerce(server), session, change("LOW", "4.50"), change("HIGH", "5.50"), change("PLAIN", "6.00"))
    assert [(i["regular_price"], i["sale_price"], i["price"]) for i in (low, high, plain)] == [
        ("5.00", "4.50", "4.50"), ("5.50", "", "5.50"), ("6.00", "", "6.00"),
    ]  # fmt: skip


def test_variations_are_priced_below_their_product_and_the_product_itself_is_not(
    server: Shops, session: Session
) -> None:
    parent = server.stock_item("SHIRT", "", kind="variable")
    small = server.stock_item("SHIRT,S", "9.00", kind="variation", parent=parent["id"])
    whole, one = publish(woocommerce(server), session, change("SHIRT"), change("SHIRT,S", "9.50"))
    assert "has its own price" in str(whole)
    assert one == f"product {small['id']} at 9.50"
    assert small["price"] == "9.50"


def test_many_products_are_looked_up_and_priced_in_batches(server: Shops, session: Session) -> None:
    for n in range(90):
        server.stock_item(f"W-{n}", "1.00")
    answers = publish(woocommerce(server), session, *(change(f"W-{n}") for n in range(90)))
    assert all(isinstance(answer, str) for answer in answers)
    assert server.count("products?") == 3
    assert server.count("products/batch") == 1


def test_a_webhook_is_signed_and_says_the_same_each_time(server: Shops, session: Session) -> None:
    for _ in range(2):
        assert publish(hook(server), session, change("TEA-001")) == ["127.0.0.1 answered 200"]
    (heard,) = server.heard.values()
    assert heard["data"] == {
        "sku": "TEA-001", "price": "2.20", "former_price": "2.00", "currency": "GBP", "proposal": 7, "version": 1,
        "action": "apply",
    }  # fmt: skip
    assert len({body for _, _, body in server.asked}) == 1


def test_a_forged_webhook_is_told_from_ours() -> None:
    body, moment = message(change("TEA-001")), datetime.now(UTC)
    signature = Webhook(HOOK_SECRET).sign("key", moment, body)
    headers = {"webhook-id": "key", "webhook-timestamp": str(int(moment.timestamp())), "webhook-signature": signature}
    assert Webhook(HOOK_SECRET).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(HOOK_SECRET).verify(body.replace("2.20", "0.01"), headers)


@pytest.mark.parametrize("make", SINKS)
@pytest.mark.parametrize(("status", "busy"), [(401, False), (403, False), (404, False), (429, True), (503, True)])
def test_every_sink_knows_what_is_worth_another_try(
    server: Shops, session: Session, make: Make, status: int, busy: bool
) -> None:
    stocked(server)
    server.instead.append(Told(status, {"message": "Too many\r\nrequests"}, {"retry-after": "7"}))
    (answer,) = publish(make(server), session, change("TEA-001"))
    assert isinstance(answer, SinkBusyError) == busy
    assert f"status {status}" in str(answer)
    if isinstance(answer, SinkBusyError):
        assert answer.seconds == 7


@pytest.mark.parametrize("make", SINKS)
def test_no_sink_follows_a_redirect(server: Shops, session: Session, make: Make) -> None:
    stocked(server)
    with shops() as elsewhere:
        server.instead.append(Told(307, "", {"location": f"{elsewhere.url}/admin/api/"}))
        (answer,) = publish(make(server), session, change("TEA-001"))
        assert "points elsewhere (status 307)" in str(answer)
        assert not elsewhere.asked


@pytest.mark.parametrize("make", SINKS)
def test_an_address_where_nobody_answers_is_tried_again(session: Session, make: Make) -> None:
    with shops() as server:
        sink = make(server)
    (answer,) = publish(sink, session, change("TEA-001"))
    assert isinstance(answer, SinkBusyError)
    assert "cannot be reached" in str(answer)


@pytest.mark.parametrize("make", [shopify, woocommerce])
@pytest.mark.parametrize("body", ["<html>Bad gateway</html>", "[]", "nil", "{}"])
def test_a_page_in_the_place_of_an_answer_never_counts_as_taken(
    server: Shops, session: Session, make: Make, body: str
) -> None:
    stocked(server)
    server.instead.append(Told(200, body))
    with pytest.raises((SinkError, AttributeError, KeyError, TypeError)):
        make(server).publish(session, [change("TEA-001")])
    assert server.count("atch") == 0


def test_an_answer_without_end_is_not_read_to_the_end(
    server: Shops, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "LARGEST", 1000)
    server.instead.append(Told(200, "x" * 100_000))
    (answer,) = publish(shopify(server), session, change("TEA-001"))
    assert isinstance(answer, SinkBusyError)


def test_a_shop_too_slow_for_all_is_asked_for_the_rest_later(
    server: Shops, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "ROUND", -1.0)
    (answer,) = publish(hook(server), session, change("TEA-001"))
    assert isinstance(answer, SinkBusyError)
    assert not server.asked


@pytest.mark.parametrize("make", SINKS)
def test_no_secret_is_shown_or_logged(
    server: Shops, session: Session, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    stocked(server)
    caplog.set_level(logging.DEBUG)
    sink = make(server)
    shown = [repr(sink), *(str(a) for a in publish(sink, session, change("TEA-001")))]
    server.instead.append(Told(401, {"message": "no"}))
    shown += [str(a) for a in publish(sink, session, change("TEA-002"))]
    text = "\n".join([*shown, caplog.text])
    for secret in (TOKEN, KEY, SECRET, HOOK_SECRET, HOOK_SECRET.removeprefix("whsec_")):
        assert secret not in text


def test_a_wrong_key_is_refused_by_the_shops_themselves(server: Shops, session: Session) -> None:
    stocked(server)
    for sink in (shopify(server, "shpat_wrong"), woocommerce(server, "cs_wrong")):
        (answer,) = publish(sink, session, change("TEA-001"))
        assert "does not accept our key (status 401)" in str(answer)


def test_when_to_come_back_is_read_as_a_number_or_as_a_date() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert doors.waiting("2.0") == 2
    assert 80 < doors.waiting(soon) <= 90
    assert [doors.waiting(text) for text in ("", "soon", "-5", "nan", "Wed, 21 Oct 2015 07:28:00 GMT")] == [0.0] * 5
    assert doors.waiting("999999") == 3600


def test_hostile_words_of_a_shop_are_shown_on_one_short_line(tmp_path: Path) -> None:
    words = doors.said(b'{"message": "\\u001b[31mred\\n\\nline \xe2\x80\xae' + b"x" * 500 + b'"}')
    assert "\n" not in words
    assert "\x1b" not in words
    assert "\u202e" not in words
    assert len(words) == doors.LONGEST


def test_what_is_sent_does_not_depend_on_the_time_of_sending() -> None:
    assert message(change("A")) == message(replace(change("A")))
