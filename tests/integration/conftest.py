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
    """The shipped weights, prepared."""
    return Path(prepare(tmp_path_factory.mktemp("models")))


@pytest.fixture(scope="session")
def model_server(base_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelServer]:
    """vLLM with the shipped model, ready. A start takes a minute; who breaks it waits until it is ready again."""
    log = tmp_path_factory.mktemp("model-server") / "model-server.log"
    server = ModelServer(starter(base_model, "pricedesk"), log)
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
