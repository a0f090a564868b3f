"""The API over the small shop, with people of every role, signed in, and keys of theirs. For a test's own use:

from tests.integration.api import Api, api
from tests.small_store import small_home, small_knowledge, small_shop

def test_something(api: Api) -> None:
    assert api.as_("ann").get("/api/v1/me").json()["role"] == "approver"
    assert api.with_key("ann", "read").get("/api/v1/proposals").status_code == 200
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from agents.desk import Desk
from db import keys
from db.engine import Database
from db.moves import SYSTEM
from db.tables import User, now
from knowledge.store import Knowledge
from pricing.guardrails import Rules
from serving.api.app import create_app
from serving.api.backing import Backing
from tests.small_store import desk_on
from tools.context import Shop

PASSWORD = "correct horse battery"
HERE = "http://testserver"
PEOPLE = {"mei": "merchant", "ann": "approver", "bob": "approver", "ada": "admin", "eve": "admin"}


@dataclass
class Api:
    """The app in this process, and clients of it."""

    app: FastAPI
    backing: Backing
    clients: dict[str, TestClient] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.backing.database

    def client(self, **headers: str) -> TestClient:
        """Somebody who has neither a session nor a key."""
        return TestClient(self.app, base_url=HERE, headers=headers)

    def as_(self, name: str) -> TestClient:
        """A person's browser, signed in; its requests say that they come from the page."""
        if name not in self.clients:
            client = self.client(Origin=HERE)
            answer = client.post("/api/v1/sessions", json={"name": name, "password": PASSWORD})
            assert answer.status_code == 201, answer.text
            self.clients[name] = client
        return self.clients[name]

    def key(self, owner: str, *scopes: str, **more: Any) -> str:
        """A whole key of the owner's."""
        with self.database.session() as session:
            return keys.create(session, f"{owner}'s", owner, scopes, SYSTEM, **more)[1]

    def with_key(self, owner: str, *scopes: str) -> TestClient:
        """A machine that holds a key of the owner's."""
        return self.client(Authorization=f"Bearer {self.key(owner, *scopes)}")


def add_people(database: Database, people: Sequence[str] = tuple(PEOPLE)) -> None:
    """Accounts of every role, all with PASSWORD."""
    with database.session() as session:
        session.add_all(User(name=n, role=PEOPLE[n], password_hash=_hash(), created_at=now()) for n in people)


@cache
def _hash() -> str:
    """Made once: it is meant to take its time."""
    return PasswordHasher().hash(PASSWORD)


@contextmanager
def api_on(desk: Desk, **backing: Any) -> Iterator[Api]:
    """The API on a desk whose database has people; the store is open, and there is no model."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield

    model = SimpleNamespace(phase="stopped", reason="")
    opening = SimpleNamespace(stage="", done=0, total=0, trouble="")
    made = Backing(desk, lambda: model, lambda: opening, **backing)
    app = create_app(made, lifespan)
    api = Api(app, made)
    try:
        yield api
    finally:
        for client in api.clients.values():
            client.close()


@pytest.fixture
def api(small_shop: Shop, tmp_path: Path) -> Iterator[Api]:
    """The API over the small shop."""
    add_people(small_shop.database)
    with desk_on(small_shop, tmp_path) as desk, api_on(desk) as made:
        yield made


@contextmanager
def bare_desk(database: Database, folder: Path, people: Sequence[str] = tuple(PEOPLE)) -> Iterator[Desk]:
    """A desk with people and without products."""
    add_people(database, people)
    shop = Shop(database, Knowledge(folder / "knowledge"), Rules())
    with desk_on(shop, folder) as desk:
        yield desk
    shop.knowledge.close()


@pytest.fixture
def bare_api(database: Database, tmp_path: Path) -> Iterator[Api]:
    """The API over an empty store, on either engine."""
    with bare_desk(database, tmp_path) as desk, api_on(desk) as made:
        yield made


@pytest.fixture
def lone_api(sqlite_database: Database, tmp_path: Path) -> Iterator[Api]:
    """The same on SQLite, where the engine does not matter."""
    with bare_desk(sqlite_database, tmp_path) as desk, api_on(desk) as made:
        yield made
