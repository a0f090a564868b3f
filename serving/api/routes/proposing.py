"""Asking for prices: of one product at once, of many as a job."""

from typing import Annotated

from fastapi import Depends, Response
from pydantic import Field

from agents.batching import Wish as Wanted
from agents.batching import propose_many
from agents.proposing import Asked
from agents.rendering import Language
from db import sales
from pricing.errors import PricingError
from pricing.optimise import Goal
from serving.api import routing
from serving.api.backing import Back
from serving.api.contexts import context_of, meant
from serving.api.routes.jobs import Hands, JobOut
from serving.api.schemas import TEA, ProposalDetail, Shape, Sku, Wish, example
from serving.api.security import Caller, needs
from tools.context import Context
from tools.proposals import as_json

router = routing.router("proposals")
Proposing = Annotated[Caller, Depends(needs("propose"))]


class NoProposalError(PricingError):
    """No price can be put forward; the text says why and what to do."""


class Terms(Wish):
    """What is wanted of a price. The store's rules hold in any case; a request can only tighten them."""

    goal: Goal = "profit"
    weeks: int = Field(default=4, ge=1, le=26)
    max_change_pct: float | None = Field(default=None, ge=0, le=100, allow_inf_nan=False)
    min_margin_pct: float | None = Field(default=None, ge=0, lt=100, allow_inf_nan=False)
    tests: bool = Field(default=False, description="Put a price test up for signature where history cannot say.")
    language: Language = Field(default="en", description="Of the explanation.")

    def wanted(self) -> Wanted:
        return Wanted(self.goal, self.weeks, self.max_change_pct, self.min_margin_pct, self.tests, self.language)


class ProposeIn(Terms):
    """One product."""

    model_config = example(sku=TEA, goal="profit", weeks=4)

    sku: Sku = Field(examples=[TEA])


class BatchIn(Terms):
    """Many products; the whole catalogue where none is named."""

    model_config = example(skus=[TEA, "TEA-002"], goal="profit", max_change_pct=10)

    skus: list[Sku] = Field(default=[], max_length=10_000, examples=[[TEA, "TEA-002"]])


class ProposedOut(Shape):
    """The proposal that waits for a person now; none where today's price is the best."""

    proposal: ProposalDetail | None
    kept: bool = Field(description="Today's price is the best that can be defended, so nothing is proposed.")
    reason: str = Field(description="Why it is kept, or what the reader must know.")


def proposed(context: Context, sku: str, terms: Terms, asked: Asked) -> ProposedOut:
    """Raises UnknownProductError, and NoProposalError where the data or the rules leave no price."""
    with context.database.reading() as session:
        sales.product(session, sku)
    (row,) = propose_many(context, [sku], terms.wanted(), asked)
    if row["id"] is not None:
        (made,) = as_json(context.database, [row["id"]])
        return ProposedOut(proposal=ProposalDetail.model_validate(made), kept=False, reason=row["reason"])
    if row.get("proposed_price") is None or row["proposed_price"] != row["current_price"]:
        raise NoProposalError(row["reason"])
    return ProposedOut(proposal=None, kept=True, reason=row["reason"])


@router.post(
    "/proposals", summary="Find the best price of a product", status_code=201,
    responses={200: {"model": ProposedOut, "description": "Today's price is kept; nothing is proposed."}},
)  # fmt: skip
def propose(back: Back, caller: Proposing, terms: ProposeIn, response: Response) -> ProposedOut:
    """Under the store's rules, for the goal that is given. The proposal changes no price: a person decides it."""
    asked = Asked(caller.actor.name, lasting=back.desk.lasting)
    made = proposed(context_of(back, terms.language), meant(back, terms.sku), terms, asked)
    if made.proposal is None:
        response.status_code = 200
    else:
        response.headers["Location"] = f"/api/v1/proposals/{made.proposal.id}"
    return made


@router.post("/proposals/batch", summary="Find the best prices of many products", status_code=202)
def propose_batch(caller: Proposing, work: Hands, terms: BatchIn, response: Response) -> JobOut:
    """As a job: follow it where `Location` says. Its proposals carry its number as their `batch_id`."""
    job = work.submit("propose_many", terms.model_dump(mode="json"), caller.actor)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return JobOut.of(job)
