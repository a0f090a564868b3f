"""How well a model understands: one, or several side by side."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from knowledge.embedding import Embedder
from pricedesk.contenders import KNOWN, SERVED, Contender, Tell, contender, server
from pricedesk.models import Models, model_folder
from pricedesk.output import Json, Out, progress, say, show
from pricedesk.settings import Settings
from pricing.errors import PricingError
from serving.llm.client import chat_model

if TYPE_CHECKING:  # what these import takes seconds, which only a run of a command should pay
    from agents.leaning import Lean
    from serving.llm.comparison import Rounds
    from serving.llm.evaluation import Outcome, Question
    from serving.llm.explained import Case, Explained

SEED = 7
COLUMNS = ("text", "lang", "request", "exact", "seconds")
Requests = Annotated[list[Path] | None, typer.Option(help="JSONL of text, lang, request; may be repeated.")]
Split = Annotated[str, typer.Option(help="Without --requests: validation or test, of the made-up data.")]
Each = Annotated[int, typer.Option(min=1, help="Without --requests: messages of every phrasing.")]
Many = Annotated[int, typer.Option(min=0, help="Draw so many messages, the same ones each time; 0 for all.")]
EXPLANATIONS = 40  # written beside the made-up messages, where no number is said


@dataclass(frozen=True)
class Ask:
    """What a contender can be asked."""

    requests: Callable[["Sequence[Question]"], "list[Outcome]"]
    explanations: Callable[["Sequence[Case]"], "list[Explained]"]


def evaluate(
    requests: Requests = None,
    out: Out = None,
    local: Annotated[str, typer.Option(help=f"No server, in this process: {KNOWN}.")] = "",
    adapter: Annotated[Path | None, typer.Option(help="With --local: an adapter to put on top; needs peft.")] = None,
    against: Annotated[list[str] | None, typer.Option(help=f"Beside it; may be repeated: {KNOWN}.")] = None,
    split: Split = "test",
    each: Each = 3,
    many: Many = 0,
    tries: Annotated[int, typer.Option(min=1, help="How often each message is asked; then pass^k is told.")] = 1,
    temperature: Annotated[float, typer.Option(min=0, max=2)] = 0,
    at_once: Annotated[int, typer.Option(min=1, help="Messages side by side: faster, but no merchant's seconds.")] = 1,
    explanations: Annotated[
        int | None, typer.Option(min=0, help="Of made-up facts, to be written too; 40, or 0 with --requests.")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="An SVG or HTML of tools meant and understood.")] = None,
    alone: Annotated[bool, typer.Option(help="Write the model's own reading, not the desk's.")] = False,
    as_json: Json = False,
) -> None:
    """Put messages with known requests to the model: how many it understands, alone and with the desk's checks.

    The model of a running desk is asked; where none runs, one is started for it and stopped afterwards.
    """
    if tries > 1 and not temperature:
        raise PricingError("At temperature 0 all tries are the same. Say --temperature 0.7, say.")
    settings = Settings()
    way = Way(settings, bool(local), adapter, temperature, at_once)
    found: dict[str, Rounds] = {}
    wrote: dict[str, list[Explained]] = {}
    place = model_folder(settings)
    place.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=place) as scratch, progress() as tell:
        for what in dict.fromkeys([local or SERVED, *(against or [])]):
            each_one = contender(what, settings, Path(scratch))
            asked = questions(requests, split, each, many, _lean(each_one, adapter))
            with way.asking(each_one, tell) as ask:
                found[each_one.name] = [ask.requests(asked) for _ in range(tries)]
                wrote[each_one.name] = ask.explanations(_cases(explanations, requests))
    if out:
        _write(found, alone, out)
    if plot:
        _plot(found, plot)
    say(plain(found, wrote), as_json, text(found, wrote))


def _cases(many: int | None, requests: list[Path] | None) -> "list[Case]":
    from serving.llm.explained import cases  # noqa: PLC0415 - seconds

    return cases(SEED, many if many is not None else 0 if requests else EXPLANATIONS)


def questions(requests: list[Path] | None, split: str, each: int, many: int, lean: "Lean | None") -> "list[Question]":
    """Of the files, or of the made-up data where there are none; `many` of them by lot, or all."""
    from serving.llm import evaluation  # noqa: PLC0415 - seconds

    if split not in ("validation", "test"):
        raise PricingError(f"{split} is neither validation nor test.")
    asked = [one for file in requests or () for one in evaluation.questions(file, lean)]
    asked = asked or evaluation.held_out(SEED, split, each, lean)
    return random.Random(SEED).sample(asked, many) if 0 < many < len(asked) else asked


def _lean(one: Contender, adapter: Path | None) -> "Lean | None":
    from agents.leaning import leaning, loaded  # noqa: PLC0415 - seconds

    network = loaded(adapter) if adapter else None
    embedder = Embedder()
    return leaning(embedder.embed, network) if network else one.lean(embedder)


class Way:
    """How contenders are asked: in this process, or on a server of their own."""

    def __init__(self, settings: Settings, local: bool, adapter: Path | None, temperature: float, at_once: int) -> None:
        self._settings, self._local, self._adapter = settings, local, adapter
        self._temperature, self._at_once = temperature, at_once

    @contextmanager
    def asking(self, one: Contender, tell: Tell) -> Iterator[Ask]:
        from serving.llm import evaluation, explained  # noqa: PLC0415 - seconds

        def told(done: int, of: int) -> None:
            tell(f"{one.name} asked", done, of)

        if self._local:
            from serving.llm.local import LocalModel  # noqa: PLC0415 - seconds

            model = LocalModel(one.weights, self._adapter)
            yield Ask(
                lambda asked: list(evaluation.ask_local(asked, model, told, self._temperature)),
                lambda cases: list(explained.explain_local(cases, model, told)),
            )
            return
        with self._served(one, tell) as (url, name, key):
            patience = self._settings.model_timeout * self._at_once
            chat = chat_model(url, name, key, patience).model_copy(update={"temperature": self._temperature})
            yield Ask(
                lambda asked: list(evaluation.ask_served(asked, chat, told, self._at_once)),
                lambda cases: list(explained.explain_served(cases, chat, told, self._at_once)),
            )

    @contextmanager
    def _served(self, one: Contender, tell: Tell) -> Iterator[tuple[str, str, str]]:
        """Address, name and key of a server with these weights."""
        running = Models(self._settings)
        if one.name == SERVED:
            running.attach()
        try:
            place = running.place
            if place and place.ready:
                yield place.url, place.name, place.key
                return
            if one.name == SERVED and self._settings.model_url:
                raise PricingError(f"{self._settings.model_url} is not ready: {running.state.reason}.")
        finally:
            running.stop()
        with server(one.weights, self._settings.home / "evaluation.log", tell) as own:
            yield own.url, own.name, own.key


def _write(found: "dict[str, Rounds]", alone: bool, out: Path) -> None:
    from serving.llm.evaluation import row  # noqa: PLC0415 - seconds

    rows = [row(o, alone) | {"model": name} for name, rounds in found.items() for o in rounds[0]]
    show(rows, False, out, COLUMNS if len(found) == 1 else (*COLUMNS, "model"))


def _plot(found: "dict[str, Rounds]", file: Path) -> None:
    from serving.llm.confusion import written  # noqa: PLC0415 - seconds
    from serving.llm.evaluation import tools  # noqa: PLC0415 - seconds

    panels = {f"{name}: the model alone": tools(rounds[0], "model") for name, rounds in found.items()}
    if len(found) == 1:
        panels |= {f"{name}: the desk": tools(rounds[0], "desk") for name, rounds in found.items()}
    try:
        written(panels, file)
    except OSError as error:
        raise PricingError(f"{file} cannot be written: {error.strerror}. Give another place.") from error


def plain(found: "dict[str, Rounds]", wrote: "dict[str, list[Explained]]") -> dict[str, Any]:
    """By name, reader and language; without the names where there is only one."""
    from serving.llm import comparison, evaluation, explained, scores  # noqa: PLC0415 - seconds

    told: dict[str, Any] = {}
    for name, rounds in found.items():
        told[name] = {
            reader: {lang: scores.plain(s) for lang, s in by.items()}
            for reader, by in evaluation.judged(rounds[0]).items()
        }
        if len(rounds) > 1:
            told[name]["tries"] = {"k": len(rounds), "pass": comparison.steady(rounds)}
        if wrote[name]:
            told[name]["explanations"] = {who: explained.plain(w) for who, w in explained.summed(wrote[name]).items()}
    return told if len(told) > 1 else dict(next(iter(told.values())))


def text(found: "dict[str, Rounds]", wrote: "dict[str, list[Explained]]") -> str:
    from serving.llm import comparison, evaluation, explained, scores  # noqa: PLC0415 - seconds

    if len(found) > 1:
        parts = [comparison.table({name: rounds[0] for name, rounds in found.items()})]
    else:
        by_reader = evaluation.judged(next(iter(found.values()))[0])
        parts = [f"## {reader}\n\n{scores.table(by)}" for reader, by in by_reader.items()]
    for name, rounds in found.items():
        if len(rounds) > 1:
            parts.append(f"## {name}: {len(rounds)} tries\n\n{comparison.steady_table(rounds)}")
        report = evaluation.by_tool(rounds[0])
        parts.append(f"## {name}: tools, the model alone\n\n{report}" if report else "")
        if wrote[name]:
            parts.append(f"## {name}: explanations\n\n{explained.table(explained.summed(wrote[name]))}")
    return "\n\n".join(part for part in parts if part)
