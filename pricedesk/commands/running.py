"""The command that runs it all: serve."""

from pathlib import Path
from typing import Annotated

import typer

from pricedesk.settings import Settings
from pricing.errors import PricingError


def add_to(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    port: Annotated[int | None, typer.Option(help="Of the web page and the API.")] = None,
    host: str | None = None,
    data: Annotated[Path | None, typer.Option(help="A store folder or public file to import first.")] = None,
) -> None:
    """Serve the page and the API, with the model server beside them. Ctrl-C stops both."""
    if data is not None and not data.exists():
        raise PricingError(f"There is no file or folder {data}. Give the path of a store folder or of a data file.")
    from pricedesk.server import run  # noqa: PLC0415 - the page takes seconds to import, and only this command shows it

    settings = Settings()
    given = {name: value for name, value in (("port", port), ("host", host)) if value is not None}
    run(settings.model_copy(update=given), data)
