"""ETag and If-Match: a decision names the version that was looked at."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header

from db.tables import Proposal
from serving.api.problems import RefusedError


class NoMatchGivenError(RefusedError):
    """A decision that does not say what was seen."""

    status = 428


class MismatchError(RefusedError):
    """What was seen is not what stands."""

    status = 412


@dataclass(frozen=True)
class Seen:
    """The version of a proposal that a caller has looked at. `hash` is what an approval binds to."""

    hash: str
    lock: int

    def hold(self, proposal: Proposal) -> None:
        """Raises MismatchError where the proposal is another one by now."""
        if (self.hash, self.lock) != (proposal.content_hash, proposal.lock):
            raise MismatchError(
                f"Proposal {proposal.id} is not what was looked at. Get it again, then send its new ETag as If-Match.",
                {"ETag": etag(proposal)},
            )


def etag(proposal: Proposal) -> str:
    """What a person sees of the proposal, and how often it was written."""
    return f'"{proposal.content_hash}.{proposal.lock}"'


def if_match(
    if_match: Annotated[
        str | None, Header(description="The ETag of the proposal that was looked at", max_length=200)
    ] = None,
) -> Seen:
    """Raises NoMatchGivenError, and MismatchError for what is no ETag of ours."""
    if not if_match or if_match.strip() == "*":
        raise NoMatchGivenError("A decision names what was seen: send the proposal's ETag as If-Match.")
    found = re.fullmatch(r'(?:W/)?"([0-9a-f]{64})\.(\d{1,9})"', if_match.strip())
    if found is None:
        raise MismatchError("If-Match is no ETag of a proposal. Get the proposal, then send its ETag.")
    return Seen(found[1], int(found[2]))


IfMatch = Annotated[Seen, Depends(if_match)]
