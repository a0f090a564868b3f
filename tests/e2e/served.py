"""The server that the stories are told to, as a test sees it."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from visitor import Visitor

PASSWORD = "correct horse battery"
WITH_MODEL = os.environ.get("PRICEDESK_E2E_MODEL", "true") != "false"  # false: quick looks, by the planner alone

Arrive = Callable[..., Visitor]


@dataclass(frozen=True)
class Served:
    """A desk that runs: its address and its state folder."""

    url: str
    home: Path

    def ready(self) -> dict[str, str]:
        """What /readyz says: the store and the model."""
        try:
            with urllib.request.urlopen(f"{self.url}readyz", timeout=5) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as busy:
            with busy:
                return dict(json.load(busy))
        except (urllib.error.URLError, OSError):
            return {"store": "not up", "model": "not up"}
