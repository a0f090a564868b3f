"""A Chroma server, by its address."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from httpx import Client, Timeout

from knowledge.passage import KnowledgeError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

PATIENCE = 60.0  # seconds for one answer


@dataclass(frozen=True)
class Remote:
    """`http://host:8000/shop` keeps the collections shop-products and shop-reviews there: one server, many shops."""

    url: str
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or not re.fullmatch(r"/?[\w.-]{0,60}/?", parts.path)
        ):
            raise KnowledgeError(
                f"{self.url!r} is no address of a Chroma server. Give one such as http://127.0.0.1:8000 or, "
                "where several shops share it, http://127.0.0.1:8000/myshop."
            )

    @property
    def prefix(self) -> str:
        shop = urlsplit(self.url).path.strip("/")
        return f"{shop}-" if shop else ""

    def client(self) -> "ClientAPI":
        """Raises KnowledgeError where nobody answers there."""
        import chromadb  # noqa: PLC0415
        from chromadb.config import Settings  # noqa: PLC0415

        parts = urlsplit(self.url)
        secure = parts.scheme == "https"
        headers = {"Authorization": f"Bearer {self.token}", "X-Chroma-Token": self.token} if self.token else None
        try:
            client = chromadb.HttpClient(
                str(parts.hostname),
                parts.port or (443 if secure else 8000),
                secure,
                headers,
                Settings(anonymized_telemetry=False),
            )
        except ValueError as fault:  # what Chroma raises where it cannot connect
            raise self.fault(fault) from fault
        for session in _sessions(client):
            session.timeout = Timeout(PATIENCE)  # Chroma would wait for ever
        return client

    def hang_up(self, client: "ClientAPI") -> None:
        """Close the connections, which Chroma leaves open."""
        for session in _sessions(client):
            session.close()

    def fault(self, fault: Exception) -> KnowledgeError:
        return KnowledgeError(
            f"The Chroma server at {self.url} cannot be used ({str(fault)[:200]}). "
            "Start it, or unset PRICEDESK_KNOWLEDGE_URL to keep the texts beside the database."
        )


def _sessions(client: Any) -> list[Client]:
    """The connections of a client to its server, and of the client that it has for tenants and databases."""
    servers = (getattr(one, "_server", None) for one in (client, getattr(client, "_admin_client", None)))
    return [session for server in servers if isinstance(session := getattr(server, "_session", None), Client)]
