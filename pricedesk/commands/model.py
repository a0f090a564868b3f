"""Commands about the language model."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from knowledge.embedding import Embedder
from pricedesk.commands import adopting, evaluating, measuring
from pricedesk.models import Models, weights_of
from pricedesk.output import Json, progress, say
from pricedesk.settings import Settings
from pricing.errors import PricingError
from serving.llm.weights import SHIPPED, WeightsError
from serving.llm.weights import prepare as prepare_weights

EACH = 10  # messages of every phrasing

app = typer.Typer(help="The language model.", no_args_is_help=True)


@app.command()
def prepare(as_json: Json = False) -> None:
    """Make the weights ready, once."""
    settings = Settings()
    with progress() as tell:
        try:
            made = weights_of(settings, lambda done, of: tell("weights", done, of))
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
    seed: int = evaluating.SEED,
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


for command in (evaluating.evaluate, adopting.adopt, adopting.merge, adopting.quantise, measuring.measure):
    app.command()(command)
