"""Weights in 8-bit integers, in the form that vLLM reads on a CPU and on a GPU (compressed-tensors, W8A8).

Each row of a linear layer becomes integers times one scale, round to nearest; the activations are quantised by the
server, token by token. Embeddings, norms and the output layer stay as they are: they are small, or errors in them show.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from serving.llm.weights import WeightsError, alone

WEIGHTS = "model.safetensors"
SOURCE = "source.json"
_BITS = {"num_bits": 8, "type": "int", "symmetric": True}
SCHEME: dict[str, Any] = {
    "quant_method": "compressed-tensors",
    "format": "int-quantized",
    "quantization_status": "compressed",
    "ignore": ["lm_head"],
    "config_groups": {
        "group_0": {
            "targets": ["Linear"],
            "weights": _BITS | {"strategy": "channel", "dynamic": False},
            "input_activations": _BITS | {"strategy": "token", "dynamic": True},
        }
    },
}


def quantised(weights: Path | str, folder: Path) -> Path:
    """`weights` quantised, in a folder of its own under `folder`; made anew only when they have changed."""
    if not isinstance(weights, Path):
        raise WeightsError(f"{weights} lies elsewhere. Fetch it, and name its folder in PRICEDESK_MODEL.")
    made = folder / f"{weights.name}-int8"
    with alone(folder):
        return made if _current(made, weights) else quantise(weights, made)


def _current(made: Path, weights: Path) -> bool:
    try:
        return bool(json.loads((made / SOURCE).read_text("utf-8")) == _state(weights))
    except (OSError, ValueError):
        return False


def quantise(weights: Path, out: Path) -> Path:
    """Write folder `out`, complete or not at all. Raises WeightsError where `weights` holds no plain weights."""
    from safetensors.torch import load_file, save_file  # noqa: PLC0415 - torch takes seconds, and most starts quantise nothing

    files = sorted(weights.glob("*.safetensors"))
    config = _config(weights)
    if not files or "quantization_config" in config:
        raise WeightsError(f"{weights.name} holds no plain weights to quantise. Name a folder that does.")
    tensors: dict[str, Any] = {}
    for file in files:
        tensors |= _converted(load_file(file))
    scratch = out.with_name(f".{out.name}.new")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        for file in weights.iterdir():
            if file.is_file() and "safetensors" not in file.name:
                shutil.copyfile(file, scratch / file.name)
        save_file(tensors, scratch / WEIGHTS, metadata={"format": "pt"})
        (scratch / "config.json").write_text(json.dumps(config | {"quantization_config": SCHEME}, indent=1), "utf-8")
        (scratch / SOURCE).write_text(json.dumps(_state(weights)), "utf-8")
        shutil.rmtree(out, ignore_errors=True)
        scratch.rename(out)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return out


def _converted(tensors: dict[str, Any]) -> dict[str, Any]:
    """The matrices of the layers as integers and scales, all else as it is."""
    found = {}
    for name, tensor in tensors.items():
        if ".layers." in name and tensor.ndim == 2:
            found[name], found[f"{name}_scale"] = rows(tensor)
        else:
            found[name] = tensor
    return found


def rows(matrix: Any) -> tuple[Any, Any]:
    """(rows, columns) as int8, and (rows, 1) float32 scales: matrix ≈ integers · scales, to half a scale."""
    import torch  # noqa: PLC0415

    plain = matrix.float()
    scales = (plain.abs().amax(dim=1, keepdim=True) / 127).clamp(min=torch.finfo(torch.float32).tiny)
    return (plain / scales).round().clamp(-127, 127).to(torch.int8), scales


def _config(weights: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((weights / "config.json").read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise WeightsError(f"{weights.name} is no folder of weights: config.json cannot be read.") from error


def _state(weights: Path) -> dict[str, list[int]]:
    """What a change of the weights would change: size and time of each file."""
    files = sorted(file for file in weights.iterdir() if file.suffix in (".safetensors", ".json", ".jinja"))
    return {file.name: [file.stat().st_size, file.stat().st_mtime_ns] for file in files}
