"""A person's decisions: one at a time on what was seen, or many, item by item."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Path, Response
from sqlmodel import Session, col, select

from agents.deciding import Deed, Outcome
from agents.request import Decision as Choice
from db import schedule
from db.dealings import Dispatch
from db.moves import OnItsWayError, UnknownProposalError, get, remember_rules
from db.proposals import Decision, decide_many
from db.tables import Proposal
from pricing.errors import PricingError
from serving.api import routing
from serving.api.backing import Back, Backing
from serving.api.deciding import (
    SILENT,
    Because,
    DecidedAllOut,
    DecidedOut,
    DecisionsIn,
    EditIn,
    ItemProblem,
    RejectIn,
    ScheduleIn,
)
from serving.api.matching import IfMatch, Seen
from serving.api.problems import UnknownThingError, kind_of, status_of
from serving.api.routes.proposals import detail
from serving.api.schemas import Key, ProposalDetail
from serving.api.security import Caller, needs

router = routing.router("decisions")
Deciding = Annotated[Caller, Depends(needs("decide"))]
Applying = Annotated[Caller, Depends(needs("apply"))]
Editing = Annotated[Caller, Depends(needs("propose"))]
BatchKey = Annotated[str, Path(pattern="^[0-9A-Za-z_-]{1,64}$", examples=["0f1e2d3c4b5a"])]
SCOPE: dict[Choice, str] = {
    "approve": "decide", "reject": "decide", "edit": "propose", "apply": "apply", "rollback": "apply"
}  # fmt: skip
SIGNED: dict[Choice, str] = {"approve": "approved", "reject": "rejected"}
AT_ONCE = 100  # signatures in one transaction, so that no other writer waits long

ON_ITS_WAY: dict[int | str, dict[str, Any]] = {
    202: {"model": ProposalDetail, "description": "The price is on its way; a sink has not taken it yet."}
}


def decided(back: Backing, caller: Caller, deed: Deed, seen: Seen) -> bool:
    """Carry a decision out; False where its price is on its way and not everywhere yet.

    Raises MismatchError and what the decision is refused with.
    """
    with back.database.reading() as session:
        row = _known(session.get(Proposal, deed.proposal), deed.proposal)
        seen.hold(row)
    outcome = back.desk.decide(deed, caller.actor, row.thread_id)
    if not outcome.done and not _under_way(back, outcome):
        raise refusal_of(outcome)
    return outcome.done


def _under_way(back: Backing, outcome: Outcome) -> bool:
    """Whether a price was ordered that a sink has not taken yet; it is asked again without anybody's doing."""
    if outcome.kind != OnItsWayError.__name__:
        return False
    own = select(Dispatch.id).where(Dispatch.proposal_id == outcome.proposal, Dispatch.status == "waiting")
    with back.database.reading() as session:
        return session.exec(own.limit(1)).first() is not None


def decide_each(back: Backing, caller: Caller, deeds: list[Deed]) -> DecidedAllOut:
    """In their order, and each by itself: signatures and rejections that follow each other share a transaction, in
    which each has a savepoint of its own."""
    items = [_item(outcome) for outcome in _outcomes(back, caller, deeds)]
    done = sum(item.done for item in items)
    return DecidedAllOut(done=done, refused=len(items) - done, items=items)


def _outcomes(back: Backing, caller: Caller, deeds: list[Deed]) -> Iterator[Outcome]:
    with back.database.reading() as session:
        threads = {deed.proposal: _thread(session.get(Proposal, deed.proposal)) for deed in deeds}
    for run in _runs(deeds, threads):
        if run[0].decision in SIGNED and not threads[run[0].proposal]:
            yield from _signed(back, caller, run)
        else:
            yield from (_alone(back, caller, deed, threads[deed.proposal]) for deed in run)


def _runs(deeds: list[Deed], threads: dict[int, str]) -> Iterator[list[Deed]]:
    """Neighbours that can be carried out together; no proposal twice in one run."""
    run: list[Deed] = []
    for deed in deeds:
        together = deed.decision in SIGNED and not threads[deed.proposal]
        if run and (
            not together or len(run) == AT_ONCE or run[-1].decision not in SIGNED or threads[run[-1].proposal]
            or deed.proposal in {one.proposal for one in run}
        ):  # fmt: skip
            yield run
            run = []
        run.append(deed)
    if run:
        yield run


def _alone(back: Backing, caller: Caller, deed: Deed, thread: str) -> Outcome:
    try:
        caller.hold(SCOPE[deed.decision])
        return back.desk.decide(deed, caller.actor, thread)
    except PricingError as refusal:
        return _refused(deed.proposal, refusal)


def _signed(back: Backing, caller: Caller, run: list[Deed]) -> Iterator[Outcome]:
    """Signatures and rejections in one transaction."""
    asked = [Decision(deed.proposal, SIGNED[deed.decision], deed.seen, deed.reason) for deed in run]
    with back.database.session() as session:
        remember_rules(session, back.desk.shop.rules)
        came = decide_many(session, asked, caller.actor)
    for one in came:
        row = one.result
        if row is None:
            yield _refused(one.proposal_id, one.refusal or PricingError("Nothing was done."))
        else:
            yield Outcome(one.proposal_id, True, row.status, seen=row.content_hash)


def _refused(proposal: int, refusal: PricingError) -> Outcome:
    return Outcome(proposal, False, text=str(refusal), kind=type(refusal).__name__)


def _thread(row: Proposal | None) -> str:
    return "" if row is None else row.thread_id


def _known(row: Proposal | None, key: int) -> Proposal:
    if row is None:
        raise UnknownProposalError(f"There is no proposal {key}. The list of proposals shows their numbers.")
    return row


def _item(outcome: Outcome) -> DecidedOut:
    problem = None
    if not outcome.done:
        refusal = refusal_of(outcome)
        problem = ItemProblem(
            type=f"/problems/{kind_of(refusal)}", status=status_of(refusal), detail=outcome.text
        )  # fmt: skip
    return DecidedOut(
        proposal=outcome.proposal, done=outcome.done, status=outcome.status, content_hash=outcome.seen, problem=problem
    )


def refusal_of(outcome: Outcome) -> PricingError:
    """The refusal that an outcome tells of, as an exception of its own kind again."""
    kind = next((kind for kind in _kinds(PricingError) if kind.__name__ == outcome.kind), PricingError)
    return kind.__new__(kind, outcome.text)


def _kinds(of: type[PricingError]) -> Iterator[type[PricingError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)


def _answer(back: Backing, caller: Caller, deed: Deed, seen: Seen, response: Response) -> ProposalDetail:
    if not decided(back, caller, deed, seen):
        response.status_code = 202
    return _shown(back, deed.proposal, response)


@router.post("/proposals/{key}/approve", summary="Sign a proposal")
def approve(
    back: Back, caller: Deciding, key: Key, seen: IfMatch, response: Response, because: Because = SILENT
) -> ProposalDetail:
    """It changes no price until it is applied. Whoever asked for it may not sign a medium or high risk."""
    return _answer(back, caller, Deed(key, "approve", seen.hash, reason=because.reason), seen, response)


@router.post("/proposals/{key}/reject", summary="Turn a proposal down")
def reject(
    back: Back, caller: Deciding, key: Key, seen: IfMatch, response: Response, because: RejectIn
) -> ProposalDetail:
    """The reason is remembered: the same price is not proposed again until the data or the rules have changed."""
    return _answer(back, caller, Deed(key, "reject", seen.hash, reason=because.reason), seen, response)


@router.post("/proposals/{key}/edit", summary="Put another price in the place of the proposed")
def edit(back: Back, caller: Editing, key: Key, seen: IfMatch, response: Response, wanted: EditIn) -> ProposalDetail:
    """A new version, projected anew, that has to be signed anew. A price that the rules forbid is refused."""
    deed = Deed(key, "edit", seen.hash, Decimal(wanted.price), wanted.reason)
    return _answer(back, caller, deed, seen, response)


@router.post("/proposals/{key}/apply", responses=ON_ITS_WAY, summary="Charge an approved price")
def apply(
    back: Back, caller: Applying, key: Key, seen: IfMatch, response: Response, because: Because = SILENT
) -> ProposalDetail:
    """Applying the same version again does nothing."""
    return _answer(back, caller, Deed(key, "apply", seen.hash, reason=because.reason), seen, response)


@router.post("/proposals/{key}/rollback", responses=ON_ITS_WAY, summary="Put the former price back")
def rollback(
    back: Back, caller: Applying, key: Key, seen: IfMatch, response: Response, because: Because = SILENT
) -> ProposalDetail:
    """Refused where the product has been given another price since."""
    return _answer(back, caller, Deed(key, "rollback", seen.hash, reason=because.reason), seen, response)


@router.post("/proposals/{key}/schedule", summary="Charge an approved price from a time on")
def schedule_price(
    back: Back, caller: Applying, key: Key, seen: IfMatch, response: Response, times: ScheduleIn
) -> ProposalDetail:
    """It is applied by itself at the start, and the price before comes back at the end, where there is one."""
    with _matched(back, key, seen) as session:
        schedule.put(session, key, caller.actor, times.starts_at, times.ends_at, reason=times.reason, seen=seen.hash)
    return _shown(back, key, response)


@router.post("/proposals/{key}/unschedule", summary="Take a price off the schedule")
def unschedule_price(
    back: Back, caller: Applying, key: Key, seen: IfMatch, response: Response, because: Because = SILENT
) -> ProposalDetail:
    """It is approved as before, and waits for its application."""
    with _matched(back, key, seen) as session:
        schedule.off(session, key, caller.actor, reason=because.reason)
    return _shown(back, key, response)


@contextmanager
def _matched(back: Backing, key: int, seen: Seen) -> Iterator[Session]:
    """A session that writes, on a proposal that is what was seen. Raises MismatchError."""
    with back.database.session() as session:
        remember_rules(session, back.desk.shop.rules)
        seen.hold(get(session, key))
        yield session


def _shown(back: Backing, key: int, response: Response) -> ProposalDetail:
    with back.database.reading() as session:
        shown, response.headers["ETag"] = detail(session, key)
    return shown


@router.post("/decisions", summary="Decide many proposals, item by item")
def decide(back: Back, caller: Deciding, wanted: DecisionsIn) -> DecidedAllOut:
    """The answer is 200 whatever came of the items; each tells its own outcome."""
    deeds = [Deed(one.proposal, one.decision, one.seen, one.price, one.reason) for one in wanted.decisions]
    return decide_each(back, caller, deeds)


@router.post("/batches/{batch}/rollback", summary="Put the former prices of a batch back")
def rollback_batch(back: Back, caller: Applying, batch: BatchKey, because: Because = SILENT) -> DecidedAllOut:
    """Every applied proposal of the batch, item by item."""
    with back.database.reading() as session:
        rows = session.exec(select(Proposal).where(Proposal.batch_id == batch).order_by(col(Proposal.id))).all()
    if not rows:
        raise UnknownThingError(f"There is no batch {batch}. Proposals carry theirs as batch_id.")
    deeds = [Deed(row.id or 0, "rollback", row.content_hash, reason=because.reason) for row in rows if _taken(row)]
    return decide_each(back, caller, deeds)


def _taken(row: Proposal) -> bool:
    return row.status == "applied"
