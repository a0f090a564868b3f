"""What every call of the API shares: problems, pages, bounds, headers; and the people it is for."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from db.dealings import Event
from db.engine import DatabaseUnavailableError
from db.moves import NotAllowedError, StaleProposalError, UnknownProposalError, UnlawfulMoveError
from db.tables import Proposal
from db.versions import UnknownProductError
from pricing.errors import NotEnoughDataError, PricingError
from serving.api.guarding import Guarded
from serving.api.limiting import Limits
from serving.api.matching import MismatchError, NoMatchGivenError, etag, if_match
from serving.api.paging import BadCursorError, Window, decode, encode
from serving.api.problems import answer_faults
from serving.api.routing import KnownRoute
from tests.integration.api import HERE, PASSWORD, Api, bare_api, lone_api

__all__ = ["bare_api", "lone_api"]
ME, PEOPLE, KEYS, SESSIONS = "/api/v1/me", "/api/v1/people", "/api/v1/keys", "/api/v1/sessions"
FAULTS: dict[type[Exception], int] = {
    UnknownProposalError: 404, NotAllowedError: 403, UnlawfulMoveError: 409, StaleProposalError: 409,
    NotEnoughDataError: 422, PricingError: 422, DatabaseUnavailableError: 503, ZeroDivisionError: 500,
}  # fmt: skip


@pytest.mark.parametrize(("kind", "status"), FAULTS.items(), ids=lambda value: getattr(value, "__name__", value))
def test_what_goes_wrong_is_a_problem_document(kind: type[Exception], status: int) -> None:
    app = FastAPI()
    answer_faults(app)
    app.add_middleware(Guarded, limits=Limits())

    @app.get("/api/v1/wrong")
    def wrong() -> None:
        raise kind("the secret reason")

    answer = TestClient(app).get("/api/v1/wrong", headers={"X-Request-ID": "client-number-1"})
    told = answer.json()
    assert (answer.status_code, told["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == told["request_id"] == "client-number-1"
    assert told["instance"] == "/api/v1/wrong"
    assert told["type"].startswith("/problems/")
    assert ("the secret reason" in answer.text) == (status != 500)
    if status == 500:
        assert set(told) == {"type", "title", "status", "detail", "instance", "request_id"}


def test_an_unknown_product_is_told_in_its_own_words() -> None:
    app = FastAPI()
    answer_faults(app)

    @app.get("/x")
    def wrong() -> None:
        raise UnknownProductError("TEA-9")

    told = TestClient(app).get("/x").json()
    assert (told["status"], told["type"], told["title"]) == (404, "/problems/unknown-product", "Unknown product")


def test_a_field_that_is_wrong_is_named(lone_api: Api) -> None:
    told = lone_api.as_("ada").post(PEOPLE, json={"name": "", "role": "king", "x": 1})
    assert told.status_code == 422
    assert {wrong["field"] for wrong in told.json()["errors"]} == {"body.name", "body.role", "body.x"}
    assert (
        lone_api.client().post(SESSIONS, content="{", headers={"content-type": "application/json"}).status_code == 422
    )


def test_a_path_or_method_that_is_none_of_ours_is_told_so(lone_api: Api) -> None:
    nothing = lone_api.client().get("/api/v1/nothing")
    assert (nothing.status_code, nothing.json()["type"]) == (404, "/problems/unknown-thing")
    other = lone_api.client().put(ME)
    assert other.status_code == 405
    assert set(other.headers["allow"].split(", ")) == {"GET", "PATCH"}


def test_a_password_that_is_refused_is_not_repeated(lone_api: Api) -> None:
    told = lone_api.as_("ada").post(PEOPLE, json={"name": "new", "role": "merchant", "password": "hunter2"})
    assert told.status_code == 422
    assert "hunter2" not in told.text


def test_a_body_that_is_too_large_is_refused_before_it_is_read(lone_api: Api) -> None:
    read: list[int] = []

    def parts() -> Iterator[bytes]:
        for number in range(64):
            read.append(number)
            yield b"x" * (1 << 16)

    headers = {"content-type": "application/json"}
    client = lone_api.as_("ada")
    told = client.post(PEOPLE, content=b"x", headers=headers | {"content-length": str(2 << 20)})
    assert (told.status_code, told.json()["type"]) == (413, "/problems/too-large")
    assert client.post(PEOPLE, content=b"x", headers=headers | {"content-length": "-1"}).status_code == 413
    chunked = client.post(PEOPLE, content=parts(), headers=headers)
    assert chunked.status_code == 413
    assert lone_api.client().post("/login", content=b"x" * (17 << 10)).status_code == 413


def test_answers_are_kept_by_no_cache_and_shown_in_no_frame(lone_api: Api) -> None:
    for path in (ME, "/api/v1/nothing"):
        headers = lone_api.client().get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert len(headers["x-request-id"]) >= 8


def test_a_long_list_is_walked_page_by_page(bare_api: Api) -> None:
    client, names, cursor = bare_api.as_("ada"), [], None
    for _ in range(3):
        page = client.get(PEOPLE, params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        names += [person["name"] for person in page["items"]]
        cursor = page["next"]
    assert names == ["ada", "ann", "bob", "eve", "mei"]
    assert cursor is None
    for wrong in ("x", "!!", encode(7), encode("a\0"), "W10", "e30", "dHJ1ZQ", "é"):
        told = client.get(PEOPLE, params={"cursor": wrong})
        assert (told.status_code, told.json()["type"]) == (422, "/problems/bad-cursor"), wrong
    assert client.get(PEOPLE, params={"limit": 0}).status_code == 422
    assert client.get(PEOPLE, params={"limit": 201}).status_code == 422


@given(st.one_of(st.integers(), st.text().filter(lambda key: "\0" not in key)))
def test_a_cursor_comes_back_as_the_key_it_was(key: str | int) -> None:
    assert decode(encode(key)) == key


@given(st.text())
def test_any_text_is_a_cursor_or_is_refused(text: str) -> None:
    try:
        Window(decode(text), 1).number()
    except BadCursorError:
        return


def test_an_etag_is_held_to_what_stands() -> None:
    proposal = Proposal(id=7, content_hash="a" * 64, lock=3)
    if_match(etag(proposal)).hold(proposal)
    for other in (Proposal(id=7, content_hash="a" * 64, lock=4), Proposal(id=7, content_hash="b" * 64, lock=3)):
        with pytest.raises(MismatchError) as told:
            if_match(etag(proposal)).hold(other)
        assert told.value.headers["ETag"] == etag(other)
    for nothing in (None, "", "*"):
        with pytest.raises(NoMatchGivenError):
            if_match(nothing)
    for strange in ("abc", '"abc"', f'"{"a" * 64}"', etag(proposal) + "x"):
        with pytest.raises(MismatchError):
            if_match(strange)


def test_the_last_admin_stays_and_every_change_is_on_record(bare_api: Api) -> None:
    ada = bare_api.as_("ada")
    assert ada.patch(f"{PEOPLE}/eve", json={"active": False}).json()["active"] is False
    for change in ({"role": "merchant"}, {"active": False}):
        told = ada.patch(f"{PEOPLE}/ada", json=change)
        assert (told.status_code, told.json()["type"]) == (409, "/problems/last-admin")
    made = ada.post(PEOPLE, json={"name": "lee", "role": "admin"}).json()
    assert ada.post(PEOPLE, json={"name": "lee", "role": "admin"}).status_code == 409
    lee = bare_api.client(Origin=HERE)
    assert lee.post(SESSIONS, json={"name": "lee", "password": made["password"]}).status_code == 201
    assert lee.patch(f"{PEOPLE}/ada", json={"role": "merchant", "password": "battery staple"}).status_code == 200
    assert lee.get(f"{PEOPLE}/nobody").status_code == 404
    with bare_api.database.reading() as session:
        told_of = session.exec(select(Event).order_by(Event.id)).all()  # type: ignore[arg-type]
    assert [(e.kind, e.subject, e.actor) for e in told_of] == [
        ("user.changed", "eve", "ada"), ("user.created", "lee", "ada"), ("user.changed", "ada", "lee"),
        ("user.password_set", "ada", "lee"),
    ]  # fmt: skip
    assert made["password"] not in repr(told_of)


def test_two_admins_cannot_remove_each_other_at_once(bare_api: Api) -> None:
    pairs = [(bare_api.as_("ada"), "eve"), (bare_api.as_("eve"), "ada")]
    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(lambda p: p[0].patch(f"{PEOPLE}/{p[1]}", json={"active": False}).status_code, pairs))
    assert 200 in statuses
    assert set(statuses) <= {200, 401, 403, 409}
    with bare_api.database.reading() as session:
        left = session.connection().exec_driver_sql("SELECT COUNT(*) FROM user_account WHERE role = 'admin' AND active")
        assert left.scalar() == 1


def test_people_may_be_managed_by_admins_alone(lone_api: Api) -> None:
    for name in ("mei", "ann"):
        client = lone_api.as_(name)
        assert client.get(PEOPLE).status_code == 403
        assert client.post(PEOPLE, json={"name": "new", "role": "admin"}).status_code == 403
        assert client.patch(f"{PEOPLE}/{name}", json={"role": "admin"}).status_code == 403
        assert client.patch(ME, json={"role": "admin"}).status_code == 422


def test_everybody_sets_their_own_language(bare_api: Api) -> None:
    assert bare_api.as_("mei").patch(ME, json={"language": "zh"}).json()["language"] == "zh"
    assert bare_api.as_("mei").patch(ME, json={"language": "fr"}).status_code == 422
    assert bare_api.as_("mei").get(ME).json()["language"] == "zh"


def test_a_key_sets_no_password(lone_api: Api) -> None:
    change = {"password": "battery staple", "present_password": PASSWORD}
    assert lone_api.with_key("mei", "read").patch(ME, json=change).status_code == 403


def test_every_call_that_changes_something_knows_its_caller_and_its_repetition(lone_api: Api) -> None:
    bare = [
        f"{sorted(route.methods)} {route.path}"
        for route in lone_api.app.routes
        if hasattr(route, "methods") and str(getattr(route, "path", "")).startswith("/api/v1")
        and not isinstance(route, KnownRoute) and "{rest:path}" not in route.path  # type: ignore[attr-defined]
    ]  # fmt: skip
    assert sorted(bare) == [
        "['DELETE'] /api/v1/sessions/current", "['GET'] /api/v1/sessions/oidc",
        "['GET'] /api/v1/sessions/oidc/callback", "['POST'] /api/v1/sessions",
    ]  # fmt: skip
