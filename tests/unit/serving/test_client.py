"""The chat model of the desk, against a server that is not there or never answers."""

import socket
from collections.abc import Iterator

import pytest
from langchain_core.exceptions import ModelConnectionError, ModelTimeoutError

from serving.llm.client import chat_model


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"


def test_a_server_that_is_not_there_is_an_error_at_once() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        model = chat_model(f"http://127.0.0.1:{unused.getsockname()[1]}/v1", "desk")
        with pytest.raises(ModelConnectionError):
            model.invoke("hello")


def test_a_server_that_never_answers_is_a_time_out(silent: str) -> None:
    with pytest.raises(ModelTimeoutError):
        chat_model(silent, "desk", timeout=0.2).invoke("hello")


def test_a_proxy_does_not_stand_before_our_own_server(monkeypatch: pytest.MonkeyPatch, silent: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with pytest.raises(ModelTimeoutError):  # through the proxy it would be refused
        chat_model(silent, "desk", timeout=0.2).invoke("hello")


def test_the_model_is_greedy_and_does_not_try_again() -> None:
    model = chat_model("http://localhost:1/v1", "desk", "key")
    assert (model.temperature, model.max_retries, model.streaming) == (0, 0, False)
