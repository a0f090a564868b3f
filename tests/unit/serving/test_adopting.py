"""An adapter put where the desk takes it from, and its card."""

import json
from pathlib import Path

import pytest

from serving.llm.adopting import CARD, install
from serving.llm.card import card
from serving.llm.gate import paired
from tests.unit.serving.test_gate import RIGHT, WRONG, read

REPORT = {
    "base": "smollm2", "device": "cpu", "dtype": "bfloat16", "threads": 1, "step": 9, "tokens": 4321, "seconds": 90.0,
    "best": 0.05, "best_step": 8, "trained_parameters": 4884480,
    "recipe": {
        "tuning": {"method": "lora", "rank": 16, "scale": 2.0}, "rate": 8e-4, "warmup": 0.04, "batch": 2048,
        "accumulate": 1, "clip": 1.0, "seed": 8,
    },
}  # fmt: skip


def adapter(folder: Path, weights: str, leaning: str = "") -> Path:
    folder.mkdir()
    (folder / "adapter_config.json").write_text("{}")
    (folder / "adapter_model.safetensors").write_text(weights)
    (folder / "training.json").write_text(json.dumps(REPORT))
    (folder / "checkpoint.pt").write_text("large")
    if leaning:
        (folder / "leaning.npz").write_text(leaning)
    return folder


def held(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir()}


def test_all_of_the_old_one_goes_and_no_checkpoint_comes(tmp_path: Path) -> None:
    place = tmp_path / "home" / "adapter"
    install(adapter(tmp_path / "one", "1", "lean 1"), place, "first")
    install(adapter(tmp_path / "two", "2"), place, "second")
    assert held(place) == {
        "adapter_config.json": "{}", "adapter_model.safetensors": "2", "training.json": json.dumps(REPORT),
        CARD: "second",
    }  # fmt: skip
    assert [file.name for file in place.parent.iterdir()] == ["adapter"]


def test_the_leaning_stays_with_its_adapter(tmp_path: Path) -> None:
    install(adapter(tmp_path / "one", "1", "lean 1"), tmp_path / "adapter", "")
    assert (tmp_path / "adapter" / "leaning.npz").read_text() == "lean 1"


def test_the_one_that_ships_has_its_leaning_elsewhere(tmp_path: Path) -> None:
    agents = tmp_path / "agents"
    agents.mkdir()
    (agents / "leaning.npz").write_text("old")
    install(adapter(tmp_path / "one", "1", "new"), tmp_path / "adapter", "", agents)
    assert held(agents) == {"leaning.npz": "new"}
    assert not (tmp_path / "adapter" / "leaning.npz").exists()


def test_what_fails_in_the_middle_changes_nothing(tmp_path: Path) -> None:
    agents, place = tmp_path / "agents", tmp_path / "adapter"
    agents.mkdir()
    (agents / "leaning.npz").write_text("old")
    install(adapter(tmp_path / "one", "1"), place, "", agents)
    new = adapter(tmp_path / "two", "2", "new")
    (new / "training.json").unlink()
    (new / "training.json").mkdir()
    with pytest.raises(OSError, match=r"training\.json"):
        install(new, place, "", agents)
    assert (place / "adapter_model.safetensors").read_text() == "1"
    assert held(agents) == {"leaning.npz": "old"}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["adapter", "agents", "one", "two"]


def test_the_card_says_recipe_scores_and_licence(tmp_path: Path) -> None:
    pairs = paired(read("en", WRONG, RIGHT), read("en", RIGHT, RIGHT))
    told = card(adapter(tmp_path / "one", "1"), "the bare base", pairs, pairs, "2 messages of `a/en.jsonl`")
    for words in (
        "4321 tokens in 9 steps", "lora, rank 16", "| en | tool | 2 | 50.0% | 100.0% | 1 | 0 |", "Apache-2.0",
        "before it replaced the bare base, on 2 messages of `a/en.jsonl`",
    ):  # fmt: skip
        assert words in told
    assert str(tmp_path) not in told


def test_a_card_without_a_report_says_so(tmp_path: Path) -> None:
    assert "Not known" in card(tmp_path, "the bare base", (), (), "nothing")
