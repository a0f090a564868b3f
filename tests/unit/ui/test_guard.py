import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ui.deeds import price_in
from ui.guard import OnlyFromHere


def test_every_answer_holds_the_browser_to_this_server() -> None:
    app = FastAPI()
    app.add_middleware(OnlyFromHere)
    answer = TestClient(app).get("/nothing")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("typed", [None, "", "abc", 0, -1, "nan", float("inf")])
def test_what_is_no_price_is_none(typed: object) -> None:
    assert price_in(typed) is None
