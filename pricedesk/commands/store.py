"""Commands that bring data in and out: demo, import, export, refresh, index, search."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from db.exports import What, export
from db.imports.loading import load
from pricedesk.advancing import LONGEST, advance
from pricedesk.amounts import Count
from pricedesk.demo import load_demo, refuse_mixing
from pricedesk.opening import opened
from pricedesk.output import Json, progress, say, show
from pricedesk.texts import index_texts
from tools.engines import Engine
from tools.refresh import refresh as refresh_fits

DAY = "%Y-%m-%d"


def add_to(app: typer.Typer) -> None:
    app.command("demo")(demo)
    app.command("import")(import_)
    app.command("export")(export_)
    app.command("refresh")(refresh)
    app.command("index")(index)
    app.command("search")(search)


def demo(
    seed: Annotated[int, typer.Option(min=0)] = 7,
    products: Annotated[int, typer.Option(min=1, max=20_000)] = 200,
    weeks: Annotated[
        int, typer.Option("--advance", min=0, max=LONGEST, help="Instead, sell so many more weeks at today's prices.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Make and load the demo store. All of it is simulated."""
    desk = opened()
    with progress() as tell:
        report = advance(desk, weeks, tell) if weeks else load_demo(desk, seed, products, tell)
        index_texts(desk.shop, tell)
        fits = refresh_fits(desk.context(), tell)
    say(
        report.to_dict() | {"usable": fits.usable},
        as_json,
        f"{report}\n{fits.usable} of {fits.products} elasticities usable.",
    )


def import_(
    path: Path,
    format_: Annotated[str, typer.Option("--format", help="auto, store, online_retail or complete_journey")] = "auto",
    fit: Annotated[
        bool, typer.Option("--fit/--no-fit", help="Fit the catalogue and index its texts afterwards.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Load a store folder, one of its files, or a public data set."""
    desk = opened()
    refuse_mixing(desk)
    with progress() as tell:
        report = load(desk.database, path, format_, tell, desk.settings.home / "rejects")
        if fit:
            index_texts(desk.shop, tell)
            refresh_fits(desk.context(), tell)
    say(report.to_dict(), as_json, str(report))


def export_(what: Annotated[What, typer.Option()], out: Annotated[Path, typer.Option()]) -> None:
    """Write prices, proposals or the audit trail to .csv, .xlsx or .parquet."""
    with opened().database.reading() as session:
        rows = export(session, what, out)
    typer.echo(f"{rows} rows written to {out}", err=True)


def refresh(
    engine: Annotated[
        Engine, typer.Option(help="Where products are read and weighed: this machine's cores, or Ray.")
    ] = "local",
    again: Annotated[bool, typer.Option("--again", help="Fit again what stands already.")] = False,
    as_json: Json = False,
) -> None:
    """Fit and forecast the whole catalogue; a run that was stopped goes on where it was."""
    desk = opened()
    with progress() as tell:
        index_texts(desk.shop, tell)
        done = refresh_fits(desk.context(), tell, engine, again=again)
    found = f"{done.products} products fitted, {done.usable} usable, {done.opportunities} opportunities."
    say(vars(done), as_json, f"Nothing has changed since the last refresh: {found}" if done.unchanged else found)


def index(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Throw the store of texts away and make it anew.")] = False,
    as_json: Json = False,
) -> None:
    """Bring the texts of products and reviews into the store that is searched; only what is new is read."""
    desk = opened()
    with progress() as tell:
        done = index_texts(desk.shop, tell, rebuild=rebuild)
    say(vars(done), as_json, f"{done.added} texts read, {done.unchanged} unchanged, {done.removed} removed.")


def search(
    text: str,
    sku: str | None = None,
    n: Count = 5,
    language: Annotated[str | None, typer.Option(help="Of the passage: en, zh, ...")] = None,
    min_rating: float | None = None,
    max_rating: float | None = None,
    since: Annotated[datetime | None, typer.Option(formats=[DAY])] = None,
    until: Annotated[datetime | None, typer.Option(formats=[DAY])] = None,
    as_json: Json = False,
) -> None:
    """Find passages in product texts and reviews by meaning and by words, in either language."""
    found = opened().shop.knowledge.search(
        text,
        sku,
        min_rating=min_rating,
        max_rating=max_rating,
        since=since and since.date(),
        until=until and until.date(),
        language=language,
        n=n,
    )
    show(
        [vars(p) for p in found],
        as_json,
        columns=("text", "sku", "kind", "source", "score", "language", "written_on", "rating", "copies"),
    )
