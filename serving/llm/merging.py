"""An adapter merged into its base: plain weights that any server loads, without the library that trained it."""

import json
import shutil
from pathlib import Path
from typing import Any

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
BASE = "model.safetensors"
_PREFIX = "base_model.model."


class MergeError(Exception):
    """The adapter does not fit; the text states the fact and the remedy."""


def merge(adapter: Path, base: Path, out: Path) -> None:
    """Write the folder `out`: the files of `base` with W + scale · B·A for every layer that the adapter changes.

    `out` may be `base` itself. Raises MergeError for an adapter of another kind, or of another base.
    """
    from safetensors.torch import load_file, save_file  # noqa: PLC0415 - torch takes seconds, and most starts merge nothing

    config = json.loads((adapter / CONFIG).read_text("utf-8"))
    if config.get("peft_type") != "LORA" or config.get("use_dora"):
        raise MergeError(f"Only a plain LoRA adapter can be merged, not {config.get('peft_type')}. Train with lora.")
    changes = _changes(adapter, config)
    if not (base / BASE).exists():
        raise MergeError(f"{base.name} holds no {BASE}: weights in several files cannot be merged. Train it in full.")
    tensors = load_file(base / BASE)
    foreign = sorted(set(changes) - set(tensors)) or sorted(
        name for name, delta in changes.items() if delta.shape != tensors[name].shape
    )
    if foreign:
        raise MergeError(f"The adapter was made for another base: {foreign[0]} does not fit. Train it anew.")
    for name, delta in changes.items():
        tensors[name] = (tensors[name].float() + delta).to(tensors[name].dtype)
    out.mkdir(parents=True, exist_ok=True)
    for file in base.iterdir():
        if out != base and file.is_file() and file.name != BASE:
            shutil.copy2(file, out / file.name)
    partial = out / f".{BASE}"
    save_file(tensors, partial, metadata=_metadata(base / BASE))
    partial.replace(out / BASE)


def _changes(adapter: Path, config: dict[str, Any]) -> dict[str, Any]:
    """What is added to each weight of the base, by its name there."""
    from safetensors.torch import load_file  # noqa: PLC0415

    held = load_file(adapter / WEIGHTS)
    root = config["r"] ** 0.5 if config.get("use_rslora") else config["r"]
    scale = config["lora_alpha"] / root
    changes = {}
    for name, down in held.items():
        if ".lora_A." in name:
            up = held[name.replace(".lora_A.", ".lora_B.")]
            target = name.removeprefix(_PREFIX).replace(".lora_A.", ".")
            changes[target] = scale * (up.float() @ down.float())
    if not changes:
        raise MergeError(f"{adapter / WEIGHTS} holds no adapter. Train it anew.")
    return changes


def _metadata(file: Path) -> dict[str, str]:
    from safetensors import safe_open  # noqa: PLC0415

    with safe_open(file, framework="pt") as held:
        return dict(held.metadata() or {})
