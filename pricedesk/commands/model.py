"""Commands about the language model."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from knowledge.embedding import Embedder
from pricedesk.models import Models
from pricedesk.output import Json, Out, progress, say, show
from pricedesk.settings import Settings
from pricing.errors import PricingError
from serving.llm.weights import SHIPPED, WeightsError
from serving.llm.weights import prepare as prepare_weights

if TYPE_CHECKING:  # what these import takes seconds, which only `train` and `evaluate` should pay
    from agents.leaning import Lean
    from serving.llm.evaluation import Outcome, Question

SEED = 7
EACH = 10  # messages of every phrasing

app = typer.Typer(help="The language model.", no_args_is_help=True)


@app.command()
def prepare(as_json: Json = False) -> None:
    """Make the weights ready, once."""
    settings = Settings()
    with progress() as tell:
        try:
            made = prepare_weights(settings.home / "model", settings.model, lambda done, of: tell("weights", done, of))
        except WeightsError as refusal:
            raise PricingError(str(refusal)) from refusal
    say({"model": str(made)}, as_json, f"The model is ready: {made}")


@app.command()
def serve() -> None:
    """Run the model server alone, until Ctrl-C."""
    settings = Settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    models = Models(settings)
    models.serve()
    last = ""
    try:
        while True:
            now = f"{models.state.phase} {models.state.reason}".strip()
            if now != last:
                typer.echo(now)
            last = now
            time.sleep(1)
    finally:
        models.stop()


@app.command()
def train(
    method: Annotated[str, typer.Option(help="lora, adalora, prefix or full.")] = "lora",
    base: Annotated[str, typer.Option(help='"smollm2", a Hugging Face id, or a path.')] = SHIPPED,
    out: Annotated[
        Path | None, typer.Option(help="Where the adapter goes; under the state folder if not said.")
    ] = None,
    each: Annotated[int, typer.Option(min=1, help="Messages of every phrasing.")] = EACH,
    epochs: Annotated[int, typer.Option(min=1)] = 1,
    rank: Annotated[int, typer.Option(min=1)] = 16,
    rate: Annotated[float, typer.Option(min=0, help="The highest learning rate.")] = 1e-3,
    batch: Annotated[int, typer.Option(min=64, help="Tokens side by side.")] = 2048,
    accumulate: Annotated[int, typer.Option(min=1, help="Batches in one step.")] = 1,
    dtype: Annotated[str, typer.Option(help="auto, float32 or bfloat16.")] = "auto",
    seed: int = SEED,
    start: Annotated[Path | None, typer.Option(help="An adapter to begin from.")] = None,
    resume: Annotated[bool, typer.Option(help="Go on from the last checkpoint, if there is one.")] = True,
    tensorboard: Annotated[bool, typer.Option(help="Log for TensorBoard too.")] = False,
    as_json: Json = False,
) -> None:
    """Fine-tune the model on data made from the desk's own schema and tools."""
    from serving.llm.training import Recipe, TrainingError, run  # noqa: PLC0415 - seconds
    from serving.llm.tuning import Tuning  # noqa: PLC0415

    settings = Settings()
    place = out or settings.home / "model" / f"adapter-{method}"
    tuning = Tuning(_one_of(method, "lora", "adalora", "prefix", "full"), rank)
    recipe = Recipe(
        tuning, epochs, rate, batch=batch, accumulate=accumulate, seed=seed,
        dtype=_one_of(dtype, "auto", "float32", "bfloat16"),
    )  # fmt: skip
    try:
        weights = prepare_weights(settings.home / "model" / "base", base, adapter=None)
        with _bar("making the data") as tell:
            state = run(
                weights,
                place,
                recipe,
                each,
                tell,
                Embedder().embed,
                start=start,
                resume=resume,
                tensorboard=tensorboard,
            )
    except (WeightsError, TrainingError) as refusal:
        raise PricingError(str(refusal)) from refusal
    told = {"adapter": str(place), "best": state.best, "tokens": state.tokens, "seconds": round(state.seconds)}
    say(told, as_json, f"{place}: validation loss {state.best:.4f} after {state.tokens} tokens, {state.seconds:.0f} s")


def _one_of(said: str, *allowed: str) -> Any:
    if said not in allowed:
        raise PricingError(f"{said} is none of {', '.join(allowed)}.")
    return said


@contextmanager
def _bar(first: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar of tokens with what stands beside it and the time left."""
    with Progress(
        BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), TextColumn("{task.description}"),
        console=Console(stderr=True),
    ) as bar:  # fmt: skip
        task = bar.add_task(first, total=None)
        yield lambda done, of, beside: bar.update(task, completed=done, total=of, description=beside)


@app.command()
def evaluate(
    requests: Annotated[list[Path] | None, typer.Option(help="JSONL of text, lang, request; may be repeated.")] = None,
    out: Out = None,
    local: Annotated[str, typer.Option(help='No server: "base", "shipped", or a folder of weights, in here.')] = "",
    adapter: Annotated[Path | None, typer.Option(help="With --local: an adapter to put on top.")] = None,
    split: Annotated[str, typer.Option(help="Without --requests: validation or test, of the made-up data.")] = "test",
    each: Annotated[int, typer.Option(min=1, help="Without --requests: messages of every phrasing.")] = 3,
    alone: Annotated[bool, typer.Option(help="Write the model's own reading, not the desk's.")] = False,
    as_json: Json = False,
) -> None:
    """Put messages with known requests to the model: how many it understands, alone and with the desk's checks."""
    from serving.llm import evaluation, scores  # noqa: PLC0415 - seconds

    lean = _lean(adapter)
    asked = [one for file in requests or () for one in evaluation.questions(file, lean)]
    asked = asked or evaluation.held_out(SEED, _one_of(split, "validation", "test"), each, lean)
    outcomes = _outcomes(asked, local, adapter)
    if out:
        rows = [evaluation.row(outcome, alone) for outcome in outcomes]
        show(rows, False, out, ("text", "lang", "request", "exact", "seconds"))
    found = evaluation.judged(outcomes)
    plain = {reader: {lang: scores.plain(s) for lang, s in by.items()} for reader, by in found.items()}
    text = "\n\n".join(f"## {reader}\n\n{scores.table(by)}" for reader, by in found.items())
    say(plain, as_json, f"{text}\n\n{evaluation.by_tool(outcomes)}")


def _lean(adapter: Path | None) -> "Lean | None":
    """The leaning that was fitted beside the adapter, else the one that ships."""
    from agents.leaning import leaning, loaded, shipped  # noqa: PLC0415 - seconds

    network = (loaded(adapter) if adapter else None) or shipped()
    return leaning(Embedder().embed, network) if network else None


def _outcomes(asked: "Sequence[Question]", local: str, adapter: Path | None) -> "list[Outcome]":
    from serving.llm import evaluation  # noqa: PLC0415 - seconds

    settings = Settings()
    with progress() as tell:
        if local:
            from serving.llm.local import LocalModel  # noqa: PLC0415 - seconds

            weights = _weights(local, settings)
            return list(evaluation.ask_local(asked, LocalModel(weights, adapter), lambda d, of: tell("asked", d, of)))
        models = Models(settings)
        models.attach()
        model = models.chat()
        if model is None:
            raise PricingError("No model is served. Run `pricedesk model serve` beside this, or say --local shipped.")
        return list(evaluation.ask_served(asked, model, lambda d, of: tell("asked", d, of)))


def _weights(local: str, settings: Settings) -> Path | str:
    try:
        if local == "base":
            return prepare_weights(settings.home / "model" / "base", adapter=None)
        return prepare_weights(settings.home / "model", SHIPPED if local == "shipped" else local)
    except WeightsError as refusal:
        raise PricingError(str(refusal)) from refusal
