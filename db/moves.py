"""Which moves of a proposal are lawful, who may make them, and the one place that makes them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import inf
from typing import Any

from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session, col, select

from db import audit, events, rulebook, standing
from db.actors import SYSTEM, Actor
from db.dealings import Dispatch
from db.engine import KeptError
from db.rulebook import Signing
from db.tables import Move, Proposal, now
from db.versions import data_version
from pricing.errors import PricingError
from pricing.guardrails import Rules

__all__ = [
    "MOVES", "SEEN", "SUPERSEDED", "SYSTEM", "Actor", "NoReasonError", "NotAllowedError", "OnItsWayError",
    "StaleProposalError", "UnknownProposalError", "UnlawfulMoveError", "check_fresh", "check_lawful", "check_seen",
    "content_hash", "get", "ground", "move", "number", "remember_rules", "signs", "told",
]  # fmt: skip

_EDITORS = ("merchant", "approver", "admin")
_SIGNERS = ("approver", "admin")
_HANDS = ("approver", "admin", "system")
MOVES: dict[tuple[str, str], tuple[str, ...]] = {
    ("draft", "proposed"): ("agent", *_EDITORS),
    ("proposed", "proposed"): _EDITORS,  # an edit
    ("proposed", "approved"): _SIGNERS,
    ("proposed", "rejected"): _SIGNERS,
    ("proposed", "expired"): ("system",),
    ("approved", "proposed"): _SIGNERS,  # an edit after all
    ("approved", "rejected"): _SIGNERS,  # second thoughts
    ("approved", "expired"): ("system",),
    ("approved", "scheduled"): _HANDS,
    ("approved", "applied"): _HANDS,
    ("approved", "failed"): _HANDS,
    ("scheduled", "approved"): _SIGNERS,  # off the schedule
    ("scheduled", "expired"): ("system",),
    ("scheduled", "applied"): _HANDS,
    ("scheduled", "failed"): _HANDS,
    ("failed", "applied"): _HANDS,  # another try
    ("failed", "expired"): ("system",),
    ("failed", "rolled_back"): _HANDS,  # where some sinks took it
    ("applied", "rolled_back"): _HANDS,
}
SUPERSEDED = "superseded by proposal "
SEEN = (
    "sku", "version", "goal", "currency", "weeks", "current_price", "proposed_price", "basis", "expected_units",
    "units_low", "units_high", "expected_change", "change_low", "change_high", "worst_case", "p_loss", "risk",
    "binding_rule", "reason", "trail", "facts", "curve",
)  # fmt: skip


class UnknownProposalError(PricingError):
    """No proposal has this number."""


class NotAllowedError(PricingError):
    """This person may not make this move."""


class NoReasonError(PricingError):
    """A rejection without a reason teaches nobody anything."""


class UnlawfulMoveError(PricingError):
    """No one may make this move from where the proposal stands."""


class StaleProposalError(KeptError):
    """What was signed is no longer what stands; where the data moved on, the proposal is now expired (and stays so)."""


class OnItsWayError(PricingError):
    """A price is under way to a sink and has not arrived everywhere yet."""


def get(session: Session, proposal_id: int) -> Proposal:
    """The proposal as it stands, alone until the transaction ends. Raises UnknownProposalError."""
    audit.alone(session)
    session.flush()
    found = session.get(Proposal, proposal_id, populate_existing=True)
    if found is None:
        raise UnknownProposalError(f"There is no proposal {proposal_id}. The list of proposals shows their numbers.")
    return found


def move(
    session: Session,
    proposal_id: int,
    to: str,
    actor: Actor,
    *,
    reason: str = "",
    seen: str | None = None,
    at: datetime | None = None,
) -> Proposal:
    """Take a proposal to another status, with its audit row in the same transaction.

    This alone assigns `status`; prices change in db/charging.py, which comes here last. `seen` is the content hash of
    what the person saw: an approval must have it, and any other move is held to it if given. Raises
    UnknownProposalError, UnlawfulMoveError, NotAllowedError, OnItsWayError where the price is on its way to a sink, and
    StaleProposalError where the proposal, its product's data or price, or the rules changed, or its time ran out.
    """
    proposal, moment = get(session, proposal_id), at or now()
    _check_superseded(session, proposal, to)
    signing = rulebook.policy(session, proposal.sku) if (proposal.status, to) == ("proposed", "approved") else None
    check_lawful(proposal, to, actor, signing)
    _check_standing(session, proposal, to)
    if to == "rejected" and not reason.strip():
        raise NoReasonError(f"Proposal {proposal_id} is not rejected: no reason was given. Say why, in a few words.")
    if signing is not None and seen is None:
        raise StaleProposalError(
            f"Proposal {proposal_id} is not approved: an approval names the version that was seen."
        )
    check_seen(proposal, seen)
    if signing is not None:
        _check_signer(session, proposal, actor, signing)
    if to in ("approved", "scheduled"):
        check_fresh(session, proposal, moment)
    return _moved(session, proposal, to, _Entry(actor, reason.strip(), moment))


def number(proposal: Proposal) -> int:
    """The id of a saved proposal."""
    if proposal.id is None:
        raise ValueError("the proposal has not been saved yet")
    return proposal.id


def check_lawful(proposal: Proposal, to: str, actor: Actor, signing: Signing | None = None) -> None:
    """Raises UnlawfulMoveError and NotAllowedError, by MOVES, and by `signing` where a merchant signs."""
    roles = MOVES.get((proposal.status, to))
    if roles is None:
        after = ", ".join(t for f, t in MOVES if f == proposal.status) or "nothing more"
        raise UnlawfulMoveError(
            f"Proposal {proposal.id} is {proposal.status} and cannot become {to}. From here it can become: {after}."
        )
    if signing is not None and signs(proposal, "merchant", signing):
        roles = (*roles, "merchant")
    if actor.role not in roles:
        raise NotAllowedError(
            f"{actor.name} ({actor.role}) may not take proposal {proposal.id} from {proposal.status} to {to}. "
            f"Ask one of these: {', '.join(roles)}."
        )


def _check_superseded(session: Session, proposal: Proposal, to: str) -> None:
    """Raises UnlawfulMoveError where a newer proposal took its place: whoever is about to sign learns which."""
    if proposal.status != "expired":
        return
    last = select(Move.reason).where(Move.proposal_id == proposal.id).order_by(col(Move.id).desc()).limit(1)
    reason = session.exec(last).first() or ""
    if reason.startswith(SUPERSEDED):
        newer = reason.removeprefix(SUPERSEDED)
        raise UnlawfulMoveError(
            f"Proposal {proposal.id} cannot become {to}: a newer one for {proposal.sku}, proposal {newer}, has taken "
            "its place. Look at that one, then decide."
        )


def _check_standing(session: Session, proposal: Proposal, to: str) -> None:
    """Raises OnItsWayError where a sink is still to be told, and this would leave it told of something else."""
    if to in ("applied", "failed", "rolled_back"):
        return
    sent = session.exec(select(Dispatch).where(Dispatch.proposal_id == proposal.id)).all()
    sinks = ", ".join(sorted(d.sink for d in sent if d.status == "waiting"))
    if sinks:
        raise OnItsWayError(
            f"Proposal {proposal.id} cannot become {to}: its price is on its way to {sinks}. "
            "Wait until it has arrived or was given up."
        )


def check_fresh(session: Session, proposal: Proposal, moment: datetime) -> None:
    """Expire the proposal and raise StaleProposalError where its time ran out or what it rests on changed."""
    why = ""
    if proposal.status == "proposed" and moment >= proposal.expires_at:
        why = f"nobody decided it before {proposal.expires_at:%Y-%m-%d %H:%M} UTC"
    elif not _stands(session, proposal):
        why = f"the data, the price or the rules of {proposal.sku} have changed since it was made"
    if why:
        _moved(session, proposal, "expired", _Entry(SYSTEM, why, moment))
        raise StaleProposalError(f"Proposal {proposal.id} is now expired: {why}. Ask for a fresh one.")


def _stands(session: Session, proposal: Proposal) -> bool:
    if proposal.status == "scheduled" and proposal.rests_on:
        return standing.holds(session, proposal)
    return ground(session, proposal.sku) == proposal.data_version


def ground(session: Session, sku: str, data: str | None = None) -> str:
    """Hash of all that a proposal rests on: the product's data (`data`, or as it stands now) and its rules."""
    whole = f"{data or data_version(session, sku)} {rulebook.stamp(session, sku)}"
    return hashlib.sha256(whole.encode()).hexdigest()


def remember_rules(session: Session, rules: Rules) -> None:
    """Note the settings' rules, so that a change of them expires what was proposed under the former ones."""
    rulebook.remember(session, rules)


def content_hash(proposal: Proposal) -> str:
    """Hash of what a person sees of a proposal; an approval binds to it."""
    return _digest({name: getattr(proposal, name) for name in SEEN})


def _digest(named: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(named, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:.4f}"
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in a proposal")


def check_seen(proposal: Proposal, seen: str | None) -> None:
    """Raises StaleProposalError where what was seen (None: not told) is not what stands, or was tampered with."""
    if seen is None:
        return
    if content_hash(proposal) != proposal.content_hash:
        raise StaleProposalError(f"Proposal {proposal.id} was changed outside Pricedesk. Reject it and ask again.")
    if seen != proposal.content_hash:
        raise StaleProposalError(
            f"Proposal {proposal.id} (version {proposal.version}) is not what was looked at. "
            "Look at it as it is now, then decide."
        )


def signs(proposal: Proposal, role: str, signing: Signing) -> bool:
    """Whether the rules let this role sign a price of this risk and change."""
    change = 100 * (proposal.proposed_price / proposal.current_price - 1) if proposal.current_price else inf
    return signing.may_sign(role, proposal.risk, float(change))


def _check_signer(session: Session, proposal: Proposal, actor: Actor, signing: Signing) -> None:
    """Who signs which risk; whoever asked for a price, or wrote this version of it, does not sign a risky one."""
    if not signs(proposal, actor.role, signing):
        raise NotAllowedError(
            f"{actor.name} ({actor.role}) may not sign proposal {proposal.id}, whose risk is {proposal.risk}. "
            f"Ask one of these: {', '.join(signing.signers[proposal.risk])}."
        )
    if not signing.needs_another(proposal.risk):
        return
    writers = select(Move.actor).where(
        Move.proposal_id == proposal.id, Move.version == proposal.version, Move.to_status == "proposed"
    )
    if actor.name == proposal.created_by or actor.name in session.exec(writers).all():
        raise NotAllowedError(
            f"{actor.name} asked for proposal {proposal.id}, whose risk is {proposal.risk}: "
            "another approver has to sign it."
        )


@dataclass(frozen=True)
class _Entry:
    actor: Actor
    reason: str
    moment: datetime


def _moved(session: Session, proposal: Proposal, to: str, entry: _Entry) -> Proposal:
    this, former, proposal.status = number(proposal), proposal.status, to
    actor, moment = entry.actor, entry.moment
    if to == "rejected" or (former, to) == ("proposed", "approved"):
        proposal.decided_by, proposal.decided_at = actor.name, moment
    elif to == "proposed":
        proposal.decided_by, proposal.decided_at = "", None
    try:
        session.flush()
    except StaleDataError:
        raise StaleProposalError(
            f"Somebody else has just changed proposal {this}. Look at it again, then decide."
        ) from None
    audit.append(
        session,
        Move(
            proposal_id=this, version=proposal.version, from_status=former, to_status=to, actor=actor.name,
            role=actor.role, reason=entry.reason, content_hash=proposal.content_hash, moved_at=moment,
            previous_hash="", hash="",
        ),
    )  # fmt: skip
    events.record(session, f"proposal.{to}", str(this), actor, told(proposal, former=former, reason=entry.reason))
    return proposal


def told(proposal: Proposal, **more: Any) -> dict[str, Any]:
    """What an event says of a proposal, in JSON types."""
    times = {"starts_at": proposal.starts_at, "ends_at": proposal.ends_at}
    more |= {name: at.isoformat() for name, at in times.items() if at is not None}
    return {
        "id": proposal.id, "sku": proposal.sku, "version": proposal.version, "currency": proposal.currency,
        "current_price": f"{proposal.current_price:f}", "proposed_price": f"{proposal.proposed_price:f}", **more,
    }  # fmt: skip
