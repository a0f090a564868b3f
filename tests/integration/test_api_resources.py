"""What the API tells and does, call by call, over the small shop."""

from datetime import timedelta
from typing import Any

from db.tables import Proposal, now
from tests.integration.api import Api, api
from tests.small_store import WARES, small_home, small_knowledge, small_shop

__all__ = ["api", "small_home", "small_knowledge", "small_shop"]

V1 = "/api/v1"


def propose(api: Api, sku: str = "CND-002", name: str = "mei") -> dict[str, Any]:
    answer = api.as_(name).post(f"{V1}/proposals", json={"sku": sku})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{V1}/proposals/{answer.json()['proposal']['id']}"
    made: dict[str, Any] = answer.json()["proposal"]
    return made


def decide(api: Api, number: int, what: str, name: str = "ann", **body: Any) -> Any:
    client = api.as_(name)
    tag = client.get(f"{V1}/proposals/{number}").headers["etag"]
    return client.post(f"{V1}/proposals/{number}/{what}", json=body, headers={"If-Match": tag})


def test_pages_hold_every_product_once(api: Api) -> None:
    client, seen, cursor = api.as_("mei"), list[str](), None
    while True:
        page = client.get(f"{V1}/products", params={"limit": 4} | ({"cursor": cursor} if cursor else {})).json()
        seen += [row["sku"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == sorted(ware.sku for ware in WARES)


def test_products_are_found_by_words_and_category(api: Api) -> None:
    client = api.as_("mei")
    assert [row["sku"] for row in client.get(f"{V1}/products", params={"q": "茶"}).json()["items"]] == [
        "TEA-001", "TEA-002",
    ]  # fmt: skip
    found = client.get(f"{V1}/products", params={"q": "beeswax", "category": "Candles"}).json()["items"]
    assert [row["price"] for row in found] == ["9.95"]
    assert client.get(f"{V1}/products", params={"q": "beeswax", "category": "Tea"}).json()["items"] == []


def test_a_figure_has_its_unit_currency_and_interval_and_a_fact_its_source(api: Api) -> None:
    told = api.as_("mei").get(f"{V1}/products/TEA-001/what-if", params={"change_pct": 6}).json()
    change = told["change"]
    assert (change["unit"], change["currency"]) == ("money", "GBP")
    assert change["low"] < change["value"] < change["high"]
    assert told["price"]["value"] == 5.25
    assert {fact["source"]["kind"] for fact in told["facts"]} >= {"product", "fit"}
    sold = api.as_("mei").get(f"{V1}/sales", params={"category": "Tea"}).json()
    assert sold["revenue"]["currency"] == "GBP"
    assert sold["sql"].startswith("SELECT")


def test_what_cannot_be_said_is_refused_in_words(api: Api) -> None:
    client = api.as_("mei")
    assert client.get(f"{V1}/products/NOPE/forecast").status_code == 404
    never_priced = client.get(f"{V1}/products/SPN-001/forecast")
    assert (never_priced.status_code, never_priced.json()["type"]) == (422, "/problems/not-enough-data")
    both = client.get(f"{V1}/products/TEA-001/what-if", params={"price": 5, "change_pct": 3})
    assert both.json()["type"] == "/problems/which-price"
    one_price = client.post(f"{V1}/proposals", json={"sku": "TWL-001"})
    assert one_price.status_code == 422
    assert "price" in one_price.json()["detail"]


def test_the_life_of_a_price(api: Api) -> None:
    made = propose(api)
    number, client = made["id"], api.as_("ann")
    queue = client.get(f"{V1}/proposals", params={"status": "proposed", "category": "Candles", "created_by": "mei"})
    assert [row["id"] for row in queue.json()["items"]] == [number]
    assert client.get(f"{V1}/proposals", params={"category": "Tea"}).json()["items"] == []
    without = client.post(f"{V1}/proposals/{number}/approve")
    assert (without.status_code, without.json()["type"]) == (428, "/problems/no-match-given")
    signed = decide(api, number, "approve")
    assert (signed.status_code, signed.json()["status"]) == (200, "approved")
    old = client.post(f"{V1}/proposals/{number}/apply", headers={"If-Match": f'"{made["content_hash"]}.1"'})
    assert old.status_code == 412
    applied = decide(api, number, "apply")
    assert (applied.status_code, applied.json()["status"]) == (200, "applied")
    assert client.get(f"{V1}/products/CND-002").json()["price"] == made["proposed_price"]
    log = client.get(f"{V1}/products/CND-002/prices").json()["items"]
    assert [(row["price"], row["proposal_id"]) for row in log] == [(made["proposed_price"], number)]
    listed = {row["sku"]: row for row in client.get(f"{V1}/prices").json()["items"]}
    assert listed["CND-002"]["proposal_id"] == number
    back = decide(api, number, "rollback", reason="sold too little")
    assert back.json()["status"] == "rolled_back"
    assert client.get(f"{V1}/products/CND-002").json()["price"] == made["current_price"]
    moves = client.get(f"{V1}/audit", params={"proposal": number}).json()["items"]
    assert [row["to_status"] for row in moves] == ["rolled_back", "applied", "approved", "proposed"]
    assert moves[0]["reason"] == "sold too little"
    assert client.get(f"{V1}/audit/verify").json() == {"intact": True, "broken_move": None, "broken_event": None}


def test_an_edit_makes_a_version_that_is_signed_anew(api: Api) -> None:
    number = propose(api)["id"]
    edited = decide(api, number, "edit", price="6.25")
    assert (edited.status_code, edited.json()["version"], edited.json()["proposed_price"]) == (200, 2, "6.25")
    unlawful = decide(api, number, "edit", price="60.25")
    assert (unlawful.status_code, unlawful.json()["type"]) == (409, "/problems/not-lawful")
    assert decide(api, number, "edit", price="NaN").status_code == 422
    assert decide(api, number, "edit", price="-1").status_code == 422


def test_a_rejection_has_a_reason_and_is_remembered(api: Api) -> None:
    number = propose(api)["id"]
    assert decide(api, number, "reject").status_code == 422
    assert decide(api, number, "reject", reason="  ").status_code == 422
    assert decide(api, number, "reject", reason="too dear").json()["status"] == "rejected"
    again = api.as_("mei").post(f"{V1}/proposals", json={"sku": "CND-002"})
    assert again.status_code == 422
    assert "rejected" in again.json()["detail"]


def test_a_price_is_put_on_the_schedule_and_taken_off(api: Api) -> None:
    number = propose(api)["id"]
    decide(api, number, "approve")
    start = now() + timedelta(days=3)
    early = decide(api, number, "schedule", starts_at=(now() - timedelta(days=1)).isoformat())
    assert early.status_code == 422
    assert decide(api, number, "schedule", starts_at="2030-01-01T00:00:00").status_code == 422  # no zone
    put = decide(api, number, "schedule", starts_at=start.isoformat(), ends_at=(start + timedelta(days=7)).isoformat())
    assert (put.status_code, put.json()["status"]) == (200, "scheduled")
    assert put.json()["starts_at"] == start.isoformat().replace("+00:00", "Z")
    off = decide(api, number, "unschedule")
    assert (off.json()["status"], off.json()["starts_at"]) == ("approved", None)


def test_a_batch_is_rolled_back_item_by_item(api: Api) -> None:
    number = propose(api)["id"]
    with api.database.session() as session:
        session.get_one(Proposal, number).batch_id = "spring"
    decide(api, number, "approve")
    decide(api, number, "apply")
    client = api.as_("ann")
    told = client.post(f"{V1}/batches/spring/rollback", json={"reason": "all of it"}).json()
    assert [(item["proposal"], item["status"]) for item in told["items"]] == [(number, "rolled_back")]
    assert client.post(f"{V1}/batches/autumn/rollback").status_code == 404


def test_rules_change_on_the_version_that_was_seen(api: Api) -> None:
    client, wanted = api.as_("ada"), {"body": {"max_change_pct": 5}, "reason": "steadier"}
    assert client.put(f"{V1}/rules/category/Candles", json=wanted).status_code == 428
    tag = client.get(f"{V1}/rules/category/Candles").headers["etag"]
    preview = client.post(f"{V1}/rules/preview", json={"kind": "category", "scope": "Candles", "body": wanted["body"]})
    assert preview.json()["affected"] == 3
    made = client.put(f"{V1}/rules/category/Candles", json=wanted, headers={"If-Match": tag})
    assert (made.status_code, made.json()["version"], made.headers["etag"]) == (200, 1, '"1"')
    stale = client.put(f"{V1}/rules/category/Candles", json=wanted, headers={"If-Match": tag})
    assert stale.status_code == 412
    rules = client.get(f"{V1}/rules/effective", params={"sku": "CND-001"}).json()["rules"]
    assert rules["max_change_pct"] == 5
    assert client.get(f"{V1}/rules/effective", params={"sku": "TEA-001"}).json()["rules"]["max_change_pct"] == 30
    wrong = client.put(f"{V1}/rules/store", json={"body": {"max_change_pct": 500}, "reason": "x"},
                       headers={"If-Match": '"0"'})  # fmt: skip
    assert wrong.status_code == 422
    history = client.get(f"{V1}/rules/history", params={"kind": "category", "scope": "Candles"}).json()["items"]
    assert [(row["version"], row["author"], row["reason"]) for row in history] == [(1, "ada", "steadier")]
    assert client.get(f"{V1}/audit/events", params={"kind": "rules.changed"}).json()["items"][0]["actor"] == "ada"


def test_events_are_read_on_from_a_cursor_without_a_gap(api: Api) -> None:
    propose(api)
    client, seen, cursor = api.as_("ann"), list[int](), None
    for _ in range(100):
        query = {"order": "oldest", "limit": 1} | ({"cursor": cursor} if cursor else {})
        page = client.get(f"{V1}/audit/events", params=query).json()
        seen += [row["id"] for row in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) >= 2
    kinds = [row["kind"] for row in client.get(f"{V1}/audit/events").json()["items"]]
    assert "proposal.proposed" in kinds


def test_a_job_that_nobody_runs_here_is_refused(api: Api) -> None:
    answer = api.as_("mei").post(f"{V1}/proposals/batch", json={"skus": ["TEA-001"]})
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/no-jobs")
