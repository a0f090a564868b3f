"""What applied prices promised and what they did."""

from typing import Annotated

import typer

from pricedesk.opening import opened
from pricedesk.output import Json, Out, show
from tools.alarms import watch
from tools.impact import METHOD, followed, row

COLUMNS = (
    "proposal", "sku", "since", "weeks", "old_price", "new_price", "currency", "basis", "units", "units_without",
    "promised", "promised_low", "promised_high", "change", "change_low", "change_high", "verdict",
)  # fmt: skip
MORE = (
    "revenue", "profit", "units_promised", "units_promised_low", "units_promised_high", "units_without_low",
    "units_without_high", "category_moved", "peers", "out_of_stock", "signed_by",
)  # fmt: skip


def add_to(app: typer.Typer) -> None:
    app.command("impact")(impact)


def impact(
    alarms: Annotated[
        bool, typer.Option("--watch", help="Record alarms too: broken promises, forecasts gone astray.")
    ] = False,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """What every applied price promised, and what it did against the old one; intervals of 90 %."""
    context = opened().context()
    rows = [row(one) for one in followed(context)]
    show(rows, as_json, out, COLUMNS if not (as_json or out) else (*COLUMNS, *MORE))
    if rows and not as_json:
        typer.echo(f"What would have sold at the old price: {METHOD}.", err=True)
    if alarms:
        for one in watch(context):
            typer.echo(f"Alarm: {one.sku}, week of {one.week}: {one.why}, {one.outcome:,.2f}.", err=True)
