"""A client generated from the API's description, against a real server."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.integration.api import Api, api
from tests.integration.api_served import served
from tests.small_store import small_home, small_knowledge, small_shop

__all__ = ["api", "small_home", "small_knowledge", "small_shop"]

NAME = "generated_pricedesk_client"


@pytest.fixture
def generated(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a client that openapi-python-client made, without a complaint."""
    (tmp_path / "openapi.json").write_text(json.dumps(api.app.openapi()), "utf-8")
    (tmp_path / "settings.yml").write_text("post_hooks: []\n", "utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json", "--meta", "none",
               "--config", "settings.yml", "--output-path", NAME, "--fail-on-warning"]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / NAME
    for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[name]


def module(path: str) -> ModuleType:
    return importlib.import_module(f"{NAME}.{path}")


@pytest.mark.slow
def test_a_generated_client_asks_proposes_decides_and_is_refused(api: Api, generated: Path) -> None:
    assert generated.exists()
    models: Any = module("models")
    connect, keys = module("client").AuthenticatedClient, ("read", "ask", "propose")
    with (
        served(api.app) as url,
        connect(base_url=url, token=api.key("mei", *keys)) as mei,
        connect(base_url=url, token=api.key("ann", "read", "decide", "apply")) as ann,
    ):
        answer = module("api.asking.ask").sync(client=mei, body=models.AskIn(text="What sold last month?"))
        assert answer.request.to_dict()["tool"] == "sales_report"
        page = module("api.products.list_products").sync(client=mei, q="candle")
        assert [row.sku for row in page.items] == ["CND-001", "CND-002", "CND-003"]
        ahead = module("api.analysis.forecast").sync("TEA-001", client=mei, weeks=2)
        assert (ahead.price.currency, len(ahead.weeks)) == ("GBP", 2)
        made = module("api.proposals.propose").sync(client=mei, body=models.ProposeIn(sku="CND-002"))
        number = made.proposal.id
        seen = module("api.proposals.get_proposal").sync_detailed(number, client=ann)
        refused = module("api.decisions.approve").sync(number, client=mei, if_match=seen.headers["etag"])
        assert (type(refused).__name__, refused.status) == ("Problem", 403)
        signed = module("api.decisions.approve").sync(number, client=ann, if_match=seen.headers["etag"])
        assert signed.status == "approved"
        missing = module("api.proposals.get_proposal").sync(999, client=ann)
        assert missing.type_ == "/problems/unknown-proposal"
        listed = module("api.proposals.list_proposals").sync(
            client=ann, status=models.ListProposalsStatusType0.APPROVED
        )
        assert [row.id for row in listed.items] == [number]
