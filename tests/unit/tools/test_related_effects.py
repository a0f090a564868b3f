"""What a price does to related products, as the tools tell it."""

from dataclasses import replace

import numpy as np
import pytest

from agents.rendering import render
from agents.templates import fill
from db import fits, versions
from pricing.cross import CrossEffects
from tests.unit.tools.calls import call, fact, value
from tools.context import Context
from tools.cross import NOT_YET, cross_rows, told
from tools.risk import price_risk, risk_of

TEA, OTHER = "TEA-001", "TEA-002"
STRONG = CrossEffects(
    TEA, (OTHER,), ("substitute",), np.array([0.6]), np.array([0.3]), np.array([0.9]), np.array([0.18]),
    np.array([0.05]), (True,), ("",),
)  # fmt: skip


def learned(context: Context, effects: CrossEffects) -> Context:
    """The context as if the last refresh had found these effects."""
    with context.database.session() as session:
        fits.save(session, [effects], versions.data_versions(session))
    return context


def test_a_refresh_keeps_the_effects_of_every_product(small_context: Context) -> None:
    with small_context.database.reading() as session:
        stored = fits.load_all(session, CrossEffects)
    assert len(stored) == 9
    assert all(one.fit.elasticity.shape == (len(one.fit.others),) for one in stored)
    rows = cross_rows(small_context)
    assert {"sku", "other", "kind", "elasticity", "ci_low", "ci_high", "usable", "reason"} <= set(rows[0])
    assert all(bool(row["reason"]) != row["usable"] for row in rows)


def test_of_one_product_only_its_own_reactions_are_listed(small_context: Context) -> None:
    learned(small_context, STRONG)
    assert [row["other"] for row in cross_rows(small_context, OTHER) if row["usable"]] == [TEA]
    with pytest.raises(versions.UnknownProductError):
        cross_rows(small_context, "NO-SUCH")


def test_a_known_neighbour_is_told_in_units_and_money_and_counted(small_context: Context) -> None:
    learned(small_context, STRONG)
    call(price_risk, small_context, sku=TEA, price=5.49, weeks=4)
    units, worth = fact(small_context, "cross_units", OTHER), fact(small_context, "cross_profit", OTHER)
    assert units.low is not None
    assert worth.low is not None
    assert 0 < units.low < value(small_context, "cross_units", OTHER)
    assert value(small_context, "cross_profit", OTHER) == pytest.approx(
        value(small_context, "cross_units", OTHER) * (3.95 - 1.60), rel=1e-6
    )
    assert value(small_context, "neighbours") == pytest.approx(value(small_context, "cross_all_profit"))


def test_the_change_of_profit_holds_what_neighbours_gain(small_context: Context) -> None:
    alone = risk_of(learned(Context(small_context.shop, small_context.today), _none()), TEA, 5.49, 4)
    whole = risk_of(learned(small_context, STRONG), TEA, 5.49, 4)
    assert alone.neighbours is None
    assert whole.neighbours is not None
    assert whole.change.mean == pytest.approx(alone.change.mean + whole.neighbours.mean)


def test_what_cannot_be_told_says_so_and_is_not_counted(small_context: Context) -> None:
    vague = replace(STRONG, elasticity=np.zeros(1), usable=(False,), reasons=("unsure",))
    found = risk_of(learned(small_context, vague), TEA, 5.49, 4)
    assert found.neighbours is None
    assert "cannot tell the effect on 1 related products" in str(fact(small_context, "cross_refused").value)
    assert told(small_context.facts)["related"] == []


def test_before_a_refresh_nothing_is_known(small_context: Context) -> None:
    with small_context.database.session() as session:
        fits.forget(session, CrossEffects, [TEA])
    risk_of(small_context, TEA, 5.49, 4)
    assert fact(small_context, "cross_refused").value == NOT_YET


@pytest.mark.parametrize(("language", "words"), [("en", "related products together"), ("zh", "关联商品合计")])
def test_a_reader_is_told_in_their_language(small_context: Context, language: str, words: str) -> None:
    learned(small_context, STRONG)
    call(price_risk, small_context, sku=TEA, price=5.49, weeks=4)
    text = render(fill("what_if", small_context.facts, language), small_context.facts, language)  # type: ignore[arg-type]
    assert words in text
    assert "Earl Grey tea bags" in text or "伯爵红茶包" in text


def _none() -> CrossEffects:
    return replace(
        STRONG, others=(), kinds=(), usable=(), reasons=(),
        **{name: np.zeros(0) for name in ("elasticity", "ci_low", "ci_high", "se", "shared")},
    )  # fmt: skip
