"""Accounts: hashed, validated, and made once."""

import pytest

from db import users
from db.engine import Database
from db.tables import User


def test_a_user_signs_in_with_the_right_password_only(sqlite_database: Database) -> None:
    with sqlite_database.session() as session:
        users.create(session, "mei", "correct horse", "merchant")
    with sqlite_database.reading() as session:
        found = users.authenticate(session, "mei", "correct horse")
        assert found is not None
        assert found.role == "merchant"
        assert users.authenticate(session, "mei", "Correct horse") is None
        assert users.authenticate(session, "nobody", "correct horse") is None


def test_the_password_itself_is_not_kept(sqlite_database: Database) -> None:
    with sqlite_database.session() as session:
        kept = users.create(session, "mei", "correct horse", "merchant").password_hash
    assert kept.startswith("$argon2id$")
    assert "horse" not in kept


def test_an_unknown_name_costs_the_same_work(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    class Counting:
        def hash(self, password: str) -> str:
            return hasher.hash(password)

        def verify(self, known: str, password: str) -> bool:
            checked.append(known)
            return hasher.verify(known, password)

    hasher = users._hasher
    monkeypatch.setattr(users, "_hasher", Counting())
    with sqlite_database.session() as session:
        users.create(session, "mei", "correct horse", "merchant")
        users.authenticate(session, "mei", "wrong guess")
        users.authenticate(session, "nobody", "wrong guess")
    assert len(checked) == 2
    assert all(known.startswith("$argon2id$") for known in checked)


def test_a_closed_account_stays_out(sqlite_database: Database) -> None:
    with sqlite_database.session() as session:
        users.create(session, "mei", "correct horse", "admin").active = False
    with sqlite_database.reading() as session:
        assert users.authenticate(session, "mei", "correct horse") is None


@pytest.mark.parametrize(
    ("name", "password", "role", "fact"),
    [
        ("mei", "short", "merchant", "characters"),
        ("mei", "x" * 1001, "merchant", "characters"),
        ("mei", "correct horse", "system", "no role"),
        ("mei", "correct horse", "agent", "no role"),
        ("", "correct horse", "merchant", "no user name"),
        ("a\nb", "correct horse", "merchant", "no user name"),
        ("taken", "correct horse", "merchant", "already"),
    ],
)
def test_a_bad_account_is_refused(sqlite_database: Database, name: str, password: str, role: str, fact: str) -> None:
    with sqlite_database.session() as session:
        users.create(session, "taken", "correct horse", "merchant")
    with sqlite_database.session() as session, pytest.raises(users.BadUserError, match=fact):
        users.create(session, name, password, role)
    with sqlite_database.reading() as session:
        assert [user.name for user in users.everyone(session)] == ["taken"]


def test_the_first_logins_work_and_are_told_once(sqlite_database: Database) -> None:
    with sqlite_database.session() as session:
        logins = users.first_logins(session)
        assert users.first_logins(session) == []
    assert {name: role for name, _, role in logins} == {r: r for r in ("admin", "merchant", "approver")}
    assert len({password for _, password, _ in logins}) == 3
    with sqlite_database.reading() as session:
        for name, password, role in logins:
            signed_in = users.authenticate(session, name, password)
            assert isinstance(signed_in, User)
            assert signed_in.role == role


def test_a_new_password_replaces_the_old_one(sqlite_database: Database) -> None:
    with sqlite_database.session() as session:
        users.create(session, "mei", "correct horse", "merchant")
        users.set_password(session, "mei", "battery staple")
        assert users.authenticate(session, "mei", "correct horse") is None
        assert users.authenticate(session, "mei", "battery staple") is not None
        with pytest.raises(users.BadUserError, match="no user"):
            users.set_password(session, "nobody", "battery staple")
