"""Commands that bring a price to where it is charged: apply, rollback, schedule, outbox."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from agents.deciding import Deed
from db import batches, outbox, proposals
from db import schedule as timetable
from db.batches import Item
from db.proposals import Actor
from pricedesk.acting import As, acting
from pricedesk.commands.decisions import Reason, decide
from pricedesk.opening import opened
from pricedesk.output import Json, progress, say, show
from pricedesk.wiring import Pricedesk
from pricing.errors import PricingError

Number = Annotated[int | None, typer.Argument(help="Its number.")]
Batch = Annotated[str, typer.Option(help="All proposals of this batch that can be, item by item.")]


def add_to(app: typer.Typer) -> None:
    app.command("apply")(apply)
    app.command("rollback")(rollback)
    app.command("schedule")(schedule)
    app.command("outbox")(show_outbox)


def apply(proposal: Number = None, batch: Batch = "", as_: As = "", reason: Reason = "", as_json: Json = False) -> None:
    """Charge an approved price: every sink is told. What is not taken at once is sent again by itself."""
    one = _one_of(proposal, batch)
    if one is not None:
        decide(Deed(one, "apply", reason=reason), as_, as_json)
    else:
        _all_of(batch, ("approved",), batches.apply_many, as_, reason, as_json)


def rollback(
    proposal: Number = None, batch: Batch = "", as_: As = "", reason: Reason = "", as_json: Json = False
) -> None:
    """Put the former price back."""
    one = _one_of(proposal, batch)
    if one is not None:
        decide(Deed(one, "rollback", reason=reason), as_, as_json)
    else:
        _all_of(batch, ("applied",), batches.rollback_many, as_, reason, as_json)


def schedule(
    proposal: int,
    from_: Annotated[str, typer.Option("--from", help="When it starts, with a zone: 2026-12-01T08:00+01:00.")] = "",
    until: Annotated[str, typer.Option(help="When the price before comes back by itself.")] = "",
    off: Annotated[bool, typer.Option("--off", help="Take it off the schedule.")] = False,
    as_: As = "",
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Apply an approved price at its time."""
    if off == bool(from_):
        raise PricingError("Say either --from, when the price starts, or --off, to take it off the schedule.")
    desk = opened()
    actor = acting(desk, as_)
    with desk.database.session() as session:
        if off:
            row = timetable.off(session, proposal, actor, reason=reason)
        else:
            row = timetable.put(
                session, proposal, actor, _moment(from_), _moment(until) if until else None, reason=reason
            )
    times = {"starts_at": row.starts_at, "ends_at": row.ends_at}
    said = f"Proposal {proposal} is {row.status}{f' for {row.starts_at:%Y-%m-%d %H:%M} UTC' if row.starts_at else ''}."
    say({"proposal": proposal, "status": row.status, **times}, as_json, said)


def show_outbox(
    retry: Annotated[int | None, typer.Option(help="Send again what was given up, by its number here.")] = None,
    send: Annotated[bool, typer.Option("--send", help="Send now what is due.")] = False,
    as_: As = "",
    as_json: Json = False,
) -> None:
    """Prices on their way to the sinks, and those that were given up."""
    desk = opened()
    if retry is not None:
        _retried(desk, retry, acting(desk, as_))
    if send:
        with progress() as tell:
            outbox.drain(desk.database, desk.sinks, progress=tell)
    with desk.database.reading() as session:
        rows = [
            dispatch.model_dump(exclude={"role", "sent_at", "reason"}) | {"sku": sku}
            for dispatch, sku in outbox.unsent(session)
        ]
    show(rows, as_json)


def _retried(desk: Pricedesk, number: int, actor: Actor) -> None:
    with desk.database.session() as session:
        ordered = outbox.retry(session, number, actor, desk.sinks)
    outbox.deliver(desk.database, desk.sinks, ordered)


def _one_of(proposal: int | None, batch: str) -> int | None:
    """The number, or None where a batch was named."""
    if (proposal is None) == (not batch):
        raise PricingError("Name a proposal by its number, or a batch by --batch.")
    return proposal


def _all_of(
    batch: str, statuses: Sequence[str], work: Callable[..., list[Item]], as_: str, reason: str, as_json: bool
) -> None:
    desk = opened()
    actor = acting(desk, as_)
    with desk.database.reading() as session:
        ids = proposals.of_batch(session, batch, *statuses)
    if not ids:
        raise PricingError(f"No proposal of the batch {batch!r} is {' or '.join(statuses)}. Nothing was done.")
    with progress() as tell:
        items = work(desk.database, desk.sinks, ids, actor, reason=reason, progress=tell)
    rows: list[dict[str, Any]] = [vars(item) for item in items]
    show(rows, as_json)
    left = sum(not item.done for item in items)
    if left:
        raise PricingError(f"{left} of {len(items)} are not where they were to be; their rows say why.")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise PricingError(f"{text!r} is no time. Give one such as 2026-12-01T08:00+00:00.") from None
