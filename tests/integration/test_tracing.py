"""Spans of a request, a question, its steps, its tools, its calls of the model and its statements."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from agents.reply import Answer, Step
from agents.request import Request
from db.engine import Database
from db.moves import Actor
from pricedesk.watching import Tap, WatchedDesk
from serving.api.metrics import Meters
from serving.api.tracing import NoTracingError, Tracing, trace_statements, tracing_to
from tests.integration.api import api_on, bare_desk

pytest.importorskip("opentelemetry.sdk", reason="OpenTelemetry, an extra, is not installed")
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def kept() -> Any:
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter  # noqa: PLC0415

    return InMemorySpanExporter()


@pytest.fixture
def tracing(kept: Any) -> Iterator[Tracing]:
    made = Tracing(kept, at_once=True)
    yield made
    made.stop()


def named(kept: Any) -> dict[str, Any]:
    return {span.name: span for span in kept.get_finished_spans()}


def test_a_request_and_its_statements_are_one_trace(
    database: Database, tmp_path: Path, kept: Any, tracing: Tracing
) -> None:
    trace_statements(tracing, database)
    with bare_desk(database, tmp_path) as desk, api_on(desk, tracing=tracing) as api:
        client = api.as_("ada")
        kept.clear()
        parent = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        assert client.get("/api/v1/products/SECRET-SKU", headers=parent).status_code == 404
        spans = named(kept)
        request = spans["GET /api/v1/products/{sku:path}"]
        assert request.attributes["http.response.status_code"] == 404
        assert request.attributes["pricedesk.request_id"]
        assert {f"{span.context.trace_id:032x}" for span in spans.values()} == {TRACE}
        statement = spans["SQL SELECT"]
        assert statement.parent.span_id == request.context.span_id
        assert "SECRET-SKU" not in "".join(str(span.attributes) for span in spans.values())


def test_what_nobody_asked_for_leaves_no_statements(database: Database, kept: Any, tracing: Tracing) -> None:
    trace_statements(tracing, database)
    with database.reading() as session:
        session.connection().exec_driver_sql("SELECT 1")
    assert kept.get_finished_spans() == ()


class Scripted(WatchedDesk):
    """Says one step and an answer, and asks its model once."""

    def _asked(self, text: str, thread: str, actor: Actor) -> Iterator[Any]:
        model = self.model()
        assert model is not None
        model.invoke(text)
        yield Step("price", "", "model", "best_price", {"sku": "TEA"}, seconds=0.01)
        yield Answer(Request(tool="propose_price"), "", (), (), (), False, "en")


def test_a_question_holds_its_steps_tools_and_calls(
    sqlite_database: Database, tmp_path: Path, kept: Any, tracing: Tracing
) -> None:
    meters = Meters()
    model = FakeListChatModel(responses=["yes"], callbacks=[Tap(meters, tracing)])
    with bare_desk(sqlite_database, tmp_path) as bare:
        desk = Scripted(
            bare.shop, bare.sign, bare.checkpointer, lambda: model, bare.lasting, meters=meters, tracing=tracing
        )
        events = list(desk.ask("What for the secret tea?", "thread", Actor("mei", "merchant")))
    assert len(events) == 2
    spans = named(kept)
    question = spans["question"]
    assert question.attributes["pricedesk.tool"] == "propose_price"
    assert spans["step price"].parent.span_id == question.context.span_id
    assert spans["tool best_price"].parent.span_id == spans["step price"].context.span_id
    assert spans["model call"].parent.span_id == question.context.span_id
    assert "secret" not in "".join(str(span.attributes) for span in spans.values())


def test_no_address_no_traces() -> None:
    assert tracing_to("") is None


def test_without_opentelemetry_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys  # noqa: PLC0415

    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(NoTracingError, match=r"pricedesk\[tracing\]"):
        tracing_to("http://127.0.0.1:4318/v1/traces")
