"""People sign in at an OpenID provider, which is a real server here, and lies when it is told to."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from db import users
from db.dealings import Event
from db.engine import Database
from db.moves import SYSTEM
from db.tables import User
from serving.api.cookies import NAME
from serving.api.oidc import COOKIE, Provider
from tests.integration.api import HERE, Api, api_on, bare_desk, lone_api
from tests.integration.api_served import served
from tests.integration.provider import CLIENT, SECRET, OpenIdProvider, _key

__all__ = ["lone_api"]
LEAVE, ME = "/api/v1/sessions/oidc", "/api/v1/me"


@pytest.fixture
def vouching() -> Iterator[OpenIdProvider]:
    provider = OpenIdProvider()
    with served(provider.app()) as address:
        provider.issuer = address
        provider.person["roles"] = ["approver"]
        yield provider


@pytest.fixture
def joined(sqlite_database: Database, tmp_path: Path, vouching: OpenIdProvider) -> Iterator[Api]:
    """The API of a desk whose people sign in at the provider."""
    with bare_desk(sqlite_database, tmp_path) as desk, api_on(desk, provider=_provider(vouching)) as api:
        yield api


def _provider(vouching: OpenIdProvider, **more: Any) -> Provider:
    return Provider(vouching.issuer, CLIENT, SECRET, **more)


def leave(browser: TestClient) -> httpx.URL:
    """Off to the provider and back as far as the address that it sends the browser to."""
    away = browser.get(LEAVE, follow_redirects=False)
    assert away.status_code == 302
    assert "HttpOnly" in away.headers["set-cookie"]
    with httpx.Client() as other:
        sent = other.get(away.headers["location"])
    assert sent.status_code == 302, sent.text
    return httpx.URL(sent.headers["location"])


def sign_in(api: Api, browser: TestClient | None = None) -> tuple[TestClient, httpx.Response]:
    browser = browser or api.client(Origin=HERE)
    return browser, browser.get(str(leave(browser)), follow_redirects=False)


def test_whoever_the_provider_vouches_for_is_in_with_the_role_it_gives(joined: Api, vouching: OpenIdProvider) -> None:
    browser, back = sign_in(joined)
    assert (back.status_code, back.headers["location"]) == (303, "/")
    me = browser.get(ME).json()
    assert (me["name"], me["role"]) == ("zoe", "approver")
    assert COOKIE not in browser.cookies
    (asked,) = vouching.asked
    assert asked["redirect_uri"] == f"{HERE}{LEAVE}/callback"
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 20
    assert len(asked["code_challenge"]) == 43
    with joined.database.reading() as session:
        assert session.exec(select(Event.kind, Event.subject)).all() == [("user.created", "zoe")]
        assert session.get_one(User, "zoe").subject == f"{vouching.issuer} u-1"


def test_the_role_is_what_the_provider_says_today(joined: Api, vouching: OpenIdProvider) -> None:
    sign_in(joined)
    vouching.person |= {"roles": ["merchant", "admin", "something else"], "preferred_username": "zoe smith"}
    browser, _ = sign_in(joined)
    assert (browser.get(ME).json()["name"], browser.get(ME).json()["role"]) == ("zoe", "admin")


@pytest.mark.parametrize("roles", [[], ["boss"], None, "boss", [{"admin": 1}], {"admin": 1}])
def test_nobody_is_in_without_a_role(joined: Api, vouching: OpenIdProvider, roles: Any) -> None:
    vouching.person["roles"] = roles
    browser, back = sign_in(joined)
    assert (back.status_code, back.json()["type"]) == (403, "/problems/not-admitted")
    assert browser.get(ME).status_code == 401
    with joined.database.reading() as session:
        assert session.get(User, "zoe") is None


def test_a_local_account_is_not_handed_over_to_whoever_takes_its_name(joined: Api, vouching: OpenIdProvider) -> None:
    vouching.person["preferred_username"] = "ada"
    browser, back = sign_in(joined)
    assert (back.status_code, back.json()["type"]) == (409, "/problems/taken-name")
    assert browser.get(ME).status_code == 401


def test_a_closed_account_stays_closed(joined: Api) -> None:
    sign_in(joined)
    with joined.database.session() as session:
        users.change(session, "zoe", SYSTEM, active=False)
    browser, back = sign_in(joined)
    assert back.status_code == 403
    assert browser.get(ME).status_code == 401


LIES: dict[str, Callable[[OpenIdProvider], object]] = {
    "of another issuer": lambda p: p.lies.update(iss="https://evil.example"),
    "for another client": lambda p: p.lies.update(aud="another"),
    "too old": lambda p: p.lies.update(iat=int(time.time()) - 900, exp=int(time.time()) - 600),
    "for another sign-in": lambda p: p.lies.update(nonce="another"),
    "of nobody": lambda p: p.lies.update(sub=""),
    "signed by somebody else": lambda p: setattr(p, "forger", _key()),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_what_was_asked_for_lets_nobody_in(joined: Api, vouching: OpenIdProvider, lie: str) -> None:
    LIES[lie](vouching)
    browser, back = sign_in(joined)
    assert (back.status_code, back.json()["type"]) == (401, "/problems/bad-answer")
    assert NAME not in browser.cookies
    with joined.database.reading() as session:
        assert session.get(User, "zoe") is None


def test_an_answer_lets_in_only_the_browser_that_asked_and_only_once(joined: Api) -> None:
    browser = joined.client()
    address = str(leave(browser))
    assert joined.client().get(address, follow_redirects=False).status_code == 401
    other = joined.client()
    leave(other)
    assert other.get(address, follow_redirects=False).status_code == 401
    forged = address.partition("state=")[0] + "state=forged"
    assert browser.get(forged, follow_redirects=False).status_code == 401
    assert browser.get(address, follow_redirects=False).status_code == 303
    assert browser.get(address, follow_redirects=False).status_code == 401
    refused = browser.get(f"{LEAVE}/callback?error=access_denied", follow_redirects=False)
    assert refused.status_code == 401


def test_roles_may_lie_deep_and_have_other_names(
    sqlite_database: Database, tmp_path: Path, vouching: OpenIdProvider
) -> None:
    named = _provider(
        vouching, role_claim="realm_access.roles", roles={"pricing-leads": "approver"}, name_claim="email",
        public_url="https://prices.example",
    )  # fmt: skip
    vouching.person |= {"realm_access": {"roles": ["x", "pricing-leads"]}, "email": "zoe@example.org"}
    with bare_desk(sqlite_database, tmp_path) as desk, api_on(desk, provider=named) as api:
        browser = TestClient(api.app, base_url="https://prices.example")
        _, back = sign_in(api, browser)
        assert back.status_code == 303
        assert browser.get(ME).json()["name"] == "zoe@example.org"
    assert vouching.asked[0]["redirect_uri"].startswith("https://prices.example/")


def test_a_provider_that_is_away_is_no_fault_of_ours(lone_api: Api, sqlite_database: Database, tmp_path: Path) -> None:
    away = Provider("http://127.0.0.1:9", CLIENT, SECRET)
    with closing(lone_api.client()) as browser:
        assert browser.get(LEAVE, follow_redirects=False).status_code == 404
    lone_api.app.state.backing = type(lone_api.backing)(**(vars(lone_api.backing) | {"provider": away}))
    answer = lone_api.client().get(LEAVE, follow_redirects=False)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/provider-down")
