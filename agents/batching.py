"""Proposals for many products at once, without a conversation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from sqlmodel import select

from agents.proposing import Asked, propose
from agents.rendering import Language, render
from agents.templates import fill
from db.columns import cents
from db.tables import Product, Proposal
from pricing.errors import NotEnoughDataError, PricingError
from pricing.optimise import Goal, Quote
from tools.context import Context
from tools.facts import Facts
from tools.fitted import fitted
from tools.portfolio import Asked as Terms
from tools.portfolio import Together, tell_together, together
from tools.price import gamble, quote, tell_elasticity, tell_offer, tell_quote, tell_test, trial_of
from tools.refresh import Progress


@dataclass(frozen=True)
class Wish:
    """What is wanted of every price of a batch."""

    goal: Goal = "profit"
    weeks: int = 4
    max_change_pct: float | None = None
    min_margin_pct: float | None = None
    tests: bool = False  # price tests are put up for signature too
    language: Language = "en"


def propose_many(
    context: Context, skus: Sequence[str], wish: Wish, asked: Asked, progress: Progress | None = None
) -> list[dict[str, Any]]:
    """A row a product, in the columns of `pricedesk propose`; one that is refused leaves the others as they are.

    All products with a price where `skus` is empty. A price that stays makes no proposal and has no `id`.
    """
    tell = progress or (lambda stage, done, total: None)
    gone = {} if skus else gone_from(context)
    wanted = list(skus) or every_sku(context)
    batch = replace(asked, batch=asked.batch or uuid4().hex[:12])
    rows = []
    for done, sku in enumerate(wanted, 1):
        rows.append(gone.get(sku) or _row(Context(context.shop, context.today), sku, wish, batch))
        tell("proposals", done, len(wanted))
    return rows


def propose_once(context: Context, sku: str, wish: Wish, asked: Asked) -> dict[str, Any]:
    """The row of one product of the batch `asked.batch`; where that batch has a proposal for it already, the row of
    that one, so that a batch which was stopped anywhere can be gone through again."""
    if not asked.batch:
        raise ValueError("a batch without a name cannot be gone on with")
    made = _made(context, sku, asked.batch)
    return made or _row(Context(context.shop, context.today), sku, wish, asked)


def propose_together(
    context: Context, skus: Sequence[str], wish: Wish, asked: Asked, budget: int | None = None
) -> tuple[list[dict[str, Any]], Facts]:
    """The same rows, of prices chosen together, at most `budget` of them changed; and what they bring as facts.

    Raises PricingError for a goal that each product serves by itself, and where no prices keep all terms.
    """
    if wish.goal == "clear_stock":
        raise PricingError("A stock is cleared product by product. Ask for each by itself, or seek profit or units.")
    gone = {} if skus else gone_from(context)
    wanted = list(skus) or every_sku(context)
    terms = Terms(wish.goal, wish.weeks, budget, wish.max_change_pct, wish.min_margin_pct)
    made = together(context, [sku for sku in wanted if sku not in gone], terms)
    tell_together(context, made, terms)
    batch = replace(asked, batch=asked.batch or uuid4().hex[:12])
    rows = gone | {row["sku"]: row for row in _of_all(context, made, wish, batch)}
    return [rows[sku] for sku in dict.fromkeys(wanted)], context.facts


def _of_all(context: Context, made: Together, wish: Wish, batch: Asked) -> Iterator[dict[str, Any]]:
    for sku, why in made.refused.items():
        yield {"id": None, "sku": sku, "current_price": made.prices.get(sku), "reason": why}
    for quoted in made.quotes:
        row = _figures(quoted)
        if quoted.price != quoted.current:
            own = Context(context.shop, context.today, facts=Facts(list(context.facts)))
            known = fitted(own, quoted.sku)
            tell_offer(own, known)
            tell_elasticity(own, known)
            tell_quote(own, quoted)
            reason = render(fill("propose_price", own.facts, wish.language), own.facts, wish.language)
            try:
                row |= {"id": propose(own, quoted, reason, batch).id}
            except PricingError as refusal:
                row |= {"reason": str(refusal)}
        yield row


def every_sku(context: Context) -> list[str]:
    """All products of the store, in order."""
    with context.database.reading() as session:
        return list(session.exec(select(Product.sku).order_by(Product.sku)))


def gone_from(context: Context) -> dict[str, dict[str, Any]]:
    """Rows of the products that are no longer sold, which nobody means by all."""
    with context.database.reading() as session:
        found = session.exec(select(Product).where(Product.status != "active")).all()
    return {
        one.sku: {
            "id": None, "sku": one.sku, "current_price": one.price,
            "reason": f"{one.sku} is {one.status}: it is no longer sold, so no price is proposed.",
        }
        for one in found
    }  # fmt: skip


def _made(context: Context, sku: str, batch: str) -> dict[str, Any] | None:
    with context.database.reading() as session:
        made = session.exec(select(Proposal).where(Proposal.batch_id == batch, Proposal.sku == sku)).first()
    if made is None:
        return None
    return {
        "id": made.id, "sku": sku, "current_price": cents(made.current_price),
        "proposed_price": cents(made.proposed_price), "expected_units": round(made.expected_units, 2),
        "expected_profit_change": cents(made.expected_change) if made.basis == "profit" else None,
        "p_loss": round(made.p_loss, 4), "risk": made.risk, "binding_rule": made.binding_rule, "reason": "",
    }  # fmt: skip


def _row(context: Context, sku: str, wish: Wish, asked: Asked) -> dict[str, Any]:
    try:
        made = quote(context, sku, wish.goal, wish.weeks, wish.max_change_pct, wish.min_margin_pct)
    except NotEnoughDataError as refusal:
        return _tried(context, _refused(context, sku, refusal), wish, asked)
    except PricingError as refusal:
        return _refused(context, sku, refusal)
    if wish.goal != "clear_stock" and gamble(made):
        return _tried(context, _figures(made), wish, asked)
    if made.price == made.current:
        return _figures(made)
    tell_quote(context, made)
    return _proposed(context, made, _figures(made), wish, asked)


def _refused(context: Context, sku: str, refusal: PricingError) -> dict[str, Any]:
    known = context.facts.find("price_now", sku)
    return {"id": None, "sku": sku, "current_price": known.value if known else None, "reason": str(refusal)}


def _proposed(context: Context, made: Quote, row: dict[str, Any], wish: Wish, asked: Asked) -> dict[str, Any]:
    reason = render(fill("propose_price", context.facts, wish.language), context.facts, wish.language)
    try:
        return row | {"id": propose(context, made, reason, asked).id}
    except PricingError as refusal:
        return _refused(context, made.sku, refusal)


def _tried(context: Context, row: dict[str, Any], wish: Wish, asked: Asked) -> dict[str, Any]:
    """The row of a price that stays, with the size, length and cost of the test that would tell; where tests are
    wanted, the test's own."""
    sku, limits = row["sku"], (wish.max_change_pct, wish.min_margin_pct)
    trial = None if row["current_price"] is None else trial_of(context, sku, wish.weeks, *limits)
    if trial is None:
        return row
    row["reason"] = f"{row['reason']} {trial.words}"
    if not wish.tests:
        return row
    tell_test(context, trial)
    return _proposed(context, trial.quote, _figures(trial.quote) | {"reason": row["reason"]}, wish, asked)


def _figures(made: Quote) -> dict[str, Any]:
    risk = made.risk
    return {
        "id": None,
        "sku": made.sku,
        "current_price": cents(made.current),
        "proposed_price": cents(made.price),
        "expected_units": round(risk.units.mean, 2),
        "expected_profit_change": cents(risk.change.mean) if risk.basis == "profit" else None,
        "p_loss": round(risk.p_loss, 4),
        "risk": risk.level,
        "binding_rule": made.verdict.binding_rule,
        "reason": made.note,
    }
