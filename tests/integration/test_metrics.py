"""What is counted, who may read it, and that the alarms and the dashboard speak of nothing else."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from fastapi.testclient import TestClient
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, LLMResult

from agents.reply import Answer, Step
from agents.request import Request
from db.tables import Product
from pricedesk.watching import Tap, tapped
from serving.api.metrics import Meters
from tests.conftest import DraftMaker
from tests.integration.api import Api, api_on, bare_api, bare_desk, lone_api
from tests.integration.test_api_roles import fresh

__all__ = ["bare_api", "lone_api"]
DOCS = Path(__file__).parents[2] / "docs" / "monitoring"
NAME = re.compile(r"\bpricedesk_\w+")
SAMPLE = re.compile(r"^(pricedesk_\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)


def told(api: Api) -> str:
    answer = api.with_key("ada", "metrics").get("/metrics")
    assert answer.status_code == 200
    return answer.text


def value(text: str, name: str, *labels: str) -> float:
    """Of the one sample that has all these labels."""
    (found,) = [
        float(number) for sample, held, number in SAMPLE.findall(text)
        if sample == name and set(labels) <= set(held.split(","))
    ]  # fmt: skip
    return found


def exercised() -> Meters:
    """Every count counted once, so that each has its samples."""
    meters = Meters()
    steps = (Step("understand", "", "model"), Step("price", "", "planner", "best_price", stood_in=True),
             Step("explain", "", "planner"))  # fmt: skip
    meters.question(Answer(Request(tool="propose_price"), "", (), (), steps, True, "en"), 0.2)
    meters.call(1.5, 200, 40)
    return meters


def test_requests_are_counted_by_route_and_never_by_what_was_filled_in(bare_api: Api) -> None:
    client = bare_api.as_("ada")
    assert client.get("/api/v1/products/SECRET-SKU").status_code == 404
    assert client.get("/api/v1/nothing/here").status_code == 404
    text = told(bare_api)
    seen = 'route="/api/v1/products/{sku:path}"'
    assert value(text, "pricedesk_request_seconds_count", seen, 'method="GET"', 'status="404"') == 1
    assert value(text, "pricedesk_request_seconds_count", 'route="nothing"', 'status="404"') == 1
    assert "SECRET-SKU" not in text
    assert not any(person in text for person in ('"mei"', '"ann"', '"ada"', '"eve"'))


def test_the_store_tells_how_it_is_on_either_engine(bare_api: Api, draft: DraftMaker) -> None:
    with bare_api.database.session() as session:
        session.add(Product(sku="TEA-001", name="Tea", currency="GBP", price=Decimal("4.95")))
    fresh(bare_api, draft, "mei", "high", "proposed")
    text = told(bare_api)
    assert value(text, "pricedesk_proposals", 'status="proposed"', 'risk="high"') == 1
    assert value(text, "pricedesk_moves_total", 'to="proposed"', 'role="merchant"') == 1
    assert value(text, "pricedesk_outbox", 'status="waiting"') == 0
    assert value(text, "pricedesk_model_state", 'phase="stopped"') == 1
    assert value(text, "pricedesk_store_open") == 1
    assert value(text, "pricedesk_database_pool", 'pool="reading"', 'state="most"') >= 10


def test_strangers_other_roles_and_proxies_read_no_metrics(lone_api: Api) -> None:
    assert lone_api.client().get("/metrics").status_code == 401
    for person in ("mei", "ann"):
        assert lone_api.as_(person).get("/metrics").status_code == 403
    assert lone_api.with_key("ada", "read").get("/metrics").status_code == 403
    assert lone_api.as_("ada").get("/metrics").status_code == 200


@pytest.mark.parametrize(
    ("guard", "address", "headers", "status"),
    [
        ("loopback", "127.0.0.1", {}, 200), ("loopback", "::1", {}, 200), ("loopback", "10.0.0.7", {}, 401),
        ("loopback", "127.0.0.1", {"X-Forwarded-For": "10.0.0.7"}, 401), ("key", "127.0.0.1", {}, 401),
        ("off", "127.0.0.1", {}, 404),
    ],
)  # fmt: skip
def test_this_machine_needs_no_key_unless_the_operator_says_so(
    lone_desk: object, guard: str, address: str, headers: dict[str, str], status: int
) -> None:
    with api_on(lone_desk, metrics=guard) as api:  # type: ignore[arg-type]
        client = TestClient(api.app, client=(address, 5000), headers=headers)
        assert client.get("/metrics").status_code == status


@pytest.fixture
def lone_desk(sqlite_database: object, tmp_path: Path) -> Iterator[object]:
    with bare_desk(sqlite_database, tmp_path) as desk:  # type: ignore[arg-type]
        yield desk


def test_questions_are_counted_by_tool_and_by_who_decided() -> None:
    text = exercised().told().decode()
    labels = ('tool="propose_price"', 'understood_by="model"', 'told_by="template"')
    assert value(text, "pricedesk_question_seconds_count", *labels) == 1
    assert value(text, "pricedesk_stood_in_total", 'step="price"') == 1
    assert value(text, "pricedesk_model_tokens_total", 'kind="read"') == 200
    assert value(text, "pricedesk_model_tokens_total", 'kind="written"') == 40


def test_a_call_of_the_model_is_counted_with_its_tokens_and_a_failed_one_as_failed() -> None:
    meters = Meters()
    ready = tapped(lambda: FakeListChatModel(responses=["yes"]), meters)()
    assert ready is not None
    ready.invoke("Is it?")
    tap, used = Tap(meters, None), {"input_tokens": 7, "output_tokens": 2, "total_tokens": 9}
    run = uuid4()
    tap.on_chat_model_start({}, [], run_id=run)
    said = ChatGeneration(message=AIMessage("x", usage_metadata=used))  # type: ignore[arg-type]
    tap.on_llm_end(LLMResult(generations=[[said]]), run_id=run)
    tap.on_llm_error(TimeoutError(), run_id=uuid4())
    text = meters.told().decode()
    assert value(text, "pricedesk_model_call_seconds_count", 'outcome="answered"') == 2
    assert value(text, "pricedesk_model_call_seconds_count", 'outcome="failed"') == 1
    assert value(text, "pricedesk_model_tokens_total", 'kind="read"') == 7


def test_alarms_and_dashboard_name_only_what_is_measured(lone_desk: object) -> None:
    with api_on(lone_desk, meters=exercised()) as api:  # type: ignore[arg-type]
        api.as_("ada").get("/api/v1/me")
        measured = set(re.findall(r"^# TYPE (\w+)", told(api), re.MULTILINE))
        measured |= {name for name, _, _ in SAMPLE.findall(told(api))}
    rules = yaml.safe_load((DOCS / "alarms.yml").read_text("utf-8"))
    alarms = [rule for group in rules["groups"] for rule in group["rules"]]
    board = json.loads((DOCS / "dashboard.json").read_text("utf-8"))
    asked = [rule["expr"] for rule in alarms] + [t["expr"] for panel in board["panels"] for t in panel["targets"]]
    named = {name for expr in asked for name in NAME.findall(expr)}
    assert len(alarms) > 10
    assert named <= measured, named - measured
    page = (DOCS.parent / "operations.md").read_text("utf-8")
    for rule in alarms:
        assert {"alert", "expr", "labels", "annotations"} <= rule.keys()
        assert rule["alert"] in page, f"docs/operations.md does not say what {rule['alert']} means"
        assert expr_closes(rule["expr"])


def expr_closes(expr: str) -> bool:
    return all(expr.count(one) == expr.count(other) for one, other in ("()", "[]", "{}"))
