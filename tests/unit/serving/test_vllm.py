"""How vLLM is started."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from serving.llm.vllm import Options, cores, cpu_dtype, starter

Writer = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Writer:
    def write(text: str) -> Path:
        file = tmp_path / "file"
        file.write_text(text, "utf-8")
        return file

    return write


def test_a_cpu_that_multiplies_in_bfloat16_serves_in_it(written: Writer) -> None:
    assert cpu_dtype(written("flags : fpu avx512_bf16 amx_bf16 amx_tile\n")) == "bfloat16"


@pytest.mark.parametrize("flags", ["flags : fpu avx2 fma", "flags : avx512f amx_bf16_emulated", ""])
def test_any_other_cpu_serves_in_float32(flags: str, written: Writer) -> None:
    assert cpu_dtype(written(flags)) == "float32"


def test_a_machine_that_does_not_tell_its_flags_serves_in_float32(tmp_path: Path) -> None:
    assert cpu_dtype(tmp_path / "absent") == "float32"


def test_a_quota_of_less_than_the_machine_bounds_the_cores(written: Writer) -> None:
    first = min(os.sched_getaffinity(0))
    assert cores(written("50000 100000\n")) == [first]


@pytest.mark.parametrize("quota", ["max 100000\n", "rubbish", "6400000 100000\n"])
def test_without_a_binding_quota_every_allowed_core_computes(quota: str, written: Writer) -> None:
    assert cores(written(quota)) == sorted(os.sched_getaffinity(0))


def test_the_key_is_not_on_the_command_line(tmp_path: Path) -> None:
    launch = starter(tmp_path, "desk")(8000, "a-secret")
    assert launch.env["VLLM_API_KEY"] == "a-secret"
    assert not any("a-secret" in word for word in launch.command)


def test_weights_on_disk_are_served_without_a_look_at_the_net(tmp_path: Path) -> None:
    assert starter(tmp_path, "desk")(8000, "").env["HF_HUB_OFFLINE"] == "1"


def test_weights_by_name_may_be_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    assert starter("owner/model", "desk")(8000, "").env["HF_HUB_OFFLINE"] == "0"


def test_the_threads_of_this_process_are_not_the_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("PYTHONPATH", "somewhere")
    env = starter(tmp_path, "desk")(8000, "").env
    assert "OMP_NUM_THREADS" not in env
    assert "PYTHONPATH" not in env


def test_an_option_overrules_the_machine(tmp_path: Path) -> None:
    command = starter(tmp_path, "desk", Options(dtype="float32", speculate=0))(8000, "").command
    assert command[command.index("--dtype") + 1] == "float32"
    assert "--speculative-config" not in command
