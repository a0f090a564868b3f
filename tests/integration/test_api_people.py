"""People and their sessions, through the API."""

from tests.integration.api import Api, bare_api

__all__ = ["bare_api"]


def test_a_person_signs_in_and_is_known(bare_api: Api) -> None:
    assert bare_api.as_("ann").get("/api/v1/me").json()["role"] == "approver"
    assert bare_api.with_key("ann", "read").get("/api/v1/me").json()["scopes"] == ["read"]
    refused = bare_api.client().get("/api/v1/me")
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"
