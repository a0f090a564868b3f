"""The whole API against its own description: no fault, and nothing that the description does not tell."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from serving.api.limiting import Limits, Rates
from serving.api.security import SCOPES
from serving.jobs.runner import Jobs
from serving.jobs.works import batch, importing
from tests.integration.api import Api, add_people, api_on
from tests.integration.both_shops import any_shop, postgresql_small_template
from tests.small_store import LASTING, TODAY, desk_on, small_home, small_knowledge
from tools.context import Context, Shop

__all__ = ["any_shop", "postgresql_small_template", "small_home", "small_knowledge"]

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
EXAMPLES = {GenerationMode.POSITIVE: 4, GenerationMode.NEGATIVE: 2}  # of each call
ELSEWHERE = ("/api/v1/sessions", "/api/v1/people")  # their passwords take long to hash; half as many examples do
FREELY = Rates(caller="100000/second", address="100000/second")


@pytest.fixture
def api(any_shop: Shop, tmp_path: Path) -> Iterator[Api]:
    """The API over the small shop; jobs are taken in, and nobody works on them."""
    add_people(any_shop.database)
    uploads = tmp_path / "uploads"

    def contexts() -> Context:
        return Context(any_shop, TODAY)

    kinds = [batch(contexts, LASTING), importing(contexts, lambda tell: None, lambda *a: None, uploads)]
    backing = {"jobs": Jobs(any_shop.database, kinds), "uploads": uploads, "limits": Limits(FREELY)}
    with desk_on(any_shop, tmp_path) as desk, api_on(desk, **backing) as made:
        yield made


def things(api: Api) -> dict[str, Any]:
    """Names and numbers of what is really there, for the paths."""
    mei, ada = api.as_("mei"), api.as_("ada")
    made = mei.post("/api/v1/proposals", json={"sku": "CND-002"}).json()["proposal"]
    job = mei.post("/api/v1/proposals/batch", json={"skus": ["TEA-001"]}).json()
    hook = ada.post("/api/v1/webhooks", json={"url": "https://93.184.216.34/x"}).json()
    assert made["id"] == hook["id"] == 1
    return {"sku": "TEA-001", "key": 1, "job": job["id"], "scope": "Tea", "name": "bob"}


def each_operation(api: Api) -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(api.app.openapi())
    for found in schema.get_all_operations():
        yield found.ok()


class Trial:
    """Sends what is generated, every other time about something that is there, and holds the answers to the schema."""

    def __init__(self, api: Api) -> None:
        self.api, self.known, self.seen = api, things(api), Counter[str]()
        self.headers = {"Authorization": f"Bearer {api.key('ada', *SCOPES)}"}
        self.reader = api.as_("ada")

    def __call__(self, case: Any) -> None:
        headers = dict(self.headers)
        if self.seen.total() % 2:
            for name in case.path_parameters.keys() & self.known.keys():
                case.path_parameters[name] = self.known[name]
            if "if-match" in {one.name.lower() for one in case.operation.headers}:
                path = case.formatted_path.rpartition("/")[0] if case.method == "POST" else case.formatted_path
                headers["If-Match"] = self.reader.get(path).headers.get("etag", '"0"')
        response = case.call(headers=headers, app=self.api.app)
        self.seen[f"{response.status_code // 100}xx"] += 1
        case.validate_response(response, checks=CHECKS)


def hold(operation: Any, mode: GenerationMode, examples: int, trial: Trial) -> None:
    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def attempt(case: Any) -> None:
        trial(case)

    attempt()


@pytest.mark.slow
def test_whatever_is_sent_the_answer_is_one_that_was_described(api: Api) -> None:
    trial, calls = Trial(api), 0
    for operation in each_operation(api):
        calls += 1
        slow = operation.path.startswith(ELSEWHERE)
        takes = bool(operation.query or operation.body or operation.path_parameters)
        for mode, examples in EXAMPLES.items():
            if mode is GenerationMode.POSITIVE or takes:
                hold(operation, mode, max(1, examples // 2) if slow else examples, trial)
    assert trial.seen.total() > 3 * calls
    assert trial.seen["2xx"] > calls / 2
    assert trial.seen["5xx"] == 0
