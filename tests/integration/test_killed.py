"""kill -9 in the middle of many applies: after the next start each price was charged once, and the chain holds."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from time import sleep

import pytest
from selling import AGENT, SAM, Drafts
from shops import HOOK_SECRET, Shops, shops
from sqlmodel import select

from db import audit, events, proposals
from db.dealings import Dispatch
from db.engine import Database
from db.tables import Move, Price, Product, Proposal, Receipt

CHILD = Path(__file__).with_name("applying_child.py")


@pytest.fixture
def server() -> Iterator[Shops]:
    with shops() as running:
        yield running


def stock(shop: Database, draft: Drafts, count: int) -> None:
    """So many products, each with a price that somebody has signed."""
    with shop.session() as session:
        for n in range(count):
            session.add(Product(sku=f"P-{n}", name="Tea", currency="GBP", price=Decimal(2)))
    made = [draft(shop, sku=f"P-{n}") for n in range(count)]
    with shop.session() as session:
        for one in made:
            row = proposals.create(session, one, AGENT)
            proposals.move(session, row.id or 0, "approved", SAM, seen=row.content_hash)


def run(shop: Database, server: Shops, generation: int) -> subprocess.Popen[str]:
    later = str(generation * 600)
    arguments = [sys.executable, str(CHILD), shop.url, f"{server.url}/prices", HOOK_SECRET, later]
    child = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert child.stdout is not None
    assert child.stdout.readline() == "started\n"
    return child


def kill_at_random(shop: Database, server: Shops, times: int, longest: float) -> int:
    """How often the process was killed at its work before it could end."""
    chance, killed = Random(20260302), 0
    for generation in range(times):
        child = run(shop, server, generation)
        sleep(chance.uniform(0, longest))
        killed += child.poll() is None
        child.kill()
        child.communicate()
    return killed


def finish(shop: Database, server: Shops, generation: int) -> None:
    child = run(shop, server, generation)
    child.communicate(timeout=600)
    assert child.returncode == 0


def check(shop: Database, server: Shops, count: int) -> None:
    """Once at the sink, by its key; once in the price log; one audit row; both chains whole."""
    with shop.reading() as session:
        assert audit.verify(session) is None
        assert events.verify(session) is None
        applied = Counter(session.exec(select(Move.proposal_id).where(Move.to_status == "applied")))
        charged = Counter(session.exec(select(Price.proposal_id)))
        receipts = Counter(session.exec(select(Receipt.proposal_id)))
        assert set(session.exec(select(Proposal.status))) == {"applied"}
        assert set(session.exec(select(Dispatch.status))) == {"sent"}
        prices = set(session.exec(select(Product.price).where(Product.sku != "TEA-001")))
    once = dict.fromkeys(range(1, count + 1), 1)
    assert applied == charged == receipts == once
    assert prices == {Decimal("2.2")}
    assert Counter(message["data"]["proposal"] for message in server.heard.values()) == once
    assert len({body for _, _, body in server.asked}) == count  # what was said twice was the same


MANY = int(os.environ.get("PRICEDESK_KILLED", "250"))  # prices; 1000 make a longer look


@pytest.mark.slow
def test_hundreds_of_prices_are_charged_once_each_however_often_the_process_dies(
    shop: Database, draft: Drafts, server: Shops
) -> None:
    kills = max(3, MANY // 125)
    stock(shop, draft, MANY)
    assert kill_at_random(shop, server, kills, 2.0) >= kills - 2
    finish(shop, server, kills)
    check(shop, server, MANY)


@pytest.mark.slow
def test_on_either_engine_prices_are_charged_once_each_however_often_the_process_dies(
    either_shop: Database, draft: Drafts, server: Shops
) -> None:
    stock(either_shop, draft, 120)
    assert kill_at_random(either_shop, server, 3, 0.5) >= 2
    finish(either_shop, server, 3)
    check(either_shop, server, 120)


@pytest.mark.slow
def test_two_processes_at_once_charge_each_price_once(either_shop: Database, draft: Drafts, server: Shops) -> None:
    stock(either_shop, draft, 20)
    both = [run(either_shop, server, 0) for _ in range(2)]
    for child in both:
        child.communicate(timeout=300)
    assert [child.returncode for child in both] == [0, 0]
    check(either_shop, server, 20)
