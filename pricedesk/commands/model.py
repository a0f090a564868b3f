"""Commands about the language model."""

import time

import typer

from pricedesk.models import Models
from pricedesk.output import Json, progress, say
from pricedesk.settings import Settings
from pricing.errors import PricingError
from serving.llm.weights import WeightsError
from serving.llm.weights import prepare as prepare_weights

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
            models.chat()
            now = f"{models.state.phase} {models.state.reason}".strip()
            if now != last:
                typer.echo(now)
            last = now
            time.sleep(1)
    finally:
        models.stop()
