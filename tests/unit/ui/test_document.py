from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient

from ui.document import Document

PAGE = "<!doctype html><html><head><title>x</title></head><body>" + "x" * 5000 + "</body></html>"


def _desk() -> TestClient:
    app = FastAPI()
    app.get("/", response_class=HTMLResponse)(lambda: PAGE)
    app.get("/other", response_class=HTMLResponse)(lambda: PAGE)
    app.add_middleware(Document, script="early()")
    return TestClient(app)


def test_the_script_comes_before_all_others_and_the_document_is_compressed() -> None:
    answer = _desk().get("/", headers={"accept-encoding": "gzip"})
    assert "<head><script>early()</script><title>" in answer.text
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(PAGE) / 10


def test_who_cannot_unpack_gets_it_plain_and_other_pages_pass_as_they_are() -> None:
    plain = _desk().get("/", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert "<script>early()</script>" in plain.text
    assert _desk().get("/other").text == PAGE
