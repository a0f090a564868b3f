"""The ledger of a run."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

from tools.facts import Facts, Source
from tools.saying import plain, said

ROW = Source("product", "row")


def test_facts_are_numbered_in_the_order_they_were_found() -> None:
    facts = Facts()
    assert [facts.add("stock", n, "units", ROW, f"S{n}").id for n in range(3)] == ["F1", "F2", "F3"]
    assert [fact.id for fact in facts] == ["F1", "F2", "F3"]
    assert facts.get("F2") is facts.find("stock", "S1")
    assert facts.get("F9") is None


def test_the_same_fact_stands_once() -> None:
    facts = Facts()
    first = facts.add("stock", 4, "units", ROW, "A")
    assert facts.add("stock", 4, "units", Source("sql", "again"), "A") is first
    assert facts.add("stock", 5, "units", ROW, "A").id == "F2"
    assert facts.add("stock", 4, "units", ROW, "B").id == "F3"
    assert facts.add("stock", 4, "units", ROW, "A", low=3, high=5).id == "F4"


def test_many_threads_number_without_a_gap() -> None:
    facts = Facts()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: facts.add("stock", n % 50, "units", ROW), range(400)))
    assert [fact.id for fact in facts] == [f"F{n}" for n in range(1, 51)]


def test_facts_of_another_ledger_are_numbered_on() -> None:
    facts, others = Facts(), Facts()
    facts.add("stock", 1, "units", ROW)
    others.add("stock", 1, "units", ROW)
    others.add("stock", 2, "units", ROW)
    facts.merge(others)
    assert [(fact.id, fact.value) for fact in facts] == [("F1", 1), ("F2", 2)]


def test_a_fact_is_plain_json() -> None:
    facts = Facts()
    facts.add("price_now", Decimal("2.95"), "money", ROW, "A", "GBP", low=2.0, high=3.0)
    facts.add("sales_until", date(2025, 12, 28), "date", ROW)
    money, day = (json.loads(json.dumps(fact.to_json())) for fact in facts)
    assert (money["value"], money["currency"], money["source"]["kind"]) == ("2.95", "GBP", "product")
    assert day["value"] == "2025-12-28"


def test_facts_are_read_by_number_with_unit_and_interval() -> None:
    facts = Facts()
    price = facts.add("price_now", 2.951234, "money", ROW, "A", "GBP", low=2.0, high=3.0)
    weeks = facts.add("horizon", 4, "weeks", ROW)
    assert plain(price) == "2.951 GBP (2 to 3)"
    assert said(price, weeks).splitlines() == ["{F1} price_now: 2.951 GBP (2 to 3)", "{F2} horizon: 4 weeks"]
