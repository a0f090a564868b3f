"""The MCP server, over HTTP, with the SDK's own client."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, Tool

from tests.integration.api import Api, api
from tests.integration.api_served import served
from tests.small_store import small_home, small_knowledge, small_shop

__all__ = ["api", "small_home", "small_knowledge", "small_shop"]

NAMES = {
    "ask", "search_products", "sales_report", "forecast", "elasticity", "what_if", "assess_risk", "related_products",
    "search_reviews", "propose_price", "list_proposals",
}  # fmt: skip


@pytest.fixture
def address(api: Api) -> Iterator[str]:
    with served(api.app) as url:
        yield f"{url}/mcp"


async def _with_client(address: str, key: str, work: Callable[[Client], Awaitable[Any]]) -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        return await work(client)


def call(address: str, key: str, tool: str, **arguments: Any) -> CallToolResult:
    result = asyncio.run(_with_client(address, key, lambda client: client.call_tool(tool, arguments)))
    assert isinstance(result, CallToolResult)
    return result


def tools(address: str, key: str) -> dict[str, Tool]:
    listed = asyncio.run(_with_client(address, key, lambda client: client.list_tools()))
    return {tool.name: tool for tool in listed.tools}


def words(result: CallToolResult) -> str:
    return " ".join(part.text for part in result.content if part.type == "text")


def test_without_a_key_nothing_is_told(address: str) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    for headers in ({}, {"Authorization": "Bearer pd_0123456789abcdef_none"}, {"Cookie": "pricedesk-session=x"}):
        with httpx2.Client(headers=headers) as client:
            answer = client.post(address, json=message, headers={"Accept": "application/json, text/event-stream"})
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert "Bearer" in answer.headers["www-authenticate"]


def test_every_tool_tells_its_shape_and_whether_it_only_reads(api: Api, address: str) -> None:
    found = tools(address, api.key("mei", "read"))
    assert found.keys() == NAMES
    assert not {name for name in found if "approve" in name or "apply" in name or "decide" in name}
    for name, tool in found.items():
        assert tool.description
        assert tool.output_schema
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is (name not in ("ask", "propose_price"))
        assert tool.annotations.destructive_hint is False


READS: tuple[tuple[str, dict[str, Any], Callable[[Any], bool]], ...] = (
    ("search_products", {"words": "tea"}, lambda found: found["products"][0]["sku"] == "TEA-001"),
    ("search_products", {"words": "candle of lavender"}, lambda found: found["products"][0]["sku"] == "CND-001"),
    ("sales_report", {"category": "Tea"}, lambda found: found["revenue"]["currency"] == "GBP"),
    ("forecast", {"sku": "TEA-001", "weeks": 2}, lambda found: len(found["weeks"]) == 2),
    ("elasticity", {"sku": "CND-001"}, lambda found: found["elasticity"]["value"] < 0),
    ("what_if", {"sku": "TEA-001", "change_pct": -5}, lambda found: found["price"]["value"] == 4.7),
    ("assess_risk", {"sku": "TEA-001", "price": 5.25}, lambda found: found["risk"] in ("low", "medium", "high")),
    ("related_products", {"sku": "TEA-001"}, lambda found: found["related"][0]["sku"] == "TEA-002"),
    ("search_reviews", {"sku": "TEA-001", "question": "bag"}, lambda found: "bag" in found["passages"][0]["text"]),
    ("list_proposals", {}, lambda found: found["proposals"] == []),
)


def test_each_reading_tool_tells_what_it_is_for(api: Api, address: str) -> None:
    async def read(client: Client) -> list[CallToolResult]:
        return [await client.call_tool(tool, arguments) for tool, arguments, _ in READS]

    results = asyncio.run(_with_client(address, api.key("mei", "read"), read))
    for (tool, arguments, known), result in zip(READS, results, strict=True):
        assert not result.is_error, words(result)
        assert known(result.structured_content), (tool, arguments)


def test_a_figure_is_the_same_on_both_ways(api: Api, address: str) -> None:
    key = api.key("mei", "read")
    told = call(address, key, "forecast", sku="TEA-001").structured_content
    assert told == api.as_("mei").get("/api/v1/products/TEA-001/forecast").json()


def test_a_proposal_made_here_waits_for_a_person(api: Api, address: str) -> None:
    result = call(address, api.key("ann", "propose", "decide", "apply"), "propose_price", sku="CND-002")
    assert not result.is_error, words(result)
    made = (result.structured_content or {})["proposal"]
    queue = api.as_("bob").get("/api/v1/proposals", params={"status": "proposed"}).json()["items"]
    assert [(row["id"], row["status"], row["created_by"]) for row in queue] == [(made["id"], "proposed", "ann")]


def test_a_key_without_the_scope_is_refused_in_words(api: Api, address: str) -> None:
    result = call(address, api.key("ann", "read"), "propose_price", sku="CND-002")
    assert result.is_error
    assert "lacks the scope propose" in words(result)
    assert api.as_("ann").get("/api/v1/proposals").json()["items"] == []


def test_a_refusal_keeps_its_words_and_a_fault_tells_nothing(api: Api, address: str) -> None:
    key = api.key("mei", "read")
    assert "No product has the SKU NOPE" in words(call(address, key, "forecast", sku="NOPE"))
    assert "one of the two" in words(call(address, key, "what_if", sku="TEA-001"))
    wrong = call(address, key, "forecast", sku="TEA-001", weeks=1000)
    assert wrong.is_error
    assert "26" in words(wrong)


def test_words_said_to_an_agent_sign_nothing(api: Api, address: str) -> None:
    """Not even where the key belongs to an approver and may decide elsewhere."""
    key = api.key("ann", "ask", "read", "decide", "apply")
    said = call(address, key, "ask", question="What should I charge for the vanilla candle?").structured_content or {}
    (made,) = said["proposals"]
    again = call(address, key, "ask", question=f"approve proposal {made['id']}", thread=said["thread"])
    assert not again.is_error
    assert "may not" in (again.structured_content or {})["answer"]
    assert api.as_("ann").get(f"/api/v1/proposals/{made['id']}").json()["status"] == "proposed"


def test_somebody_elses_conversation_stays_closed(api: Api, address: str) -> None:
    said = call(address, api.key("ann", "ask"), "ask", question="What sold last month?").structured_content or {}
    result = call(address, api.key("mei", "ask"), "ask", question="and the month before?", thread=said["thread"])
    assert result.is_error
    assert "no such conversation of yours" in words(result)
