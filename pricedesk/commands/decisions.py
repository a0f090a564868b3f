"""Commands that decide: approve, reject, edit; audit."""

from typing import Annotated

import typer

from agents.deciding import Deed
from db import audit as trail
from pricedesk import amounts
from pricedesk.acting import As, acting
from pricedesk.amounts import Count
from pricedesk.opening import opened
from pricedesk.output import Json, say, show
from pricing.errors import PricingError
from tools.proposals import as_json as rows_of

Reason = Annotated[str, typer.Option(help="Why.")]


def add_to(app: typer.Typer) -> None:
    app.command("approve")(approve)
    app.command("reject")(reject)
    app.command("edit")(edit)
    app.command("audit")(audit)


def approve(proposal: int, as_: As = "", reason: Reason = "", as_json: Json = False) -> None:
    """Sign a proposal. It changes no price until it is applied."""
    decide(Deed(proposal, "approve", reason=reason), as_, as_json)


def reject(proposal: int, reason: Reason, as_: As = "", as_json: Json = False) -> None:
    """Turn a proposal down; the reason is remembered."""
    decide(Deed(proposal, "reject", reason=reason), as_, as_json)


def edit(proposal: int, price: Annotated[str, typer.Option()], as_: As = "", as_json: Json = False) -> None:
    """Set another price; its projection is made anew and it waits again."""
    decide(Deed(proposal, "edit", price=amounts.price(price)), as_, as_json)


def decide(deed: Deed, as_: str, as_json: bool) -> None:
    """On the command line what is seen is what the database holds now."""
    desk = opened()
    actor = acting(desk, as_)
    row = next(iter(rows_of(desk.database, [deed.proposal])), None)
    if row is None:
        raise PricingError(f"There is no proposal {deed.proposal}. `pricedesk proposals --status all` lists them.")
    seen = Deed(deed.proposal, deed.decision, row["content_hash"], deed.price, deed.reason)
    outcome = desk.desk.decide(seen, actor, row["thread_id"])
    if not outcome.done:
        raise PricingError(outcome.text)
    say(vars(outcome), as_json, f"Proposal {outcome.proposal} is {outcome.status.replace('_', ' ')}.")


def audit(proposal: int | None = None, n: Count = 50, verify: bool = False, as_json: Json = False) -> None:
    """Who decided what, when and why; --verify checks that nothing was changed afterwards."""
    with opened().database.reading() as session:
        broken = trail.verify(session) if verify else None
        rows = trail.moves(session, proposal, n)
    if broken is not None:
        raise PricingError(f"The audit trail is broken at row {broken.id}: it was changed after it was written.")
    if verify:
        say({"intact": True}, as_json, "The audit trail is intact.")
    else:
        show([row.model_dump() for row in rows], as_json)
