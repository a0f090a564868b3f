"""Accounts and keys from the command line."""

from pathlib import Path

from tests.integration.test_command_line import Pricedesk, empty, pricedesk

__all__ = ["empty", "pricedesk"]


def test_a_key_is_made_shown_once_rotated_and_revoked(pricedesk: Pricedesk, empty: Path) -> None:
    for name, role in (("ada", "admin"), ("ann", "approver")):
        pricedesk("user", "add", name, "--role", role)
    made = pricedesk("key", "add", "nightly", "--owner", "ann", "--scopes", "read, export", "--json").json
    assert made["key"].startswith(f"pd_{made['id']}_")
    heir = pricedesk("key", "rotate", made["id"], "--json").json
    pricedesk("key", "revoke", heir["id"])
    rows = pricedesk("key", "list", "--json").json
    assert {row["id"] for row in rows} == {made["id"], heir["id"]}
    assert all(row["revoked_at"] and row["scopes"] == "export read" for row in rows)
    assert "key" not in rows[0]


def test_a_key_beyond_its_owners_role_is_refused(pricedesk: Pricedesk, empty: Path) -> None:
    for name, role in (("ada", "admin"), ("mei", "merchant")):
        pricedesk("user", "add", name, "--role", role)
    for scopes in ("apply", "everything", ""):
        refused = pricedesk("key", "add", "k", "--owner", "mei", "--scopes", scopes)
        assert refused.code == 2, refused
    assert pricedesk("key", "revoke", "0123456789abcdef").code == 2
    assert pricedesk("key", "list", "--json").json == []


def test_an_account_is_changed_but_the_last_admin_stays(pricedesk: Pricedesk, empty: Path) -> None:
    for name, role in (("ada", "admin"), ("mei", "merchant")):
        pricedesk("user", "add", name, "--role", role)
    changed = pricedesk("user", "set", "mei", "--role", "approver", "--language", "zh", "--closed", "--json").json
    assert changed == {"name": "mei", "role": "approver", "active": False, "language": "zh"}
    for change in (("--role", "merchant"), ("--closed",)):
        refused = pricedesk("user", "set", "ada", *change)
        assert (refused.code, "last admin" in refused.err) == (2, True)
    assert len(pricedesk("user", "password", "ada", "--json").json["password"]) >= 12
