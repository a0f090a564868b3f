"""A chat model as the desk wants it."""

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

ONE_CALL_EACH = httpx.Limits(max_keepalive_connections=0)


def chat_model(url: str, name: str, key: str = "", timeout: float = 20) -> "ChatOpenAI":
    """The model `name` behind `url` (`/v1` included), greedy, one whole answer at a time.

    No retries: a desk that waits twice as long is worse than one that answers from its planner. `timeout` is in
    seconds, for one call. Nothing is fetched but the answer itself. On this machine no proxy stands in between, and no
    connection stays open after its call, so that there is nothing to close.
    """
    local = _local(url)
    from langchain_openai import ChatOpenAI  # noqa: PLC0415 - takes seconds, and most commands ask no model

    return ChatOpenAI(
        model=name,
        base_url=url,
        api_key=SecretStr(key or "none"),
        temperature=0,
        timeout=timeout,
        max_retries=0,
        streaming=False,
        http_client=httpx.Client(trust_env=False, timeout=timeout, limits=ONE_CALL_EACH) if local else None,
        http_async_client=httpx.AsyncClient(trust_env=False, timeout=timeout, limits=ONE_CALL_EACH) if local else None,
    )


def _local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
