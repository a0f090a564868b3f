"""A program of the merchant's is told each price, signed as standardwebhooks.com says."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr
from sqlmodel import Session
from standardwebhooks import Webhook

from db.doors import Door, each, opened
from db.sinks import Answer, Change, plain
from db.tables import now


@dataclass(frozen=True)
class SignedWebhook:
    """POSTs one message a change; any 2xx answer takes it.

    `webhook-id` is the change's key, the same however often it is sent: whoever receives it twice does it once.
    """

    url: str
    secret: SecretStr  # whsec_ and base64
    name: str = "webhook"

    def publish(self, session: Session, changes: Sequence[Change]) -> list[Answer]:
        with opened(self.url) as door:
            return each(changes, lambda change: self._told(door, change))

    def _told(self, door: Door, change: Change) -> str:
        body, moment = message(change), now()
        headers = {
            "content-type": "application/json",
            "webhook-id": change.key,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": Webhook(self.secret.get_secret_value()).sign(change.key, moment, body),
        }
        reply = door.ask("POST", "", content=body.encode(), headers=headers)
        return f"{door.host} answered {reply.status}"


def message(change: Change) -> str:
    """What is sent: JSON, the same each time."""
    data = {
        "sku": change.sku, "price": plain(change.price), "former_price": plain(change.former),
        "currency": change.currency, "proposal": change.proposal, "version": change.version, "action": change.action,
    }  # fmt: skip
    whole = {"type": "price.changed", "timestamp": change.decided_at.isoformat(), "data": data}
    return json.dumps(whole, ensure_ascii=False)
