"""Who may take a proposal where, and what an approval holds on to."""

import ast
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import product as every
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from db import moves, proposals
from db.engine import Database
from db.proposals import MOVES, Actor, Decision, Draft
from db.tables import ROLES, STATUSES, Move, Product, Proposal, Sale, now
from db.versions import UnknownProductError
from pricing.guardrails import Rules

Drafts = Callable[..., Draft]
MERCHANT, APPROVER, OTHER = Actor("mei", "merchant"), Actor("sam", "approver"), Actor("kim", "approver")
ADMIN, AGENT = Actor("root", "admin"), Actor("desk", "agent")


@pytest.fixture
def session(shop: Database) -> Iterator[Session]:
    with shop.session() as session:
        yield session


@pytest.fixture
def proposed(shop: Database, draft: Drafts) -> Proposal:
    return put_forward(shop, draft(shop))


def put_forward(
    shop: Database, draft: Draft, asked_by: str = "mei", lasting: timedelta = proposals.LASTING
) -> Proposal:
    with shop.session() as session:
        return proposals.create(session, draft, AGENT, asked_by=asked_by, lasting=lasting)


def number(proposal: Proposal) -> int:
    assert proposal.id is not None
    return proposal.id


def approve(shop: Database, proposal: Proposal, actor: Actor = APPROVER) -> Proposal:
    with shop.session() as session:
        return proposals.move(session, number(proposal), "approved", actor, seen=proposal.content_hash)


def status(shop: Database, proposal: Proposal) -> str:
    with shop.reading() as session:
        return session.get_one(Proposal, number(proposal)).status


def at_status(session: Session, sku: str, status: str) -> int:
    """A proposal put straight at a status, as only a test may."""
    row = session.get_one(Proposal, 1).model_dump(exclude={"id", "lock"}) | {"status": status}
    copy = Proposal(**row)
    session.add(copy)
    session.flush()
    return number(copy)


def test_every_move_is_made_by_whom_the_table_names_and_by_nobody_else(shop: Database, proposed: Proposal) -> None:
    made = set()
    for before, after, role in every(STATUSES, STATUSES, ROLES):
        with shop.session() as session:
            copy = at_status(session, proposed.sku, before)
            try:
                proposals.move(
                    session, copy, after, Actor("someone", role), reason="because", seen=proposed.content_hash
                )
            except (proposals.NotAllowedError, proposals.UnlawfulMoveError):
                assert session.get_one(Proposal, copy).status == before
                continue
            assert session.get_one(Proposal, copy).status == after
            made.add((before, after, role))
    assert made == {(before, after, role) for (before, after), roles in MOVES.items() for role in roles}


def test_status_is_assigned_in_one_place() -> None:
    root = Path(__file__).parents[3]
    folders = ("agents", "db", "knowledge", "pricedesk", "pricing", "serving", "tools", "ui")
    trees = {path: ast.parse(path.read_text("utf-8")) for name in folders for path in (root / name).rglob("*.py")}
    assigned = [
        f"{path.relative_to(root)}"
        for path, tree in trees.items()
        if any(isinstance(node, ast.alias) and node.name == "Proposal" for node in ast.walk(tree))
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr == "status"
        if ast.unparse(node.value) != "dispatch"  # a row of the outbox has a status of its own
    ]
    assert assigned == ["db/moves.py"]


def test_an_agent_only_ever_puts_forward() -> None:
    assert {move for move, roles in MOVES.items() if "agent" in roles} == {("draft", "proposed")}


def test_a_merchant_never_signs() -> None:
    assert not [move for move, roles in MOVES.items() if "merchant" in roles and move[1] != "proposed"]


def test_the_system_never_approves_or_rejects() -> None:
    assert not [move for move, roles in MOVES.items() if "system" in roles and move[1] in ("approved", "rejected")]


def test_a_draft_becomes_a_proposal_with_its_first_audit_row(shop: Database, proposed: Proposal) -> None:
    with shop.reading() as session:
        row, moves = session.get_one(Proposal, number(proposed)), session.exec(select(Move)).all()
    assert (row.status, row.version, row.created_by) == ("proposed", 1, "mei")
    assert row.facts[0]["low"] is None
    assert [(m.from_status, m.to_status, m.actor, m.role) for m in moves] == [("draft", "proposed", "desk", "agent")]
    assert moves[0].content_hash == row.content_hash


def test_whole_numbers_are_read_back_with_the_hash_that_they_were_saved_under(shop: Database, draft: Drafts) -> None:
    made = put_forward(shop, draft(shop, expected_units=80, units_low=60, units_high=99, p_loss=0))
    with shop.reading() as session:
        row = session.get_one(Proposal, number(made))
        assert moves.content_hash(row) == row.content_hash
    approve(shop, made)
    assert status(shop, made) == "approved"


def test_a_batch_has_one_price_of_a_product(shop: Database, draft: Drafts) -> None:
    with shop.session() as session:
        made = proposals.create(session, draft(shop), AGENT, batch_id="spring")
        with pytest.raises(proposals.InBatchAlreadyError, match=f"proposal {made.id}"):
            proposals.create(session, draft(shop, "2.30"), AGENT, batch_id="spring")
        proposals.create(session, draft(shop, "2.30"), AGENT, batch_id="autumn")
        proposals.create(session, draft(shop, "2.30"), AGENT)
        proposals.create(session, draft(shop, "2.40"), AGENT)
    with pytest.raises(IntegrityError), shop.session() as session:
        session.get_one(Proposal, 2).batch_id = "spring"


def test_nothing_is_saved_for_an_unknown_product(shop: Database, draft: Drafts) -> None:
    made = draft(shop)
    with pytest.raises(UnknownProductError, match="NONE"):
        put_forward(shop, Draft(**{**vars(made), "sku": "NONE"}))
    with shop.reading() as session:
        assert session.exec(select(Proposal)).all() == []


def test_an_unknown_number_is_refused(session: Session) -> None:
    with pytest.raises(proposals.UnknownProposalError, match="no proposal 77"):
        proposals.move(session, 77, "approved", APPROVER, seen="x")


def test_a_role_that_does_not_exist_cannot_act() -> None:
    with pytest.raises(ValueError, match="'king' is no role"):
        Actor("mei", "king")


def test_a_rejection_needs_a_reason(shop: Database, session: Session, proposed: Proposal) -> None:
    with pytest.raises(proposals.NoReasonError, match="Say why"):
        proposals.move(session, number(proposed), "rejected", APPROVER, reason="  ")
    assert proposals.move(session, number(proposed), "rejected", APPROVER, reason="too dear").decided_by == "sam"


@pytest.mark.parametrize("risk", ["medium", "high"])
@pytest.mark.parametrize("signer", [Actor("ann", "approver"), Actor("ann", "admin")])
def test_whoever_asked_does_not_sign_a_risk(shop: Database, draft: Drafts, risk: str, signer: Actor) -> None:
    asked = put_forward(shop, draft(shop, risk=risk), asked_by="ann")
    with pytest.raises(proposals.NotAllowedError, match="another approver"):
        approve(shop, asked, signer)
    assert approve(shop, asked, OTHER).status == "approved"


def test_whoever_asked_may_sign_a_low_risk(shop: Database, draft: Drafts) -> None:
    asked = put_forward(shop, draft(shop, risk="low"), asked_by="ann")
    assert approve(shop, asked, Actor("ann", "approver")).decided_by == "ann"


def test_an_approval_names_what_was_seen(shop: Database, session: Session, proposed: Proposal) -> None:
    for seen in (None, "", "0" * 64):
        with pytest.raises(proposals.StaleProposalError):
            proposals.move(session, number(proposed), "approved", APPROVER, seen=seen)
    assert status(shop, proposed) == "proposed"


def test_a_text_changed_behind_our_back_is_not_signed(shop: Database, proposed: Proposal) -> None:
    with shop.session() as session:
        session.get_one(Proposal, number(proposed)).reason = "Trust me."
    with pytest.raises(proposals.StaleProposalError, match="outside Pricedesk"):
        approve(shop, proposed)


def newer_sale(session: Session) -> None:
    session.add(Sale(sku="TEA-001", sold_on=now().date(), units=1, price=Decimal(2), order_id="NEW"))


def other_price(session: Session) -> None:
    session.get_one(Product, "TEA-001").price = Decimal("1.90")


def other_rules(session: Session) -> None:
    proposals.remember_rules(session, Rules(max_change_pct=5))


@pytest.mark.parametrize("change", [newer_sale, other_price, other_rules])
@pytest.mark.parametrize("former", ["proposed", "approved"])
def test_newer_data_price_or_rules_expire_what_rests_on_the_old_ones(
    shop: Database, draft: Drafts, change: Callable[[Session], None], former: str, tmp_path: Path
) -> None:
    with shop.session() as session:
        proposals.remember_rules(session, Rules())
    old = put_forward(shop, draft(shop))
    if former == "approved":
        approve(shop, old)
    with shop.session() as session:
        change(session)
    with pytest.raises(proposals.StaleProposalError, match="now expired"), shop.session() as session:
        proposals.move(
            session, number(old), "approved" if former == "proposed" else "scheduled", APPROVER, seen=old.content_hash
        )
    assert status(shop, old) == "expired"
    with shop.reading() as session:
        last = session.exec(select(Move).order_by(Move.id.desc())).first()  # type: ignore[union-attr]
    assert last is not None
    assert (last.to_status, last.role) == ("expired", "system")
    assert "changed" in last.reason


def test_the_same_rules_again_expire_nothing(shop: Database, draft: Drafts) -> None:
    with shop.session() as session:
        proposals.remember_rules(session, Rules())
    waiting = put_forward(shop, draft(shop))
    with shop.session() as session:
        proposals.remember_rules(session, Rules())
    assert approve(shop, waiting).status == "approved"


def test_a_proposal_that_nobody_decided_in_time_expires(shop: Database, draft: Drafts) -> None:
    late = put_forward(shop, draft(shop), lasting=timedelta(seconds=-1))
    with pytest.raises(proposals.StaleProposalError, match="nobody decided"):
        approve(shop, late)
    assert status(shop, late) == "expired"


def test_overdue_proposals_are_swept_and_the_others_stay(shop: Database, draft: Drafts) -> None:
    late = put_forward(shop, draft(shop), lasting=timedelta(seconds=-1))
    fresh = put_forward(shop, draft(shop, "2.30"))
    with shop.session() as session:
        assert proposals.expire_overdue(session) == 1
    assert (status(shop, late), status(shop, fresh)) == ("expired", "proposed")


def test_the_desk_does_not_bring_back_what_was_rejected(shop: Database, draft: Drafts, proposed: Proposal) -> None:
    with shop.session() as session:
        proposals.move(session, number(proposed), "rejected", APPROVER, reason="too dear")
    with pytest.raises(proposals.RejectedBeforeError, match=r"sam rejected 2\.20 GBP"):
        put_forward(shop, draft(shop))
    assert put_forward(shop, draft(shop, "2.10")).status == "proposed"
    with shop.session() as session:
        newer_sale(session)
    assert put_forward(shop, draft(shop)).status == "proposed"


def test_an_edit_makes_a_new_version_that_is_projected_and_signed_anew(
    shop: Database, draft: Drafts, proposed: Proposal
) -> None:
    approve(shop, proposed)

    def recompute(former: Proposal, price: Decimal) -> Draft:
        return draft(shop, str(price), expected_units=75.0, risk="medium", reason=f"was {former.proposed_price}")

    with shop.session() as session:
        edited = proposals.edit(session, number(proposed), Decimal("2.30"), APPROVER, recompute)
    assert (edited.version, edited.status, edited.proposed_price) == (2, "proposed", Decimal("2.3"))
    assert (edited.expected_units, edited.decided_by) == (75.0, "")
    with pytest.raises(proposals.StaleProposalError, match="version 2"):
        approve(shop, proposed, OTHER)
    with pytest.raises(proposals.NotAllowedError, match="another approver"):
        approve(shop, edited, APPROVER)
    assert approve(shop, edited, OTHER).status == "approved"


def test_an_edit_that_fails_leaves_the_former_version(shop: Database, draft: Drafts, proposed: Proposal) -> None:
    def other_product(former: Proposal, price: Decimal) -> Draft:
        return draft(shop, "9.99")

    with shop.session() as session:
        with pytest.raises(ValueError, match="asked to project"):
            proposals.edit(session, number(proposed), Decimal("2.30"), MERCHANT, other_product)
        with pytest.raises(proposals.NotAllowedError):
            proposals.edit(session, number(proposed), Decimal("2.30"), AGENT, other_product)
    with shop.reading() as session:
        row = session.get_one(Proposal, number(proposed))
    assert (row.version, row.proposed_price, row.content_hash) == (1, Decimal("2.2"), proposed.content_hash)


def test_one_bad_item_does_not_throw_away_the_batch(shop: Database, draft: Drafts) -> None:
    good, bad, late, last = (
        put_forward(shop, draft(shop)),
        put_forward(shop, draft(shop, "2.25", risk="high"), asked_by="sam"),
        put_forward(shop, draft(shop, "2.30"), lasting=timedelta(seconds=-1)),
        put_forward(shop, draft(shop, "2.35")),
    )
    batch = [Decision(number(p), "approved", p.content_hash) for p in (good, bad, late)]
    batch += [Decision(number(last), "rejected", reason="not now"), Decision(99, "approved", "x")]
    batch += [Decision(number(last) + 1000, "applied", "x")]
    with shop.session() as session:
        outcomes = proposals.decide_many(session, batch, APPROVER)
    assert [o.refusal is None for o in outcomes] == [True, False, False, True, False, False]
    assert [status(shop, p) for p in (good, bad, late, last)] == ["approved", "proposed", "expired", "rejected"]
    assert isinstance(outcomes[1].refusal, proposals.NotAllowedError)
    assert isinstance(outcomes[2].refusal, proposals.StaleProposalError)
