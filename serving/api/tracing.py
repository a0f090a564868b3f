"""Traces: where the time of a request went, as OpenTelemetry spans. Off unless a collector is named."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import ExceptionContext
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.engine import Database
from pricing.errors import PricingError
from serving.api.metrics import route_of

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

NAME = "pricedesk"
LONGEST = 2000  # characters of a statement
Attributes = Mapping[str, str | int | float | bool]


class NoTracingError(PricingError):
    """OpenTelemetry is not installed."""


class Tracing:
    """Makes spans and hands them to an exporter; `stop` sends those that are left."""

    def __init__(self, exporter: "SpanExporter", *, at_once: bool = False) -> None:
        from opentelemetry import trace  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor  # noqa: PLC0415

        self.trace = trace
        self._provider = TracerProvider(resource=Resource.create({"service.name": NAME}))
        self._provider.add_span_processor((SimpleSpanProcessor if at_once else BatchSpanProcessor)(exporter))
        self._tracer = self._provider.get_tracer(NAME)

    def begin(self, name: str, told: Attributes, *, at: int | None = None, kind: str = "INTERNAL") -> "Span":
        """A span below the one that is current; whoever begins it ends it. `at`: nanoseconds of the clock."""
        return self._tracer.start_span(
            name, attributes=dict(told), start_time=at, kind=getattr(self.trace.SpanKind, kind)
        )

    @contextmanager
    def within(self, span: "Span") -> Iterator[None]:
        """What begins in the block is below `span`, which goes on."""
        with self.trace.use_span(span, end_on_exit=False):
            yield

    @property
    def busy(self) -> bool:
        """Whether a span is current here."""
        return bool(self.trace.get_current_span().is_recording())

    @contextmanager
    def continued(self, headers: Mapping[str, str]) -> Iterator[None]:
        """Below the span that the caller tells of (W3C Trace Context)."""
        from opentelemetry import context  # noqa: PLC0415
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

        token = context.attach(TraceContextTextMapPropagator().extract(dict(headers)))
        try:
            yield
        finally:
            context.detach(token)

    def stop(self) -> None:
        self._provider.shutdown()


def tracing_to(url: str) -> Tracing | None:
    """Spans go to the collector at `url` (OTLP over HTTP); None where none is named.

    Raises NoTracingError.
    """
    if not url:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    except ImportError:
        raise NoTracingError(
            "Traces are wanted (PRICEDESK_TRACING_URL), and OpenTelemetry is not installed. "
            "Install the extra: pip install 'pricedesk[tracing]'."
        ) from None
    return Tracing(OTLPSpanExporter(endpoint=url))


class Traced:
    """A span for every request, named by its route."""

    def __init__(self, app: ASGIApp, tracing: Tracing) -> None:
        self.app, self.tracing = app, tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        with self.tracing.continued({"traceparent": headers.get("traceparent", "")}):
            span = self.tracing.begin(scope["method"], {"http.request.method": scope["method"]}, kind="SERVER")
        span.set_attribute("pricedesk.request_id", str(scope.get("state", {}).get("request_id", "")))

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                span.set_attribute("http.response.status_code", int(message["status"]))
            await send(message)

        try:
            with self.tracing.within(span):
                await self.app(scope, receive, sent)
        finally:
            route = route_of(scope)
            span.update_name(f"{scope['method']} {route}")
            span.set_attribute("http.route", route)
            span.end()


def trace_statements(tracing: Tracing, database: Database) -> None:
    """A span for each statement that somebody's request leads to: its text, never the values it was given."""
    for engine in (database.engine, database.reader):
        _Statements(tracing, engine.dialect.name).listen(engine)


class _Statements:
    def __init__(self, tracing: Tracing, system: str) -> None:
        self.tracing, self.system = tracing, system

    def listen(self, engine: Any) -> None:
        event.listen(engine, "before_cursor_execute", self.before)
        event.listen(engine, "after_cursor_execute", self.after)
        event.listen(engine, "handle_error", self.broken)

    def before(
        self, connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        if context is None or not self.tracing.busy:
            return
        verb = (statement.split(None, 1) or ["?"])[0].upper()[:20]
        told = {"db.system.name": self.system, "db.query.text": statement[:LONGEST]}
        context.pricedesk_span = self.tracing.begin(f"SQL {verb}", told, kind="CLIENT")

    def after(
        self, connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        self._end(context)

    def broken(self, trouble: ExceptionContext) -> None:
        self._end(trouble.execution_context, failed=True)

    def _end(self, context: Any, *, failed: bool = False) -> None:
        span = getattr(context, "pricedesk_span", None)
        if span is not None:
            context.pricedesk_span = None
            if failed:
                span.set_status(self.tracing.trace.StatusCode.ERROR)
            span.end()
