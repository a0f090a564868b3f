"""A Shopify shop, a WooCommerce shop and a program that hears webhooks, on a real HTTP server of this machine.

They behave as the public documents of each say, as far as prices go: shopify.dev (Admin GraphQL API: search by SKU,
productVariantsBulkUpdate, userErrors, THROTTLED with the state of the bucket) and woocommerce.github.io (REST API v3:
products?sku=, batch, errors with code and message).
"""

import json
import re
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from standardwebhooks import Webhook

TOKEN, KEY, SECRET = "shpat_right", "ck_right", "cs_right"
HOOK_SECRET = "whsec_" + b64encode(b"a secret of twenty-four by").decode()


@dataclass
class Told:
    """What the server says instead of its usual answer, once."""

    status: int
    body: Any = ""
    headers: dict[str, str] = field(default_factory=dict)
    only: str = ""  # a part of the path or body of the request that it is said to


class Shops(ThreadingHTTPServer):
    """The shops' shelves, and all that they were asked."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.currency = "GBP"
        self.variants: dict[str, dict[str, Any]] = {}
        self.items: dict[int, dict[str, Any]] = {}
        self.heard: dict[str, Any] = {}  # what webhooks said, by id
        self.asked: list[tuple[str, str, str]] = []
        self.instead: list[Told] = []
        self.refused: dict[str, str] = {}  # words for the variant or product with this id

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def stock_variant(self, sku: str, price: str, product: int = 1) -> dict[str, Any]:
        number = len(self.variants) + 1
        variant = {
            "id": f"gid://shopify/ProductVariant/{number}", "sku": sku, "price": price,
            "product": {"id": f"gid://shopify/Product/{product}"},
        }  # fmt: skip
        return self.variants.setdefault(variant["id"], variant)

    def stock_item(
        self, sku: str, regular: str, sale: str = "", kind: str = "simple", parent: int = 0
    ) -> dict[str, Any]:
        number = len(self.items) + 701
        item = {
            "id": number, "sku": sku, "type": kind, "parent_id": parent, "regular_price": regular, "sale_price": sale,
            "price": sale or regular, "on_sale": bool(sale),
        }  # fmt: skip
        return self.items.setdefault(number, item)

    def count(self, part: str) -> int:
        """How many requests had this in their path or body."""
        return sum(part in path or part in body for _, path, body in self.asked)


class _Handler(BaseHTTPRequestHandler):
    server: Shops

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing is printed."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        shops = self.server
        shops.asked.append((self.command, self.path, body))
        for told in shops.instead:
            if told.only in self.path or told.only in body:
                shops.instead.remove(told)
                self._say(told.status, told.body, told.headers)
                return
        path = urlsplit(self.path).path
        if path.startswith("/admin/api/"):
            self._shopify(json.loads(body))
        elif path.startswith("/wp-json/wc/v3/"):
            self._woocommerce(path.removeprefix("/wp-json/wc/v3/"), body)
        else:
            self._hook(body)

    def _say(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        raw = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _shopify(self, request: dict[str, Any]) -> None:
        if self.headers.get("X-Shopify-Access-Token") != TOKEN:
            wrong = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            self._say(401, {"errors": wrong})
            return
        work = self._charge if "productVariantsBulkUpdate" in request["query"] else self._find
        cost = {
            "requestedQueryCost": 22, "actualQueryCost": 4,
            "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 1978, "restoreRate": 100.0},
        }  # fmt: skip
        self._say(200, {"data": work(request["variables"]), "extensions": {"cost": cost}})

    def _find(self, variables: dict[str, Any]) -> dict[str, Any]:
        """The search is by beginnings, as a text search may be; pages of two."""
        wanted = [re.sub(r"\\(.)", r"\1", w) for w in re.findall(r'sku:"((?:[^"\\]|\\.)*)"', variables["skus"])]
        nodes = [v for v in self.server.variants.values() if v["sku"].startswith(tuple(wanted))]
        start = int(variables["after"] or 0)
        page = {"hasNextPage": start + 2 < len(nodes), "endCursor": str(start + 2)}
        found = {"nodes": nodes[start : start + 2], "pageInfo": page}
        return {"shop": {"currencyCode": self.server.currency}, "productVariants": found}

    def _charge(self, variables: dict[str, Any]) -> dict[str, Any]:
        done, errors = [], []
        for place, wanted in enumerate(variables["variants"]):
            variant, where = self.server.variants[wanted["id"]], ["variants", str(place), "price"]
            if variant["product"]["id"] != variables["product"]:
                errors.append(
                    {"field": where, "message": "Must be for this product", "code": "MUST_BE_FOR_THIS_PRODUCT"}
                )
            elif wanted["id"] in self.server.refused:
                errors.append({"field": where, "message": self.server.refused[wanted["id"]], "code": "INVALID_INPUT"})
            else:
                variant["price"] = str(Decimal(wanted["price"]).quantize(Decimal("0.01")))
                done.append({"id": variant["id"], "price": variant["price"]})
        return {"productVariantsBulkUpdate": {"productVariants": done, "userErrors": errors}}

    def _woocommerce(self, path: str, body: str) -> None:
        right = "Basic " + b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if self.headers.get("authorization") != right:
            message = "Sorry, you cannot list resources."
            self._say(401, {"code": "woocommerce_rest_cannot_view", "message": message, "data": {"status": 401}})
        elif path == "data/currencies/current":
            self._say(200, {"code": self.server.currency, "name": "Pound sterling", "symbol": "&pound;"})
        elif path == "products":
            self._say(200, self._looked_up())
        elif match := re.fullmatch(r"products/(?:(\d+)/variations/)?batch", path):
            self._say(200, {"update": [self._priced(one, int(match[1] or 0)) for one in json.loads(body)["update"]]})
        else:
            self._say(404, {"code": "rest_no_route", "message": "No route was found", "data": {"status": 404}})

    def _looked_up(self) -> list[dict[str, Any]]:
        """`sku` is split at its commas, and is looked for as a whole too."""
        (sku,) = parse_qs(urlsplit(self.path).query)["sku"]
        return [item for item in self.server.items.values() if item["sku"] in {sku, *sku.split(",")}]

    def _priced(self, wanted: dict[str, Any], parent: int) -> dict[str, Any]:
        item = self.server.items.get(wanted["id"])
        if item is None or item["parent_id"] != parent:
            return _wrong(wanted["id"], "woocommerce_rest_product_invalid_id", "Invalid ID.")
        if str(wanted["id"]) in self.server.refused:
            return _wrong(wanted["id"], "rest_invalid_param", self.server.refused[str(wanted["id"])])
        item |= {name: wanted[name] for name in ("regular_price", "sale_price") if name in wanted}
        item |= {"price": item["sale_price"] or item["regular_price"], "on_sale": bool(item["sale_price"])}
        return item

    def _hook(self, body: str) -> None:
        Webhook(HOOK_SECRET).verify(body, dict(self.headers.items()))
        self.server.heard.setdefault(self.headers["webhook-id"], json.loads(body))
        self._say(200, {"thanks": True})


def _wrong(number: int, code: str, message: str) -> dict[str, Any]:
    return {"id": number, "error": {"code": code, "message": message, "data": {"status": 400}}}


@contextmanager
def shops() -> Iterator[Shops]:
    """A server that answers until the block ends."""
    with Shops() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
