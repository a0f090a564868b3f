"""How vLLM is started on this machine."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from math import ceil
from pathlib import Path
from typing import Literal

from serving.llm.child import Launch

Dtype = Literal["auto", "float32", "bfloat16"]

CPUINFO = Path("/proc/cpuinfo")
QUOTA = Path("/sys/fs/cgroup/cpu.max")


@dataclass(frozen=True)
class Options:
    dtype: Dtype = "auto"
    context: int = 4096  # tokens of prompt and answer together
    streams: int = 16  # answered side by side
    cache_gib: int = 1  # of main memory, for the key-value cache; a GPU takes what it has
    speculate: int = 4  # tokens guessed ahead from the prompt; 0 turns it off


def starter(model: Path | str, name: str, options: Options | None = None) -> Callable[[int, str], Launch]:
    """A way to start vLLM with `model`, served as `name`, on any port."""
    chosen = options or Options()

    def start(port: int, key: str) -> Launch:
        where = _on_gpu(chosen) if on_gpu() else _on_cpu(chosen)
        return Launch(
            command=(
                sys.executable, "-m", "vllm.entrypoints.openai.api_server",
                "--model", str(model), "--served-model-name", name,
                "--host", "127.0.0.1", "--port", str(port),
                *_common(chosen), *where.command,
            ),
            env={**_environment(key, offline=isinstance(model, Path)), **where.env},
        )  # fmt: skip

    return start


def _common(options: Options) -> list[str]:
    flags = [
        "--max-model-len", str(options.context), "--max-num-seqs", str(options.streams),
        "--enable-prefix-caching", "--enable-auto-tool-choice", "--tool-call-parser", "hermes",
        "--tool-strict-level", "parameter",  # arguments are decoded under their schema
        "--structured-outputs-config", json.dumps({"backend": "xgrammar", "disable_any_whitespace": True}),
        "--chat-template-content-format", "string", "--disable-fastapi-docs", "--uvicorn-log-level", "warning",
    ]  # fmt: skip
    if options.speculate:
        guess = {
            "method": "ngram",
            "num_speculative_tokens": options.speculate,
            "prompt_lookup_min": 2,
            "prompt_lookup_max": 4,
        }
        flags += ["--speculative-config", json.dumps(guess)]
    return flags


def _environment(key: str, offline: bool) -> dict[str, str]:
    """Ours, less what would bend the server, and with everything that phones home turned off."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("OMP_NUM_THREADS", "PYTHONPATH")}
    return inherited | {
        "VLLM_API_KEY": key,
        "HF_HUB_OFFLINE": "1" if offline else os.environ.get("HF_HUB_OFFLINE", "0"),
        "VLLM_NO_USAGE_STATS": "1",
        "DO_NOT_TRACK": "1",
        "PYTHONSAFEPATH": "1",  # our folder names must not shadow a library's
        "PYTHONUNBUFFERED": "1",
    }


def _on_cpu(options: Options) -> Launch:
    dtype = options.dtype if options.dtype != "auto" else cpu_dtype(CPUINFO)
    preload = [str(library) for library in (_openmp(),) if library] + os.environ.get("LD_PRELOAD", "").replace(
        ":", " "
    ).split()
    env = {
        "VLLM_CPU_KVCACHE_SPACE": str(options.cache_gib),
        "VLLM_CPU_OMP_THREADS_BIND": ",".join(map(str, cores(QUOTA))),
        "LD_PRELOAD": ":".join(preload),
    }
    # Blocks of 32 tokens: a prompt of 150 shares its first 128 with the next one, where blocks of 128 would share none.
    return Launch(("--dtype", dtype, "--enforce-eager", "--block-size", "32"), env)


def _on_gpu(options: Options) -> Launch:
    """Written from vLLM's documentation; not run by us yet."""
    dtype = options.dtype if options.dtype != "auto" else "bfloat16"
    return Launch(("--dtype", dtype, "--gpu-memory-utilization", "0.8"), {})


def on_gpu() -> bool:
    """Whether the CUDA build of vLLM is installed and a GPU is there."""
    try:
        distribution("vllm")
    except PackageNotFoundError:
        return False
    return any(Path(device).exists() for device in ("/dev/nvidiactl", "/dev/dxg"))


def cpu_dtype(cpuinfo: Path) -> Dtype:
    """bfloat16 where the CPU multiplies matrices in it (AMX, measured as faster), else float32: emulation is slow."""
    try:
        return "bfloat16" if "amx_bf16" in cpuinfo.read_text("utf-8").split() else "float32"
    except OSError:
        return "float32"


def cores(quota: Path) -> list[int]:
    """The cores to compute on: those this process may use, no more of them than a container's quota pays for."""
    allowed = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))
    try:
        limit, period = quota.read_text("utf-8").split()
        paid = ceil(int(limit) / int(period))
    except (OSError, ValueError):  # no quota: the file is absent, or says "max"
        paid = len(allowed)
    return allowed[: max(1, paid)]


def _openmp() -> Path | None:
    """Intel's OpenMP, installed beside us."""
    try:
        files = distribution("intel-openmp").files or []
    except PackageNotFoundError:
        return None
    found = [Path(str(file.locate())).resolve() for file in files if file.name == "libiomp5.so"]
    return next((file for file in found if file.exists()), None)
