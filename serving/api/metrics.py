"""What the process counts about itself, and /metrics, where Prometheus reads it.

Labels are of closed sets (routes, tools, statuses, kinds): no product, no person and no text is ever one.
"""

from collections.abc import Callable
from ipaddress import ip_address
from time import perf_counter
from typing import Literal

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agents.reply import Answer
from serving.api import logs
from serving.api.backing import Back, Backing
from serving.api.guarding import address_of
from serving.api.problems import UnknownThingError
from serving.api.security import identify

Guard = Literal["loopback", "key", "off"]  # who may read: this machine and keys, keys alone, nobody
PATH = "/metrics"
LATENCY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)  # seconds
THOUGHT = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 40, 80)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
PAGE, NOTHING = "page", "nothing"  # what stands in a route's place for the page, and for what no route answers


class Meters:
    """The counts of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        here = self.registry
        self.requests = Histogram(
            "pricedesk_request_seconds", "Time to the end of an answer.", ("route", "method", "status"),
            buckets=LATENCY, registry=here,
        )  # fmt: skip
        self.underway = Counter("pricedesk_requests_begun", "Requests that have come in.", registry=here)
        self.questions = Histogram(
            "pricedesk_question_seconds", "Time to an answer of the desk.", ("tool", "understood_by", "told_by"),
            buckets=THOUGHT, registry=here,
        )  # fmt: skip
        self.stood_in = Counter(
            "pricedesk_stood_in", "Steps in which the planner or a template stood in for the model.", ("step",),
            registry=here,
        )  # fmt: skip
        self.steps = Histogram(
            "pricedesk_step_seconds", "Time of one step.", ("step", "tool", "by"), buckets=THOUGHT, registry=here
        )
        self.calls = Histogram(
            "pricedesk_model_call_seconds", "Time of one call of the model.", ("outcome",), buckets=THOUGHT,
            registry=here,
        )  # fmt: skip
        self.tokens = Counter("pricedesk_model_tokens", "Read and written by the model.", ("kind",), registry=here)

    def question(self, answer: Answer, seconds: float) -> None:
        """One more answer, by what it was about and who decided: the model, the planner, a template, or a fault."""
        by = {step.name: step.by for step in answer.steps}
        told = by.get("explain", "code")
        self.questions.labels(
            answer.request.tool, by.get("understand", "nobody"), "template" if told == "planner" else told
        ).observe(seconds)
        for step in answer.steps:
            self.steps.labels(step.name, step.tool, step.by).observe(step.seconds or 0)
            if step.stood_in:
                self.stood_in.labels(step.name).inc()

    def call(self, seconds: float, read: int, written: int, *, failed: bool = False) -> None:
        """One more call of the model, and its tokens."""
        self.calls.labels("failed" if failed else "answered").observe(seconds)
        self.tokens.labels("read").inc(read)
        self.tokens.labels("written").inc(written)

    def told(self) -> bytes:
        return generate_latest(self.registry)


class Counted:
    """Counts and times every request, as the outermost layer but one."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self.app, self.meters = app, meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status = perf_counter(), 500
        self.meters.underway.inc()

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self.app(scope, receive, sent)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "OTHER"
            route, seconds = route_of(scope), perf_counter() - begun
            self.meters.requests.labels(route, method, str(status)).observe(seconds)
            logs.answered(method, route, status, seconds)


def route_of(scope: Scope) -> str:
    """The template of the route that answered: never what was filled in."""
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        return NOTHING if scope["path"].startswith("/api/") else PAGE
    return NOTHING if "{rest:path}" in path else str(path)


def add_metrics(app: FastAPI, meters: Meters, guard: Guard, refresh: Callable[[Backing], bytes]) -> None:
    """/metrics: what `meters` counted, and what `refresh` reads of the store."""
    router = APIRouter(include_in_schema=False)

    async def allowed(request: Request, back: Back) -> None:
        if guard == "off":
            raise UnknownThingError(f"There is nothing at {PATH}. The operator has switched it off.")
        if guard == "key" or not near(request.scope):
            (await run_in_threadpool(identify, request, back)).hold("metrics")

    @router.get(PATH, dependencies=[Depends(allowed)])
    def metrics(back: Back) -> Response:
        return Response(meters.told() + refresh(back), media_type=CONTENT_TYPE_LATEST)

    app.include_router(router)


def near(scope: Scope) -> bool:
    """Whether the request began on this machine; what a proxy hands on did not."""
    names = {name.lower() for name, _ in scope["headers"]}
    if names & {b"x-forwarded-for", b"forwarded", b"x-real-ip"}:
        return False
    try:
        return ip_address(address_of(scope)).is_loopback
    except ValueError:
        return False
