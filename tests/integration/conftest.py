"""One real model server for all integration tests that want one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_openai import ChatOpenAI

from serving.llm.client import chat_model
from serving.llm.server import ModelServer
from serving.llm.vllm import starter
from serving.llm.weights import prepare


@pytest.fixture(scope="session")
def base_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weights as they were published, prepared."""
    return Path(prepare(tmp_path_factory.mktemp("base"), adapter=None))


@pytest.fixture(scope="session")
def served_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weights that a desk serves: with the adapter that ships, where one does."""
    return Path(prepare(tmp_path_factory.mktemp("served")))


@pytest.fixture(scope="session")
def model_server(served_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelServer]:
    """vLLM as a desk starts it, ready. A start takes a minute; who breaks it waits until it is ready again."""
    log = tmp_path_factory.mktemp("model-server") / "model-server.log"
    server = ModelServer(starter(served_model, "pricedesk"), log)
    server.start()
    try:
        assert server.wait_ready(600), f"{server.state}\n{log.read_text('utf-8', 'replace')[-4000:]}"
        yield server
    finally:
        server.stop()


@pytest.fixture
def chat(model_server: ModelServer) -> ChatOpenAI:
    """A chat model on the shared server."""
    return chat_model(model_server.url, model_server.name, model_server.key, timeout=60)
