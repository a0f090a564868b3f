"""What is trained of a model: an adapter on all linear layers, a prefix, or all of it; and its float32 masters."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch

from serving.llm.merging import WEIGHTS

Method = Literal["lora", "adalora", "prefix", "full"]


@dataclass(frozen=True)
class Tuning:
    """`rank` of the adapter; `scale` is what its product is multiplied by; `prefix` virtual tokens."""

    method: Method = "lora"
    rank: int = 16
    scale: float = 2.0
    prefix: int = 16


def attention(device: torch.device) -> str:
    """Plain matrix products beat the fused kernel's backward pass on a CPU: 680 against 540 tokens/s, one AMX core."""
    return "sdpa" if device.type == "cuda" else "eager"


def tuned(model: Any, tuning: Tuning, steps: int) -> Any:
    """The model with only what the method trains open to training. Raises ImportError where peft is not installed."""
    if tuning.method == "full":
        return model.requires_grad_(True)
    import peft  # noqa: PLC0415 - an extra: only training needs it

    common: dict[str, Any] = {"task_type": "CAUSAL_LM"}
    adapter: dict[str, Any] = {"lora_alpha": round(tuning.rank * tuning.scale), "target_modules": "all-linear"}
    config: Any
    if tuning.method == "lora":
        config = peft.LoraConfig(**common, **adapter, r=tuning.rank)
    elif tuning.method == "adalora":
        config = peft.AdaLoraConfig(
            **common, **adapter, init_r=tuning.rank + tuning.rank // 2, target_r=tuning.rank,
            tinit=steps // 10, tfinal=steps // 3, deltaT=max(1, steps // 100), total_step=max(steps, 3),
        )  # fmt: skip
    else:
        config = peft.PrefixTuningConfig(**common, num_virtual_tokens=tuning.prefix)
    return peft.get_peft_model(model, config, autocast_adapter_dtype=False)


def warmed(model: Any, adapter: Path) -> None:
    """Take over the weights of an adapter that was trained before. Raises ValueError where they do not fit."""
    import peft  # noqa: PLC0415 - an extra
    from safetensors.torch import load_file  # noqa: PLC0415

    told: Any = peft.set_peft_model_state_dict(model, load_file(adapter / WEIGHTS))
    if told.unexpected_keys:
        raise ValueError(f"{adapter} does not fit: it has {told.unexpected_keys[0]}.")


class Masters:
    """Float32 copies of what is trained, which the optimiser moves: bfloat16 alone would lose its small steps."""

    def __init__(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        self._live = [p for p in parameters if p.requires_grad]
        self.masters = [p.detach().float().clone().requires_grad_(True) for p in self._live]

    def take(self, clip: float) -> float:
        """Take over the gradients, clipped to this norm; returns the norm before."""
        for master, live in zip(self.masters, self._live, strict=True):
            master.grad = None if live.grad is None else live.grad.float()
            live.grad = None
        return float(torch.nn.utils.clip_grad_norm_(self.masters, clip))

    @torch.no_grad()
    def give(self) -> None:
        for master, live in zip(self.masters, self._live, strict=True):
            live.copy_(master)

    @torch.no_grad()
    def allocate(self, model: Any, step: int) -> None:
        """AdaLoRA's part of a step, after the optimiser's: it weighs gradients and blanks ranks of the model itself."""
        for master, live in zip(self.masters, self._live, strict=True):
            live.grad = None if master.grad is None else master.grad.to(live.dtype)
        model.base_model.update_and_allocate(step)
        for master, live in zip(self.masters, self._live, strict=True):
            live.grad = None
            master.copy_(live)
