"""What the page works with, and who sits at it: always told by the server, never by the browser."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import uuid4

import gradio as gr
from sqlmodel import select

from agents.desk import Desk
from agents.rendering import Language, told_in
from db import users
from db.engine import Database
from db.moves import Actor
from db.tables import User
from pricing.errors import PricingError
from ui.behind import Behind, Jobs
from ui.language import Wanted, spoken
from ui.words import say

log = logging.getLogger(__name__)


class ModelState(Protocol):
    """How the model server is doing: loading, ready, degraded or stopped, and why."""

    @property
    def phase(self) -> str: ...

    @property
    def reason(self) -> str: ...


class StoreState(Protocol):
    """How far the store is: `stage` is "" once it is open; `trouble` says what went wrong."""

    @property
    def stage(self) -> str: ...

    @property
    def done(self) -> int: ...

    @property
    def total(self) -> int: ...

    @property
    def trouble(self) -> str: ...


class NotSignedInError(PricingError):
    """The account behind this page is closed or gone."""


@dataclass(frozen=True)
class Office:
    """The desk and the state of what stands behind it."""

    desk: Desk
    model: Callable[[], ModelState]
    store: Callable[[], StoreState]
    wanted: Wanted
    jobs: Jobs | None = None
    behind: Behind = field(default_factory=Behind)

    @property
    def database(self) -> Database:
        return self.desk.shop.database

    async def admits(self, name: str, password: str) -> bool:
        """Whether this is an active user's name and password; the hashing is done off the event loop."""
        return await asyncio.to_thread(self._admits, name, password)

    def _admits(self, name: str, password: str) -> bool:
        with self.database.reading() as session:
            return users.authenticate(session, name, password) is not None

    def language(self, request: gr.Request) -> Language:
        """The person's own choice where they made one, else the settings' or the browser's."""
        return self.chosen(request) or spoken(self.wanted, request)

    def chosen(self, request: gr.Request) -> Language | None:
        if not request.username:
            return None
        with self.database.reading() as session:
            said = session.exec(select(User.language).where(User.name == request.username)).first()
        return "zh" if said == "zh" else "en" if said == "en" else None

    def visitor(self, request: gr.Request) -> Actor:
        """Who asks, with the role that the database holds at this moment. Raises NotSignedInError."""
        with self.database.reading() as session:
            user = session.get(User, request.username) if request.username else None
        if user is None or not user.active:
            raise NotSignedInError(say("not_signed_in", self.language(request)))
        return Actor(user.name, user.role)


def excuse(error: Exception, language: Language) -> str:
    """A refusal in its own words; anything else is logged and shown as the number it is logged under."""
    if isinstance(error, PricingError):
        return told_in(str(error), language)
    fault = uuid4().hex[:8]
    log.error("fault %s on the page", fault, exc_info=error)
    return say("fault", language, id=fault)
