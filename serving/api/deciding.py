"""What a decision looks like on its way in and out."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from agents.request import Decision as Choice
from serving.api.schemas import Amount, Shape, Text, Wish, example


class Because(Wish):
    """Why."""

    model_config = example(reason="Buyers hardly react to the price.")

    reason: Text = Field(default="", examples=["Buyers hardly react to the price."])


SILENT = Because()


class RejectIn(Wish):
    """Why not; it is remembered."""

    model_config = example(reason="Too close to Christmas for a change.")

    reason: Text = Field(min_length=1, examples=["Too close to Christmas for a change."])


class EditIn(Wish):
    """Another price in the place of the one proposed."""

    model_config = example(price="5.45", reason="A rounder price.")

    price: Amount = Field(examples=["5.45"])
    reason: Text = ""


def _within_reason(moment: datetime) -> datetime:
    if not 2000 <= moment.year < 2200:
        raise ValueError("give a time between the years 2000 and 2200")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_within_reason)]


class ScheduleIn(Wish):
    """From when to when, each with its zone."""

    model_config = example(starts_at="2030-12-01T08:00:00Z", ends_at="2030-12-27T00:00:00Z")

    starts_at: Moment = Field(examples=["2026-12-01T08:00:00Z"])
    ends_at: Moment | None = Field(default=None, examples=["2026-12-27T00:00:00Z"])
    reason: Text = ""


class DecisionIn(Wish):
    """One of many decisions."""

    proposal: int = Field(ge=1, le=2**31 - 1, examples=[17])
    decision: Choice
    seen: str = Field(pattern="^[0-9a-f]{64}$", description="The `content_hash` of what was seen.")
    price: Amount | None = Field(default=None, description="For an edit.")
    reason: Text = ""


class DecisionsIn(Wish):
    """Many decisions, carried out in this order."""

    model_config = example(decisions=[{"proposal": 17, "decision": "approve", "seen": "0" * 64}])

    decisions: list[DecisionIn] = Field(min_length=1, max_length=1000)


class ItemProblem(Shape):
    """Why an item was refused."""

    type: str = Field(examples=["/problems/stale-proposal"])
    status: int = Field(examples=[409])
    detail: str


class DecidedOut(Shape):
    """What came of one item."""

    proposal: int
    done: bool
    status: str = Field(description="Of the proposal now; empty where nothing was done.")
    content_hash: str = Field(description="Of what the proposal says now; empty where nothing was done.")
    problem: ItemProblem | None


class DecidedAllOut(Shape):
    """What came of each item: one that is refused leaves the others as they are."""

    done: int
    refused: int
    items: list[DecidedOut]
