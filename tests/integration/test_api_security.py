"""Who gets in: keys, sessions, scopes; and how long somebody who guesses has to wait."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from db import keys, users
from db.dealings import ApiKey, Event
from db.engine import Database
from db.moves import SYSTEM
from db.tables import now
from serving.api.cookies import NAME, Cookies, secret_in
from serving.api.limiting import Limits, Rates, network
from serving.api.security import BY_ROLE, SCOPES
from tests.integration.api import HERE, PASSWORD, Api, api_on, bare_api, bare_desk, lone_api

__all__ = ["bare_api", "lone_api"]
ME, PEOPLE, KEYS, SESSIONS = "/api/v1/me", "/api/v1/people", "/api/v1/keys", "/api/v1/sessions"


def bearer(api: Api, key: str) -> int:
    return api.client(Authorization=f"Bearer {key}").get(ME).status_code


def sign_in(client: TestClient, name: str, password: str = PASSWORD) -> int:
    return client.post(SESSIONS, json={"name": name, "password": password}).status_code


def test_only_a_genuine_live_key_of_an_open_account_opens_anything(bare_api: Api) -> None:
    good, expired, revoked, closed = (bare_api.key(owner, "read") for owner in ("mei", "mei", "mei", "bob"))
    with bare_api.database.session() as session:
        keys.get(session, expired.split("_")[1]).expires_at = now() - timedelta(seconds=1)
        keys.revoke(session, revoked.split("_")[1], SYSTEM)
        users.change(session, "bob", SYSTEM, active=False)
    other = bare_api.key("mei", "read")
    crossed = "_".join([*good.split("_")[:2], other.split("_", 2)[2]])
    forged = (good[:-1] + ("A" if good[-1] != "A" else "B"), good.replace("pd_", "PD_"), f"{good}x", crossed)
    strange = ("", "pd__", "pd_0123456789abcdef_" + "A" * 43, "' OR 1=1 --", "pd_" + "a" * 100_00)
    assert bearer(bare_api, good) == 200
    for key in (expired, revoked, closed, *forged, *strange):
        assert bearer(bare_api, key) == 401, key
    assert bare_api.client(Authorization=f"Basic {good}").get(ME).status_code == 401


def test_the_secret_of_a_key_is_kept_nowhere(bare_api: Api) -> None:
    headers = {"Idempotency-Key": "make-one"}
    made = bare_api.as_("mei").post(KEYS, json={"name": "nightly", "scopes": ["read"]}, headers=headers)
    assert made.status_code == 201, made.text
    whole = made.json()["key"]
    assert bearer(bare_api, whole) == 200
    again = bare_api.as_("mei").post(KEYS, json={"name": "nightly", "scopes": ["read"]}, headers=headers)
    assert again.status_code == 409
    secret = whole.split("_", 2)[2]
    with bare_api.database.reading() as session:
        for table in ("api_key", "replay", "event"):
            rows = session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
            assert rows
            assert secret not in repr(rows)
    assert secret not in bare_api.as_("mei").get(KEYS).text


def test_a_key_may_do_what_its_scopes_and_its_owners_role_both_permit(lone_api: Api) -> None:
    wide = lone_api.with_key("mei", *SCOPES)
    assert set(wide.get(ME).json()["scopes"]) == BY_ROLE["merchant"]
    assert wide.get(PEOPLE).status_code == 403
    assert lone_api.with_key("ada", "read").get(PEOPLE).status_code == 403
    assert lone_api.with_key("ada", "people").get(PEOPLE).status_code == 200


def test_a_role_that_is_taken_away_is_gone_at_once(bare_api: Api) -> None:
    machine, browser = bare_api.with_key("eve", "people"), bare_api.as_("eve")
    assert machine.get(PEOPLE).status_code == browser.get(PEOPLE).status_code == 200
    bare_api.as_("ada").patch(f"{PEOPLE}/eve", json={"role": "merchant"})
    assert machine.get(PEOPLE).status_code == browser.get(PEOPLE).status_code == 403


def test_nobody_makes_a_key_that_may_more_than_they_do(lone_api: Api) -> None:
    own = {"name": "k", "scopes": ["read", "apply"]}
    assert lone_api.as_("mei").post(KEYS, json=own).status_code == 403
    assert lone_api.as_("ann").post(KEYS, json=own).status_code == 201
    assert lone_api.as_("ann").post(KEYS, json=own | {"owner": "ada"}).status_code == 403
    assert lone_api.as_("ada").post(KEYS, json=own | {"owner": "mei"}).status_code == 403
    managing = lone_api.with_key("ada", "people")
    assert managing.post(KEYS, json=own | {"owner": "ann"}).status_code == 403
    assert managing.post(KEYS, json={"name": "k", "scopes": ["people"]}).status_code == 201
    assert lone_api.with_key("ann", "read").post(KEYS, json=own).status_code == 403


def test_others_keys_are_out_of_reach(bare_api: Api) -> None:
    theirs = bare_api.key("ann", "read").split("_")[1]
    assert bare_api.as_("mei").get(KEYS).json()["items"] == []
    assert bare_api.as_("mei").delete(f"{KEYS}/{theirs}").status_code == 404
    assert bare_api.as_("mei").post(f"{KEYS}/{theirs}/rotate").status_code == 404
    assert bare_api.as_("mei").get(KEYS, params={"owner": "ann"}).status_code == 403
    assert [key["id"] for key in bare_api.as_("ada").get(KEYS, params={"owner": "ann"}).json()["items"]] == [theirs]
    assert bare_api.as_("ada").delete(f"{KEYS}/{theirs}").json()["revoked_at"]


def test_a_rotated_key_opens_nothing_and_its_heir_the_same(bare_api: Api) -> None:
    old = bare_api.key("ann", "read", "decide")
    heir = bare_api.as_("ann").post(f"{KEYS}/{old.split('_')[1]}/rotate").json()
    assert (bearer(bare_api, old), bearer(bare_api, heir["key"])) == (401, 200)
    assert heir["scopes"] == ["decide", "read"]
    assert bare_api.as_("ann").post(f"{KEYS}/{old.split('_')[1]}/rotate").status_code == 422
    with bare_api.database.reading() as session:
        told = session.exec(select(Event.kind).where(Event.kind.startswith("key."))).all()  # type: ignore[attr-defined]
    assert sorted(told) == ["key.created", "key.created", "key.revoked"]


def test_the_last_use_of_a_key_is_noted(bare_api: Api) -> None:
    whole = bare_api.key("ann", "read")
    bearer(bare_api, whole)
    with bare_api.database.reading() as session:
        assert session.get_one(ApiKey, whole.split("_")[1]).used_at is not None


def test_a_change_by_cookie_must_come_from_our_own_page(lone_api: Api) -> None:
    browser, change = lone_api.as_("mei"), {"language": "zh"}
    origins = (None, "null", "https://evil.example", "http://testserver.evil.example", "http://testserver:81")
    for origin in origins:
        browser.headers.pop("Origin", None)
        headers = {} if origin is None else {"Origin": origin}
        refused = browser.patch(ME, json=change, headers=headers)
        assert refused.status_code == 403, origin
        assert refused.json()["type"] == "/problems/foreign-page"
        assert browser.get(ME).json()["language"] == ""
    assert browser.patch(ME, json=change, headers={"Origin": HERE}).json()["language"] == "zh"
    assert lone_api.with_key("mei", "read").patch(ME, json={"language": "en"}).status_code == 200


def test_another_sites_page_signs_nobody_in(lone_api: Api) -> None:
    assert sign_in(lone_api.client(Origin="https://evil.example"), "mei") == 403
    assert sign_in(lone_api.client(), "mei") == 201


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(lone_api: Api) -> None:
    answer = lone_api.client().post(SESSIONS, json={"name": "mei", "password": PASSWORD})
    said = answer.headers["set-cookie"]
    assert "HttpOnly" in said
    assert "SameSite=lax" in said
    assert PASSWORD not in said
    assert answer.headers["cache-control"] == "no-store"
    over_tls = TestClient(lone_api.app, base_url="https://testserver")
    assert "Secure" in over_tls.post(SESSIONS, json={"name": "mei", "password": PASSWORD}).headers["set-cookie"]


def test_a_forged_cookie_is_nobodys(lone_api: Api) -> None:
    genuine = str(lone_api.as_("mei").cookies[NAME])
    with lone_api.database.reading() as session:
        foreign, _ = Cookies().write(users.get(session, "ada"))
        late, _ = Cookies(lone_api.backing.cookies.secret, timedelta(seconds=-1)).write(users.get(session, "ada"))
    assert Cookies(lone_api.backing.cookies.secret, timedelta(seconds=-1)).read(late) is None
    for value in (foreign, genuine[:-2] + "xx", "x", "", genuine.replace(".", "", 1)):
        answer = lone_api.client(Cookie=f"{NAME}={value}").get(ME)
        assert answer.status_code == 401, value
    assert lone_api.client(Cookie=f"{NAME}={genuine}").get(ME).status_code == 200


def test_signing_out_ends_the_session_for_whoever_copied_it(bare_api: Api) -> None:
    browser = bare_api.as_("mei")
    copied = browser.cookies[NAME]
    other = bare_api.client()
    assert sign_in(other, "mei") == 201
    assert browser.delete(f"{SESSIONS}/current").status_code == 204
    assert bare_api.client(Cookie=f"{NAME}={copied}").get(ME).status_code == 401
    assert other.get(ME).status_code == 200


def test_a_new_password_or_a_closed_account_ends_every_session(bare_api: Api) -> None:
    mei, bob = bare_api.as_("mei"), bare_api.as_("bob")
    change = {"password": "battery staple", "present_password": "wrong horse battery"}
    assert mei.patch(ME, json=change).status_code == 403
    assert mei.patch(ME, json=change | {"present_password": PASSWORD}).status_code == 200
    assert mei.get(ME).status_code == 401
    assert sign_in(bare_api.client(), "mei") == 401
    assert sign_in(bare_api.client(), "mei", "battery staple") == 201
    bare_api.as_("ada").patch(f"{PEOPLE}/bob", json={"active": False})
    assert bob.get(ME).status_code == 401
    assert sign_in(bare_api.client(), "bob") == 401


def test_the_secret_is_made_once_for_its_owners_eyes(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: secret_in(tmp_path), range(16)))
    assert made == {secret_in(tmp_path)}
    assert (tmp_path / "session.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["session.key"]


@pytest.fixture
def guessed(database: Database, tmp_path: Path) -> Iterator[Api]:
    """An API of little patience: three tries a minute at an account, six from one address."""
    with bare_desk(database, tmp_path) as desk:
        rates = Rates(login="3/hour", account="5/hour", guesses="6/hour", caller="20/hour")
        with api_on(desk, limits=Limits(rates)) as made:
            yield made


def at(api: Api, address: str) -> TestClient:
    return TestClient(api.app, base_url=HERE, client=(address, 50000))


def test_guessing_at_one_account_is_soon_no_use(guessed: Api) -> None:
    here = at(guessed, "192.0.2.1")
    assert [sign_in(here, "mei", f"guess {n}") for n in range(3)] == [401] * 3
    late = here.post(SESSIONS, json={"name": "mei", "password": PASSWORD})
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) > 0
    assert sign_in(here, "ann") == 201
    assert sign_in(at(guessed, "192.0.2.2"), "mei") == 201


def test_guessing_at_many_accounts_from_one_address_is_no_use_either(guessed: Api) -> None:
    here = at(guessed, "192.0.2.1")
    assert [sign_in(here, f"user{n}", "guess") for n in range(6)] == [401] * 6
    assert sign_in(here, "ann") == 429


def test_guessing_at_one_account_from_many_addresses_is_no_use_either(guessed: Api) -> None:
    assert [sign_in(at(guessed, f"192.0.2.{n}"), "mei", "guess") for n in range(5)] == [401] * 5
    assert sign_in(at(guessed, "192.0.2.99"), "mei") == 429


def test_many_guesses_at_once_are_counted_one_by_one(guessed: Api) -> None:
    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(lambda n: sign_in(at(guessed, "192.0.2.1"), "mei", f"guess {n}"), range(12)))
    assert (told.count(401), told.count(429)) == (3, 9)


def test_who_knows_the_password_is_not_held_back_by_earlier_slips(guessed: Api) -> None:
    here = at(guessed, "192.0.2.1")
    assert [sign_in(here, "ann", "slip"), sign_in(here, "ann", "slip"), sign_in(here, "ann")] == [401, 401, 201]
    assert [sign_in(here, "ann", "slip"), sign_in(here, "ann")] == [401, 201]


def test_an_unknown_name_and_a_wrong_password_look_alike(lone_api: Api) -> None:
    told = [
        lone_api.client().post(SESSIONS, json={"name": name, "password": "guess"}).json() | {"request_id": ""}
        for name in ("mei", "nobody")
    ]
    assert told[0] == told[1]


def test_a_key_that_asks_too_often_waits_and_others_do_not(guessed: Api) -> None:
    busy, other = guessed.with_key("mei", "read"), guessed.with_key("mei", "read")
    assert [busy.get(ME).status_code for _ in range(20)] == [200] * 20
    told = busy.get(ME)
    assert told.status_code == 429
    assert int(told.headers["retry-after"]) > 0
    assert other.get(ME).status_code == 200


def test_one_subscriber_of_ipv6_is_one_address() -> None:
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2:ffff::1") != network("2001:db8:1:3::1")
    assert network("::ffff:192.0.2.1") == "192.0.2.1"
    assert network("testclient") == "testclient"
