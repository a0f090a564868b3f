"""Who may call what: the two tables below are the specification."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from httpx import Response

from db import proposals
from db.moves import Actor, move
from db.tables import Product, Proposal
from pricing.guardrails import Rules
from serving.api.limiting import Limits, Rates
from serving.api.matching import etag
from serving.api.security import SCOPES
from tests.conftest import DraftMaker
from tests.integration.api import Api, add_people, api_on
from tests.integration.both_shops import any_shop, postgresql_small_template
from tests.small_store import desk_on, small_home, small_knowledge
from tools.context import Shop

__all__ = ["any_shop", "postgresql_small_template", "small_home", "small_knowledge"]

READING = ("merchant", "approver", "admin")
DECIDING = ("approver", "admin")
ADMIN = ("admin",)
CALLS: dict[str, tuple[str | None, tuple[str, ...]]] = {  # the scope that a call takes, and the roles that have it
    "ask": ("ask", READING),
    "get_thread": ("ask", READING),
    "sales_report": ("read", READING),
    "forecast": ("read", READING),
    "elasticity": ("read", READING),
    "what_if": ("read", READING),
    "risk": ("read", READING),
    "list_prices": ("read", READING),
    "price_log": ("read", READING),
    "list_products": ("read", READING),
    "get_product": ("read", READING),
    "related_products": ("read", READING),
    "product_reviews": ("read", READING),
    "propose": ("propose", READING),
    "propose_batch": ("propose", READING),
    "list_proposals": ("read", READING),
    "get_proposal": ("read", READING),
    "approve": ("decide", READING),
    "reject": ("decide", READING),
    "edit": ("propose", READING),
    "apply": ("apply", DECIDING),
    "rollback": ("apply", DECIDING),
    "schedule_price": ("apply", DECIDING),
    "unschedule_price": ("apply", DECIDING),
    "decide": ("decide", READING),
    "rollback_batch": ("apply", DECIDING),
    "list_rules": ("read", READING),
    "rules_history": ("read", READING),
    "effective_rules": ("read", READING),
    "preview_rules": ("read", READING),
    "get_store_rules": ("read", READING),
    "get_rules": ("read", READING),
    "put_store_rules": ("rules", DECIDING),
    "put_rules": ("rules", DECIDING),
    "list_moves": ("read", READING),
    "list_events": ("read", READING),
    "verify_audit": ("read", READING),
    "export_list": ("export", READING),
    "import_files": ("import", ("merchant", "admin")),
    "list_jobs": ("jobs", READING),
    "get_job": ("jobs", READING),
    "cancel_job": ("jobs", READING),
    "list_webhooks": ("webhooks", ADMIN),
    "create_webhook": ("webhooks", ADMIN),
    "get_webhook": ("webhooks", ADMIN),
    "change_webhook": ("webhooks", ADMIN),
    "delete_webhook": ("webhooks", ADMIN),
    "renew_secret": ("webhooks", ADMIN),
    "ping_webhook": ("webhooks", ADMIN),
    "list_deliveries": ("webhooks", ADMIN),
    "replay_webhook": ("webhooks", ADMIN),
    "list_people": ("people", ADMIN),
    "create_person": ("people", ADMIN),
    "get_person": ("people", ADMIN),
    "change_person": ("people", ADMIN),
    "get_me": (None, READING),
    "change_me": (None, READING),
    "list_keys": ("people", ADMIN),  # of a key; who is signed in manages their own
    "create_key": (None, READING),  # whose, and with which scopes, test_api_security.py asks
    "revoke_key": ("people", ADMIN),  # of a key; who is signed in manages their own
    "rotate_key": ("people", ADMIN),  # of a key; who is signed in manages their own
    "sign_out": (None, READING),
}
DOORS = {"/api/v1/sessions", "/api/v1/sessions/oidc", "/api/v1/sessions/oidc/callback"}  # open to whoever is nobody yet
ROLE = {"mei": "merchant", "ann": "approver", "ada": "admin"}

# On a proposal of one's own and of somebody else's, with a low and with a high risk: the status of the answer.
FROM = {"approve": "proposed", "reject": "proposed", "edit": "proposed", "apply": "approved", "rollback": "applied",
        "schedule": "approved", "unschedule": "scheduled"}  # fmt: skip
DECISIONS: dict[tuple[str, str, str], dict[str, int]] = {  # (what, whose, risk)
    ("approve", "own", "low"): {"mei": 403, "ann": 200, "ada": 200},
    ("approve", "own", "high"): {"mei": 403, "ann": 403, "ada": 403},
    ("approve", "other", "low"): {"mei": 403, "ann": 200, "ada": 200},
    ("approve", "other", "high"): {"mei": 403, "ann": 200, "ada": 200},
    **{("reject", whose, risk): {"mei": 403, "ann": 200, "ada": 200}
       for whose, risk in product(("own", "other"), ("low", "high"))},
    **{("edit", whose, risk): {"mei": 200, "ann": 200, "ada": 200}
       for whose, risk in product(("own", "other"), ("low", "high"))},
    **{("apply", whose, risk): {"mei": 403, "ann": 200, "ada": 200}
       for whose, risk in product(("own", "other"), ("low", "high"))},
    **{(what, whose, risk): {"mei": 403, "ann": 200, "ada": 200}
       for what, whose, risk in product(("rollback", "schedule", "unschedule"), ("own", "other"), ("low", "high"))},
}  # fmt: skip
LATER = "2199-01-01T08:00:00Z"
BODIES: dict[str, dict[str, Any]] = {
    "edit": {"price": "5.25"}, "reject": {"reason": "not now"}, "schedule": {"starts_at": LATER}
}  # fmt: skip


@pytest.fixture
def api(any_shop: Shop, tmp_path: Path) -> Iterator[Api]:
    """The API over the small shop, for callers in a hurry."""
    add_people(any_shop.database)
    freely = Limits(Rates(caller="100000/minute", address="100000/minute"))
    with desk_on(any_shop, tmp_path) as desk, api_on(desk, limits=freely) as made:
        yield made


def operations(api: Api) -> dict[str, tuple[str, str]]:
    """Method and path of every call, by its name."""
    return {
        told["operationId"]: (method.upper(), path)
        for path, methods in api.app.openapi()["paths"].items()
        for method, told in methods.items()
        if path.startswith("/api/v1/") and path not in DOORS
    }


def test_the_table_names_every_call(api: Api) -> None:
    assert operations(api).keys() == CALLS.keys()
    assert {scope for scope, _ in CALLS.values()} - {None} | {"metrics"} == set(SCOPES)


def send(client: Any, method: str, path: str) -> Response:
    """A call that whoever may make it is told is incomplete or of nothing; who may not is told that first."""
    values = {"sku": "NOPE", "key": "999", "job": "0" * 32, "what": "prices", "kind": "category", "scope": "Nope",
              "thread": "none", "batch": "none", "name": "nobody", "key_id": "0" * 16}  # fmt: skip
    answer: Response = client.request(method, path.format(**values))
    return answer


def test_every_call_is_refused_to_strangers_to_other_roles_and_to_keys_without_its_scope(api: Api) -> None:
    everything = {name: api.with_key(name, *SCOPES) for name in ROLE}
    found = operations(api)
    for name, (scope, roles) in CALLS.items():
        nobody = send(api.client(), *found[name])
        assert nobody.status_code == 401, name
        assert nobody.headers["content-type"] == "application/problem+json"
        for person, role in ROLE.items():
            answer = send(everything[person], *found[name])
            allowed = answer.status_code not in (401, 403)
            assert allowed is (role in roles), (name, role, answer.text)
            assert answer.status_code < 500 or answer.json()["type"] == "/problems/no-jobs", (name, answer.text)
        if scope not in (None, "read"):
            lacking = send(api.with_key("ada", *(s for s in SCOPES if s != scope)), *found[name])
            assert lacking.status_code == 403, name
            assert str(scope) in lacking.json()["detail"]


def fresh(api: Api, draft: DraftMaker, owner: str, risk: str, status: str) -> Proposal:
    """A proposal that somebody asked for, which has come as far as `status`."""
    with api.database.session() as session:
        proposals.remember_rules(session, Rules())
    with api.database.reading() as session:
        now = session.get_one(Product, "TEA-001").price or Decimal(0)
    made = draft(api.database, "5.45", sku="TEA-001", current_price=now, risk=risk)
    other = Actor("eve", "admin")
    with api.database.session() as session:
        row = proposals.create(session, made, Actor("mo", "merchant"), asked_by=owner)
        if status != "proposed":
            move(session, row.id or 0, "approved", other, seen=row.content_hash)
    further = {"applied": "apply", "scheduled": "schedule"}.get(status)
    if further:
        client = api.as_("eve")
        tag = client.get(f"/api/v1/proposals/{row.id}").headers["etag"]
        done = client.post(f"/api/v1/proposals/{row.id}/{further}", json=BODIES.get(further), headers={"If-Match": tag})
        assert done.status_code == 200
    with api.database.reading() as session:
        return session.get_one(Proposal, row.id)


def put_back(api: Api) -> None:
    with api.database.session() as session:
        session.get_one(Product, "TEA-001").price = Decimal("4.95")


@pytest.mark.slow
def test_who_decides_what_on_own_and_others_proposals(api: Api, draft: DraftMaker) -> None:
    for (what, whose, risk), expected in DECISIONS.items():
        for person, status in expected.items():
            put_back(api)
            row = fresh(api, draft, person if whose == "own" else "bob", risk, FROM[what])
            answer = api.as_(person).post(
                f"/api/v1/proposals/{row.id}/{what}", json=BODIES.get(what, {}), headers={"If-Match": etag(row)}
            )
            assert answer.status_code == status, (what, whose, risk, person, answer.text)
    assert api.as_("ann").get("/api/v1/audit/verify").json()["intact"]


def test_many_decisions_hold_each_item_to_the_same_rules(api: Api, draft: DraftMaker) -> None:
    own, other = (fresh(api, draft, who, "high", "proposed") for who in ("ann", "mei"))
    items = [{"proposal": row.id, "decision": "approve", "seen": row.content_hash} for row in (own, other)]
    unknown = {"proposal": 999, "decision": "approve", "seen": "0" * 64}
    stale = {"proposal": other.id, "decision": "reject", "seen": "0" * 64, "reason": "no"}
    answer = api.as_("ann").post("/api/v1/decisions", json={"decisions": [*items, unknown, stale]})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["done"], told["refused"]) == (1, 3)
    assert [item["done"] for item in told["items"]] == [False, True, False, False]
    assert [(item["problem"] or {}).get("status") for item in told["items"]] == [403, None, 404, 409]


def test_a_key_that_only_decides_applies_nothing_in_a_batch(api: Api, draft: DraftMaker) -> None:
    row = fresh(api, draft, "mei", "low", "approved")
    items = [{"proposal": row.id, "decision": "apply", "seen": row.content_hash}]
    told = api.with_key("ann", "decide", "read").post("/api/v1/decisions", json={"decisions": items}).json()
    assert told["items"][0]["problem"]["status"] == 403
    assert api.as_("ann").get(f"/api/v1/proposals/{row.id}").json()["status"] == "approved"


def rule(api: Api, person: str, path: str, body: dict[str, Any]) -> Response:
    """A change of what is set at `path`, by somebody who has just looked at it."""
    client = api.as_(person)
    tag = client.get(f"/api/v1/rules/{path}").headers["etag"]
    answer: Response = client.put(
        f"/api/v1/rules/{path}", json={"body": body, "reason": "tried"}, headers={"If-Match": tag}
    )
    return answer


RULINGS: dict[tuple[str, str], dict[str, int]] = {  # (where, field): the status of the answer
    ("store", "max_change_pct"): {"mei": 403, "ann": 403, "ada": 200},
    ("category/Tea", "max_change_pct"): {"mei": 403, "ann": 403, "ada": 200},
    ("product/TEA-001", "max_change_pct"): {"mei": 403, "ann": 200, "ada": 200},
    ("product/TEA-001", "proposal_days"): {"mei": 403, "ann": 403, "ada": 200},
}


def test_who_changes_which_rules(api: Api) -> None:
    for (where, field), expected in RULINGS.items():
        for number, (person, status) in enumerate(expected.items()):
            answer = rule(api, person, where, {field: 20 + number})
            assert answer.status_code == status, (where, field, person, answer.text)


def test_a_merchant_signs_what_the_rules_let_merchants_sign_and_nothing_else(api: Api, draft: DraftMaker) -> None:
    before, risky = (fresh(api, draft, "bob", risk, "proposed") for risk in ("low", "high"))
    path = f"/api/v1/proposals/{before.id}/approve"
    assert api.as_("mei").post(path, headers={"If-Match": etag(before)}).status_code == 403
    assert rule(api, "ada", "store", {"merchant_change_pct": 25}).status_code == 200
    row = fresh(api, draft, "bob", "low", "proposed")
    signed = api.as_("mei").post(f"/api/v1/proposals/{row.id}/approve", headers={"If-Match": etag(row)})
    assert (signed.status_code, signed.json()["status"]) == (200, "approved")
    told = api.as_("mei").post(f"/api/v1/proposals/{risky.id}/approve", headers={"If-Match": etag(risky)})
    assert told.status_code == 403
    other = fresh(api, draft, "bob", "low", "proposed")
    key = api.with_key("mei", "read")
    assert key.post(f"/api/v1/proposals/{other.id}/approve", headers={"If-Match": etag(other)}).status_code == 403
