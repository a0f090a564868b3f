"""A Shopify shop, by its Admin GraphQL API: variants are found by SKU and priced by productVariantsBulkUpdate."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from pydantic import SecretStr
from sqlmodel import Session

from db.doors import Door, opened, shortened
from db.sinks import Answer, Change, SinkBusyError, SinkError, plain

SHOP = "Shopify"
LOOKED_UP = 20  # SKUs in one search, so that its cost stays small
FIND = """
query Variants($skus: String!, $after: String) {
  shop { currencyCode }
  productVariants(first: 50, after: $after, query: $skus) {
    nodes { id sku price product { id } }
    pageInfo { hasNextPage endCursor }
  }
}"""
CHARGE = """
mutation Charge($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $product, variants: $variants, allowPartialUpdates: true) {
    productVariants { id price }
    userErrors { field message code }
  }
}"""
PAGES = 10  # of one search, which also finds SKUs that merely begin alike
PASSING = ("INTERNAL_SERVER_ERROR", "TIMEOUT")


@dataclass(frozen=True)
class Variant:
    """What is priced in a shop."""

    id: str
    product: str
    price: Decimal
    currency: str


@dataclass(frozen=True)
class Shopify:
    """`url` is the shop's address (https://my-shop.myshopify.com), `token` one of its Admin API with write_products."""

    url: str
    token: SecretStr
    version: str = "2026-10"
    name: str = "shopify"

    def publish(self, session: Session, changes: Sequence[Change]) -> list[Answer]:
        headers = {"X-Shopify-Access-Token": self.token.get_secret_value()}
        with opened(f"{self.url.rstrip('/')}/admin/api/{self.version}/", headers) as door:
            found = _found(door, [change.sku for change in changes])
            answers: dict[str, Answer] = {}
            wanted: list[tuple[Variant, Change]] = []
            for change in changes:
                known = _variant(change, found.get(change.sku, []))
                if isinstance(known, Variant):
                    wanted.append((known, change))
                else:
                    answers[change.key] = known
            wanted.sort(key=lambda pair: pair[0].product)
            for product, pairs in groupby(wanted, key=lambda pair: pair[0].product):
                answers |= _charged(door, product, list(pairs))
        return [answers[change.key] for change in changes]


def _found(door: Door, skus: Sequence[str]) -> dict[str, list[Variant]]:
    """Every variant with each SKU. The search finds more than it is asked for; what is not alike is left out."""
    found: dict[str, dict[str, Variant]] = {sku: {} for sku in skus}
    for start in range(0, len(skus), LOOKED_UP):
        query = " OR ".join(f'sku:"{_quoted(sku)}"' for sku in skus[start : start + LOOKED_UP])
        for sku, variant in _pages(door, query):
            found.get(sku, {})[variant.id] = variant
    return {sku: list(known.values()) for sku, known in found.items()}


def _pages(door: Door, query: str) -> Iterator[tuple[str, Variant]]:
    after: str | None = None
    for _ in range(PAGES):
        data = asked(door, FIND, {"skus": query, "after": after})
        currency, page = data["shop"]["currencyCode"], data["productVariants"]
        for node in page["nodes"]:
            price = Decimal(node["price"])
            yield node["sku"] or "", Variant(node["id"], node["product"]["id"], price, currency)
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _quoted(sku: str) -> str:
    return sku.replace("\\", "\\\\").replace('"', '\\"')


def _variant(change: Change, known: Sequence[Variant]) -> Variant | SinkError:
    """The one variant to price, or why there is none."""
    if len(known) != 1:
        return SinkError(
            f"{SHOP} has {len(known)} variants with the SKU {change.sku}, and one is needed. "
            "Give each variant a SKU of its own."
        )
    if known[0].currency != change.currency:
        return SinkError(
            f"The {SHOP} shop charges {known[0].currency}, and {change.sku} is priced in {change.currency}. "
            "Send it to a shop of that currency."
        )
    return known[0]


def _charged(door: Door, product: str, pairs: Sequence[tuple[Variant, Change]]) -> dict[str, Answer]:
    """Price variants of one product. What stands at the price already is left alone."""
    answers: dict[str, Answer] = {
        change.key: f"{variant.id} already at {plain(change.price)}"
        for variant, change in pairs
        if variant.price == change.price
    }
    rest = [(variant, change) for variant, change in pairs if change.key not in answers]
    if not rest:
        return answers
    variants = [{"id": variant.id, "price": plain(change.price)} for variant, change in rest]
    try:
        done = asked(door, CHARGE, {"product": product, "variants": variants})["productVariantsBulkUpdate"]
    except SinkError as refusal:
        return answers | {change.key: refusal for _, change in rest}
    prices = {v["id"]: Decimal(v["price"]) for v in done["productVariants"] or ()}
    wrong = dict(_wrong(done["userErrors"], len(rest)))
    for place, (variant, change) in enumerate(rest):
        answers[change.key] = _answer(variant, change, prices.get(variant.id), wrong.get(place))
    return answers


def _answer(variant: Variant, change: Change, price: Decimal | None, wrong: str | None) -> Answer:
    if wrong is not None:
        return SinkError(f"{SHOP} refused the price of {change.sku}: “{wrong}”.")
    if price != change.price:
        return SinkError(f"{SHOP} did not take the price of {change.sku} as it is. Look at it in the shop.")
    return f"{variant.id} at {plain(price)}"


def _wrong(errors: Sequence[Mapping[str, Any]], count: int) -> Iterator[tuple[int, str]]:
    """The complaint about each variant by its place; one without a place is about all."""
    for error in errors:
        places = [int(part) for part in error.get("field") or () if part.isdecimal()]
        for place in places[:1] or range(count):
            yield place, shortened(str(error["message"]))


def asked(door: Door, query: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data of one GraphQL request."""
    return data_of(door.ask("POST", "graphql.json", json={"query": query, "variables": variables}).json())


def data_of(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data of an answer. Raises SinkBusyError where it was throttled, SinkError for other errors."""
    errors = answer.get("errors")
    if not errors:
        data: Mapping[str, Any] = answer["data"]
        return data
    first: Mapping[str, Any] = errors[0] if isinstance(errors, list) else {"message": errors}
    code = (first.get("extensions") or {}).get("code", "")
    if code == "THROTTLED":
        raise SinkBusyError(f"{SHOP}'s rate limit is reached.", restored_in(answer.get("extensions") or {}))
    if code in PASSING:
        raise SinkBusyError(f"{SHOP} had a fault of its own.")
    message = shortened(str(first.get("message")))
    raise SinkError(f"{SHOP} refused: “{message}”.")


def restored_in(extensions: Mapping[str, Any]) -> float:
    """Seconds until the bucket holds what the query costs again."""
    cost = extensions.get("cost") or {}
    status = cost.get("throttleStatus") or {}
    missing = float(cost.get("requestedQueryCost") or 0) - float(status.get("currentlyAvailable") or 0)
    return max(missing, 0.0) / float(status.get("restoreRate") or 50)
