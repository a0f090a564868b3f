"""Proposals: the queue, and one of them with its evidence."""

from typing import Annotated, Any

from fastapi import Depends, Query, Response
from sqlmodel import Session, col, select

from db.moves import UnknownProposalError
from db.tables import Product, Proposal
from serving.api import routing
from serving.api.backing import Back
from serving.api.contexts import meant
from serving.api.matching import etag
from serving.api.paging import Page, Paging
from serving.api.schemas import PRINTABLE, Key, ProposalDetail, ProposalOut, Risk, Shape, Status
from serving.api.security import needs
from tools.proposals import plain

router = routing.router("proposals", dependencies=[Depends(needs("read"))])
Word = Annotated[str | None, Query(max_length=200, pattern=PRINTABLE)]


class Sought(Shape):
    """Which proposals are wanted; all of them where nothing is said."""

    status: Status | None = None
    category: str | None = None
    risk: Risk | None = None
    batch: str | None = None
    created_by: str | None = None
    sku: str | None = None


def found(session: Session, sought: Sought, before: int | None, n: int) -> list[dict[str, Any]]:
    """The newest `n` of them older than proposal `before`, newest first, as rows of tools.proposals."""
    wanted = (
        select(Proposal, Product)
        .join(Product, col(Product.sku) == col(Proposal.sku))
        .order_by(col(Proposal.id).desc())
        .limit(n)
    )
    if before is not None:
        wanted = wanted.where(col(Proposal.id) < before)
    for column, value in _conditions(sought):
        if value is not None:
            wanted = wanted.where(column == value)
    return [plain(row, product.name, product.name_zh) for row, product in session.exec(wanted)]


def _conditions(sought: Sought) -> list[tuple[Any, str | None]]:
    return [
        (Proposal.status, sought.status),
        (Proposal.risk, sought.risk),
        (Proposal.batch_id, sought.batch),
        (Proposal.created_by, sought.created_by),
        (Proposal.sku, sought.sku),
        (Product.category, sought.category),
    ]


def detail(session: Session, key: int) -> tuple[ProposalDetail, str]:
    """A proposal with its evidence, and its ETag. Raises UnknownProposalError."""
    row = session.get(Proposal, key)
    if row is None:
        raise UnknownProposalError(f"There is no proposal {key}. The list of proposals shows their numbers.")
    product = session.get_one(Product, row.sku)
    return ProposalDetail.model_validate(plain(row, product.name, product.name_zh)), etag(row)


@router.get("/proposals", summary="The queue")
def list_proposals(
    back: Back, paging: Paging, status: Status | None = None, risk: Risk | None = None, category: Word = None,
    batch: Word = None, created_by: Word = None, sku: Word = None,
) -> Page[ProposalOut]:  # fmt: skip
    """Newest first; all of them where no filter is given."""
    sku = sku and meant(back, sku)
    sought = Sought(status=status, risk=risk, category=category, batch=batch, created_by=created_by, sku=sku)
    with back.database.reading() as session:
        rows = found(session, sought, paging.number(), paging.limit + 1)
    return paging.page(rows, lambda row: int(row["id"]), ProposalOut.model_validate)


@router.get("/proposals/{key}", summary="One proposal with its evidence")
def get_proposal(back: Back, key: Key, response: Response) -> ProposalDetail:
    """Send its ETag as If-Match with a decision, which then holds for what was seen and for nothing else."""
    with back.database.reading() as session:
        shown, tag = detail(session, key)
    response.headers["ETag"] = tag
    return shown
