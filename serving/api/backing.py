"""What stands behind the routes, made once by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends
from starlette.requests import HTTPConnection

from agents.desk import Desk
from db.addresses import Reach
from db.engine import Database
from serving.api.cookies import Cookies
from serving.api.limiting import Limits
from serving.api.oidc import Provider
from serving.jobs.runner import Jobs

if TYPE_CHECKING:
    from serving.api.metrics import Guard, Meters
    from serving.api.tracing import Tracing


@dataclass(frozen=True)
class Backing:
    """The desk, the state of what it stands on, and how callers are known and held back."""

    desk: Desk
    model: Callable[[], Any]  # the state of the model server: phase, reason
    opening: Callable[[], Any]  # how far the store is: stage, done, total, trouble
    cookies: Cookies = field(default_factory=Cookies)
    limits: Limits = field(default_factory=Limits)
    origins: tuple[str, ...] = ()  # where else than here the page may be served from, as https://prices.example
    jobs: Jobs | None = None  # background work; without it batches and imports are refused
    uploads: Path | None = None  # where files that are handed in wait for their import
    reach: Reach = field(default_factory=Reach)  # how far webhooks may go
    provider: Provider | None = None  # the OpenID provider at which people may sign in
    meters: "Meters | None" = None  # what this process counts; without it the app counts for itself alone
    metrics: "Guard" = "loopback"  # who may read /metrics
    tracing: "Tracing | None" = None  # where spans go

    @property
    def database(self) -> Database:
        return self.desk.shop.database


def backing(connection: HTTPConnection) -> Backing:
    """The backing of the app that answers."""
    found = connection.app.state.backing
    if not isinstance(found, Backing):
        raise TypeError("the app was made without its backing")
    return found


Back = Annotated[Backing, Depends(backing)]
