"""The kinds of events that webhooks may ask for, against what is recorded and what is documented."""

import re
from pathlib import Path

from db.tables import STATUSES
from db.webhooks import KINDS

ROOT = Path(__file__).parents[3]
FOLDERS = ("db", "tools", "agents", "serving", "ui", "pricedesk")


def test_every_kind_is_on_the_page_for_integrators() -> None:
    page = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| ([a-z_]+\.[a-z_]+) \| (.+) \|$", page, re.MULTILINE) == list(KINDS.items())


def test_every_move_of_a_proposal_is_a_kind() -> None:
    assert {f"proposal.{status}" for status in STATUSES} - KINDS.keys() == {"proposal.draft"}


def test_every_kind_that_the_code_records_can_be_asked_for() -> None:
    recorded = {
        kind
        for folder in FOLDERS
        for file in (ROOT / folder).rglob("*.py")
        for kind in re.findall(r'(?:events\.record|_record|_tell)\([^"]*"([a-z_]+\.[a-z_]+)"', file.read_text("utf-8"))
    }
    assert {"rules.changed", "webhook.created", "key.created"} <= recorded
    assert recorded <= KINDS.keys(), f"not documented: {recorded - KINDS.keys()}"
