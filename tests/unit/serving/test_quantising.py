"""Weights in 8-bit integers, of a small real model."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from serving.llm.quantising import quantise, quantised, rows
from serving.llm.weights import WeightsError
from tests.unit.serving.letters import small_model


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_model(tmp_path_factory.mktemp("small") / "model")


def test_a_row_is_its_integers_times_its_scale() -> None:
    matrix = torch.tensor([[1.0, -2.0, 0.0], [1e3, 5.0, -1e3], [0.0, 0.0, 0.0]])
    integers, scales = rows(matrix)
    assert integers.dtype == torch.int8
    assert scales.shape == (3, 1)
    assert torch.all((integers * scales - matrix).abs() <= scales / 2 * 1.0001)
    assert integers[0].tolist() == [64, -127, 0]


def test_layers_alone_become_integers(plain: Path, tmp_path: Path) -> None:
    made = load_file(quantise(plain, tmp_path / "q") / "model.safetensors")
    before = load_file(plain / "model.safetensors")
    assert {name for name, tensor in made.items() if tensor.dtype == torch.int8} == {
        name for name in before if name.endswith("_proj.weight")
    }
    for name in ("model.embed_tokens.weight", "model.norm.weight"):
        assert torch.equal(made[name], before[name])


@pytest.mark.slow
@pytest.mark.filterwarnings(
    "ignore:.torch.jit.script_method. is deprecated:DeprecationWarning"
)  # torch's own use of it
def test_transformers_reads_them_and_answers_nearly_the_same(plain: Path, tmp_path: Path) -> None:
    model: Any = AutoModelForCausalLM.from_pretrained(plain)
    small: Any = AutoModelForCausalLM.from_pretrained(quantise(plain, tmp_path / "q"))
    ids = torch.arange(40)[None]
    with torch.no_grad():
        one, other = model(ids).logits, small(ids).logits
    assert torch.nn.functional.cosine_similarity(one.flatten(), other.flatten(), dim=0) > 0.999
    assert not torch.equal(one, other)


def test_they_are_made_once_and_anew_when_the_weights_change(tmp_path: Path) -> None:
    weights = small_model(tmp_path / "model")
    made = quantised(weights, tmp_path / "home")
    first = (made / "model.safetensors").stat().st_mtime_ns
    assert quantised(weights, tmp_path / "home") == made
    assert (made / "model.safetensors").stat().st_mtime_ns == first
    small_model(weights)
    quantised(weights, tmp_path / "home")
    assert (made / "model.safetensors").stat().st_mtime_ns > first
    assert sorted(each.name for each in (tmp_path / "home").iterdir() if each.is_dir()) == ["model-int8"]


def test_what_is_not_plain_weights_is_refused_and_leaves_nothing(plain: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="lies elsewhere"):
        quantised("owner/model", tmp_path)
    with pytest.raises(WeightsError, match="no folder of weights"):
        quantise(tmp_path, tmp_path / "out")
    twice = quantise(plain, tmp_path / "q")
    with pytest.raises(WeightsError, match="no plain weights"):
        quantise(twice, tmp_path / "out")
    assert json.loads((twice / "config.json").read_text("utf-8"))["quantization_config"]["ignore"] == ["lm_head"]
    assert not (tmp_path / "out").exists()
