"""The texts on a real Chroma server: two shops side by side, readers told of what another process wrote."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import httpx
import pytest

from knowledge.embedding import Embedder
from knowledge.passage import Indexed, KnowledgeError, ProductText, ReviewText
from knowledge.remote import Remote
from knowledge.store import Knowledge
from pricedesk.settings import Settings
from pricedesk.wiring import knowledge_of

pytestmark = pytest.mark.slow
PRODUCTS = [ProductText("MUG-1", "Blue stoneware mug", "蓝色陶瓷杯")]
REVIEWS = [
    ReviewText("r1", "MUG-1", date(2024, 1, 5), 1, "The handle broke off after one week."),
    ReviewText("r2", "MUG-1", date(2024, 3, 9), 5, "Lovely colour, my favourite cup."),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`chroma run` on a free port, in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = Path(sys.executable).with_name("chroma")
    folder = tmp_path_factory.mktemp("server")
    arguments = [command, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("w") as log, subprocess.Popen(arguments, stdout=log, stderr=log) as process:
        try:
            yield _ready(f"http://127.0.0.1:{port}", process)
        finally:
            process.terminate()


def _ready(url: str, process: subprocess.Popen[bytes]) -> str:
    for _ in range(300):
        try:
            if httpx.get(f"{url}/api/v2/heartbeat", timeout=5).is_success:
                return url
        except httpx.HTTPError:
            assert process.poll() is None, "the server ended"
        time.sleep(0.2)
    raise AssertionError("the server did not start")


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


def test_texts_are_kept_searched_and_rebuilt_on_the_server(server: str, embedder: Embedder, tmp_path: Path) -> None:
    knowledge = Knowledge(tmp_path / "knowledge", embedder, Remote(f"{server}/kept"))
    assert knowledge.index(PRODUCTS, REVIEWS) == Indexed(4, 0, 0)
    assert knowledge.index(PRODUCTS, REVIEWS) == Indexed(0, 4, 0)
    assert [p.source for p in knowledge.search("杯子的把手断了", kind="review", n=1)] == ["r1"]
    assert knowledge.find("blue mug").candidates[0].sku == "MUG-1"
    assert knowledge.rebuild(PRODUCTS, REVIEWS[:1]) == Indexed(3, 0, 0)
    assert {p.source for p in knowledge.search("cup", kind="review")} == {"r1"}
    assert {path.name for path in (tmp_path / "knowledge").iterdir()} == {"lexical"}
    knowledge.close()


def test_a_reader_elsewhere_is_told_of_what_was_written(server: str, embedder: Embedder, tmp_path: Path) -> None:
    writer, reader = (Knowledge(tmp_path / name, embedder, Remote(f"{server}/told")) for name in ("writer", "reader"))
    writer.index(PRODUCTS, REVIEWS)
    assert reader.search("favourite", kind="review", n=1)[0].source == "r2"
    writer.index(PRODUCTS, [ReviewText("r3", "MUG-1", date(2024, 4, 1), 4, "Sturdy QZ-77 coaster")])
    assert [p.source for p in reader.search("QZ-77", kind="review")] == ["r3"]
    writer.rebuild(PRODUCTS, REVIEWS)
    with suppress(KnowledgeError):  # the collection that it had open is gone; the next question opens the new one
        reader.search("favourite")
    assert {p.source for p in reader.search("favourite", kind="review")} == {"r1", "r2"}
    writer.close()
    reader.close()


def test_shops_on_one_server_do_not_touch_each_other(server: str, embedder: Embedder, tmp_path: Path) -> None:
    first, second = (Knowledge(tmp_path / name, embedder, Remote(f"{server}/{name}")) for name in ("first", "second"))
    first.index(PRODUCTS, REVIEWS)
    assert second.index([], []) == Indexed(0, 0, 0)
    second.rebuild([], REVIEWS[:1])
    assert len(first.search("mug", n=9)) == 4
    first.close()
    second.close()


def test_settings_name_the_server(server: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", knowledge_url=f"{server}/set", knowledge_token="secret-word")
    assert "secret-word" not in repr(settings)
    knowledge = knowledge_of(settings)
    assert knowledge.index(PRODUCTS, []).added == 2
    knowledge.close()


def test_a_server_that_does_not_answer_is_named_with_the_remedy(tmp_path: Path, embedder: Embedder) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        knowledge = Knowledge(tmp_path / "knowledge", embedder, Remote(url))
        for _ in range(2):
            with pytest.raises(KnowledgeError, match="PRICEDESK_KNOWLEDGE_URL"):
                knowledge.search("anything")


@pytest.mark.parametrize("url", ["ftp://host", "host:8000", "http://", "http://host/a/b", "http://host/sh op"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(KnowledgeError, match="no address"):
        Remote(url)
