"""Who may decide a proposal as it stands: told to the person beforehand, enforced in db/moves.py."""

from dataclasses import dataclass

from agents.rendering import Language
from db import audit, rules
from db.engine import Database
from db.moves import MOVES, Actor, signs
from db.rules import Signing
from db.tables import ROLES, Proposal
from ui.figures import Row
from ui.words import say


@dataclass(frozen=True)
class Standing:
    """How one person stands to one proposal."""

    role: str
    hindrance: str = ""  # why this person may not sign, a key of ui/words.py; "" where nothing stands in the way
    signers: tuple[str, ...] = ()  # the roles that the rules let sign it
    leave: float | None = None  # percent of change up to which merchants sign a low risk

    def said(self, language: Language) -> str:
        """The same in words."""
        key = self.hindrance or ("merchant_may_sign" if self.role == "merchant" else "may_sign")
        join = " or " if language == "en" else "或"
        named = join.join(say(f"role_{one}", language) for one in self.signers if one != self.role)
        leave = "–" if self.leave is None else f"{self.leave:g}"
        return say(key, language, role=say(f"role_{self.role}", language), signers=named, leave=leave)


def standing(database: Database, row: Row, actor: Actor) -> Standing:
    """Whether the rules of this product, as they are now, let this person sign."""
    with database.reading() as session:
        proposal = session.get(Proposal, row["id"])
        if proposal is None:
            return Standing(actor.role, "only_signers")
        policy = rules.policy(session, proposal.sku)
        signers = tuple(role for role in ROLES if signs(proposal, role, policy))
        wrote = {m.actor for m in audit.moves(session, row["id"]) if _wrote(m.version, m.to_status, proposal)}
    mine = actor.name in wrote | {proposal.created_by}
    why = _hindrance(actor, signers, policy, mine and policy.needs_another(proposal.risk))
    return Standing(actor.role, why, signers, policy.merchant_change_pct)


def _wrote(version: int, to: str, proposal: Proposal) -> bool:
    return version == proposal.version and to == "proposed"


def _hindrance(actor: Actor, signers: tuple[str, ...], policy: Signing, another: bool) -> str:
    if actor.role not in signers:
        return "beyond_leave" if actor.role == "merchant" and policy.merchant_change_pct is not None else "only_signers"
    return "four_eyes" if another else ""


def hindrance(database: Database, row: Row, actor: Actor) -> str:
    """Why this person may not sign, as a key of ui/words.py; "" where nothing stands in the way."""
    return standing(database, row, actor).hindrance


def may(row: Row, to: str, actor: Actor) -> bool:
    """Whether the table of lawful moves lets this person make this move; who signs is for `standing` to say."""
    return actor.role in MOVES.get((row["status"], to), ())
