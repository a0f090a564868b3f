"""Lines of the log: readable or JSON, with the request's number, and without anybody's secrets."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from serving.api import logs

log = logging.getLogger("pricedesk.tests")
SECRETS = {
    "pd_abcdWXYZ0123456789": "key pd_abcdWXYZ0123456789 was sent",
    "whsec_c2VjcmV0": "signed by whsec_c2VjcmV0",
    "shpat_0123456789abcdef": "token shpat_0123456789abcdef",
    "eyJhbGciOi": "Authorization: Bearer eyJhbGciOi.x.y",
    "hunter2": "postgresql+psycopg://desk:hunter2@db/prices",
    "correct horse": "{'password': 'correct horse', 'name': 'mei'}",
    "opensesame": "client_secret=opensesame&x=1",
    "I hate it": "INSERT INTO review\n[SQL: INSERT ...]\n[parameters: ('TEA', 'I hate it')]\n",
    "mine alone": "1 validation error input_value='mine alone', input_type=str",
}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    requests = logging.getLogger(logs.REQUESTS).level
    yield
    root.handlers[:], root.level = handlers, level
    logging.getLogger(logs.REQUESTS).setLevel(requests)
    logs.unbind()


def test_a_line_of_json_says_what_when_where_and_in_which_request() -> None:
    out = io.StringIO()
    logs.set_up("json", to=out)
    logs.bind("request-0001")
    log.warning("%s of %d", 1, 2)
    logs.answered("GET", "/api/v1/products/{sku:path}", 200, 0.01)
    first, second = map(json.loads, out.getvalue().splitlines())
    assert {first[k] for k in ("event", "level", "logger", "request_id")} == {
        "1 of 2", "warning", "pricedesk.tests", "request-0001"
    }  # fmt: skip
    assert first["timestamp"].endswith("Z")
    assert second["event"].startswith("GET /api/v1/products/{sku:path} 200")


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(("secret", "said"), SECRETS.items())
def test_no_secret_reaches_the_log(form: logs.Form, secret: str, said: str) -> None:
    out = io.StringIO()
    logs.set_up(form, to=out)
    log.error("trouble: %s", said)
    try:
        raise ValueError(said)
    except ValueError:
        log.exception("fault")
    assert secret not in out.getvalue()
    assert out.getvalue().count("fault") == 1
    assert logs.STRUCK in out.getvalue()


def test_what_a_statement_was_given_stays_out() -> None:
    out = io.StringIO()
    logs.set_up("text", to=out)
    try:
        create_engine("sqlite://").connect().execute(
            text("SELECT * FROM nowhere WHERE x = :x"), {"x": "a buyer's words"}
        )
    except OperationalError:
        log.exception("fault")
    assert "no such table" in out.getvalue()
    assert "a buyer's words" not in out.getvalue()


@given(st.text(alphabet="abc =:[]'\"\n,().-_/@", max_size=200))
def test_any_text_is_borne_and_what_is_no_secret_stays(said: str) -> None:
    assert logs.struck(f"before {said} after").startswith("before ")
    assert logs.struck("12 prices were sent to Shopify in 0.3 s") == "12 prices were sent to Shopify in 0.3 s"
