"""A WooCommerce shop, by its REST API v3: products and variations are found by SKU and priced in batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from pydantic import SecretStr
from sqlmodel import Session

from db.doors import Door, opened, shortened
from db.sinks import Answer, Change, SinkBusyError, SinkError, plain

SHOP = "WooCommerce"
LOOKED_UP = 40  # SKUs in one request, so that its address stays short
PAGE = 100  # items of one page, the most that the API gives
Item = Mapping[str, Any]


@dataclass(frozen=True)
class WooCommerce:
    """`url` is the shop's address, `key` and `secret` those of a REST API key that may write.

    While a product is on sale and the new price is below its regular price, the sale price changes; else the regular
    price does, and a sale that is on ends. A rollback restores the price charged, not a sale that has ended.
    """

    url: str
    key: SecretStr
    secret: SecretStr
    name: str = "woocommerce"

    def publish(self, session: Session, changes: Sequence[Change]) -> list[Answer]:
        keys = (self.key.get_secret_value(), self.secret.get_secret_value())
        with opened(f"{self.url.rstrip('/')}/wp-json/wc/v3/", auth=keys) as door:
            currency = _record(door.ask("GET", "data/currencies/current").json(), "code")["code"]
            found = _found(door, [change.sku for change in changes])
            answers: dict[str, Answer] = {}
            wanted: list[tuple[Item, Change]] = []
            for change in changes:
                known = _item(change, found.get(change.sku, []), currency)
                if isinstance(known, SinkError):
                    answers[change.key] = known
                else:
                    wanted.append((known, change))
            wanted.sort(key=_place)
            for path, pairs in groupby(wanted, key=_place):
                answers |= _charged(door, path, list(pairs))
        return [answers[change.key] for change in changes]


def _found(door: Door, skus: Sequence[str]) -> dict[str, list[Item]]:
    """Products and variations by SKU. The API splits at commas, so a SKU with one is asked for alone."""
    alone = [sku for sku in skus if "," in sku]
    plainly = [sku for sku in skus if "," not in sku]
    asked = [plainly[n : n + LOOKED_UP] for n in range(0, len(plainly), LOOKED_UP)] + [[sku] for sku in alone]
    found: dict[str, dict[int, Item]] = {sku: {} for sku in skus}
    for some in asked:
        items = door.ask("GET", "products", params={"sku": ",".join(some), "per_page": PAGE}).json()
        for item in items if isinstance(items, list) else ():
            found.get(_record(item).get("sku", ""), {})[item["id"]] = item
    return {sku: list(known.values()) for sku, known in found.items()}


def _item(change: Change, known: Sequence[Item], currency: str) -> Item | SinkError:
    """The one product or variation to price, or why there is none."""
    if len(known) != 1:
        return SinkError(
            f"{SHOP} has {len(known)} products with the SKU {change.sku}, and one is needed. "
            "Give each product and variation a SKU of its own."
        )
    if known[0].get("type") in ("variable", "grouped"):
        return SinkError(
            f"{change.sku} is a product with variations in {SHOP}, and each of them has its own price. "
            "Import the variations with their own SKUs."
        )
    if currency != change.currency:
        return SinkError(
            f"The {SHOP} shop charges {currency}, and {change.sku} is priced in {change.currency}. "
            "Send it to a shop of that currency."
        )
    return known[0]


def _place(pair: tuple[Item, Change]) -> str:
    """Where an item is written: variations below their product."""
    item = pair[0]
    variation = item.get("type") == "variation"
    return f"products/{int(item['parent_id'])}/variations/batch" if variation else "products/batch"


def _charged(door: Door, path: str, pairs: Sequence[tuple[Item, Change]]) -> dict[str, Answer]:
    """Price the items of one place. What stands at the price already is left alone."""
    answers: dict[str, Answer] = {
        change.key: f"product {item['id']} already at {plain(change.price)}"
        for item, change in pairs
        if _price(item.get("price")) == change.price
    }
    rest = [(item, change) for item, change in pairs if change.key not in answers]
    if not rest:
        return answers
    try:
        updates = [{"id": item["id"], **_prices(item, change.price)} for item, change in rest]
        done = _record(door.ask("POST", path, json={"update": updates}).json(), "update")["update"]
    except SinkError as refusal:
        return answers | {change.key: refusal for _, change in rest}
    by_id = {_record(one).get("id"): one for one in done}
    return answers | {change.key: _answer(by_id.get(item["id"]), change) for item, change in rest}


def _prices(item: Item, price: Decimal) -> dict[str, str]:
    regular = _price(item.get("regular_price"))
    if not item.get("on_sale"):
        return {"regular_price": plain(price)}
    if regular is not None and price < regular:
        return {"sale_price": plain(price)}
    return {"regular_price": plain(price), "sale_price": ""}


def _answer(done: Item | None, change: Change) -> Answer:
    if done is None:
        return SinkBusyError(f"{SHOP} did not say whether it took the price of {change.sku}.")
    if error := done.get("error"):
        message = shortened(str(error.get("message")))
        return SinkError(f"{SHOP} refused the price of {change.sku}: “{message}”.")
    if _price(done.get("price")) != change.price:
        return SinkError(f"{SHOP} did not take the price of {change.sku} as it is. Look at it in the shop.")
    return f"product {done['id']} at {plain(change.price)}"


def _price(text: object) -> Decimal | None:
    return Decimal(str(text)) if text else None


def _record(value: object, *names: str) -> Item:
    """What the API documents as an object with these fields. Raises SinkBusyError for anything else."""
    if not isinstance(value, dict) or not value.keys() >= set(names):
        raise SinkBusyError(f"{SHOP} answered something else than its API does.")
    return value
