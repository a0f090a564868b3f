"""`pricedesk model evaluate` without a running desk: it starts a server on the weights it is told, and ends it."""

import json
import os
import sys
from pathlib import Path

import pytest

from pricedesk.cli import main
from tests.unit.serving.processes import command

pytestmark = pytest.mark.slow

LINES = [
    {"text": "What if the white mug were 10% cheaper?", "lang": "en",
     "request": {"tool": "what_if", "product": "white mug", "change_pct": -10}},
    {"text": "白色马克杯下个月能卖多少?", "lang": "zh",
     "request": {"tool": "forecast_demand", "product": "白色马克杯", "weeks": 4}},
]  # fmt: skip


def servers() -> list[str]:
    """What runs of vLLM below this process."""
    return [line for pid in _below(os.getpid()) if "vllm" in (line := command(pid))]


def _below(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [each for child in map(int, children) for each in (child, *_below(child))]


def test_a_server_on_8_bit_weights_is_started_asked_and_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRICEDESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PRICEDESK_MODEL_QUANTISED", "true")
    monkeypatch.setenv("PRICEDESK_MODEL_TIMEOUT", "120")
    requests, rows = tmp_path / "r.jsonl", tmp_path / "rows.csv"
    requests.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in LINES), "utf-8")
    before = servers()
    monkeypatch.setattr(sys, "argv", [
        "pricedesk", "model", "evaluate", "--requests", str(requests), "--out", str(rows), "--tries", "2",
        "--temperature", "0.7", "--at-once", "2", "--plot", str(tmp_path / "c.svg"), "--json",
    ])  # fmt: skip
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert ended.value.code == 0, err
    told = json.loads(out)
    assert set(told) == {"model", "desk", "planner", "tries"}
    assert told["model"]["en"]["messages"] == told["model"]["zh"]["messages"] == 1
    assert told["model"]["en"]["tokens"] > 3
    assert told["tries"]["k"] == 2
    assert len(rows.read_text("utf-8").splitlines()) == 3
    assert (tmp_path / "c.svg").read_text("utf-8").startswith("<svg")
    assert "int8" in (tmp_path / "home" / "evaluation.log").read_text("utf-8", "replace")
    assert servers() == before
