"""How fast the model is served, in several ways side by side."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from knowledge.embedding import Embedder
from pricedesk.commands.evaluating import Each, Many, Requests, Split, questions
from pricedesk.contenders import QUANTISED, SERVED, contender, server
from pricedesk.models import model_folder
from pricedesk.output import Json, progress, say
from pricedesk.settings import Settings
from pricing.errors import PricingError
from serving.llm.client import chat_model
from serving.llm.vllm import Dtype, Options

WAYS: dict[str, tuple[str, Dtype]] = {
    "auto": (SERVED, "auto"), "float32": (SERVED, "float32"), "bfloat16": (SERVED, "bfloat16"),
    "int8": (QUANTISED, "auto"),
}  # fmt: skip


@dataclass(frozen=True)
class Way:
    """Which weights, and how vLLM serves them."""

    weights: str
    options: Options


def measure(
    how: Annotated[
        list[str] | None,
        typer.Option(help="auto, float32, bfloat16 or int8; may be repeated. /N after it: tokens guessed ahead."),
    ] = None,
    requests: Requests = None,
    many: Many = 60,
    split: Split = "test",
    each: Each = 3,
    as_json: Json = False,
) -> None:
    """Start a server for each way and put the same messages to all, in turn: start, speed, and what is understood."""
    from serving.llm.speed import measured, table  # noqa: PLC0415 - seconds

    settings = Settings()
    ways = {name: _way(name) for name in dict.fromkeys(how or ("auto", "auto/0", "int8", "int8/0"))}
    model_folder(settings).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=model_folder(settings)) as scratch, progress() as tell, ExitStack() as stack:
        servers, starts = {}, {}
        for name, way in ways.items():
            one = contender(way.weights, settings, Path(scratch))
            asked = questions(requests, split, each, many, one.lean(Embedder()))
            began = time.monotonic()
            log = settings.home / f"measure-{name.replace('/', '-')}.log"
            place = stack.enter_context(server(one.weights, log, tell, way.options))
            starts[name] = time.monotonic() - began
            chat = chat_model(place.url, place.name, place.key, timeout=120)
            servers[name] = (place, chat, asked)
        found = measured(servers, lambda done, of: tell("measured", done, of))
    told = {
        name: {
            "start": starts[name], "prompt_rate": one.prompt_rate, "decode_rate": one.decode_rate,
            "seconds": one.seconds, "tool": one.tool, "exact": one.exact,
        }
        for name, one in found.items()
    }  # fmt: skip
    say(told, as_json, table(found, starts))


def _way(name: str) -> Way:
    kind, _, ahead = name.partition("/")
    if kind not in WAYS or (ahead and not ahead.isdecimal()):
        raise PricingError(
            f"{name} is no way to serve. Say one of {', '.join(WAYS)}, with /N for tokens guessed ahead."
        )
    weights, dtype = WAYS[kind]
    return Way(weights, Options(dtype=dtype, speculate=int(ahead)) if ahead else Options(dtype=dtype))
